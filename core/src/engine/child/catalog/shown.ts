import type { Cell, QueryResult, ResultColumn } from '../../contract.ts';

/** The rows of a command. */
export type Shown = Pick<QueryResult, 'columns' | 'rows'>;

/** @param columns `name:type` of each. */
export function shown(columns: string, rows: readonly (readonly Cell[])[]): Shown {
  const named = columns.split(' ').map((one): ResultColumn => {
    const [name = '', typeText = ''] = one.split(':');
    return { name, typeText };
  });
  return { columns: named, rows };
}

/** The names that a pattern of SHOW means, sorted: `*` is any text, `|` stands between alternatives, case does not count. */
export function matching(names: readonly string[], pattern: string | undefined): string[] {
  const sorted = [...names].sort();
  if (pattern === undefined) return sorted;
  const expressions = pattern
    .trim()
    .split('|')
    .map((one) => new RegExp(`^(?:${one.replaceAll('*', '.*')})$`, 'i'));
  return sorted.filter((name) => expressions.some((expression) => expression.test(name)));
}
