import { ExpectedError } from '../../../base/expected-error.ts';
import { tableKey, type TableName } from '../../../lake/names.ts';
import type { ResolvedTable, ResolvedView } from '../../../lake/resolver.ts';
import type { ViewColumn, ViewDefinition } from '../../../lake/stored-view.ts';
import type { ColumnName } from '../../../sql/compiled-statement.ts';
import type { CompiledQuery, CompiledStatement } from '../../../sql/contract.ts';
import type { Run } from '../context.ts';
import { completeName, nameText } from '../names.ts';
import { bindQuery, type BoundRelations } from '../relations/bind.ts';
import { viewHost } from '../relations/catalog-view.ts';
import { definitionQuery, viewColumns } from '../relations/view-query.ts';
import { temporaryViewKey } from '../temporary-names.ts';
import { tableExists } from './create-table.ts';
import type { StatementEffect } from './effect.ts';
import { viewsNamed } from './temporary-view.ts';
import { newViewMode } from './view-definition.ts';

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
  const { bound, columns } = await newView(run, name, statement, folder, statement.columns);
  const { definition, comment, collation, properties } = statement;
  const own = { mode: newViewMode(statement), collation, comment, properties, columns };
  const made = { definition, ...run.current, ...evaluation(run), ...own };
  await definedAlone(run, name, made);
  await (existing ? resolver.replaceView(name, made) : resolver.createView(name, made));
  return { inputs: bound };
}

/** How the compute evaluates SQL: a view is always evaluated as where it was made. */
export function evaluation({ profile }: Run): Pick<ViewDefinition, 'ansi' | 'timeZone'> {
  return { ansi: profile.ansi, timeZone: profile.timeZone };
}

/**
 * The query of a view that is to be, bound for its columns and its errors.
 * @throws ExpectedError `sql.temporary-object` where it names a temporary view.
 */
export async function newView(
  run: Run,
  name: TableName,
  { query }: { readonly query: CompiledQuery },
  folder: string,
  named: readonly ColumnName[] | undefined,
): Promise<{ readonly bound: BoundRelations; readonly columns: readonly ViewColumn[] }> {
  const [temporary] = viewsNamed(run, query);
  if (temporary !== undefined) throw temporaryObject(name, `the temporary view ${temporary}`);
  // Through itself, were it made, the view would never end.
  const bound = await bindQuery({ ...run, within: [tableKey(name)] }, query, folder);
  // What only DuckDB finds (a column that is not grouped) is found where the view is made.
  await run.session.describe(`(${bound.sql})`);
  return { bound, columns: viewColumns(bound, named) };
}

/** Whoever reads a view has none of this session's functions and variables. @throws ExpectedError `sql.temporary-object`. */
export async function definedAlone(run: Run, name: TableName, made: ViewDefinition): Promise<void> {
  if (!run.program.isEmpty) {
    try {
      await definitionQuery(viewHost(run), nameText(name), made);
    } catch (error) {
      if (!(error instanceof ExpectedError) || error.code !== 'engine.view-not-emulated') throw error;
      throw temporaryObject(name, `what only this session has (${error.message})`);
    }
  }
}

function temporaryObject(name: TableName, what: string): ExpectedError {
  return new ExpectedError({
    code: 'sql.temporary-object',
    message: `[INVALID_TEMP_OBJ_REFERENCE] The view ${nameText(name)} would refer to ${what}.`,
    nextStep: 'Make a temporary view of it, or make that permanent.',
  });
}

/** DROP TABLE, VIEW, MATERIALIZED VIEW, STREAMING TABLE: each drops its own kind only. */
export async function drop(run: Run, { target, ifExists, object }: Statement<'dropTable'>): Promise<StatementEffect> {
  const temporary = temporaryViewKey(target);
  if (temporary !== undefined && (object === 'VIEW' || object === 'TABLE') && run.views.delete(temporary)) return {};
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
