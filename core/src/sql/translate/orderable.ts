import { quoteName, quoteText, toDuckdbType } from '../types/duckdb-type.ts';
import type { Span } from '../syntax/problem.ts';
import { holds, isCollated, type SparkType } from '../types/spark-type.ts';
import { comparable } from './collations.ts';
import { type Environment, refuse, report } from './environment.ts';

interface Value {
  readonly sql: string;
  readonly type: SparkType;
}

/** What Spark compares by no order, and DuckDB by one of its own: to it a month is thirty days. */
const WITHOUT_ORDER = {
  map: 'a map',
  interval: 'a calendar interval',
  variant: 'a variant',
  geometry: 'a geometry',
  geography: 'a geography',
} as const;

/** The part of a type that has no order; undefined where values of the type are compared. */
export function withoutOrder(type: SparkType): keyof typeof WITHOUT_ORDER | undefined {
  return (['variant', 'map', 'interval', 'geometry', 'geography'] as const).find((kind) => holds(type, kind));
}

/** What rows are told apart by where their values are compared: a comparison, IN, a join, PARTITION BY. */
export function orderable(environment: Environment, value: Value, what: string, span: Span): string {
  const kind = withoutOrder(value.type);
  if (kind)
    report(
      environment,
      'sql.type-mismatch',
      `[DATATYPE_MISMATCH.INVALID_ORDERING_TYPE] ${what}: ${WITHOUT_ORDER[kind]} has no order.`,
      span,
      'Compare by another value: its parts, or its text.',
    );
  return comparable(environment, value, what, span);
}

/** What rows are sorted by. */
export function sortable(environment: Environment, value: Value, what: string, span: Span): string {
  const sql = orderable(environment, value, what, span);
  if (isCollated(value.type) || withoutOrder(value.type)) return sql;
  // DuckDB gives back the sorted column from its keys, which know no -0.0.
  const { kind } = value.type;
  return kind === 'double' || kind === 'float' ? normalized(sql, value.type) : orderKey(sql, value.type);
}

/** What rows are told apart by where equal ones become one: DISTINCT, UNION, EXCEPT, INTERSECT. */
export function distinguishable(environment: Environment, value: Value, what: string, span: Span): string {
  const { type } = value;
  if (type.kind === 'interval') return intervalKey(value.sql);
  if ((['map', 'variant', 'geometry', 'geography'] as const).some((kind) => holds(type, kind)))
    report(
      environment,
      'sql.type-mismatch',
      `[UNSUPPORTED_FEATURE.SET_OPERATION_ON_MAP_TYPE] ${what}: a map, a variant or a geometry is not told apart.`,
      span,
      'Compare by its parts, or by its text.',
    );
  else if (holds(type, 'interval')) refuse(environment, `${what} of calendar intervals in another value`, span);
  return comparable(environment, value, what, span);
}

/** What rows are grouped by. */
export function groupable(environment: Environment, value: Value, what: string, span: Span): string {
  const { type } = value;
  if (type.kind === 'interval') return intervalKey(value.sql);
  if ((['variant', 'geometry', 'geography'] as const).some((kind) => holds(type, kind)))
    return orderable(environment, value, what, span);
  if (holds(type, 'interval')) refuse(environment, `${what} a value that holds calendar intervals`, span);
  return normalized(comparable(environment, value, what, span), type);
}

/** True where rows are told apart by something else than the value itself. */
export function hasKey(type: SparkType): boolean {
  return isCollated(type) || type.kind === 'interval';
}

/** True where equal values may look different: 0.0 and -0.0, maps with their entries in another order. */
export function isNormalized(type: SparkType): boolean {
  return holds(type, 'double') || holds(type, 'float') || holds(type, 'map');
}

/** Spark groups and tells apart by 0.0 where it meets -0.0 and by a map in the order of its keys, and shows those. */
export function normalized(sql: string, type: SparkType, depth = 0): string {
  if (!isNormalized(type)) return sql;
  if (type.kind === 'double' || type.kind === 'float') return `(${sql} + CAST(0 AS ${toDuckdbType(type)}))`;
  if (type.kind === 'map') return `map_from_entries(list_sort(map_entries(${sql})))`;
  if (type.kind === 'array')
    return `list_transform(${sql}, lambda z${depth}: ${normalized(`z${depth}`, type.element, depth + 1)})`;
  if (type.kind !== 'struct') return sql;
  const fields = type.fields.map(({ name, type: of }) => {
    const field = normalized(`struct_extract(${sql}, ${quoteText(name)})`, of, depth + 1);
    return `${quoteName(name)} := ${field}`;
  });
  return `CASE WHEN ${sql} IS NOT NULL THEN struct_pack(${fields.join(', ')}) END`;
}

/** A calendar interval's months, days and microseconds, none of which is worth another. */
export function intervalKey(sql: string): string {
  return `CAST(${sql} AS VARCHAR)`;
}

/** What orders nested values as Spark does: a NULL before every value, where DuckDB has it behind them. */
export function orderKey(sql: string, type: SparkType, depth = 0): string {
  const part = (text: string, of: SparkType): string =>
    `struct_pack(known := ${text} IS NOT NULL, own := ${orderKey(text, of, depth + 1)})`;
  if (type.kind === 'array') return `list_transform(${sql}, lambda e${depth}: ${part(`e${depth}`, type.element)})`;
  if (type.kind !== 'struct') return sql;
  const fields = type.fields.map(
    ({ name, type: of }, at) => `f${at} := ${part(`struct_extract(${sql}, ${quoteText(name)})`, of)}`,
  );
  return `CASE WHEN ${sql} IS NOT NULL THEN struct_pack(${fields.join(', ')}) END`;
}
