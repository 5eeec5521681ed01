import type { RankedRows } from '../contract.ts';
import { overSql } from '../rules/windows.ts';
import type { Select } from '../syntax/nodes.ts';
import { quoteName } from '../types/duckdb-type.ts';
import { isCollated, type SparkType } from '../types/spark-type.ts';
import type { Environment, OutputColumn } from './environment.ts';
import { orderable } from './orderable.ts';
import type { Item } from './select-items.ts';

/** What a SELECT says beside its list, in DuckDB's text. */
interface SelectParts {
  readonly select: Select;
  readonly items: readonly Item[];
  readonly outputs: readonly OutputColumn[];
  /** FROM and WHERE. */
  readonly rest: string;
}

/** Types of which equal values have equal hashes, and which a window compares without computing anything. */
const HASHED: ReadonlySet<SparkType['kind']> = new Set([
  'string',
  'boolean',
  'tinyint',
  'smallint',
  'int',
  'bigint',
  'decimal',
  'date',
  'timestamp',
  'timestamp_ntz',
]);

/** A column of one relation, or a field within it: nothing that could fail in a row. */
const PATH = /^(?:struct_extract\()*(\w+)\.("(?:[^"]|"")+")(?:, '(?:[^']|'')*'\))*$/;

/**
 * A SELECT whose one window says `row_number()` over rows of its own list, in two parts: its rows without the number, and the
 * numbers of the few rows that share their partition with another one. All others are the first of theirs, and need no sorting.
 */
export function rankedRows(environment: Environment, parts: SelectParts): RankedRows | undefined {
  const { select, items, outputs, rest } = parts;
  if (environment.trace || select.distinct || select.groupBy || select.having || select.qualify || select.pipe)
    return undefined;
  const [ranking, more] = items.flatMap((item, at) => (item.typed.window || item.typed.aggregate ? [at] : []));
  if (ranking === undefined || more !== undefined) return undefined;
  const window = rowNumber(environment, select, outputs[ranking]?.name ?? '', items[ranking]?.typed.sql ?? '');
  if (!window) return undefined;
  const kept = items.flatMap(({ typed: { sql } }, at) => (at === ranking ? [] : [{ sql, name: nameOf(outputs, at) }]));
  const [alias, another] = new Set(window.paths.map(({ relation }) => relation));
  const own = window.paths.every(({ relation, column }) =>
    kept.some(({ sql, name }) => sql === `${relation}.${column}` && name === column),
  );
  // The kept table's own number of a row must not be hidden by a column.
  const hidden = kept.some(({ name }) => name.toLowerCase() === '"rowid"');
  if (alias === undefined || another !== undefined || !own || hidden) return undefined;
  const hashed = `hash(${window.partition.join(', ')})`;
  const place = `row_number() OVER (${window.over})`;
  const columns = outputs.map((_, at) => {
    const name = nameOf(outputs, at);
    return at === ranking ? `CAST(coalesce(places.place, 1) AS INTEGER) AS ${name}` : `${alias}.${name} AS ${name}`;
  });
  return {
    number: outputs[ranking]?.internal,
    rowsSql: `SELECT ${kept.map(({ sql, name }) => `${sql} AS ${name}`).join(', ')}${rest}`,
    placesSql: (
      rows,
    ) => `SELECT row, place FROM (SELECT ${alias}.rowid AS row, ${place} AS place FROM ${rows} AS ${alias}
      WHERE ${hashed} IN (SELECT ${hashed} FROM ${rows} AS ${alias} GROUP BY ALL HAVING count(*) > 1)) WHERE place > 1`,
    sql: (rows, places) =>
      `SELECT ${columns.join(', ')} FROM ${rows} AS ${alias} LEFT JOIN ${places} AS places ON places.row = ${alias}.rowid`,
  };
}

function nameOf(outputs: readonly OutputColumn[], at: number): string {
  return quoteName(outputs[at]?.internal ?? '');
}

interface Window {
  /** What stands in OVER (...). */
  readonly over: string;
  readonly partition: readonly string[];
  readonly paths: readonly { readonly relation: string; readonly column: string }[];
}

/** The window of a plain `row_number()` under that name, where it looks at columns alone. */
function rowNumber(outer: Environment, { items }: Select, name: string, sql: string): Window | undefined {
  const written = items.find(({ alias }) => alias?.text === name)?.expression;
  if (written?.kind !== 'call' || !written.over) return undefined;
  // What is wrong here was said where the list was translated; there the window may have seen aliases, too.
  const environment: Environment = { ...outer, problems: [] };
  const over = overSql(environment, written.over, 'row_number');
  const { partitionBy, orderBy, frame } = over.specification;
  if (sql !== `CAST(row_number() OVER (${over.sql}) AS INTEGER)`) return undefined;
  if (frame || partitionBy.length === 0 || environment.problems.length > 0) return undefined;
  const values = [...partitionBy, ...orderBy.map(({ expression }) => expression)].map((one) => {
    const typed = environment.translate(environment, one);
    return { ...typed, sql: orderable(environment, typed, 'PARTITION BY', one) };
  });
  if (!values.every(({ type }) => HASHED.has(type.kind) && !isCollated(type))) return undefined;
  const paths = values.map((value) => PATH.exec(value.sql));
  if (!paths.every((found) => found !== null)) return undefined;
  return {
    over: over.sql,
    partition: values.slice(0, partitionBy.length).map((value) => value.sql),
    paths: paths.map(([, relation = '', column = '']) => ({ relation, column })),
  };
}
