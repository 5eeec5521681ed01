import { toDuckdbType } from '../types/duckdb-type.ts';
import { decimalOf, isFractional, isIntegral, type SparkType } from '../types/spark-type.ts';
import type { CastMode } from './cast.ts';

const BITS: Readonly<Record<string, number>> = { tinyint: 8, smallint: 16, int: 32, bigint: 64 };

/** An integer of any size cut to its type's lowest bits, as Java does where ANSI is off. */
export function wrapped(sql: string, type: SparkType): string {
  return `CAST(spark_wrap(${sql}, ${BITS[type.kind] ?? 64}) AS ${toDuckdbType(type)})`;
}

/**
 * A narrowed number that stays narrowed: DuckDB takes `CAST(x AS TINYINT) <> 0` for a comparison of x itself, as if every x fitted, and
 * leaves what is within a function alone.
 */
export function narrowed(sql: string): string {
  return `greatest(${sql})`;
}

/** Casts between numbers: ANSI off wraps integers around, TRY_CAST and decimals that do not fit give NULL. */
export function betweenNumbers(sql: string, from: SparkType, to: SparkType, mode: CastMode): string {
  const target = toDuckdbType(to);
  const plain = mode === 'try' || (mode === 'legacy' && to.kind === 'decimal') ? 'TRY_CAST' : 'CAST';
  if (mode === 'legacy' && isIntegral(to)) return toIntegerUnchecked(sql, from, to);
  // The double of Long.MaxValue is 2^63, which Java takes for it.
  if (to.kind === 'bigint' && isFractional(from))
    return `CASE WHEN ${sql} = 9223372036854775808.0::DOUBLE THEN 9223372036854775807 ELSE ${plain}(trunc(${sql}) AS BIGINT) END`;
  if (isIntegral(to) && !isIntegral(from)) {
    const cut = `${plain}(trunc(${sql}) AS ${target})`;
    return isFractional(from) ? cut : narrowed(cut);
  }
  if (!isFractional(from) && !holds(to, from)) return narrowed(`${plain}(${sql} AS ${target})`);
  // Spark goes through the decimal text of a double, which is mostly the shortest: 1.005 is 1.01, not the binary 1.00. Of a float, too.
  if (to.kind === 'decimal' && isFractional(from)) {
    const digits = `spark_double_decimal_text(CAST(${sql} AS DOUBLE))`;
    // Neither NaN nor an infinity has a decimal: NULL, in every mode.
    return `CASE WHEN isfinite(${sql}) THEN ${plain}(${digits} AS ${target}) END`;
  }
  // DuckDB divides a decimal in floats, which loses the last bit.
  if (from.kind === 'decimal' && to.kind === 'float') return `CAST(CAST(${sql} AS VARCHAR) AS FLOAT)`;
  return `${plain}(${sql} AS ${target})`;
}

/** Whether a type has room for the whole digits of every integer or decimal of another. */
function holds(to: SparkType, from: SparkType): boolean {
  if (isIntegral(to)) return (BITS[to.kind] ?? 64) >= (BITS[from.kind] ?? 64);
  if (to.kind !== 'decimal') return true;
  const { precision, scale } = decimalOf(from);
  return to.precision - to.scale >= precision - scale;
}

function toIntegerUnchecked(sql: string, from: SparkType, to: SparkType): string {
  const narrow = (BITS[to.kind] ?? 64) < 64;
  if (isIntegral(from))
    return (BITS[from.kind] ?? 64) > (BITS[to.kind] ?? 64) ? wrapped(sql, to) : `CAST(${sql} AS ${toDuckdbType(to)})`;
  if (from.kind === 'decimal') return wrapped(`CAST(trunc(${sql}) AS HUGEINT)`, to);
  // A double goes to the nearest int or bigint, and from there around.
  const nearest = narrow
    ? `spark_nearest_int(spark_saturated(trunc(CAST(${sql} AS DOUBLE))))`
    : `spark_saturated(trunc(CAST(${sql} AS DOUBLE)))`;
  return wrapped(nearest, to);
}

/** The bytes of an integer, the highest first: a cast that only ANSI off has. */
export function integerBytes(sql: string, from: SparkType): string {
  return `unhex(right(lpad(hex(CAST(${sql} AS BIGINT)), 16, '0'), ${(BITS[from.kind] ?? 64) / 4}))`;
}
