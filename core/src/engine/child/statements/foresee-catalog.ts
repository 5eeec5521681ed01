import { tableKey } from '../../../lake/names.ts';
import type { CompiledStatement, TableReference } from '../../../sql/contract.ts';
import { completeName } from '../names.ts';
import { namesView } from './described-columns.ts';
import type { Foresight } from './foresee.ts';

/** A statement about the catalog finds the table or view that it names, where no statement before makes it. */
export async function foreseeCatalog(
  { run, tables }: Foresight,
  { command }: Extract<CompiledStatement, { kind: 'catalog' }>,
): Promise<void> {
  const target = targetOf(command);
  if (!target || namesView(run, target)) return;
  const name = completeName(run, target);
  const made = tables.has(tableKey(name)) || tables.has(tableKey({ ...name, table: '' }));
  if (!made) await run.context.resolver.relation(name);
}

function targetOf(command: Extract<CompiledStatement, { kind: 'catalog' }>['command']): TableReference | undefined {
  if (command.kind === 'grant' || command.kind === 'showGrants' || command.kind === 'tags')
    return command.on.type === 'TABLE' ? command.on.target : undefined;
  if (command.kind === 'createVolume' || command.kind === 'dropVolume') return undefined;
  if (command.kind !== 'comment') return 'target' in command ? command.target : undefined;
  return 'target' in command.on ? command.on.target : undefined;
}
