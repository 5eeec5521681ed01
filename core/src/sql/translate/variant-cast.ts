import { quoteName, quoteText, VARIANT_FIELD } from '../types/duckdb-type.ts';
import { holds, type SparkType } from '../types/spark-type.ts';
import { described, fromCarrier, isReadable, toCarrier } from './carrier.ts';

/** The text that holds a variant's value. */
export function variantText(sql: string): string {
  return `struct_extract(${sql}, ${quoteText(VARIANT_FIELD)})`;
}

/** CAST from or to VARIANT; undefined where Spark has none or it is not emulated. */
export function variantCast(sql: string, from: SparkType, to: SparkType, trying: boolean): string | undefined {
  if (from.kind === 'void') return `CAST(NULL AS STRUCT(${VARIANT_FIELD} VARCHAR))`;
  if (to.kind === 'variant') return isVariantSource(from) ? toVariant(sql, from) : undefined;
  if (from.kind !== 'variant' || !isReadable(to)) return undefined;
  return extracted(sql, "'$'", to, trying);
}

/** Structs and maps become objects by to_variant_object alone. */
function isVariantSource(type: SparkType): boolean {
  if (type.kind === 'array') return isVariantSource(type.element);
  return !['struct', 'map', 'void', 'unknown', 'interval day', 'interval month'].includes(type.kind);
}

/** A value that Spark can make a variant. */
export function toVariant(sql: string, type: SparkType): string {
  return `spark_variant(spark_to_variant(${toCarrier(sql, type)}, ${described(type)}))`;
}

/** The value at a path, as a type. */
export function extracted(sql: string, path: string, to: SparkType, trying: boolean): string {
  const found = `spark_variant_get(${variantText(sql)}, ${path}, ${described(to, trying ? { trying: 'true' } : {})})`;
  return fromCarrier(found, to);
}

/** A value with the JSON texts of its variants in their places, their moments in UTC (Spark's `VariantVal.toString`). */
export function shownVariant(sql: string, type: SparkType): string {
  if (!holds(type, 'variant')) return sql;
  if (type.kind === 'array') return `list_transform(${sql}, lambda __v: ${shownVariant('__v', type.element)})`;
  if (type.kind === 'map')
    return `map_from_entries(list_transform(map_entries(${sql}), lambda __v: struct_pack(k := struct_extract(__v, 'key'), v := ${shownVariant("struct_extract(__v, 'value')", type.value)})))`;
  if (type.kind !== 'struct') return `spark_variant_json(${variantText(sql)}, ${described(type, { timezone: 'UTC' })})`;
  const fields = type.fields.map((field) => {
    const value = `struct_extract(${sql}, ${quoteText(field.name)})`;
    return `${quoteName(field.name)} := ${shownVariant(value, field.type)}`;
  });
  return `CASE WHEN ${sql} IS NOT NULL THEN struct_pack(${fields.join(', ')}) END`;
}
