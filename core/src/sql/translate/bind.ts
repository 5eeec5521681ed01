import { ExpectedError } from '../../base/expected-error.ts';
import type { BoundQuery, CompiledQuery, ComputeProfile, KeptColumns } from '../contract.ts';
import type { SessionNames } from '../program/session-names.ts';
import type { Name, Query } from '../syntax/nodes.ts';
import type { Problem } from '../syntax/problem.ts';
import type { SourceMap } from '../syntax/source-map.ts';
import { notesOf } from '../types/column-notes.ts';
import { quoteName, quoteText, toStored } from '../types/duckdb-type.ts';
import { holds, isCollated, isUnknown, sameType, typeText } from '../types/spark-type.ts';
import { RelationRegistry } from './catalog.ts';
import { EMPTY_SCOPE, type Environment, type OutputColumn, type TranslatedQuery } from './environment.ts';
import { translateExpression } from './expression.ts';
import { keptColumns } from './kept-columns.ts';
import { translateQuery } from './query.ts';
import { scanFilters } from './scan-filters.ts';
import type { Trace } from './trace.ts';
import { shownVariant } from './variant-cast.ts';

/** What a query is for: a table or view needs columns with names and types of their own. */
export interface QueryUse {
  /** `view`: a temporary view, whose columns may have the types that no table keeps. */
  readonly stores: 'table' | 'view' | undefined;
  /** A view's own column names. */
  readonly columns?: readonly Name[] | undefined;
  readonly usesMetadata: boolean;
  /** True where STREAM may stand. */
  readonly streams: boolean;
  readonly names: SessionNames;
}

export interface PreparedQuery {
  readonly compiled: CompiledQuery;
  /** What can be said without the relations' columns. */
  readonly problems: readonly Problem[];
}

/** Translates a query once without columns, which finds its relations and what is refused whatever they hold. */
export function prepareQuery(query: Query, profile: ComputeProfile, map: SourceMap, use: QueryUse): PreparedQuery {
  const problems: Problem[] = [];
  const registry = new RelationRegistry(map, problems, use, scanFilters(query));
  translate(query, profile, use.names, registry, problems);
  const bind: CompiledQuery['bind'] = (columnsOf, trace, keeps) => {
    const found: Problem[] = [];
    const known = registry.resolvedWith(columnsOf, found, trace !== undefined);
    return bound(query, profile, map, { ...use, keeps }, known, found, trace);
  };
  return { compiled: { relations: registry.filtered(), bind }, problems };
}

function translate(
  query: Query,
  profile: ComputeProfile,
  names: SessionNames,
  catalog: RelationRegistry,
  problems: Problem[],
  trace?: Trace,
  planned?: Set<string>,
): TranslatedQuery {
  let ids = 0;
  const translateWhole = trace ? trace.expression(translateExpression) : translateExpression;
  const environment: Environment = {
    profile,
    catalog,
    names,
    callers: [],
    problems,
    scope: EMPTY_SCOPE,
    commonTables: new Map(),
    nextId: () => ids++,
    translate: translateWhole,
    translateWhole,
    translateQuery: trace ? trace.query(translateQuery) : translateQuery,
    ...(trace ? { trace } : {}),
    ...(planned ? { planned } : {}),
    wholly: true,
  };
  return environment.translateQuery(environment, query);
}

function bound(
  query: Query,
  profile: ComputeProfile,
  map: SourceMap,
  use: QueryUse & { readonly keeps: KeptColumns | undefined },
  registry: RelationRegistry,
  problems: Problem[],
  trace?: Trace,
): BoundQuery {
  const planned = new Set<string>();
  const translated = translate(query, profile, use.names, registry, problems, trace, planned);
  if (use.keeps && !registry.lacksColumns) return kept(query, map, translated, use.keeps, problems);
  const columns = translated.columns.map((column, at) => ({ ...column, name: use.columns?.[at]?.text ?? column.name }));
  trace?.finish({ ...translated, columns });
  if (use.columns && use.columns.length !== columns.length)
    problems.push(wrongNumber(use.columns.length, columns.length, query));
  // What is not known because of another problem is none of its own.
  const known = problems.length > 0 ? columns.filter(({ type }) => !isUnknown(type)) : columns;
  problems.push(...outputProblems(known, query, use, registry.lacksColumns));
  throwProblems(problems, map);
  const duckdbSql = finished(use.stores ? stored(translated, columns) : shown(translated, columns), columns);
  return {
    duckdbSql,
    ...rankedWithin(duckdbSql, translated, columns),
    columns: columns.map((column) => ({ name: column.name, typeText: typeText(column.type), ...notesOf(column) })),
    ...(use.columns ? { queryNames: translated.columns.map(({ name }) => name) } : {}),
    ...(planned.size > 0 ? { constants: [...planned] } : {}),
  };
}

/** A view's rows under the columns that it was made with. */
function kept(
  query: Query,
  map: SourceMap,
  translated: TranslatedQuery,
  keeps: KeptColumns,
  problems: Problem[],
): BoundQuery {
  const now = problems.length > 0 ? translated : keptColumns(translated, keeps, query, problems);
  throwProblems(problems, map);
  const { columns } = now;
  const duckdbSql = finished(stored(now, columns), columns);
  return {
    duckdbSql,
    ...rankedWithin(duckdbSql, translated, columns),
    columns: columns.map((column) => ({ name: column.name, typeText: typeText(column.type), ...notesOf(column) })),
  };
}

/**
 * The two parts of a query whose text stands within the whole, with what stands around it.
 * @param columns of the whole.
 */
function rankedWithin(
  duckdbSql: string,
  { ranked, columns: own }: TranslatedQuery,
  columns: readonly OutputColumn[],
): Pick<BoundQuery, 'ranked'> {
  if (!ranked) return {};
  const around = duckdbSql.split(ranked.whole);
  if (around.length !== 2) return {};
  const { rowsSql, placesSql } = ranked;
  const isOwn = (column: OutputColumn, at: number): boolean => {
    const inside = own[at];
    return inside?.internal === column.name && sameType(inside.type, column.type) && !isCollated(column.type);
  };
  const number = columns.length === own.length && columns.every(isOwn) ? ranked.number : undefined;
  return { ranked: { number, rowsSql, placesSql, sql: (rows, places) => around.join(ranked.sql(rows, places)) } };
}

function throwProblems(problems: readonly Problem[], map: SourceMap): void {
  const [first] = problems;
  if (!first) return;
  const diagnostics = problems.map((problem) => map.diagnostic(problem));
  const { message, nextStep, span } = first;
  throw new ExpectedError({ code: first.code, message, nextStep, range: map.range(span), diagnostics });
}

/** A view's collated texts with their collation: what reads them compares by it. */
function stored(translated: TranslatedQuery, columns: readonly OutputColumn[]): TranslatedQuery {
  if (!columns.some(({ type }) => isCollated(type))) return translated;
  const items = columns.map(({ internal, type }) => `${toStored(quoteName(internal), type)} AS ${quoteName(internal)}`);
  return { ...translated, sql: `SELECT ${items.join(', ')} FROM (${translated.sql}) AS stored` };
}

/** A result's variants as their JSON. */
function shown(translated: TranslatedQuery, columns: readonly OutputColumn[]): TranslatedQuery {
  if (!columns.some(({ type }) => holds(type, 'variant'))) return translated;
  const items = columns.map(
    ({ internal, type }) => `${shownVariant(quoteName(internal), type)} AS ${quoteName(internal)}`,
  );
  return { ...translated, sql: `SELECT ${items.join(', ')} FROM (${translated.sql}) AS shown` };
}

/** Names as Spark's, where they differ from those inside; NULLs without a type become text, as DuckDB has no VOID. */
function finished(translated: TranslatedQuery, columns: readonly OutputColumn[]): string {
  const changed = columns.some((column) => column.name !== column.internal || column.type.kind === 'void');
  const distinct = new Set(columns.map(({ name }) => name.toLowerCase())).size === columns.length;
  // DuckDB takes no column without a name.
  const named = columns.every(({ name }) => name !== '');
  if (!changed || !distinct || !named) return translated.sql;
  const items = columns.map(({ name, internal }) => `${quoteName(internal)} AS ${quoteName(name)}`);
  return `SELECT ${items.join(', ')} FROM (${translated.sql}) AS result`;
}

function outputProblems(
  columns: readonly OutputColumn[],
  query: Query,
  use: QueryUse,
  lacksColumns: boolean,
): Problem[] {
  const problems: Problem[] = [];
  const seen = new Set<string>();
  const problem = (code: string, message: string, nextStep: string): void => {
    problems.push({ code, message, span: { start: query.start, end: query.end }, nextStep });
  };
  for (const { name, type } of columns) {
    const shown = quoteText(name);
    if (isUnknown(type) && !lacksColumns)
      problem(
        'sql.not-emulated',
        `The type of column ${shown} is not emulated locally.`,
        'Cast it to a type of Spark.',
      );
    // Spark shows none either (GEOSPATIAL_DISABLED), and Databricks by a text of its own.
    if (holds(type, 'geometry') || holds(type, 'geography'))
      problem(
        'sql.not-emulated',
        `The column ${shown} of ${typeText(type)} is not emulated locally.`,
        'Give st_asbinary of it.',
      );
    if (!use.stores) continue;
    if (use.stores === 'table' && typeText(type).includes('interval'))
      problem(
        'sql.not-emulated',
        `An interval as the stored column ${shown} is not emulated locally.`,
        'Store a number.',
      );
    if (isCollated(type) && type.kind !== 'string')
      problem(
        'sql.not-emulated',
        `Collated texts in the stored column ${shown} are not emulated locally.`,
        'Cast them to STRING.',
      );
    if (use.stores === 'table' && type.kind === 'void')
      problem('sql.not-emulated', `The column ${shown} is NULL without a type.`, 'Cast it: CAST(NULL AS STRING).');
    if (name === '') problem('sql.not-emulated', 'A column without a name', 'Name it with AS.');
    if (seen.has(name.toLowerCase()))
      problem(
        'sql.duplicate-column',
        `The column ${shown} stands there twice.`,
        'Give one of them another name with AS.',
      );
    seen.add(name.toLowerCase());
  }
  return problems;
}

function wrongNumber(names: number, columns: number, { start, end }: Query): Problem {
  const message = `${names} column names stand for ${columns} columns.`;
  return { code: 'sql.type-mismatch', message, span: { start, end }, nextStep: 'Name each column.' };
}
