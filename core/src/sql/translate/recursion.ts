import { isAggregateCall, isGeneratorCall } from '../rules/functions.ts';
import type { CommonTable, Expression, Query, QueryBody, Select, Source } from '../syntax/nodes.ts';
import type { Span } from '../syntax/problem.ts';
import { contains, gathered } from '../syntax/walk.ts';
import { quoteName, toDuckdbType } from '../types/duckdb-type.ts';
import { isUnknown, sameType, typeText } from '../types/spark-type.ts';
import { commonType } from '../types/coercion.ts';
import { castSql } from './cast.ts';
import { EMPTY_SCOPE, type Environment, type KnownTable, report, type TranslatedQuery } from './environment.ts';
import { originsOf } from '../types/origins.ts';
import { renamed } from './outputs.ts';

/** Spark 4.1: `spark.sql.cteRecursionLevelLimit` and `spark.sql.cteRecursionRowLimit`. */
const LEVELS = 100;
const ROWS = 1_000_000;

/** A table of WITH RECURSIVE whose query names it, outside a WITH of its own that hides it. */
export function readsItself({ name, query }: CommonTable): boolean {
  return references(query, name.text.toLowerCase(), false).length > 0;
}

/**
 * `anchor UNION ALL step`: DuckDB's recursion with Spark's limits. Each row knows its level; the rows are computed as a whole, as
 * Spark does, so that a limit that is passed is an error whoever reads them.
 */
export function translateRecursive(
  environment: Environment,
  common: CommonTable,
): { readonly table: KnownTable; readonly definitions: readonly string[] } {
  const { query, name } = common;
  const { body } = query;
  const key = name.text.toLowerCase();
  const refused = { table: { sql: '', columns: [], open: true, reference: '(SELECT 1)' }, definitions: [] };
  const tail = query.orderBy.length > 0 || query.orderByAll || query.limit || query.offset;
  if (body.kind !== 'set' || body.operator !== 'UNION' || tail || bodyReferences(body.left, key, false).length > 0)
    return recursionProblem(environment, name, 'is an anchor without it UNION ALL a query that reads it', refused);
  if (!body.all) return recursionProblem(environment, name, 'takes UNION ALL, not UNION', refused);
  const inStep = bodyReferences(body.right, key, false);
  if (inStep.includes('misplaced'))
    return recursionProblem(environment, name, 'cannot be read in an aggregate, a subquery or an outer join', refused);
  // A recursion sees nothing of the query around it.
  const closed: Environment = { ...environment, scope: EMPTY_SCOPE };
  const part = (inner: Environment, one: QueryBody): TranslatedQuery =>
    inner.translateQuery({ ...inner, scope: EMPTY_SCOPE }, { ...query, body: one });
  const anchor = part(closed, body.left);
  const columns = renamed(environment, common, anchor);
  const id = environment.nextId();
  const recursion = `c${id}_recursion`;
  const own: KnownTable = { sql: '', columns, open: anchor.open, reference: recursion };
  const step = part({ ...closed, commonTables: new Map(environment.commonTables).set(key, own) }, body.right);
  if (anchor.open || step.open) return { ...refused, table: { ...refused.table, columns } };
  checkTypes(environment, body, anchor, step);
  const traced = columns.map((column, at) => ({ ...column, ...originsOf([column, step.columns[at]]) }));
  const level = `(SELECT max("__level") FROM ${recursion})`;
  const most = common.maxLevel ?? LEVELS;
  const message = `[RECURSION_LEVEL_LIMIT_EXCEEDED] Recursion level limit ${most} reached but query has not exhausted.`;
  const next = `CASE WHEN ${level} + 1 >= ${most} THEN error('${message}') ELSE ${level} + 1 END`;
  const cells = step.columns.map((column, at) => {
    const from = `s${id}.${quoteName(column.internal)}`;
    const type = columns[at]?.type ?? column.type;
    return `CAST(${castSql(from, column.type, type, 'strict') ?? from} AS ${toDuckdbType(type)})`;
  });
  const anchorCells = anchor.columns.map(
    ({ internal, type }) => `CAST(a${id}.${quoteName(internal)} AS ${toDuckdbType(type)}) AS ${quoteName(internal)}`,
  );
  const first = `SELECT ${anchorCells.join(', ')}, 0 AS "__level" FROM (${anchor.sql}) AS a${id}`;
  const second = `SELECT ${cells.join(', ')}, ${next} FROM (${step.sql}) AS s${id}`;
  const list = columns.map(({ internal }) => quoteName(internal)).join(', ');
  const rowLimit = `CASE WHEN (SELECT count(*) FROM c${id}_rows) > ${ROWS} THEN error('[RECURSION_ROW_LIMIT_EXCEEDED] Recursion row limit ${ROWS} reached but query has not exhausted.') ELSE true END`;
  return {
    table: { sql: '', columns: traced, open: false, reference: `c${id}`, lazy: recursion },
    definitions: [
      `${recursion} AS (${first} UNION ALL ${second})`,
      `c${id}_rows AS MATERIALIZED (SELECT ${list} FROM ${recursion})`,
      `c${id} AS (SELECT * FROM c${id}_rows WHERE ${rowLimit})`,
    ],
  };
}

function recursionProblem<T>(
  environment: Environment,
  { text, ...span }: Span & { text: string },
  what: string,
  value: T,
): T {
  report(
    environment,
    'sql.syntax',
    `The recursive ${text} ${what}.`,
    span,
    'Write WITH RECURSIVE t AS (anchor UNION ALL step).',
  );
  return value;
}

function checkTypes(
  environment: Environment,
  body: QueryBody & { kind: 'set' },
  anchor: TranslatedQuery,
  step: TranslatedQuery,
): void {
  if (anchor.columns.length !== step.columns.length)
    report(
      environment,
      'sql.type-mismatch',
      `UNION of ${anchor.columns.length} and ${step.columns.length} columns.`,
      body,
      'Give both sides as many columns.',
    );
  for (const [at, { name, type }] of anchor.columns.entries()) {
    const other = step.columns[at]?.type ?? type;
    if (isUnknown(type) || isUnknown(other) || fits(other, type)) continue;
    report(
      environment,
      'sql.type-mismatch',
      `Column ${name} of the recursion is ${typeText(type)} at first and then ${typeText(other)}.`,
      body.right,
      'Write an explicit CAST.',
    );
  }
}

function fits(other: TranslatedQuery['columns'][number]['type'], type: typeof other): boolean {
  const wider = commonType(type, other);
  return wider !== undefined && sameType(wider, type);
}

type Reference = 'plain' | 'misplaced';

/** Where a query reads a table by its bare name; `misplaced` where Spark allows no recursion. */
function references(query: Query, name: string, misplaced: boolean): Reference[] {
  const found: Reference[] = [];
  for (const common of query.with) {
    found.push(...references(common.query, name, misplaced));
    if (common.name.text.toLowerCase() === name) return found;
  }
  const sorted = query.orderBy.length > 0 || query.orderByAll !== undefined;
  return [...found, ...bodyReferences(query.body, name, misplaced || sorted)];
}

function bodyReferences(body: QueryBody, name: string, misplaced: boolean): Reference[] {
  switch (body.kind) {
    case 'select':
      return selectReferences(body, name, misplaced);
    case 'values':
      return [];
    case 'nested':
      return references(body.query, name, misplaced);
    case 'set':
      return [...bodyReferences(body.left, name, misplaced), ...bodyReferences(body.right, name, misplaced)];
  }
}

function gathers(node: Expression): boolean {
  return node.kind === 'call' && (node.over !== undefined || isAggregateCall(node));
}

function selectReferences(select: Select, name: string, misplaced: boolean): Reference[] {
  const { from, ...rest } = select;
  const aggregates =
    select.groupBy ?? select.having ?? select.items.some(({ expression }) => gathered(expression, gathers).length > 0);
  const inFrom = from ? sourceReferences(from, name, misplaced || Boolean(aggregates)) : [];
  return [...inFrom, ...subqueryReferences(rest, name)];
}

/** In the subqueries of expressions every reference is misplaced. */
function subqueryReferences(value: unknown, name: string): Reference[] {
  if (typeof value !== 'object' || value === null) return [];
  if (value instanceof Map) return [...value.values()].flatMap((one) => subqueryReferences(one, name));
  if (Array.isArray(value)) return value.flatMap((one) => subqueryReferences(one, name));
  if ('with' in value && 'body' in value) return references(value as Query, name, true);
  return Object.values(value).flatMap((one) => subqueryReferences(one, name));
}

function sourceReferences(source: Source, name: string, misplaced: boolean): Reference[] {
  const here = (): Reference[] => [misplaced ? 'misplaced' : 'plain'];
  switch (source.kind) {
    case 'table':
      return source.parts.length === 1 && source.parts[0]?.text.toLowerCase() === name ? here() : [];
    case 'subquery':
      return references(source.query, name, misplaced);
    case 'values':
    case 'tableFunction':
      return subqueryReferences(source, name);
    case 'lateralView':
      return [...sourceReferences(source.input, name, misplaced), ...subqueryReferences(source.call, name)];
    case 'pivot':
      return sourceReferences(source.input, name, true);
    case 'unpivot':
      return sourceReferences(source.input, name, misplaced);
    case 'join': {
      const left = misplaced || ['RIGHT', 'FULL'].includes(source.type);
      const right = misplaced || ['LEFT', 'FULL', 'LEFT SEMI', 'LEFT ANTI'].includes(source.type);
      return [
        ...sourceReferences(source.left, name, left),
        ...sourceReferences(source.right, name, right),
        ...subqueryReferences(source.on, name),
      ];
    }
  }
}

/** `SELECT a, b FROM t LIMIT n`: Spark stops such a recursion when it has the rows. */
export function withLazyRecursion(environment: Environment, query: Query): Environment {
  const { body, limit } = query;
  if (!limit || query.offset || query.orderBy.length > 0 || query.orderByAll || body.kind !== 'select')
    return environment;
  const { from } = body;
  const plain = !body.where && !body.groupBy && !body.having && !body.qualify && !body.distinct;
  const [first, more] = from?.kind === 'table' ? from.parts : [];
  const table = first && !more ? environment.commonTables.get(first.text.toLowerCase()) : undefined;
  const odd = body.items.some(({ expression }) =>
    contains(
      expression,
      (node) => node.kind === 'call' && (node.over !== undefined || isAggregateCall(node) || isGeneratorCall(node)),
    ),
  );
  if (!first || !table?.lazy || !plain || odd) return environment;
  const lazy = { ...table, reference: table.lazy };
  return { ...environment, commonTables: new Map(environment.commonTables).set(first.text.toLowerCase(), lazy) };
}
