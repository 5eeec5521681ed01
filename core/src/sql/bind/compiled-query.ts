import { ExpectedError } from '../../base/expected-error.ts';
import type {
  BoundQuery,
  CompiledQuery,
  ComputeProfile,
  LakeRelation,
  RelationColumn,
  SqlSource,
} from '../contract.ts';
import { constantText, UNKNOWN_NAME } from '../syntax/names.ts';
import type { Expression, Name, Query } from '../syntax/nodes.ts';
import { type Problem, ProblemError, type Span } from '../syntax/problem.ts';
import {
  type Catalog,
  EMPTY_SCOPE,
  type Environment,
  type RelationSource,
  type TranslatedQuery,
} from '../translate/environment.ts';
import { translateExpression } from '../translate/expression.ts';
import { fromDuckdbType, quoteName } from '../types/duckdb-type.ts';
import { typeText } from '../types/spark-type.ts';
import { named, translateQuery } from './query.ts';
import { diagnosticOf, rangeOf, tableReference } from './ranges.ts';

/** A query as the text says it, and where it stands. */
export interface QueryText {
  readonly source: SqlSource;
  readonly query: Query;
  readonly columns: readonly Name[] | undefined;
  /** The statement asks for the hidden `_metadata` column somewhere. */
  readonly usesMetadata: boolean;
}

interface Known {
  readonly relation: LakeRelation;
  readonly key: string;
}

/** What can be said before columns are known: the relations that the query reads, and every construct that is refused. */
export function examineQuery(
  text: QueryText,
  profile: ComputeProfile,
): { readonly relations: readonly LakeRelation[]; readonly problems: readonly Problem[] } {
  const known: Known[] = [];
  const { problems } = translate(text, profile, collecting(text, known));
  return { relations: known.map(({ relation }) => relation), problems };
}

export function compiledQuery(
  text: QueryText,
  profile: ComputeProfile,
  relations: readonly LakeRelation[],
): CompiledQuery {
  return {
    relations,
    bind: (columnsOf): BoundQuery => {
      const { query, problems } = translate(text, profile, bound(text, relations, columnsOf));
      const diagnostics = problems.map((problem) => diagnosticOf(text.source, problem));
      const [first] = diagnostics;
      if (first) throw new ExpectedError({ ...first, nextStep: first.nextStep ?? '', diagnostics });
      return {
        duckdbSql: query.sql,
        columns: query.columns.map(({ name, type }) => ({ name, typeText: typeText(type) })),
      };
    },
  };
}

function translate(
  text: QueryText,
  profile: ComputeProfile,
  catalog: Catalog,
): { query: TranslatedQuery; problems: Problem[] } {
  const problems: Problem[] = [];
  let id = 0;
  const environment: Environment = {
    profile,
    catalog,
    scope: EMPTY_SCOPE,
    commonTables: new Map(),
    problems,
    nextId: () => ++id,
    translate: translateExpression,
    translateQuery,
  };
  try {
    return { query: named(environment, translateQuery(environment, text.query), text.columns, text.query), problems };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    problems.push(error.problem);
    return { query: { sql: '', columns: [], open: true }, problems };
  }
}

/** Names every relation; its columns are open. */
function collecting({ source, usesMetadata }: QueryText, known: Known[]): Catalog {
  const add = (key: string, make: (placeholder: string) => LakeRelation): RelationSource => {
    if (!known.some((one) => one.key === key)) known.push({ key, relation: make(`__lake_${known.length}`) });
    return { sql: '', columns: [], open: true };
  };
  return {
    table: (parts, span) => {
      if (parts.some(({ text }) => text === UNKNOWN_NAME)) return { sql: '', columns: [], open: true };
      return add(tableKey(parts), (placeholder) => ({
        kind: 'table',
        placeholder,
        table: tableReference(source, parts, span),
      }));
    },
    files: (path, options, span) => {
      const values = [path, ...options.map(({ value }) => value)].map(optionText);
      const [pathText] = values;
      if (pathText === undefined || values.includes(undefined)) return { sql: '', columns: [], open: true };
      const pairs = options.map(({ name }, at) => [name.toLowerCase(), values[at + 1] ?? ''] as const);
      const range = rangeOf(source, span);
      return add(fileKey(span), (placeholder) => ({
        kind: 'files',
        placeholder,
        path: pathText,
        options: new Map(pairs),
        usesMetadata,
        range,
      }));
    },
  };
}

/** `true` and numbers stand for their text. */
function optionText(expression: Expression): string | undefined {
  return constantText(expression);
}

function bound(
  { source }: QueryText,
  relations: readonly LakeRelation[],
  columnsOf: (placeholder: string) => readonly RelationColumn[],
): Catalog {
  const find = (fits: (relation: LakeRelation) => boolean): RelationSource => {
    const relation = relations.find(fits);
    if (!relation) throw new Error('a relation that was not there when the query was compiled');
    const columns = columnsOf(relation.placeholder).map(({ name, duckdbType }) => ({
      name,
      type: fromDuckdbType(duckdbType),
      sql: quoteName(name),
      hidden: relation.kind === 'files' && name === '_metadata',
    }));
    return { sql: quoteName(relation.placeholder), columns, open: false };
  };
  return {
    table: (parts, span) => {
      const wanted = tableReference(source, parts, span);
      return find((relation) => relation.kind === 'table' && sameTable(relation.table, wanted));
    },
    files: (_path, _options, span) => {
      const { start } = rangeOf(source, span);
      return find(
        (relation) =>
          relation.kind === 'files' &&
          relation.range.start.line === start.line &&
          relation.range.start.column === start.column,
      );
    },
  };
}

function sameTable(left: Partial<Record<'catalog' | 'schema' | 'table', string>>, right: typeof left): boolean {
  return (['catalog', 'schema', 'table'] as const).every(
    (level) => left[level]?.toLowerCase() === right[level]?.toLowerCase(),
  );
}

function tableKey(parts: readonly { readonly text: string }[]): string {
  return `table ${JSON.stringify(parts.map(({ text }) => text.toLowerCase()))}`;
}

function fileKey({ start }: Span): string {
  return `files ${start}`;
}
