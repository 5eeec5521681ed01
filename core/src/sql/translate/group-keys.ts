import { isAggregateCall } from '../rules/functions.ts';
import type { Expression, GroupBy, Name, Select, SelectItem, SortKey } from '../syntax/nodes.ts';
import { ordinal } from '../syntax/ordinal.ts';
import { contains, gathered, rewritten } from '../syntax/walk.ts';
import { columnOfScope, hasColumn } from './columns.ts';
import { type Environment, report } from './environment.ts';

/** A query with the keys of its groups written in one way, and what computes those that DuckDB does not group by. */
export interface Grouped {
  readonly select: Select;
  readonly orderBy: readonly SortKey[];
  /** Relations beside FROM, each of one column. */
  readonly computed: readonly string[];
}

/**
 * Each occurrence of a key becomes the key as it was first written: Spark takes `a + b` and `b + a` for one, DuckDB for two. A key that
 * asks a subquery becomes a column of FROM, as DuckDB groups by none.
 */
export function withGroupKeys(environment: Environment, select: Select, orderBy: readonly SortKey[]): Grouped {
  const { groupBy } = select;
  checkGroupings(environment, select, orderBy);
  checkShownKeys(environment, select, orderBy);
  if (!groupBy) return { select, orderBy, computed: [] };
  const written = keysOf(environment, select, groupBy);
  const keys = new Map<string, Expression>();
  const computed: string[] = [];
  for (const key of written) {
    const form = canonical(environment, key);
    if (!keys.has(form)) keys.set(form, asksQuery(key) ? computedColumn(environment, key, computed) : key);
  }
  if (keys.size === 0 && groupBy.sets.length === 0) return { select, orderBy, computed };
  const ids = groupingIds(environment, groupBy);
  const change = (node: Expression): Expression | undefined =>
    ids(node) ?? (isPlain(node) ? undefined : keys.get(canonical(environment, node)));
  const rewrite = (node: Expression): Expression => rewritten(node, change);
  const resolve = (node: Expression): Expression => rewrite(resolved(environment, select, node));
  const items = select.items.map((item): SelectItem => {
    const expression = rewrite(item.expression);
    const renamed =
      !item.alias && !item.aliases && !isPlain(item.expression) && plain(expression) !== plain(item.expression);
    if (!renamed || !keys.has(canonical(environment, item.expression))) return { ...item, expression };
    const { start, end } = item.expression;
    return {
      ...item,
      expression,
      alias: { text: environment.translate(environment, item.expression).name, start, end },
    };
  });
  return {
    select: {
      ...select,
      items,
      groupBy: {
        ...groupBy,
        expressions: groupBy.expressions.map(resolve),
        sets: groupBy.sets.map((set) => unique(environment, set.map(resolve))),
      },
      having: select.having && rewrite(select.having),
      qualify: select.qualify && rewrite(select.qualify),
    },
    orderBy: orderBy.map((key) => ({ ...key, expression: rewrite(key.expression) })),
    computed,
  };
}

/** A key stands once in a set, however often it is written there. */
function unique(environment: Environment, set: readonly Expression[]): readonly Expression[] {
  const forms = set.map((node) => canonical(environment, node));
  return set.filter((_, at) => forms.indexOf(forms[at] ?? '') === at);
}

function keysOf(environment: Environment, select: Select, groupBy: GroupBy): readonly Expression[] {
  if (groupBy.kind === 'all')
    return select.items
      .map(({ expression }) => expression)
      .filter((one) => asksQuery(one) && gathered(one, isAggregateCall).length === 0);
  return [...groupBy.expressions, ...groupBy.sets.flat()]
    .map((node) => resolved(environment, select, node))
    .filter((node) => !isPlain(node));
}

/** `GROUP BY 1` and `GROUP BY alias` mean an item of the SELECT list; only what asks a subquery must be written out. */
function resolved(environment: Environment, select: Select, node: Expression): Expression {
  const at = ordinal(node);
  const name = node.kind === 'column' && node.parts.length === 1 ? node.parts[0]?.text.toLowerCase() : undefined;
  const stars = select.items.some(({ expression }) => expression.kind === 'star');
  const item =
    at !== undefined && !stars
      ? select.items[at - 1]
      : name !== undefined && !hasColumn({ ...environment.scope, outer: undefined }, name)
        ? select.items.find(({ alias }) => alias?.text.toLowerCase() === name)
        : undefined;
  return item && asksQuery(item.expression) ? item.expression : node;
}

function asksQuery(node: Expression): boolean {
  return contains(node, ({ kind }) => kind === 'inQuery' || kind === 'exists' || kind === 'scalarQuery');
}

function isPlain({ kind }: Expression): boolean {
  return kind === 'column' || kind === 'literal' || kind === 'inputColumn' || kind === 'star';
}

function computedColumn(environment: Environment, key: Expression, computed: string[]): Expression {
  const typed = environment.translate(environment, key);
  const alias = `k${environment.nextId()}`;
  computed.push(`(SELECT ${typed.sql} AS v) AS ${alias}`);
  const { start, end } = key;
  const placed = { sql: `${alias}.v`, type: typed.type };
  return { kind: 'column', parts: [{ text: typed.name, start, end }], placed, start, end };
}

/** grouping and grouping_id stand beside sets of keys: the one takes a key, the other all of them in their order, or none. */
function checkGroupings(environment: Environment, select: Select, orderBy: readonly SortKey[]): void {
  const { items, having, groupBy } = select;
  const all = groupBy
    ? unique(
        environment,
        [...groupBy.expressions, ...groupBy.sets.flat()].map((key) => itemOf(select, key)),
      )
    : [];
  const keys = all.map((key) => canonical(environment, key));
  const places = [...items, ...orderBy].map(({ expression }) => expression);
  for (const call of [...places, ...(having ? [having] : [])].flatMap((node) => gathered(node, isGrouping))) {
    if (call.kind !== 'call') continue;
    const args = call.args.map((arg) => canonical(environment, arg));
    const known =
      call.name.toLowerCase() === 'grouping'
        ? args.every((arg) => keys.includes(arg))
        : args.length === 0 || args.join() === keys.join();
    const problem = (message: string): unknown =>
      report(environment, 'sql.syntax', message, call, 'Use ROLLUP, CUBE or GROUPING SETS, and their keys.');
    if (!groupBy || groupBy.sets.length === 0) problem(`${call.name} stands beside sets of keys only.`);
    else if (!known) problem(`${call.name} does not take these: they are not the keys.`);
  }
}

/**
 * Beside sets of keys Spark orders by what the result shows: a key's column that is no column of it is not found, within an aggregate or
 * grouping() neither. HAVING finds it unless grouping() stands there too.
 */
function checkShownKeys(environment: Environment, select: Select, orderBy: readonly SortKey[]): void {
  const { items, having, groupBy } = select;
  if (!groupBy || groupBy.sets.length === 0 || items.some(({ expression }) => expression.kind === 'star')) return;
  const columns = (node: Expression): Expression[] => gathered(node, ({ kind }) => kind === 'column');
  const keys = [...groupBy.expressions, ...groupBy.sets.flat()].flatMap((key) => columns(itemOf(select, key)));
  const ofKeys = new Set(keys.map((column) => canonical(environment, column)));
  const shown = new Set(items.map(({ alias, expression }) => (alias ?? lastPart(expression))?.text.toLowerCase()));
  const places = [...orderBy.map(({ expression }) => expression), ...(having && asksGrouping(having) ? [having] : [])];
  for (const column of places.flatMap(columns))
    if (ofKeys.has(canonical(environment, column)) && !shown.has(lastPart(column)?.text.toLowerCase()))
      report(
        environment,
        'sql.unresolved-column',
        `[UNRESOLVED_COLUMN] ${lastPart(column)?.text ?? ''} is no column of the result, which alone is known beside sets of keys.`,
        column,
        'Select it, or name it in a subquery.',
      );
  const forms = new Set(items.map(({ expression }) => canonical(environment, expression)));
  for (const call of places.flatMap((node) => gathered(node, isGrouping)))
    for (const arg of call.kind === 'call' ? call.args : [])
      if (arg.kind !== 'column' && !forms.has(canonical(environment, arg)))
        report(
          environment,
          'sql.syntax',
          '[GROUPING_COLUMN_MISMATCH] This is no key that is shown.',
          arg,
          'Select it.',
        );
}

function lastPart(node: Expression): Name | undefined {
  return node.kind === 'column' ? node.parts.at(-1) : undefined;
}

function asksGrouping(node: Expression): boolean {
  return contains(node, isGrouping);
}

function isGrouping(node: Expression): boolean {
  return node.kind === 'call' && /^grouping(_id)?$/i.test(node.name);
}

/** What a number or an alias among the keys stands for. */
function itemOf({ items }: Select, key: Expression): Expression {
  const at = ordinal(key);
  if (at !== undefined) return items[at - 1]?.expression ?? key;
  const name = key.kind === 'column' && key.parts.length === 1 ? key.parts[0]?.text.toLowerCase() : undefined;
  const item = items.find(({ alias }) => alias !== undefined && alias.text.toLowerCase() === name);
  return item?.expression ?? key;
}

/** `grouping_id()`, and Hive's column `grouping__id`: of all keys. */
function groupingIds(environment: Environment, groupBy: GroupBy): (node: Expression) => Expression | undefined {
  const all = unique(environment, [...groupBy.expressions, ...groupBy.sets.flat()]);
  return (node) => {
    if (groupBy.sets.length === 0) return undefined;
    const { start, end } = node;
    const hive =
      node.kind === 'column' &&
      node.parts.length === 1 &&
      node.parts[0]?.text.toLowerCase() === 'grouping__id' &&
      !hasColumn(environment.scope, 'grouping__id');
    if (!hive && !(node.kind === 'call' && node.name.toLowerCase() === 'grouping_id' && node.args.length === 0))
      return undefined;
    const name = 'grouping_id';
    const call = { name, nameSpan: { start, end }, args: all, named: [], distinct: false, ignoreNulls: false };
    return { kind: 'call', ...call, start, end };
  };
}

const COMMUTATIVE: ReadonlySet<string> = new Set(['+', '*', 'AND', 'OR', '=', '&', '|', '^', '<=>']);
const MIRRORED: Readonly<Record<string, string>> = { '>': '<', '>=': '<=' };

/** One text for what Spark takes for one expression, whichever way round it is written. */
function canonical(environment: Environment, node: Expression): string {
  if (node.kind === 'column') {
    const column = columnOfScope(environment.scope, node);
    const last = node.parts.at(-1)?.text.toLowerCase();
    return column && column.name.toLowerCase() === last ? column.sql : shape(environment, node);
  }
  if (node.kind !== 'binary') return shape(environment, node);
  const { operator } = node;
  const [left, right] = [canonical(environment, node.left), canonical(environment, node.right)];
  if (operator in MIRRORED) return `(${right} ${MIRRORED[operator] ?? ''} ${left})`;
  if (!COMMUTATIVE.has(operator)) return `(${left} ${operator} ${right})`;
  return `(${[left, right].sort().join(` ${operator} `)})`;
}

/** An expression without its places, its parts in their one form. */
function shape(environment: Environment, node: Expression): string {
  return JSON.stringify(node, (key, value: unknown) => {
    const text = plainPart(key, value);
    if (text !== value || typeof value !== 'object' || value === null || value === node) return text;
    return 'kind' in value && 'start' in value && isPart(value as Expression)
      ? canonical(environment, value as Expression)
      : value;
  });
}

/** The same as written, but for places and the case of names. */
function plain(node: unknown): string {
  return JSON.stringify(node, plainPart);
}

function plainPart(key: string, value: unknown): unknown {
  if (key === 'start' || key === 'end' || key === 'nameSpan') return undefined;
  if ((key === 'text' || key === 'name') && typeof value === 'string') return value.toLowerCase();
  // Names in a subquery mean its own columns.
  return key === 'query' ? plain({ inner: value }) : value;
}

function isPart({ kind }: Expression): boolean {
  return kind === 'column' || kind === 'binary' || kind === 'call' || kind === 'unary' || kind === 'cast';
}
