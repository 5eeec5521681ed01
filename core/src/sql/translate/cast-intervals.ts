import { quoteText, toDuckdbType } from '../types/duckdb-type.ts';
import { type IntervalType, rangeOf } from '../types/interval.ts';
import { isIntegral, isInterval, type SparkType } from '../types/spark-type.ts';
import type { CastMode } from './cast.ts';

/** Months of a year-month field, microseconds of a day-time one. */
const SIZES: Readonly<Record<string, bigint>> = {
  year: 12n,
  month: 1n,
  day: 86_400_000_000n,
  hour: 3_600_000_000n,
  minute: 60_000_000n,
  second: 1_000_000n,
};

/** A whole-number type's or interval's last field, by which Spark counts it. */
function lastField(type: IntervalType): string {
  return rangeOf(type).split(' ').at(-1) ?? '';
}

function unitsOf(sql: string, type: IntervalType): string {
  return type.kind === 'interval month' ? `spark_interval_months(${sql})` : `spark_interval_micros(${sql})`;
}

function ofUnits(units: string, type: IntervalType, mode: CastMode): string {
  const cast = mode === 'try' ? 'TRY_CAST' : 'CAST';
  return type.kind === 'interval month'
    ? `to_months(${cast}(${units} AS INTEGER))`
    : `spark_day_interval(${cast}(${units} AS BIGINT))`;
}

/** Casts from and to intervals; undefined where neither side is one or Spark has no such cast. */
export function castInterval(sql: string, from: SparkType, to: SparkType, mode: CastMode): string | undefined {
  if (to.kind === 'interval') return from.kind === 'string' ? calendarOf(sql) : undefined;
  if (from.kind === 'interval') return to.kind === 'string' ? `spark_calendar_interval_text(${sql})` : undefined;
  if (isInterval(from) && isInterval(to))
    return from.kind === to.kind ? narrowed(sql, from as IntervalType, to as IntervalType) : undefined;
  if (isInterval(from)) return fromInterval(sql, from as IntervalType, to, mode);
  return isInterval(to) ? toInterval(sql, from, to as IntervalType, mode) : undefined;
}

/** What is no interval is NULL, with ANSI too. */
function calendarOf(sql: string): string {
  return `CAST(spark_read_calendar_interval(${sql}) AS INTERVAL)`;
}

/** What the last field of the other type does not count is cut. */
function narrowed(sql: string, from: IntervalType, to: IntervalType): string {
  const size = SIZES[lastField(to)] ?? 1n;
  if (size <= 1n || lastField(to) === 'second' || lastField(from) === lastField(to)) return sql;
  return ofUnits(`${unitsOf(sql, from)} // ${size} * ${size}`, to, 'strict');
}

function fromInterval(sql: string, from: IntervalType, to: SparkType, mode: CastMode): string | undefined {
  const units = unitsOf(sql, from);
  if (to.kind === 'string') return `spark_interval_text(${units}, ${quoteText(rangeOf(from))})`;
  const size = SIZES[lastField(from)] ?? 1n;
  const cast = mode === 'try' ? 'TRY_CAST' : 'CAST';
  if (isIntegral(to)) return `${cast}(${units} // ${size} AS ${toDuckdbType(to)})`;
  if (to.kind !== 'decimal') return undefined;
  const value =
    lastField(from) === 'second'
      ? `(CAST(${units} AS DECIMAL(19,0)) * CAST(0.000001 AS DECIMAL(7,6)))`
      : `CAST(${units} // ${size} AS DECIMAL(19,0))`;
  return `${cast}(${value} AS ${toDuckdbType(to)})`;
}

function toInterval(sql: string, from: SparkType, to: IntervalType, mode: CastMode): string | undefined {
  if (from.kind === 'string') {
    const read = mode === 'try' ? 'spark_try_read_interval' : 'spark_read_interval';
    return ofUnits(`${read}(${sql}, ${quoteText(rangeOf(to))})`, to, mode);
  }
  const size = SIZES[lastField(to)] ?? 1n;
  if (isIntegral(from)) return ofUnits(`CAST(${sql} AS HUGEINT) * ${size}`, to, mode);
  if (from.kind !== 'decimal' || from.precision > 26) return undefined;
  return ofUnits(`round(CAST(${sql} AS DECIMAL(38,${from.scale})) * ${size})`, to, mode);
}
