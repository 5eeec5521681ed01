import { quoteName } from '../types/duckdb-type.ts';
import type { CommonTable } from '../syntax/nodes.ts';
import { carried } from '../types/column-notes.ts';
import {
  type Environment,
  type KnownTable,
  type OutputColumn,
  report,
  type ScopeColumn,
  type ScopeRelation,
} from './environment.ts';

/** Columns with names that are unique in the DuckDB text; DuckDB compares them without case. */
export function outputColumns(columns: readonly Omit<OutputColumn, 'internal'>[]): OutputColumn[] {
  const seen = new Set<string>();
  return columns.map((column) => {
    const { name, type, owner, planned } = column;
    let internal = name === '' ? '_c' : name;
    for (let count = 2; seen.has(internal.toLowerCase()); count++) internal = `${name}:${count}`;
    seen.add(internal.toLowerCase());
    return { name, type, internal, ...(owner ? { owner } : {}), ...(planned ? { planned } : {}), ...carried(column) };
  });
}

/** A subquery's columns under the names of the relations that they come from. */
export function ownedRelations(columns: readonly OutputColumn[], open: boolean, alias: string): ScopeRelation[] {
  const result: ScopeRelation[] = [];
  for (const [at, { owner = [] }] of columns.entries()) {
    const scoped = relationOf(columns, open, alias, owner).columns.slice(at, at + 1);
    const last = result.at(-1);
    if (last && last.names.join('.') === owner.join('.'))
      result[result.length - 1] = { ...last, columns: [...last.columns, ...scoped] };
    else result.push({ names: owner, columns: scoped, open });
  }
  return result.length > 0 ? result : [{ names: [], columns: [], open }];
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
    ...(column.planned ? { planned: column.planned } : {}),
    ...carried(column),
  }));
  return { names, columns: scoped, open };
}

/** `WITH t(a, b)`: the query's columns under their new names. */
export function renamed(
  environment: Environment,
  common: CommonTable,
  inner: Pick<KnownTable, 'columns' | 'open'>,
): KnownTable['columns'] {
  const names = common.columns?.map(({ text }) => text);
  if (names && !inner.open && names.length !== inner.columns.length)
    report(
      environment,
      'sql.type-mismatch',
      `${common.name.text} names ${names.length} of ${inner.columns.length} columns.`,
      common.name,
      'Name each column.',
    );
  return inner.columns.map((column, at) => ({ ...column, name: names?.[at] ?? column.name }));
}
