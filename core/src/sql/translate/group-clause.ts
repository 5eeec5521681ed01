import type { Expression, GroupBy, Select } from '../syntax/nodes.ts';
import type { Span } from '../syntax/problem.ts';
import { holds } from '../types/spark-type.ts';
import { type Environment, refuse, report } from './environment.ts';
import { ordinal } from '../syntax/ordinal.ts';
import { groupable, hasKey, isNormalized } from './orderable.ts';
import { isOpenStar } from './stars.ts';
import type { Typed } from './typed.ts';
import { type Item, aliasMap } from './select-items.ts';

/** The texts of what a query groups by. */
export function keySqls(environment: Environment, { groupBy }: Select, items: readonly Item[]): ReadonlySet<string> {
  const written = groupBy ? [...groupBy.expressions, ...groupBy.sets.flat()] : [];
  const keys = written.map((node) => {
    const at = ordinal(node);
    return at === undefined ? environment.translate(environment, node).sql : items[at - 1]?.typed.sql;
  });
  const all =
    groupBy?.kind === 'all' ? items.filter(({ typed }) => !typed.aggregate).map(({ typed }) => typed.sql) : [];
  return new Set([...keys, ...all].filter((key) => key !== undefined));
}

/** The environment in which what is grouped by a key of its own stands for one value of its group. */
export function representing(environment: Environment, { groupBy }: Select, items: readonly Item[]): Environment {
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
export function havingSql(having: string, groupBy: GroupBy | undefined, uncovered: readonly string[]): string {
  // HAVING alone makes one group of all rows, of none too.
  if (!groupBy) return having === '' ? '' : `${having.replace(' HAVING ', ' HAVING (')}) AND count(*) >= 0`;
  if (groupBy.kind === 'expressions' || groupBy.kind === 'all') return having;
  const tests = ['count(*) > 0', ...uncovered.slice(0, 1).map((key) => `grouping(${key}) = 1`)].join(' AND ');
  return having === '' ? ` HAVING ${tests}` : `${having.replace(' HAVING ', ' HAVING (')}) AND ${tests}`;
}

/** `GROUP BY a, b GROUPING SETS ((a))`: the keys that stand in no set. A set of all keys makes them known to DuckDB, and goes again. */
export function uncoveredKeys(
  environment: Environment,
  groupBy: GroupBy | undefined,
  items: readonly Item[],
): string[] {
  if (groupBy?.kind !== 'groupingSets') return [];
  const covered = new Set(groupBy.sets.flat().map((node) => groupKey(environment, node, items)));
  return groupBy.expressions.map((node) => groupKey(environment, node, items)).filter((key) => !covered.has(key));
}

export function groupSql(environment: Environment, groupBy: GroupBy | undefined, items: readonly Item[]): string {
  if (!groupBy) return '';
  const one = (node: Expression): string => groupKey(environment, node, items);
  const sets = groupBy.sets.map((set) => `(${set.map(one).join(', ')})`).join(', ');
  switch (groupBy.kind) {
    case 'expressions':
      return ` GROUP BY ${groupBy.expressions.map(one).join(', ')}`;
    case 'all': {
      const keys = items
        .filter(({ typed }) => !typed.aggregate)
        .map(({ typed }) => {
          checkAlias(environment, typed, groupBy);
          return groupable(environment, typed, 'GROUP BY', groupBy);
        });
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

/** An item that holds an alias of the same list is no key to Spark. */
function checkAlias(environment: Environment, { lateralAlias }: Typed, key: Span): void {
  if (lateralAlias)
    report(
      environment,
      'sql.syntax',
      'GROUP BY takes no item that holds an alias of the same SELECT list.',
      key,
      'Write the expression, or name it in a subquery.',
    );
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
    if (item) checkAlias(environment, item.typed, node);
    return item ? groupable(environment, item.typed, 'GROUP BY', node) : 'NULL';
  }
  const typed = environment.translate(environment, node);
  if (items.some((item) => item.generated && item.typed.sql === typed.sql))
    report(
      environment,
      'sql.unresolved-column',
      'GROUP BY takes no column that a generator of the same SELECT list makes.',
      node,
      'Use LATERAL VIEW.',
    );
  checkAlias(environment, typed, node);
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
export function checkGrouping(environment: Environment, select: Select, items: readonly Item[]): void {
  const aggregated = items.some(({ typed }) => typed.aggregate);
  if (select.having && !select.groupBy && !aggregated && items.some(({ typed }) => typed.literal === undefined))
    refuse(environment, 'HAVING without GROUP BY or an aggregate', select.having, 'Use WHERE.');
}
