/** An error as Spark names it. */
export interface Condition {
  /** With its subclass, if it has one: `CAST_INVALID_INPUT`. */
  readonly name: string;
  readonly sqlState: string;
}

/** Codes of ours that say what Spark says: a handler of a script sees them, and Spark raises them where the statement runs. */
export const RAISED_BY_SPARK: Readonly<Record<string, Condition>> = {
  'sql.unresolved-column': { name: 'UNRESOLVED_COLUMN', sqlState: '42703' },
  'sql.ambiguous-column': { name: 'AMBIGUOUS_REFERENCE', sqlState: '42704' },
  'sql.unknown-table': { name: 'TABLE_OR_VIEW_NOT_FOUND', sqlState: '42P01' },
  'sql.unresolved-variable': { name: 'UNRESOLVED_VARIABLE', sqlState: '42883' },
  'sql.variable-exists': { name: 'VARIABLE_ALREADY_EXISTS', sqlState: '42723' },
  'sql.subquery-in-values': {
    name: 'UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.SCALAR_SUBQUERY_IN_VALUES',
    sqlState: '0A000',
  },
  'sql.random-in-values': {
    name: 'INVALID_INLINE_TABLE.CANNOT_EVALUATE_EXPRESSION_IN_INLINE_TABLE',
    sqlState: '42000',
  },
  'catalog.table-not-found': { name: 'TABLE_OR_VIEW_NOT_FOUND', sqlState: '42P01' },
  'catalog.schema-not-found': { name: 'SCHEMA_NOT_FOUND', sqlState: '42704' },
  'catalog.table-already-exists': { name: 'TABLE_OR_VIEW_ALREADY_EXISTS', sqlState: '42P07' },
};
