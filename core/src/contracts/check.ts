/** The name under which a check's text finds the rows: those of one write, with the table's own where it appends. */
export const checkedRelation = '__staged';

/** Under this one it finds what DESCRIBE says of them, `column_name` and `column_type`: asked once for all checks, not once for each. */
export const checkedColumns = '__staged_columns';

/** A contract's rule as data: the engine executes it on a staged result, before it commits. */
export interface TableCheck {
  readonly name: string;
  /**
   * `row`: a DuckDB predicate that is true for a row that breaks the rule. `table`: a query for one number, in DuckDB's dialect, or
   * in Databricks' where a team wrote it (`language`); the rule holds where the number fulfils `passes`. Rows are in `__staged`, their columns in
   * `__staged_columns`.
   */
  readonly sql: string;
  readonly language?: 'duckdb' | 'databricks';
  readonly scope: 'row' | 'table';
  /** DuckDB condition on `value`, the number of a check of scope `table`: `value BETWEEN 1 AND 5`. */
  readonly passes?: string;
  readonly severity: 'error' | 'warning';
  /** Where the rule stands in the contract, for people. */
  readonly source: string;
}
