import { isAggregateCall } from '../rules/functions.ts';
import type { Expression, Select, SortKey } from '../syntax/nodes.ts';
import { contains, gathered } from '../syntax/walk.ts';
import { type Environment, refuse, report } from './environment.ts';

/**
 * What Spark's analysis turns down in a query of groups: a value of each row in its list that asks a subquery, an aggregate in ORDER BY
 * after one that only HAVING has; and a window in ORDER BY of any query.
 */
export function checkRests(environment: Environment, select: Select, orderBy: readonly SortKey[]): void {
  const own = [...environment.scope.merged, ...environment.scope.relations.flatMap(({ columns }) => columns)];
  const depends = (node: Expression): boolean => {
    const { sql } = environment.translate(environment, node);
    return own.some((one) => sql.includes(one.sql));
  };
  const asks = ({ kind }: Expression): boolean => kind === 'scalarQuery';
  if (select.groupBy)
    for (const { expression } of select.items)
      if (
        !isAggregateCall(expression) &&
        gathered(expression, (node) => asks(node) || isAggregateCall(node)).some((node) => asks(node) && depends(node))
      )
        refuse(
          environment,
          'A subquery of each row beside groups',
          expression,
          'Put it into an aggregate, as first(...).',
        );
  const shapes = new Set(select.items.flatMap(({ expression }) => gathered(expression, isAggregateCall).map(written)));
  const tested = select.having && gathered(select.having, isAggregateCall).some((node) => !shapes.has(written(node)));
  for (const { expression } of orderBy) {
    if (tested === true && gathered(expression, isAggregateCall).some((node) => !isGrouping(node)))
      refuse(
        environment,
        'An aggregate in ORDER BY after one that only HAVING has',
        expression,
        'Name it in SELECT, and order by the name.',
      );
    if (contains(expression, (node) => node.kind === 'call' && node.over !== undefined))
      report(
        environment,
        'sql.syntax',
        'A window function cannot stand in ORDER BY.',
        expression,
        'Name it in SELECT, and order by the name.',
      );
  }
}

/** What tells the sets of keys apart is no aggregate to Spark. */
function isGrouping(node: Expression): boolean {
  return node.kind === 'call' && /^grouping(_id)?$/i.test(node.name);
}

/** An expression without its places. */
function written(node: Expression): string {
  return JSON.stringify(node, (key, value: unknown) =>
    key === 'start' || key === 'end' || key === 'nameSpan' ? undefined : value,
  ).toLowerCase();
}
