import type { Typed } from '../translate/typed.ts';
import type { SparkType } from '../types/spark-type.ts';
import type { FunctionDefinition } from '../../lake/stored-function.ts';
import type { SqlFunction } from './sql-function.ts';

export interface SessionVariable {
  /** As Spark names a column of it. */
  readonly name: string;
  readonly type: SparkType;
  /** DuckDB text of its value. */
  readonly sql: string;
}

/**
 * What names mean that no relation of the statement and no function of Spark has. `unknown`: only the session or the catalog will
 * tell, so that the statement is compiled again where it runs.
 */
export interface SessionNames {
  /** @param caller the function in whose body the name stands: the catalog's functions see no temporary one. */
  function(parts: readonly string[], caller: FunctionDefinition | undefined): SqlFunction | 'unknown' | undefined;
  /** The variable that the first parts name, and how many they are. */
  variable(
    parts: readonly string[],
  ): { readonly variable: SessionVariable | 'unknown'; readonly parts: number } | undefined;
  /** The catalog and schema that complete a table's name; undefined where they are not known, or where the name is a session's view. */
  home?(table: string): { readonly catalog?: string | undefined; readonly schema?: string | undefined } | undefined;
  /** What current_catalog() and current_schema() answer; `unknown`: only the session will tell. */
  current?(): { readonly catalog?: string | undefined; readonly schema?: string | undefined } | 'unknown';
  /** The value of `:name` or of the n-th `?` (named `?n`, from 0), as EXECUTE IMMEDIATE passes it. */
  parameter(name: string): Typed | undefined;
}

export const NO_NAMES: SessionNames = {
  function: () => undefined,
  variable: () => undefined,
  parameter: () => undefined,
};
