import type { Conversion } from '../functions/json/conversion.ts';
import { quoteName, quoteText, toDuckdbType } from '../types/duckdb-type.ts';
import { holds, type SparkType, STRING } from '../types/spark-type.ts';
import { isSpatial } from '../types/spatial.ts';

/** A value as JSON whose scalars are texts, as the JavaScript functions of JSON, CSV, XML and VARIANT take it. */
export function toCarrier(sql: string, type: SparkType): string {
  return `CAST(to_json(CAST(${structKeys(sql, type)} AS ${carrierType(type)})) AS VARCHAR)`;
}

/** What such a function gives, as the type's value. */
export function fromCarrier(sql: string, type: SparkType): string {
  if (type.kind === 'string') return `json_extract_string(${sql}, '$')`;
  if (type.kind === 'binary') return `CAST(json_extract_string(${sql}, '$') AS BLOB)`;
  const value = `CAST(CAST(${sql} AS JSON) AS ${toDuckdbType(bytesAsText(type))})`;
  return holds(type, 'binary') ? `CAST(${value} AS ${toDuckdbType(type)})` : value;
}

/** DuckDB takes a JSON text for the bytes themselves, but reads the escapes of a text. */
function bytesAsText(type: SparkType): SparkType {
  if (type.kind === 'binary') return STRING;
  if (type.kind === 'array') return { kind: 'array', element: bytesAsText(type.element) };
  if (type.kind === 'map') return { kind: 'map', key: bytesAsText(type.key), value: bytesAsText(type.value) };
  if (type.kind !== 'struct') return type;
  return { kind: 'struct', fields: type.fields.map((field) => ({ ...field, type: bytesAsText(field.type) })) };
}

/** The type with every scalar as text. */
function carrierType(type: SparkType): string {
  if (type.kind === 'array') return `${carrierType(type.element)}[]`;
  if (type.kind === 'map') return `MAP(VARCHAR, ${carrierType(type.value)})`;
  if (type.kind !== 'struct') return type.kind === 'variant' ? toDuckdbType(type) : 'VARCHAR';
  return `STRUCT(${type.fields.map((field) => `${quoteName(field.name)} ${carrierType(field.type)}`).join(', ')})`;
}

/** A map's keys that are structs as JSON: DuckDB's own text of a struct cannot be read back. */
function structKeys(sql: string, type: SparkType): string {
  if (type.kind !== 'map' || type.key.kind !== 'struct') return sql;
  return `map_from_entries(list_transform(map_entries(${sql}), lambda __e: struct_pack(k := ${toCarrier("struct_extract(__e, 'key')", type.key)}, v := struct_extract(__e, 'value'))))`;
}

/** False where a struct has the same field twice for DuckDB, or a type has no text that can be read back. */
export function isCarried(type: SparkType): boolean {
  if (type.kind === 'array') return isCarried(type.element);
  if (type.kind === 'map')
    return (
      isCarried(type.value) && !['map', 'array', 'variant', 'binary'].includes(type.key.kind) && isCarried(type.key)
    );
  if (type.kind === 'struct') {
    const names = new Set(type.fields.map(({ name }) => name.toLowerCase()));
    return (
      type.fields.length > 0 && names.size === type.fields.length && type.fields.every((field) => isCarried(field.type))
    );
  }
  return type.kind !== 'unknown' && !isSpatial(type);
}

/** What JSON, CSV and XML are read into. */
export function isReadable(type: SparkType): boolean {
  if (type.kind === 'array') return isReadable(type.element);
  if (type.kind === 'map') return type.key.kind === 'string' && isReadable(type.value);
  if (type.kind === 'struct') return isCarried(type) && type.fields.every((field) => isReadable(field.type));
  return !isSpatial(type) && !type.kind.startsWith('interval') && type.kind !== 'void' && type.kind !== 'unknown';
}

/** Stands for the session's time zone until the prelude's `spark_described` puts it in. */
export const SESSION_ZONE = '<session zone>';

/** The description of a conversion, as an argument of such a function. */
export function described(type: SparkType, options: Readonly<Record<string, string>> = {}): string {
  const lower = Object.fromEntries(Object.entries(options).map(([name, value]) => [name.toLowerCase(), value]));
  const conversion: Conversion = {
    type,
    datetimes: {
      zone: lower['timezone'] ?? SESSION_ZONE,
      dateFormat: lower['dateformat'],
      timestampFormat: lower['timestampformat'],
      timestampNTZFormat: lower['timestampntzformat'],
    },
    options: lower,
  };
  return `spark_described(${quoteText(JSON.stringify(conversion))})`;
}
