import { ExpectedError } from '../../../base/expected-error.ts';
import type { ViewColumn, ViewDefinition } from '../../../lake/stored-view.ts';
import type { BoundQuery, CompiledQuery, ComputeProfile, Dialect, KeptColumns } from '../../../sql/contract.ts';
import type { ColumnName } from '../../../sql/compiled-statement.ts';
import type { ProgramHost } from '../program/host.ts';
import { Program, ProgramNames } from '../program/program.ts';
import { settle, withFunctions } from '../program/settle.ts';

/** What a view's text is compiled with. A view sees nothing of the session that reads it. */
export interface ViewHost {
  readonly dialect: Dialect;
  readonly profile: ComputeProfile;
  readonly findFunction: ProgramHost['findFunction'];
}

/**
 * A view's query as the compute evaluates it that made the view, under the columns that the view was made with.
 * Rejects with `engine.view-not-emulated` where the dialect refuses it.
 */
export async function viewQuery(host: ViewHost, name: string, view: ViewDefinition): Promise<CompiledQuery> {
  const { columns, mode } = view;
  return keptQuery(await definitionQuery(host, name, view), { view: name, mode, columns });
}

type ViewText = Pick<ViewDefinition, 'definition' | 'catalog' | 'schema' | 'ansi' | 'collation'>;

/** A view's query as its text says it. Rejects as `viewQuery`. */
export async function definitionQuery(host: ViewHost, name: string, view: ViewText): Promise<CompiledQuery> {
  return await sessionQuery({ ...host, program: new Program() }, name, view);
}

/** The query of a text that is a view's, with the functions and variables of a session. Rejects as `viewQuery`. */
export async function sessionQuery(
  { dialect, profile, findFunction, program }: ViewHost & { readonly program: Program },
  name: string,
  { definition, catalog, schema, ansi = profile.ansi, collation }: ViewText,
): Promise<CompiledQuery> {
  // A stored view reads no view of a session.
  const settling = { program, home: () => ({ catalog, schema }), views: (): string[] => [], findFunction };
  const names = new ProgramNames(program, settling.home());
  const source = { text: definition, file: name };
  const own = { ...profile, ansi, ...(collation === undefined || collation === 'UTF8_BINARY' ? {} : { collation }) };
  const compiled = await withFunctions(settling, names, () => dialect.compile(source, new Map(), own, names));
  if (!compiled.ok) throw unreadable(name, compiled.diagnostics.map(({ message }) => message).join(' '));
  const [late] = compiled.statements;
  const statement = late?.kind === 'late' ? await settle(settling, late, () => Promise.resolve(undefined)) : late;
  if (statement?.kind !== 'query') throw unreadable(name, 'it is no query');
  return statement.query;
}

/** A view's query under the columns that the view was made with. */
export function keptQuery(query: CompiledQuery, keeps: KeptColumns): CompiledQuery {
  return { relations: query.relations, bind: (columnsOf, trace) => query.bind(columnsOf, trace, keeps) };
}

/** A query's columns, and what it calls them itself where they have other names. */
export interface MadeColumns {
  readonly columns: BoundQuery['columns'];
  readonly queryNames?: BoundQuery['queryNames'] | undefined;
}

/** The columns of a view as it is made. @param named the names and comments that its statement gives. */
export function viewColumns(bound: MadeColumns, named: readonly ColumnName[] | undefined): readonly ViewColumn[] {
  return bound.columns.map(({ name, typeText: type, notes }, at) => {
    const comment = named?.[at]?.comment ?? notes?.comment;
    const typeText = notes?.declared ?? type;
    const queryName = bound.queryNames?.[at] ?? name;
    return { name, typeText, queryName, ...(comment === undefined ? {} : { comment }) };
  });
}

/** What DuckDB's text says where an answer may depend on the session's time zone. */
const ZONED = /time|date|zone|now|epoch|spark_local/i;

/**
 * A view is evaluated in the time zone in which it was made; here the session has one for all.
 * @throws ExpectedError `sql.not-emulated` where that may make a difference.
 */
export function checkZone(name: string, made: string | undefined, now: string, duckdbSql: string): void {
  if (made === undefined || made === now || !ZONED.test(duckdbSql)) return;
  throw new ExpectedError({
    code: 'sql.not-emulated',
    message: `The view ${name}, made in the time zone ${made}, is not emulated locally in ${now}.`,
    nextStep: 'Make it anew in this time zone.',
  });
}

function unreadable(name: string, why: string): ExpectedError {
  return new ExpectedError({
    code: 'engine.view-not-emulated',
    message: `The view ${name} cannot be read here: ${why}`,
    nextStep: 'Make the view anew with what is emulated.',
  });
}
