import { collationOf, type SimpleKind, type SparkType, TIME, UNKNOWN } from './spark-type.ts';

/** The only field of the struct that holds a VARIANT: no column of a user's has it. */
export const VARIANT_FIELD = '__variant';

/** Before the collation in the name of the only field of the struct that a collated column of a view or table is. */
const COLLATED_FIELD = '__collated ';

const TO_DUCKDB: Readonly<Record<SimpleKind, string>> = {
  boolean: 'BOOLEAN',
  tinyint: 'TINYINT',
  smallint: 'SMALLINT',
  int: 'INTEGER',
  bigint: 'BIGINT',
  float: 'FLOAT',
  double: 'DOUBLE',
  string: 'VARCHAR',
  binary: 'BLOB',
  date: 'DATE',
  timestamp: 'TIMESTAMPTZ',
  timestamp_ntz: 'TIMESTAMP',
  'interval month': 'INTERVAL',
  'interval day': 'INTERVAL',
  interval: 'INTERVAL',
  variant: `STRUCT(${VARIANT_FIELD} VARCHAR)`,
  void: 'INTEGER',
  unknown: 'VARCHAR',
};

const FROM_DUCKDB: Readonly<Record<string, SimpleKind>> = {
  BOOLEAN: 'boolean',
  TINYINT: 'tinyint',
  SMALLINT: 'smallint',
  INTEGER: 'int',
  BIGINT: 'bigint',
  FLOAT: 'float',
  DOUBLE: 'double',
  VARCHAR: 'string',
  BLOB: 'binary',
  DATE: 'date',
  'TIMESTAMP WITH TIME ZONE': 'timestamp',
  TIMESTAMPTZ: 'timestamp',
  TIMESTAMP: 'timestamp_ntz',
  '"NULL"': 'void',
};

/** The DuckDB type that holds a Spark type's values. */
export function toDuckdbType(type: SparkType): string {
  if (type.kind === 'decimal') return `DECIMAL(${type.precision},${type.scale})`;
  if (type.kind === 'time') return 'TIME';
  if (type.kind === 'geometry' || type.kind === 'geography') return 'STRUCT(__srid INTEGER, __wkb BLOB)';
  if (type.kind === 'array') return `${toDuckdbType(type.element)}[]`;
  if (type.kind === 'map') return `MAP(${toDuckdbType(type.key)}, ${toDuckdbType(type.value)})`;
  if (type.kind !== 'struct') return TO_DUCKDB[type.kind];
  return `STRUCT(${type.fields.map((field) => `${quoteName(field.name)} ${toDuckdbType(field.type)}`).join(', ')})`;
}

export function quoteName(name: string): string {
  // DuckDB's parser takes the character 0 for the end of its text.
  return `"${name.replaceAll('\0', ' ').replaceAll('"', '""')}"`;
}

export function quoteText(text: string): string {
  // DuckDB's parser takes the character 0 for the end of its text.
  const parts = text.split('\0').map((part) => `'${part.replaceAll("'", "''")}'`);
  return parts.length === 1 ? parts.join('') : `(${parts.join(' || chr(0) || ')})`;
}

/** The type of a column of a view or table: beside `toDuckdbType`, it keeps a collation. */
export function toStoredType(type: SparkType): string {
  const collation = collationOf(type);
  return collation === undefined ? toDuckdbType(type) : `STRUCT(${quoteName(COLLATED_FIELD + collation)} VARCHAR)`;
}

/** A value as such a column holds it, and back. */
export function toStored(sql: string, type: SparkType): string {
  const collation = collationOf(type);
  if (collation === undefined) return sql;
  return `CASE WHEN ${sql} IS NOT NULL THEN struct_pack(${quoteName(COLLATED_FIELD + collation)} := ${sql}) END`;
}

export function fromStored(sql: string, type: SparkType): string {
  const collation = collationOf(type);
  return collation === undefined ? sql : `struct_extract(${sql}, ${quoteText(COLLATED_FIELD + collation)})`;
}

/** The Spark type of a column as DESCRIBE names its DuckDB type; `unknown` for a type that Spark does not have (UBIGINT, UUID, ...). */
export function fromDuckdbType(text: string): SparkType {
  const reader = { text, at: 0 };
  const type = readType(reader);
  return reader.at === text.length ? type : UNKNOWN;
}

interface Reader {
  readonly text: string;
  at: number;
}

function readType(reader: Reader): SparkType {
  let type = readElement(reader);
  while (take(reader, /\[\d*\]/y) !== undefined) type = { kind: 'array', element: type };
  return type;
}

function readElement(reader: Reader): SparkType {
  const size = take(reader, /DECIMAL\(\d+,\s*\d+\)/y);
  if (size !== undefined) {
    const [precision, scale] = size.match(/\d+/g) ?? [];
    return { kind: 'decimal', precision: Number(precision), scale: Number(scale) };
  }
  if (take(reader, /STRUCT\(/y) !== undefined) return readStruct(reader);
  if (take(reader, /MAP\(/y) !== undefined) {
    const key = readType(reader);
    take(reader, /,\s*/y);
    const value = readType(reader);
    take(reader, /\)/y);
    return { kind: 'map', key, value };
  }
  if (take(reader, /TIME(?![\w ])/y) !== undefined) return TIME;
  const name = take(reader, /TIMESTAMP WITH TIME ZONE|"NULL"|\w+/y) ?? '';
  const kind = FROM_DUCKDB[name];
  return kind ? { kind } : UNKNOWN;
}

function readStruct(reader: Reader): SparkType {
  const fields = [];
  while (take(reader, /\)/y) === undefined && reader.at < reader.text.length) {
    const quoted = take(reader, /"(?:[^"]|"")*"/y);
    const name = quoted === undefined ? (take(reader, /[^\s]+/y) ?? '') : quoted.slice(1, -1).replaceAll('""', '"');
    take(reader, /\s+/y);
    fields.push({ name, type: readType(reader) });
    take(reader, /,\s*/y);
  }
  const [only] = fields;
  if (fields.length === 1 && only?.name.startsWith(COLLATED_FIELD))
    return { kind: 'string', collation: only.name.slice(COLLATED_FIELD.length) };
  return fields.length === 1 && only?.name === VARIANT_FIELD ? { kind: 'variant' } : { kind: 'struct', fields };
}

function take(reader: Reader, pattern: RegExp): string | undefined {
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.text)?.[0];
  if (found !== undefined) reader.at += found.length;
  return found;
}
