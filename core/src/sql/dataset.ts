import type { Expectation } from './compiled-statement.ts';
import { AGGREGATE_FUNCTIONS } from './rules/aggregates.ts';
import type { Expression, Name, Query, Source } from './syntax/nodes.ts';
import type { Problem, Span } from './syntax/problem.ts';
import type { StatementNode } from './syntax/statement-nodes.ts';
import { rewritten } from './syntax/walk.ts';

type DatasetNode = Extract<StatementNode, { kind: 'createMaterializedView' | 'createStreamingTable' }>;

/**
 * The query of a dataset with one more column for each expectation, true where the row keeps it. Conditions see the dataset's own
 * columns, also by the dataset's name.
 */
export function datasetQuery(node: DatasetNode): { query: Query; expectations: readonly Expectation[] } {
  const { query, columns, target } = node;
  if (node.expectations.length === 0 && !columns) return { query, expectations: [] };
  const span: Span = { start: query.start, end: query.end };
  const name = { ...span, text: target.at(-1)?.text ?? '' };
  const alias = { name, columns: columns?.map((column): Name => ({ ...span, text: column.name })) };
  const from: Source = { kind: 'subquery', query, lateral: false, alias, ...span };
  const expectations = node.expectations.map(({ name: rule, onViolation }, index) => {
    return { name: rule, onViolation, column: `__expectation_${index}` };
  });
  const star: Expression = { kind: 'star', qualifier: [], except: [], ...span };
  const items = [
    { expression: star, alias: undefined, aliases: undefined, ...span },
    ...node.expectations.map(({ condition }, index) => ({
      expression: {
        ...condition,
        kind: 'is' as const,
        operand: columns ? condition : ownColumns(condition, query),
        test: 'TRUE' as const,
        not: false,
      },
      alias: { ...span, text: `__expectation_${index}` },
      aliases: undefined,
      ...span,
    })),
  ];
  const nothing = { groupBy: undefined, having: undefined, qualify: undefined, windows: new Map(), where: undefined };
  const body = { kind: 'select' as const, distinct: false, items, from, ...nothing, ...span };
  const plain = { with: [], orderBy: [], orderByAll: undefined, limit: undefined, offset: undefined };
  return { query: { ...plain, body, ...span }, expectations };
}

/**
 * A column that the query gives as it is in one of its tables (`SELECT f.city FROM franchises f`) goes by the table's name too, as
 * Spark's columns keep it.
 */
function ownColumns(condition: Expression, { body }: Query): Expression {
  const given = body.kind === 'select' ? body.items.filter(({ alias }) => alias === undefined) : [];
  const texts = (one: Expression): string | undefined =>
    one.kind === 'column' && one.parts.length > 1
      ? one.parts.map(({ text }) => text.toLowerCase()).join('\0')
      : undefined;
  const names = new Set(given.map(({ expression }) => texts(expression)));
  return rewritten(condition, (inner) => {
    const isGiven = inner.kind === 'column' && inner.parts.length > 1 && names.has(texts(inner));
    return isGiven ? { ...inner, parts: inner.parts.slice(-1) } : undefined;
  });
}

/**
 * What a streaming table's query may be here: rows that come, one by one, filtered, computed and joined with tables. What keeps state
 * from one refresh to the next (aggregates, windows, DISTINCT, joined streams) would give other rows than Databricks gives.
 */
export function streamingProblems({ query, target }: DatasetNode): readonly Problem[] {
  const problems: Problem[] = [];
  const refuse = (what: string, { start, end }: Span): void => {
    const nextStep = 'Stream the rows as they are, and compute this in a materialized view or a table.';
    const message = `${what} over a stream is not emulated locally.`;
    problems.push({ code: 'sql.not-emulated', message, span: { start, end }, nextStep });
  };
  const visit = (node: unknown): void => {
    if (!isNode(node)) return;
    if (streams(node)) {
      if (node['kind'] === 'select') visitSelect(node, refuse);
      if (node['kind'] === 'join' && streams(node['left']) && streams(node['right'])) refuse('A join of streams', node);
      if (node['kind'] === 'set' && (node['operator'] !== 'UNION' || node['all'] !== true))
        refuse(`${String(node['operator'])} of distinct rows`, node);
      for (const key of ['orderBy', 'limit', 'offset', 'orderByAll'])
        if (isPresent(node[key])) refuse(key.startsWith('order') ? 'ORDER BY' : key.toUpperCase(), node);
    }
    for (const inner of parts(node)) visit(inner);
  };
  visit(query);
  if (!streams(query)) {
    const { start } = target[0] ?? query;
    const nextStep = 'Read with STREAM, or write CREATE OR REPLACE MATERIALIZED VIEW.';
    const message = 'The query of a streaming table reads no stream.';
    problems.push({ code: 'sql.not-streaming', message, span: { start, end: query.end }, nextStep });
  }
  return problems;
}

type TreeNode = Span & { readonly [key: string]: unknown };

function visitSelect(select: TreeNode, refuse: (what: string, span: Span) => void): void {
  if (select['distinct'] === true) refuse('DISTINCT', select);
  for (const key of ['groupBy', 'having', 'qualify']) if (isPresent(select[key])) refuse(key.toUpperCase(), select);
  const call = (node: unknown): void => {
    if (!isNode(node) || node['kind'] === 'scalarQuery' || node['kind'] === 'exists') return;
    if (node['kind'] === 'call' && isPresent(node['over'])) refuse('A window function', node);
    else if (node['kind'] === 'call' && String(node['name']).toLowerCase() in AGGREGATE_FUNCTIONS)
      refuse(`The aggregate ${String(node['name'])}`, node);
    parts(node).forEach(call);
  };
  call(select['items']);
}

/** True where a stream is read below. */
function streams(node: unknown): boolean {
  return isNode(node) && (node['stream'] === true || parts(node).some(streams));
}

function isNode(node: unknown): node is TreeNode {
  return typeof node === 'object' && node !== null;
}

function parts(node: TreeNode): readonly unknown[] {
  return Array.isArray(node) ? node : Object.values(node);
}

function isPresent(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined;
}
