import { quoteName, toDuckdbType } from '../types/duckdb-type.ts';
import { castInterval } from './cast-intervals.ts';
import { betweenNumbers, integerBytes, narrowed } from './cast-numbers.ts';
import { toText } from './cast-texts.ts';
import { isFractional, isIntegral, isInterval, isNumeric, sameType, type SparkType } from '../types/spark-type.ts';
import { isSpatial, type Spatial } from '../types/spatial.ts';
import { once } from './once.ts';
import { variantCast } from './variant-cast.ts';

/** `strict`: an error where the value does not fit (ANSI); `try`: NULL; `legacy`: CAST with ANSI off. */
export type CastMode = 'strict' | 'try' | 'legacy';

/** Spark's CAST as DuckDB text; undefined where this pair of types is not emulated. */
export function castSql(sql: string, from: SparkType, to: SparkType, mode: CastMode): string | undefined {
  if (sameType(from, to) || (from.kind === 'string' && to.kind === 'string')) return sql;
  const target = toDuckdbType(to);
  // What raises (raise_error) has no value and still must stand there.
  if (from.kind === 'void') return `CAST(${sql.includes('error(') ? sql : 'NULL'} AS ${target})`;
  if (from.kind !== 'unknown' && (from.kind === 'variant' || to.kind === 'variant'))
    return variantCast(sql, from, to, mode === 'try');
  if (from.kind === 'unknown' || to.kind === 'unknown') return sql;
  if (isSpatial(from) || isSpatial(to))
    return isSpatial(from) && isSpatial(to) ? castSpatial(sql, from, to) : undefined;
  if ([from, to].some((type) => isInterval(type) || type.kind === 'interval')) return castInterval(sql, from, to, mode);
  if (from.kind === 'string') return once(sql, (text) => fromString(text, to, mode));
  if (to.kind === 'string') return toText(sql, from, mode);
  if (isNumeric(from) && isNumeric(to)) return betweenNumbers(sql, from, to, mode);
  if (from.kind === 'boolean' && isNumeric(to)) return `CAST(CAST(${sql} AS INTEGER) AS ${target})`;
  if (isNumeric(from) && to.kind === 'boolean') return `(${sql} <> 0)`;
  if (from.kind === 'date' && to.kind === 'timestamp') return `spark_local_to_timestamp(CAST(${sql} AS TIMESTAMP))`;
  if (from.kind === 'date' && to.kind === 'timestamp_ntz') return `CAST(${sql} AS TIMESTAMP)`;
  // ANSI off answers NULL where ANSI refuses the pair.
  if (from.kind === 'date' && (isNumeric(to) || to.kind === 'boolean'))
    return mode === 'legacy' ? `CASE WHEN ${sql} IS NULL THEN NULL ELSE CAST(NULL AS ${target}) END` : undefined;
  if (from.kind === 'timestamp' && to.kind === 'date') return `CAST(spark_local(${sql}) AS DATE)`;
  if (from.kind === 'timestamp_ntz' && to.kind === 'date') return `CAST(${sql} AS DATE)`;
  if (from.kind === 'timestamp' && to.kind === 'timestamp_ntz') return `spark_local(${sql})`;
  if (from.kind === 'timestamp_ntz' && to.kind === 'timestamp') return `spark_local_to_timestamp(${sql})`;
  if (from.kind === 'timestamp') return fromTimestamp(sql, to, mode);
  if (to.kind === 'timestamp') return toTimestamp(sql, from, mode);
  if (from.kind === 'time') return fromTime(sql, from, to, mode);
  if (isIntegral(from) && to.kind === 'binary') return mode === 'legacy' ? integerBytes(sql, from) : undefined;
  return nested(sql, from, to, mode);
}

/** Any value is one of any reference system, and a geography a geometry of the same. */
function castSpatial(sql: string, from: Spatial, to: Spatial): string | undefined {
  if (from.kind === to.kind) return to.srid === 'any' ? sql : undefined;
  return from.kind === 'geography' && from.srid === to.srid ? sql : undefined;
}

function fromString(sql: string, to: SparkType, mode: CastMode): string | undefined {
  const name = to.kind === 'decimal' ? 'decimal' : isIntegral(to) ? 'integral' : isFractional(to) ? 'double' : to.kind;
  if (to.kind === 'binary') return `encode(${sql})`;
  if (!['decimal', 'integral', 'double', 'boolean', 'date', 'time', 'timestamp', 'timestamp_ntz'].includes(name))
    return undefined;
  const read = `spark_parse_${name}${name === 'integral' && mode === 'legacy' ? '_legacy' : ''}(${sql})`;
  const typed = ['decimal', 'integral', 'double'].includes(name) ? `TRY_CAST(${read} AS ${toDuckdbType(to)})` : read;
  return mode !== 'strict' ? typed : `spark_must_parse(${typed}, ${sql}, '${to.kind.toUpperCase()}')`;
}

/** Casts of instants: Spark counts seconds since 1970. */
function fromTimestamp(sql: string, to: SparkType, mode: CastMode): string | undefined {
  const cast = mode === 'strict' ? 'CAST' : 'TRY_CAST';
  const seconds = `spark_epoch_seconds(${sql})`;
  if (to.kind === 'bigint') return seconds;
  if (isIntegral(to)) return narrowed(`${cast}(${seconds} AS ${toDuckdbType(to)})`);
  if (isFractional(to)) return `CAST(CAST(epoch_us(${sql}) AS DOUBLE) / 1000000.0::DOUBLE AS ${toDuckdbType(to)})`;
  if (to.kind === 'decimal')
    return `${cast}(CAST(epoch_us(${sql}) AS DECIMAL(19,0)) * CAST(0.000001 AS DECIMAL(7,6)) AS ${toDuckdbType(to)})`;
  return to.kind === 'boolean' && mode === 'legacy' ? `(epoch_us(${sql}) <> 0)` : undefined;
}

function toTimestamp(sql: string, from: SparkType, mode: CastMode): string | undefined {
  if (isIntegral(from)) return `spark_seconds_timestamp(CAST(${sql} AS BIGINT))`;
  if (isFractional(from)) {
    const finite = `isfinite(CAST(${sql} AS DOUBLE))`;
    const otherwise =
      mode === 'strict'
        ? `CAST(error('[CAST_INVALID_INPUT] NaN and Infinity are no timestamps.') AS TIMESTAMPTZ)`
        : 'NULL';
    return `CASE WHEN ${sql} IS NULL THEN NULL WHEN ${finite} THEN spark_fraction_timestamp(CAST(${sql} AS DOUBLE)) ELSE ${otherwise} END`;
  }
  if (from.kind === 'decimal' && from.precision - from.scale <= 13)
    return `make_timestamptz(CAST(trunc(CAST(${sql} AS DECIMAL(38,${Math.min(from.scale, 18)})) * 1000000) AS BIGINT))`;
  return from.kind === 'boolean' && mode === 'legacy'
    ? `make_timestamptz(CAST(CAST(${sql} AS INTEGER) AS BIGINT))`
    : undefined;
}

function fromTime(
  sql: string,
  from: SparkType & { readonly kind: 'time' },
  to: SparkType,
  mode: CastMode,
): string | undefined {
  const cast = mode === 'strict' ? 'CAST' : 'TRY_CAST';
  const micros = `spark_time_micros(${sql})`;
  if (to.kind === 'time') {
    const unit = 10 ** (6 - to.precision);
    return to.precision >= from.precision ? sql : `spark_time(${micros} // ${unit} * ${unit})`;
  }
  if (isIntegral(to)) return narrowed(`${cast}(${micros} // 1000000 AS ${toDuckdbType(to)})`);
  if (to.kind !== 'decimal') return undefined;
  return `${cast}(CAST(${micros} AS DECIMAL(19,0)) * CAST(0.000001 AS DECIMAL(7,6)) AS ${toDuckdbType(to)})`;
}

function nested(sql: string, from: SparkType, to: SparkType, mode: CastMode): string | undefined {
  if (from.kind === 'array' && to.kind === 'array') {
    const element = castSql('__e', from.element, to.element, mode);
    return element && `list_transform(${sql}, lambda __e: ${element})`;
  }
  if (from.kind === 'map' && to.kind === 'map') {
    if (mode !== 'strict' && mayBeNull(from.key, to.key)) return undefined;
    const key = castSql("struct_extract(__e, 'key')", from.key, to.key, mode);
    const value = castSql("struct_extract(__e, 'value')", from.value, to.value, mode);
    return (
      key &&
      value &&
      `map_from_entries(list_transform(map_entries(${sql}), lambda __e: struct_pack(k := ${key}, v := ${value})))`
    );
  }
  if (from.kind !== 'struct' || to.kind !== 'struct' || from.fields.length !== to.fields.length) return undefined;
  const fields = from.fields.map((field, index) => {
    const target = to.fields[index];
    const text = target && castSql(`struct_extract(${sql}, ${quoteField(field.name)})`, field.type, target.type, mode);
    return text && `${quoteName(target.name)} := ${text}`;
  });
  return fields.includes(undefined)
    ? undefined
    : `CASE WHEN ${sql} IS NULL THEN NULL ELSE struct_pack(${fields.join(', ')}) END`;
}

/** Whether the cast of a key may be NULL, which no key is. Spark 4: `Cast.forceNullable`. */
function mayBeNull(from: SparkType, to: SparkType): boolean {
  if (from.kind === 'void' || sameType(from, to) || to.kind === 'string') return false;
  if (from.kind === 'string') return to.kind !== 'binary';
  if (from.kind === 'timestamp' && ['tinyint', 'smallint', 'int'].includes(to.kind)) return true;
  if (isFractional(from) && (to.kind === 'timestamp' || isIntegral(to))) return true;
  if (to.kind === 'date') return from.kind !== 'timestamp';
  if (from.kind === 'date') return to.kind !== 'timestamp';
  return to.kind === 'decimal' || to.kind === 'interval' || (from.kind === 'decimal' && isIntegral(to));
}

function quoteField(name: string): string {
  return `'${name.replaceAll("'", "''")}'`;
}
