import type { RelationColumn } from '../contract.ts';

/**
 * How Spark plans over rows: `stored` without a look at them, so that it computes every constant first; `given` ones it computes at once,
 * as far as expressions go, and what they leave no row of it does not plan. Undefined: not known, or perhaps no row is left.
 */
export type RowsOf = RelationColumn['rows'];

/** As a property, where it is known. */
export function rows(of: RowsOf): { readonly rows?: NonNullable<RowsOf> } {
  return of ? { rows: of } : {};
}

/** Rows of all of them together: Spark joins and unites them when it runs. */
export function together(...parts: readonly RowsOf[]): RowsOf {
  return parts.every((part) => part !== undefined) ? 'stored' : undefined;
}
