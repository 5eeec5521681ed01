import { isAggregateCall } from '../rules/functions.ts';
import { contains, gathered, rewritten } from '../syntax/walk.ts';
import type { Expression, Select, SortKey } from '../syntax/nodes.ts';
import { sortText } from '../rules/windows.ts';
import type { Span } from '../syntax/problem.ts';
import { quoteName } from '../types/duckdb-type.ts';
import { truth } from './condition.ts';
import { filtered } from './conjunctions.ts';
import { columnOfScope, hasColumn } from './columns.ts';
import {
  type Environment,
  type OutputColumn,
  refuse,
  report,
  type Scope,
  type TranslatedQuery,
} from './environment.ts';
import { outputColumns } from './outputs.ts';
import { notesOf } from '../types/column-notes.ts';
import { originsOf } from '../types/origins.ts';
import { ordinal } from '../syntax/ordinal.ts';
import { distinguishable, hasKey, sortable, normalized } from './orderable.ts';
import { checkRests } from './group-checks.ts';
import { withGroupKeys } from './group-keys.ts';
import { isOpenStar } from './stars.ts';
import { refuseLimited } from './subqueries.ts';
import { rankedRows } from './ranked-rows.ts';
import { translateSource } from './sources.ts';
import { rows, type RowsOf } from './rows-of.ts';
import type { TranslatedSource } from './translated-source.ts';
import type { Typed } from './typed.ts';
import { type Item, selectItems, aliasMap } from './select-items.ts';
import { keySqls, representing, havingSql, uncoveredKeys, groupSql, checkGrouping } from './group-clause.ts';

/** One SELECT with the ORDER BY and LIMIT that stand after it. */
export function translateSelect(
  outer: Environment,
  written: Select,
  keys: readonly SortKey[],
  tail: string,
): TranslatedQuery {
  // Spark does not plan what no row is asked of.
  const isEmpty = / LIMIT 0\b/.test(tail);
  const source: TranslatedSource = written.from
    ? translateSource(isEmpty ? { ...outer, planned: undefined } : outer, written.from)
    : { sql: '', relations: [], merged: [], rows: 'given' };
  const scope: Scope = { ...outer.scope, relations: source.relations, merged: source.merged, windows: written.windows };
  const environment: Environment = { ...outer, scope, filters: undefined, planned: undefined, wholly: false };
  const planned = source.rows === 'stored' && !isEmpty ? outer.planned : undefined;
  const planning: Environment = { ...environment, planned };
  const { select, orderBy, computed } = withGroupKeys(environment, withColumnNamedAll(environment, written), keys);
  const generators: string[] = [];
  // Of a column that nobody asks for Spark plans nothing.
  const plain = selectItems(planning, select.items, generators, outer.wholly === true || select.distinct);
  const represented = representing(environment, select, plain);
  const items = represented === environment ? plain : selectItems(represented, select.items, []);
  const open = select.items.some(({ expression }) => expression.kind === 'star') && isOpenStar(environment);
  const outputs = outputColumns(
    items.map(({ name, typed, owner, asItIs }, at) => ({
      name,
      type: typed.type,
      ...(owner ? { owner } : {}),
      ...(plain[at]?.planned ? { planned: plain[at].planned } : {}),
      ...originsOf([typed]),
      ...(asItIs ? notesOf(typed) : {}),
    })),
  );
  // After the list each alias is a column.
  const aliases = new Map([...aliasMap(items)].map(([key, typed]) => [key, { ...typed, lateralAlias: false }]));
  const grouping: Environment = { ...environment, scope: { ...scope, aliases: aliasMap(plain) } };
  const withAliases: Environment = { ...represented, scope: { ...scope, aliases } };
  const where = clause(planning, 'WHERE', select.where);
  const single = !select.groupBy && plain.some(({ typed }) => typed.aggregate === true);
  if (outer.limited && select.where && !single) refuseLimited(environment, select.where);
  // Of rows that are given the first part of a condition is asked.
  if (source.rows === 'given' && select.where)
    environment.translate({ ...environment, planned: outer.planned, problems: [] }, firstOf(select.where));
  const groups = groupSql({ ...grouping, planned }, select.groupBy, plain);
  const uncovered = uncoveredKeys(grouping, select.groupBy, plain);
  const tested = select.having && withAliasesOf(grouping, aliases, select.having, keySqls(grouping, select, plain));
  const having = havingSql(clause({ ...withAliases, planned }, 'HAVING', tested), select.groupBy, uncovered);
  const qualify = clause({ ...withAliases, planned }, 'QUALIFY', select.qualify, true);
  const orderScope: Environment = { ...represented, planned, scope: { ...scope, aliases, aliasesFirst: true } };
  const order = orderBy.map((key) => orderKey(orderScope, items, key));
  checkGrouping(environment, select, items);
  checkRests(environment, select, orderBy);
  checkPipe(environment, select, plain, select);
  const list = items.map(({ typed }, at) => {
    const sql = select.distinct ? normalized(typed.sql, typed.type) : typed.sql;
    return `${sql} AS ${quoteName(outputs[at]?.internal ?? '')}`;
  });
  const from = [source.sql, ...computed, ...generators].filter((text) => text !== '').join(' CROSS JOIN LATERAL ');
  const sources = from === '' ? '' : ` FROM ${from}`;
  const keyed = select.distinct && outputs.some(({ type }) => hasKey(type));
  const sql = [
    `SELECT ${select.distinct && !keyed ? 'DISTINCT ' : ''}${list.join(', ') || 'NULL AS "_c"'}`,
    sources,
    where,
    groups,
    having,
    qualify,
    order.length > 0 ? ` ORDER BY ${order.join(', ')}` : '',
    tail,
  ].join('');
  if (select.distinct)
    for (const { type } of outputs) distinguishable(environment, { sql: '', type }, 'DISTINCT', select);
  const namesAll = hasColumn({ ...scope, outer: undefined }, 'all');
  const whole = !keyed && order.length === 0 && tail === '';
  const ranked = whole ? rankedRows(environment, { select, items, outputs, rest: sources + where }) : undefined;
  return {
    sql: keyed ? distinctRows(environment, sql, outputs, select) : sql,
    columns: outputs,
    open,
    namesAll,
    ...rows(rowsAfter(source.rows, select, orderBy)),
    ...(ranked ? { ranked: { ...ranked, whole: sql } } : {}),
  };
}

/** What stands first in a condition. */
function firstOf(condition: Expression): Expression {
  return condition.kind === 'binary' && condition.operator === 'AND' ? firstOf(condition.left) : condition;
}

/** Where rows are given, Spark computes expressions of each and conditions, after which perhaps none is left; anything else it plans. */
function rowsAfter(of: RowsOf, select: Select, orderBy: readonly SortKey[]): RowsOf {
  if (of !== 'given') return of;
  if (select.where) return undefined;
  const plain =
    orderBy.length === 0 &&
    !select.distinct &&
    !select.groupBy &&
    !select.having &&
    !select.qualify &&
    !select.items.some(({ expression }) => contains(expression, isAggregateCall));
  return plain ? 'given' : 'stored';
}

/** `GROUP BY all` means a column of that name before it means all that is no aggregate. */
function withColumnNamedAll({ scope }: Environment, select: Select): Select {
  const { groupBy } = select;
  if (groupBy?.kind !== 'all' || !hasColumn({ ...scope, outer: undefined }, 'all')) return select;
  const { start, end } = groupBy;
  const column: Expression = { kind: 'column', parts: [{ text: 'all', start, end }], start, end };
  return { ...select, groupBy: { ...groupBy, kind: 'expressions', expressions: [column] } };
}

/** A condition on groups in which an alias stands for its value where the column of that name is not grouped by; aggregates see columns. */
function withAliasesOf(
  environment: Environment,
  aliases: ReadonlyMap<string, Typed>,
  having: Expression,
  keys: ReadonlySet<string>,
): Expression {
  return rewritten(having, (node) => {
    if (isAggregateCall(node)) return node;
    const [name, more] = node.kind === 'column' ? node.parts : [];
    const alias = name && !more ? aliases.get(name.text.toLowerCase()) : undefined;
    if (node.kind !== 'column' || !alias || alias.ambiguous) return undefined;
    const column = columnOfScope(environment.scope, node);
    const shadowed = column !== undefined || hasColumn({ ...environment.scope, outer: undefined }, name?.text ?? '');
    if (!shadowed || (column && keys.has(column.sql)) || column?.sql === alias.sql) return undefined;
    return { ...node, placed: { sql: alias.sql, type: alias.type } };
  });
}

/** One row of those that are equal by their keys. */
export function distinctRows(
  environment: Environment,
  sql: string,
  columns: readonly OutputColumn[],
  span: Span,
): string {
  const keys = columns.map(({ internal, type }) =>
    distinguishable(environment, { sql: quoteName(internal), type }, 'DISTINCT', span),
  );
  return `SELECT DISTINCT ON (${keys.join(', ')}) * FROM (${sql}) AS d${environment.nextId()}`;
}

function clause(environment: Environment, word: string, expression: Expression | undefined, windows = false): string {
  if (!expression) return '';
  const place = word === 'HAVING' ? 'having' : 'filter';
  const inner: Environment =
    word === 'HAVING'
      ? { ...environment, scope: { ...environment.scope, grouped: true } }
      : { ...environment, filters: word === 'WHERE' };
  const typed = truth(inner, inner.translate(inner, expression), expression, place);
  if (typed.window && !windows)
    report(
      environment,
      'sql.syntax',
      `A window function cannot stand in ${word}.`,
      expression,
      'Use QUALIFY, or a subquery.',
    );
  environment.trace?.condition([typed]);
  if (typed.aggregate && word === 'WHERE')
    report(environment, 'sql.syntax', 'An aggregate cannot stand in WHERE.', expression, 'Use HAVING.');
  return ` ${word} ${word === 'WHERE' ? filtered(typed) : typed.sql}`;
}

/** In pipes only AGGREGATE aggregates, and there everything but the keys does. */
function checkPipe(environment: Environment, { pipe, groupBy }: Select, items: readonly Item[], span: Span): void {
  if (pipe === undefined) return;
  if (pipe === 'AGGREGATE') {
    const keys = groupBy?.expressions.length ?? 0;
    if (items.slice(keys).some(({ typed }) => !typed.aggregate && typed.type.kind !== 'unknown'))
      report(environment, 'sql.syntax', '|> AGGREGATE takes aggregates only.', span, 'Use |> EXTEND for other values.');
  } else if (items.some(({ typed }) => typed.aggregate))
    report(environment, 'sql.syntax', `An aggregate cannot stand in |> ${pipe}.`, span, 'Use |> AGGREGATE.');
}

/** Spark orders by a subquery that is one value for all rows, and by no other. */
function checkSubquery(environment: Environment, key: Expression): void {
  if (!contains(key, ({ kind }) => kind === 'inQuery' || kind === 'exists' || kind === 'scalarQuery')) return;
  const sqls = gathered(key, ({ kind }) => kind === 'scalarQuery').map(
    (query) => environment.translate({ ...environment, problems: [] }, query).sql,
  );
  const own = [...environment.scope.merged, ...environment.scope.relations.flatMap(({ columns }) => columns)];
  if (
    contains(key, ({ kind }) => kind === 'inQuery' || kind === 'exists') ||
    own.some((one) => sqls.some((sql) => sql.includes(one.sql)))
  )
    refuse(environment, 'A subquery of each row in ORDER BY', key, 'Compute it as a column.');
}

function orderKey(environment: Environment, items: readonly Item[], key: SortKey): string {
  const at = ordinal(key.expression);
  checkSubquery(environment, key.expression);
  if (at === undefined)
    return sortText(
      sortable(environment, environment.translate(environment, key.expression), 'ORDER BY', key.expression),
      key,
    );
  const item = items[at - 1];
  if (!item && !isOpenStar(environment))
    report(
      environment,
      'sql.syntax',
      `ORDER BY ${at}: the result has ${items.length} columns.`,
      key.expression,
      'Correct the number.',
    );
  return sortText(item ? sortable(environment, item.typed, 'ORDER BY', key.expression) : 'NULL', key);
}
