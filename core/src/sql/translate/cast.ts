import { quoteName, toDuckdbType } from '../types/duckdb-type.ts';
import { isFractional, isIntegral, isInterval, isNumeric, sameType, type SparkType } from '../types/spark-type.ts';

/** `strict`: an error where the value does not fit (ANSI); `try`: NULL; `legacy`: CAST with ANSI off. */
export type CastMode = 'strict' | 'try' | 'legacy';

/** Spark's CAST as DuckDB text; undefined where this pair of types is not emulated. */
export function castSql(sql: string, from: SparkType, to: SparkType, mode: CastMode): string | undefined {
  if (sameType(from, to)) return sql;
  const target = toDuckdbType(to);
  if (from.kind === 'void') return `CAST(NULL AS ${target})`;
  if (from.kind === 'unknown' || to.kind === 'unknown') return sql;
  // With ANSI off an integer that does not fit wraps around in Spark: an error here, never another number.
  const plain = mode === 'try' || (mode === 'legacy' && to.kind === 'decimal') ? 'TRY_CAST' : 'CAST';
  if (isInterval(from) && from.kind === to.kind) return sql;
  if (from.kind === 'string') return fromString(sql, to, mode);
  if (to.kind === 'string') return toText(sql, from);
  if (isNumeric(from) && isNumeric(to)) return betweenNumbers(sql, from, to, plain);
  if (from.kind === 'boolean' && isNumeric(to)) return `CAST(CAST(${sql} AS INTEGER) AS ${target})`;
  if (isNumeric(from) && to.kind === 'boolean') return `(${sql} <> 0)`;
  if (from.kind === 'date' && to.kind === 'timestamp') return `spark_local_to_timestamp(CAST(${sql} AS TIMESTAMP))`;
  if (from.kind === 'date' && to.kind === 'timestamp_ntz') return `CAST(${sql} AS TIMESTAMP)`;
  if (from.kind === 'timestamp' && to.kind === 'date') return `CAST(CAST(${sql} AS TIMESTAMP) AS DATE)`;
  if (from.kind === 'timestamp_ntz' && to.kind === 'date') return `CAST(${sql} AS DATE)`;
  if (from.kind === 'timestamp' && to.kind === 'timestamp_ntz') return `CAST(${sql} AS TIMESTAMP)`;
  if (from.kind === 'timestamp_ntz' && to.kind === 'timestamp') return `spark_local_to_timestamp(${sql})`;
  if (from.kind === 'timestamp' && to.kind === 'bigint') return `spark_epoch_seconds(${sql})`;
  if (from.kind === 'timestamp' && to.kind === 'double')
    return `(CAST(epoch_us(${sql}) AS DOUBLE) / 1000000.0::DOUBLE)`;
  if (isIntegral(from) && to.kind === 'timestamp') return `make_timestamptz(CAST(${sql} AS BIGINT) * 1000000)`;
  return nested(sql, from, to, mode);
}

function fromString(sql: string, to: SparkType, mode: CastMode): string | undefined {
  const name = to.kind === 'decimal' ? 'decimal' : isIntegral(to) ? 'integral' : isFractional(to) ? 'double' : to.kind;
  if (to.kind === 'binary') return `encode(${sql})`;
  if (!['decimal', 'integral', 'double', 'boolean', 'date', 'timestamp', 'timestamp_ntz'].includes(name))
    return undefined;
  const parsed = `spark_parse_${name}${name === 'integral' && mode === 'legacy' ? '_legacy' : ''}(${sql})`;
  const typed = ['decimal', 'integral', 'double'].includes(name)
    ? `TRY_CAST(${parsed} AS ${toDuckdbType(to)})`
    : parsed;
  return mode !== 'strict' ? typed : `spark_must_parse(${typed}, ${sql}, '${to.kind.toUpperCase()}')`;
}

function toText(sql: string, from: SparkType): string | undefined {
  if (from.kind === 'double' || from.kind === 'float') return `spark_double_to_string(${sql})`;
  if (from.kind === 'timestamp')
    return `spark_year_within(CAST(${sql} AS TIMESTAMP), CAST(CAST(${sql} AS TIMESTAMP) AS VARCHAR))`;
  if (from.kind === 'binary') return `decode(${sql})`;
  // DuckDB writes .5 where no digit can stand before the point.
  if (from.kind === 'decimal' && from.precision === from.scale)
    return `spark_fraction_to_string(CAST(${sql} AS VARCHAR))`;
  if (from.kind === 'date') return `spark_year_within(${sql}, CAST(${sql} AS VARCHAR))`;
  const same = isIntegral(from) || ['decimal', 'boolean', 'date', 'timestamp_ntz'].includes(from.kind);
  return same ? `CAST(${sql} AS VARCHAR)` : undefined;
}

function betweenNumbers(sql: string, from: SparkType, to: SparkType, plain: string): string {
  const target = toDuckdbType(to);
  if (isIntegral(to) && !isIntegral(from)) return `${plain}(trunc(${sql}) AS ${target})`;
  // Spark goes through the shortest decimal text of a double: 1.005 is 1.01, not the binary 1.00.
  if (to.kind === 'decimal' && isFractional(from)) return `${plain}(CAST(${sql} AS VARCHAR) AS ${target})`;
  return `${plain}(${sql} AS ${target})`;
}

function nested(sql: string, from: SparkType, to: SparkType, mode: CastMode): string | undefined {
  if (from.kind === 'array' && to.kind === 'array') {
    const element = castSql('__e', from.element, to.element, mode);
    return element && `list_transform(${sql}, lambda __e: ${element})`;
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

function quoteField(name: string): string {
  return `'${name.replaceAll("'", "''")}'`;
}
