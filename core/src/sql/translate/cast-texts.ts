import { quoteText } from '../types/duckdb-type.ts';
import { isIntegral, isInterval, type SparkType, STRING } from '../types/spark-type.ts';
import type { CastMode } from './cast.ts';
import { castInterval } from './cast-intervals.ts';
import { once } from './once.ts';

const SIMPLE: Readonly<Record<string, (sql: string) => string>> = {
  double: (sql) => `spark_double_to_string(${sql})`,
  float: (sql) => `spark_float_to_string(${sql})`,
  timestamp: (sql) => `spark_timestamp_text(spark_local(${sql}))`,
  timestamp_ntz: (sql) => `spark_timestamp_text(${sql})`,
  date: (sql) => `spark_date_text(${sql})`,
  binary: (sql) => `spark_text_of(${sql})`,
};

/** Spark's CAST ... AS STRING as DuckDB text; undefined where it is not emulated. */
export function toText(sql: string, from: SparkType, mode: CastMode): string | undefined {
  if (from.kind === 'decimal') return decimalText(sql, from, mode);
  if (from.kind === 'array') return arrayText(sql, from.element, mode);
  if (from.kind === 'map') return mapText(sql, from.key, from.value, mode);
  if (from.kind === 'struct') return structText(sql, from.fields, mode);
  if (isInterval(from) || from.kind === 'interval') return castInterval(sql, from, STRING, 'strict');
  const write = SIMPLE[from.kind];
  if (write) return once(sql, write);
  return isIntegral(from) || ['boolean', 'time', 'string'].includes(from.kind) ? `CAST(${sql} AS VARCHAR)` : undefined;
}

/**
 * DuckDB writes .5 where no digit can stand before the point. With ANSI off Spark writes a decimal as Java's `BigDecimal.toString` does:
 * with an exponent where more than six digits after the point are needed before the first that counts.
 */
function decimalText(sql: string, { precision, scale }: SparkType & { kind: 'decimal' }, mode: CastMode): string {
  const text = `CAST(${sql} AS VARCHAR)`;
  const plain = precision === scale ? `spark_fraction_to_string(${text})` : text;
  return mode === 'legacy' && scale > 6 ? `spark_java_decimal_text(${plain}, ${scale})` : plain;
}

function element(sql: string, type: SparkType, mode: CastMode): string | undefined {
  if (type.kind === 'void') return quoteText('null');
  const text = type.kind === 'string' ? sql : toText(sql, type, mode);
  return text && `coalesce(${text}, 'null')`;
}

function arrayText(sql: string, type: SparkType, mode: CastMode): string | undefined {
  const text = element('__e', type, mode);
  return text && `('[' || array_to_string(list_transform(${sql}, lambda __e: ${text}), ', ') || ']')`;
}

function mapText(sql: string, key: SparkType, value: SparkType, mode: CastMode): string | undefined {
  const left = element("struct_extract(__e, 'key')", key, mode);
  const right = element("struct_extract(__e, 'value')", value, mode);
  if (!left || !right) return undefined;
  return `('{' || array_to_string(list_transform(map_entries(${sql}), lambda __e: ${left} || ' -> ' || ${right}), ', ') || '}')`;
}

function structText(
  sql: string,
  fields: readonly { readonly name: string; readonly type: SparkType }[],
  mode: CastMode,
): string | undefined {
  const texts = fields.map(({ name, type }) => element(`struct_extract(__e, ${quoteText(name)})`, type, mode));
  if (texts.includes(undefined)) return undefined;
  const text = texts.length === 0 ? "'{}'" : `'{' || ${texts.join(" || ', ' || ")} || '}'`;
  return `list_transform([${sql}], lambda __e: CASE WHEN __e IS NOT NULL THEN ${text} END)[1]`;
}
