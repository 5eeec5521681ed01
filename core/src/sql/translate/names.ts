import type { Expression, FrameBound, SortKey, WindowSpecification } from '../syntax/nodes.ts';

/** They have a frame of their own. */
const OF_ROWS = /^(?:row_number|rank|dense_rank|percent_rank|ntile)$/;

/**
 * A frame's and ordering's text as Spark writes it in a column's name.
 * @param neighbourAt where lag and lead look, in rows after the current one
 */
export function windowName(
  window: WindowSpecification,
  nameOf: (node: Expression) => string,
  functionName: string,
  neighbourAt?: number,
): string {
  const parts: string[] = [];
  if (window.partitionBy.length > 0) parts.push(`PARTITION BY ${window.partitionBy.map(nameOf).join(', ')}`);
  if (window.orderBy.length > 0)
    parts.push(`ORDER BY ${window.orderBy.map((key) => sortName(key, nameOf)).join(', ')}`);
  if (neighbourAt !== undefined) parts.push(`ROWS BETWEEN ${neighbourAt} FOLLOWING AND ${neighbourAt} FOLLOWING`);
  else if (window.frame)
    parts.push(
      `${window.frame.unit} BETWEEN ${boundName(window.frame.start, nameOf)} AND ${boundName(window.frame.end, nameOf)}`,
    );
  else if (window.orderBy.length > 0)
    parts.push(`${OF_ROWS.test(functionName) ? 'ROWS' : 'RANGE'} BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW`);
  else parts.push('ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING');
  return parts.join(' ');
}

function sortName(key: SortKey, nameOf: (node: Expression) => string): string {
  const nulls = key.nulls ?? (key.descending ? 'last' : 'first');
  return `${nameOf(key.expression)} ${key.descending ? 'DESC' : 'ASC'} NULLS ${nulls.toUpperCase()}`;
}

function boundName({ kind, offset }: FrameBound, nameOf: (node: Expression) => string): string {
  const names: Readonly<Record<string, string>> = {
    unboundedPreceding: 'UNBOUNDED PRECEDING',
    unboundedFollowing: 'UNBOUNDED FOLLOWING',
    current: 'CURRENT ROW',
  };
  return names[kind] ?? `${offset ? nameOf(offset) : ''} ${kind.toUpperCase()}`;
}
