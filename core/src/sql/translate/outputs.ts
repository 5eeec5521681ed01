import { quoteName } from '../types/duckdb-type.ts';
import type { SparkType } from '../types/spark-type.ts';
import type { OutputColumn, ScopeColumn, ScopeRelation } from './environment.ts';

/** Columns with names that are unique in the DuckDB text; DuckDB compares them without case. */
export function outputColumns(columns: readonly { readonly name: string; readonly type: SparkType }[]): OutputColumn[] {
  const seen = new Set<string>();
  return columns.map(({ name, type }) => {
    let internal = name === '' ? '_c' : name;
    for (let count = 2; seen.has(internal.toLowerCase()); count++) internal = `${name}:${count}`;
    seen.add(internal.toLowerCase());
    return { name, type, internal };
  });
}

/** A subquery's columns as those of a relation with an alias. */
export function relationOf(
  columns: readonly OutputColumn[],
  open: boolean,
  alias: string,
  names: readonly string[],
  renamed?: readonly string[],
): ScopeRelation {
  const scoped = columns.map((column, at): ScopeColumn => ({
    name: renamed?.[at] ?? column.name,
    type: column.type,
    sql: `${alias}.${quoteName(column.internal)}`,
    hidden: false,
  }));
  return { names, columns: scoped, open };
}
