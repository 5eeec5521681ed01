import { ExpectedError } from '../../../base/expected-error.ts';
import type { DeltaStruct } from '../../../delta/schema.ts';
import { tableKey } from '../../../lake/names.ts';
import type { CompiledQuery, CompiledStatement } from '../../../sql/contract.ts';
import { completeName } from '../names.ts';
import { newViewKey, temporaryViewKey } from '../temporary-names.ts';
import { type Foreseen, type Foresight, foreseenSchema, foreseeQuery } from './foresee.ts';
import { temporaryView } from './temporary-view.ts';

type Statement<K extends CompiledStatement['kind']> = Extract<CompiledStatement, { kind: K }>;

export async function foreseeTemporaryView(
  foresight: Foresight,
  statement: Statement<'createTemporaryView'>,
): Promise<void> {
  const { views } = foresight.run;
  const make = temporaryView(foresight.run, statement);
  const foreseen = await foreseeQuery(foresight, statement.query);
  const key = newViewKey(statement);
  // Without its columns, what it is read as then is not known ahead.
  if (foreseen) views.set(key, make(foreseen.bound));
  else views.set(key, { ...make({ columns: [] }), keeps: { view: key, mode: 'EVOLUTION', columns: [] } });
}

export async function foreseeView(foresight: Foresight, statement: Statement<'createView'>): Promise<void> {
  await foreseeDefinition(foresight, tableKey(completeName(foresight.run, statement.target)), statement.query);
}

export async function foreseeAlterView(
  foresight: Foresight,
  { target, change }: Statement<'alterView'>,
): Promise<void> {
  const { run, tables } = foresight;
  const temporary = temporaryViewKey(target);
  const view = temporary === undefined ? undefined : run.views.get(temporary);
  if (temporary !== undefined && view) {
    if (change.kind === 'as') {
      await foreseeQuery(foresight, change.query);
      const keeps = { view: temporary, mode: 'EVOLUTION', columns: [] } as const;
      run.views.set(temporary, { ...view, query: change.query, keeps });
    }
    return;
  }
  const name = completeName(run, target);
  if (!tables.has(tableKey(name))) await run.context.resolver.relation(name);
  if (change.kind === 'as') await foreseeDefinition(foresight, tableKey(name), change.query);
  // A view with a collation of its own has other types, and how a view follows its tables only its run tells.
  tables.set(tableKey(name), 'unknown');
}

async function foreseeDefinition(foresight: Foresight, key: string, query: CompiledQuery): Promise<void> {
  const within = { ...foresight, run: { ...foresight.run, within: [key] } };
  foresight.tables.set(key, viewSchema(await foreseeQuery(within, query)));
}

/** Texts with a collation and intervals stand in no table, but in a view. */
function viewSchema(foreseen: Foreseen | undefined): DeltaStruct | 'unknown' {
  try {
    return foreseenSchema(foreseen);
  } catch (error) {
    if (error instanceof ExpectedError && error.code === 'delta.unsupported-type') return 'unknown';
    throw error;
  }
}

export async function foreseeRename({ run, tables }: Foresight, { target, to }: Statement<'rename'>): Promise<void> {
  const temporary = temporaryViewKey(target);
  const view = temporary === undefined ? undefined : run.views.get(temporary);
  if (temporary !== undefined && view) {
    run.views.delete(temporary);
    run.views.set(to.table.toLowerCase(), view);
    return;
  }
  const name = completeName(run, target);
  if (!tables.has(tableKey(name))) await run.context.resolver.relation(name);
  tables.set(tableKey({ ...name, table: to.table }), tables.get(tableKey(name)) ?? 'unknown');
  tables.set(tableKey(name), 'unknown');
}
