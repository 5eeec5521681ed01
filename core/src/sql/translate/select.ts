import { isAggregateCall } from '../rules/functions.ts';
import { contains, rewritten } from '../syntax/walk.ts';
import type { Expression, ExpressionOf, GroupBy, Select, SelectItem, SortKey } from '../syntax/nodes.ts';
import { sortText } from '../rules/windows.ts';
import type { Span } from '../syntax/problem.ts';
import { quoteName } from '../types/duckdb-type.ts';
import { holds } from '../types/spark-type.ts';
import { truth } from './condition.ts';
import { columnOfScope, hasColumn } from './columns.ts';
import {
  type Environment,
  type OutputColumn,
  refuse,
  report,
  type Scope,
  type ScopeColumn,
  type TranslatedQuery,
} from './environment.ts';
import { outputColumns } from './outputs.ts';
import { carried, notesOf } from '../types/column-notes.ts';
import { type HasOrigins, originsOf } from '../types/origins.ts';
import { ordinal } from '../syntax/ordinal.ts';
import { distinguishable, groupable, hasKey, isNormalized, sortable, normalized } from './orderable.ts';
import { checkRests } from './group-checks.ts';
import { withGroupKeys } from './group-keys.ts';
import { isOpenStar, starColumns } from './stars.ts';
import { translateSource } from './sources.ts';
import type { Generator, Typed } from './typed.ts';

interface Item {
  readonly name: string;
  readonly typed: Typed;
  /** A column as it is, under its own name. */
  readonly own?: boolean;
  /** A column as it is, perhaps under another name. */
  readonly asItIs?: boolean;
  readonly owner?: readonly string[];
}

/** One SELECT with the ORDER BY and LIMIT that stand after it. */
export function translateSelect(
  outer: Environment,
  written: Select,
  keys: readonly SortKey[],
  tail: string,
): TranslatedQuery {
  const source = written.from ? translateSource(outer, written.from) : { sql: '', relations: [], merged: [] };
  const scope: Scope = { ...outer.scope, relations: source.relations, merged: source.merged, windows: written.windows };
  const environment: Environment = { ...outer, scope };
  const { select, orderBy, computed } = withGroupKeys(environment, withColumnNamedAll(environment, written), keys);
  const generators: string[] = [];
  const plain = selectItems(environment, select.items, generators);
  const represented = representing(environment, select, plain);
  const items = represented === environment ? plain : selectItems(represented, select.items, []);
  const open = select.items.some(({ expression }) => expression.kind === 'star') && isOpenStar(environment);
  const outputs = outputColumns(
    items.map(({ name, typed, owner, asItIs }) => ({
      name,
      type: typed.type,
      ...(owner ? { owner } : {}),
      ...originsOf([typed]),
      ...(asItIs ? notesOf(typed) : {}),
    })),
  );
  const aliases = aliasMap(items);
  const grouping: Environment = { ...environment, scope: { ...scope, aliases: aliasMap(plain) } };
  const withAliases: Environment = { ...represented, scope: { ...scope, aliases } };
  const where = clause(environment, 'WHERE', select.where);
  const groups = groupSql(grouping, select.groupBy, plain);
  const uncovered = uncoveredKeys(grouping, select.groupBy, plain);
  const tested = select.having && withAliasesOf(grouping, aliases, select.having, keySqls(grouping, select, plain));
  const having = havingSql(clause(withAliases, 'HAVING', tested), select.groupBy, uncovered);
  const qualify = clause(withAliases, 'QUALIFY', select.qualify, true);
  const orderScope: Environment = { ...represented, scope: { ...scope, aliases, aliasesFirst: true } };
  const order = orderBy.map((key) => orderKey(orderScope, items, key));
  checkGrouping(environment, select, items);
  checkRests(environment, select, orderBy);
  checkPipe(environment, select, plain, select);
  const list = items.map(({ typed }, at) => {
    const sql = select.distinct ? normalized(typed.sql, typed.type) : typed.sql;
    return `${sql} AS ${quoteName(outputs[at]?.internal ?? '')}`;
  });
  const from = [source.sql, ...computed, ...generators].filter((text) => text !== '').join(' CROSS JOIN LATERAL ');
  const keyed = select.distinct && outputs.some(({ type }) => hasKey(type));
  const sql = [
    `SELECT ${select.distinct && !keyed ? 'DISTINCT ' : ''}${list.join(', ') || 'NULL AS "_c"'}`,
    from === '' ? '' : ` FROM ${from}`,
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
  return { sql: keyed ? distinctRows(environment, sql, outputs, select) : sql, columns: outputs, open, namesAll };
}

/** `GROUP BY all` means a column of that name before it means all that is no aggregate. */
function withColumnNamedAll({ scope }: Environment, select: Select): Select {
  const { groupBy } = select;
  if (groupBy?.kind !== 'all' || !hasColumn({ ...scope, outer: undefined }, 'all')) return select;
  const { start, end } = groupBy;
  const column: Expression = { kind: 'column', parts: [{ text: 'all', start, end }], start, end };
  return { ...select, groupBy: { ...groupBy, kind: 'expressions', expressions: [column] } };
}

/** The texts of what a query groups by. */
function keySqls(environment: Environment, { groupBy }: Select, items: readonly Item[]): ReadonlySet<string> {
  const written = groupBy ? [...groupBy.expressions, ...groupBy.sets.flat()] : [];
  const keys = written.map((node) => {
    const at = ordinal(node);
    return at === undefined ? environment.translate(environment, node).sql : items[at - 1]?.typed.sql;
  });
  const all =
    groupBy?.kind === 'all' ? items.filter(({ typed }) => !typed.aggregate).map(({ typed }) => typed.sql) : [];
  return new Set([...keys, ...all].filter((key) => key !== undefined));
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

/** The environment in which what is grouped by a key of its own stands for one value of its group. */
function representing(environment: Environment, { groupBy }: Select, items: readonly Item[]): Environment {
  if (!groupBy) return environment;
  const inner: Environment = { ...environment, scope: { ...environment.scope, aliases: aliasMap(items) } };
  const typed = (node: Expression): Typed | undefined => {
    const at = ordinal(node);
    return at === undefined ? environment.translate(inner, node) : items[at - 1]?.typed;
  };
  const keys =
    groupBy.kind === 'all'
      ? items.filter(({ typed: one }) => !one.aggregate).map(({ typed: one }) => one)
      : [...groupBy.expressions, ...groupBy.sets.flat()].map(typed);
  const collated = keys.filter((key) => key && hasKey(key.type));
  const zeros = keys.filter((key) => key && isNormalized(key.type));
  if (collated.length + zeros.length === 0) return environment;
  if (collated.length > 0 && groupBy.kind !== 'expressions' && groupBy.kind !== 'all')
    refuse(environment, 'Grouping analytics over collated text or calendar intervals', groupBy, 'Group by their text.');
  if (items.some(({ typed: one }) => one.generator)) refuse(environment, 'A generator in a GROUP BY', groupBy);
  for (const one of [...collated, ...zeros.filter((key) => key && holds(key.type, 'map'))])
    if (keys.some((key) => key && one && key.sql !== one.sql && key.sql.includes(one.sql)))
      refuse(
        environment,
        'GROUP BY a value beside an expression of it',
        groupBy,
        'Compute the expression in a subquery.',
      );
  return { ...environment, representatives: new Set([...collated, ...zeros].map((key) => key?.sql ?? '')) };
}

/** Grouping analytics over no rows give no rows in Spark, not even the grand total. */
function havingSql(having: string, groupBy: GroupBy | undefined, uncovered: readonly string[]): string {
  // HAVING alone makes one group of all rows, of none too.
  if (!groupBy) return having === '' ? '' : `${having.replace(' HAVING ', ' HAVING (')}) AND count(*) >= 0`;
  if (groupBy.kind === 'expressions' || groupBy.kind === 'all') return having;
  const tests = ['count(*) > 0', ...uncovered.slice(0, 1).map((key) => `grouping(${key}) = 1`)].join(' AND ');
  return having === '' ? ` HAVING ${tests}` : `${having.replace(' HAVING ', ' HAVING (')}) AND ${tests}`;
}

/** `GROUP BY a, b GROUPING SETS ((a))`: the keys that stand in no set. A set of all keys makes them known to DuckDB, and goes again. */
function uncoveredKeys(environment: Environment, groupBy: GroupBy | undefined, items: readonly Item[]): string[] {
  if (groupBy?.kind !== 'groupingSets') return [];
  const covered = new Set(groupBy.sets.flat().map((node) => groupKey(environment, node, items)));
  return groupBy.expressions.map((node) => groupKey(environment, node, items)).filter((key) => !covered.has(key));
}

function clause(environment: Environment, word: string, expression: Expression | undefined, windows = false): string {
  if (!expression) return '';
  const place = word === 'HAVING' ? 'having' : 'filter';
  const typed = truth(environment, environment.translate(environment, expression), expression, place);
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
  return ` ${word} ${typed.sql}`;
}

/** The SELECT list with stars spelled out and generators moved into FROM; later items see the aliases of earlier ones. */
function selectItems(environment: Environment, items: readonly SelectItem[], generators: string[]): Item[] {
  const result: Item[] = [];
  const aliases = new Map<string, Typed>();
  for (const item of items) {
    const { expression } = item;
    if (expression.kind === 'star') {
      const columns = starColumns(environment, expression);
      const replaced = replacements(environment, expression, columns);
      result.push(
        ...columns.map(
          (column) =>
            replaced.get(column) ?? {
              name: column.name,
              typed: { sql: column.sql, type: column.type, name: column.name, local: true, ...carried(column) },
              own: true,
              asItIs: true,
              owner: ownerOf(environment, column),
            },
        ),
      );
      continue;
    }
    const inner: Environment = {
      ...environment,
      scope: { ...environment.scope, aliases, lateralAliases: true },
      generators: true,
    };
    const typed = environment.translate(inner, expression);
    if (typed.generator) {
      result.push(...generatorItems(environment, item, { ...typed.generator, ...originsOf([typed]) }, generators));
      continue;
    }
    if (typed.aggregate && typed.outer && !typed.local)
      refuse(environment, 'An aggregate of a column of the query around this one', item);
    if (item.aliases) refuse(environment, 'AS (...) on what is no generator', item);
    const name = item.alias?.text ?? itemName(expression, typed);
    if (item.alias && !typed.volatile) aliases.set(item.alias.text.toLowerCase(), typed);
    const own = expression.kind === 'column' && !item.alias;
    const column = own ? columnOfScope(environment.scope, expression) : undefined;
    const owner = column?.sql === typed.sql ? ownerOf(environment, column) : [];
    result.push({ name, typed, own, owner, asItIs: expression.kind === 'column' });
  }
  return result;
}

function ownerOf({ scope }: Environment, column: ScopeColumn): readonly string[] {
  return scope.relations.find((relation) => relation.columns.includes(column))?.names ?? [];
}

/** `|> SET a = ...`: the columns that have another value in their place. */
function replacements(
  environment: Environment,
  star: ExpressionOf<'star'>,
  columns: readonly ScopeColumn[],
): Map<ScopeColumn, Item> {
  const found = new Map<ScopeColumn, Item>();
  for (const { name, expression } of star.replace ?? []) {
    const same = columns.filter((column) => column.name.toLowerCase() === name.text.toLowerCase());
    const [column, more] = same;
    const typed = environment.translate(environment, expression);
    if (column && !more) found.set(column, { name: column.name, typed });
    else if (more)
      report(
        environment,
        'sql.ambiguous-column',
        `Several columns are named ${name.text}.`,
        name,
        'Rename one of them.',
      );
    else if (!environment.scope.relations.some((relation) => relation.open))
      report(environment, 'sql.unresolved-column', `There is no column ${name.text} here.`, name, 'Correct the name.');
  }
  return found;
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

function itemName(expression: Expression, typed: Typed): string {
  if (expression.kind === 'column')
    return expression.parts.at(-1)?.text === undefined ? typed.name : lastName(typed.name);
  return expression.kind === 'field' ? expression.field.text : typed.name;
}

function lastName(name: string): string {
  return name.split('.').at(-1) ?? name;
}

function generatorItems(
  environment: Environment,
  item: SelectItem,
  generator: Generator & HasOrigins,
  generators: string[],
): Item[] {
  if (generators.length > 0) refuse(environment, 'More than one generator in a SELECT', item, 'Use LATERAL VIEW.');
  const names = item.aliases?.map(({ text }) => text) ?? (item.alias ? [item.alias.text] : undefined);
  if (names && generator.sql !== '' && names.length !== generator.columns.length)
    report(
      environment,
      'sql.type-mismatch',
      `${names.length} names stand for ${generator.columns.length} columns.`,
      item,
      'Name each column: AS (key, value).',
    );
  const alias = `g${environment.nextId()}`;
  if (generator.sql === '')
    return [{ name: names?.[0] ?? 'col', typed: { sql: 'NULL', type: { kind: 'unknown' }, name: 'col' } }];
  generators.push(`(${generator.sql}) AS ${alias}`);
  return generator.columns.map(({ name, type }, at) => ({
    name: names?.[at] ?? name,
    typed: { sql: `${alias}.${quoteName(name)}`, type, name: names?.[at] ?? name, ...originsOf([generator]) },
  }));
}

function aliasMap(items: readonly Item[]): Map<string, Typed> {
  const aliases = new Map<string, Typed>();
  for (const { name, typed, own } of items) {
    const key = name.toLowerCase();
    const known = aliases.get(key);
    // The same column twice is one column to Spark; two aliases are two.
    const another = known && !(own && known.sql === typed.sql);
    aliases.set(key, another ? { ...known, ambiguous: true } : (known ?? typed));
  }
  return aliases;
}

/** Spark orders by a subquery that is one value for all rows, and by no other. */
function checkSubquery(environment: Environment, key: Expression): void {
  if (!contains(key, ({ kind }) => kind === 'inQuery' || kind === 'exists' || kind === 'scalarQuery')) return;
  const { sql } = environment.translate(environment, key);
  const own = [...environment.scope.merged, ...environment.scope.relations.flatMap(({ columns }) => columns)];
  if (contains(key, ({ kind }) => kind === 'inQuery' || kind === 'exists') || own.some((one) => sql.includes(one.sql)))
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

function groupSql(environment: Environment, groupBy: GroupBy | undefined, items: readonly Item[]): string {
  if (!groupBy) return '';
  const one = (node: Expression): string => groupKey(environment, node, items);
  const sets = groupBy.sets.map((set) => `(${set.map(one).join(', ')})`).join(', ');
  switch (groupBy.kind) {
    case 'expressions':
      return ` GROUP BY ${groupBy.expressions.map(one).join(', ')}`;
    case 'all': {
      const keys = items
        .filter(({ typed }) => !typed.aggregate)
        .map(({ typed }) => groupable(environment, typed, 'GROUP BY', groupBy));
      return keys.length > 0 ? ` GROUP BY ${keys.join(', ')}` : '';
    }
    case 'rollup':
      return ` GROUP BY ROLLUP (${sets})`;
    case 'cube':
      return ` GROUP BY CUBE (${sets})`;
    case 'groupingSets':
      return uncoveredKeys(environment, groupBy, items).length > 0
        ? ` GROUP BY GROUPING SETS (${sets}, (${groupBy.expressions.map(one).join(', ')}))`
        : ` GROUP BY GROUPING SETS (${sets})`;
  }
}

function groupKey(environment: Environment, node: Expression, items: readonly Item[]): string {
  const at = ordinal(node);
  if (at !== undefined) {
    const item = items[at - 1];
    if (!item && !isOpenStar(environment))
      report(
        environment,
        'sql.syntax',
        `GROUP BY ${at}: the result has ${items.length} columns.`,
        node,
        'Correct the number.',
      );
    return item ? groupable(environment, item.typed, 'GROUP BY', node) : 'NULL';
  }
  const typed = environment.translate(environment, node);
  if (typed.aggregate || typed.window)
    report(environment, 'sql.syntax', 'An aggregate cannot stand in GROUP BY.', node, 'Group by columns.');
  if (typed.outer)
    report(
      environment,
      'sql.not-emulated',
      'GROUP BY of a column of the query around it is not emulated locally.',
      node,
      'Group by columns of this query.',
    );
  return groupable(environment, typed, 'GROUP BY', node);
}

/** HAVING without GROUP BY groups all rows; a query of plain columns then is an error in both engines. */
function checkGrouping(environment: Environment, select: Select, items: readonly Item[]): void {
  const aggregated = items.some(({ typed }) => typed.aggregate);
  if (select.having && !select.groupBy && !aggregated && items.some(({ typed }) => typed.literal === undefined))
    refuse(environment, 'HAVING without GROUP BY or an aggregate', select.having, 'Use WHERE.');
}
