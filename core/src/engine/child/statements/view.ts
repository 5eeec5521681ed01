import { ExpectedError } from '../../../base/expected-error.ts';
import { tableKey, type TableName } from '../../../lake/names.ts';
import type { ResolvedTable, ResolvedView } from '../../../lake/resolver.ts';
import type { CompiledStatement } from '../../../sql/contract.ts';
import type { Run } from '../context.ts';
import { completeName, nameText } from '../names.ts';
import { bindQuery } from '../relations/bind.ts';
import { schemaOf } from '../staging.ts';
import { columnInfos, tableExists } from './create-table.ts';
import type { StatementEffect } from './effect.ts';

type Statement<K extends CompiledStatement['kind']> = Extract<CompiledStatement, { kind: K }>;

/** CREATE VIEW: the catalog keeps the text, and every query that names the view reads what its tables then hold. */
export async function createView(
  run: Run,
  statement: Statement<'createView'>,
  folder: string,
): Promise<StatementEffect> {
  const { resolver } = run.context;
  const name = completeName(run, statement.target);
  const existing = await findRelation(run, name);
  if (existing && existing.type !== 'VIEW') throw notA('VIEW', existing);
  if (existing && statement.mode === 'createIfNotExists') return {};
  if (existing && statement.mode === 'create') throw tableExists(name, statement);
  // Through itself, were it made, the view would never end.
  const bound = await bindQuery({ ...run, within: [tableKey(name)] }, statement.query, folder);
  const columns = columnInfos(schemaOf(bound));
  const query = { definition: statement.definition, ...run.current };
  if (existing) await resolver.updateColumns(existing, columns, query);
  else await resolver.createView(name, columns, query, statement.comment);
  if (statement.properties.size > 0) {
    const { properties = {} } = await resolver.objects.table(name);
    const given = Object.fromEntries(statement.properties);
    await resolver.objects.changeTable(name, { properties: { ...properties, ...given } });
  }
  return { inputs: bound };
}

/** DROP TABLE, VIEW, MATERIALIZED VIEW, STREAMING TABLE: each drops its own kind only. */
export async function drop(run: Run, { target, ifExists, object }: Statement<'dropTable'>): Promise<StatementEffect> {
  const name = completeName(run, target);
  const existing = await findRelation(run, name);
  if (existing && object !== 'TABLE' && objectOf(existing) !== object) throw notA(object, existing);
  if (existing?.type === 'VIEW' && object === 'TABLE') throw notA(object, existing);
  if (existing || !ifExists) await run.context.resolver.dropTable(name);
  return {};
}

/** What a name means, or undefined where it means nothing. */
export async function findRelation(run: Run, name: TableName): Promise<ResolvedTable | ResolvedView | undefined> {
  try {
    return await run.context.resolver.relation(name);
  } catch (error) {
    if (error instanceof ExpectedError && error.code === 'catalog.table-not-found') return undefined;
    throw error;
  }
}

/** @throws ExpectedError always: the statement names another kind of object than there is. */
export function notA(object: string, { name, type }: ResolvedTable | ResolvedView): ExpectedError {
  const found = type.replaceAll('_', ' ');
  return new ExpectedError({
    code: 'catalog.wrong-kind',
    message: `${nameText(name)} is a ${found} table, not a ${object}.`.replace(/(VIEW|TABLE) table/, '$1'),
    nextStep: `Name the ${object}, or use the statement for a ${found}.`,
  });
}

function objectOf({ type }: ResolvedTable | ResolvedView): string {
  return type === 'MANAGED' || type === 'EXTERNAL' ? 'TABLE' : type.replaceAll('_', ' ');
}
