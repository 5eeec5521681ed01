import { ExpectedError } from '../base/expected-error.ts';
import type { DeltaField, DeltaType } from './schema.ts';
import { readTypeText, type TypeTextReader } from './type-text.ts';

const DELTA_TO_DUCKDB: Readonly<Record<string, string>> = {
  string: 'VARCHAR',
  long: 'BIGINT',
  integer: 'INTEGER',
  short: 'SMALLINT',
  byte: 'TINYINT',
  double: 'DOUBLE',
  float: 'FLOAT',
  boolean: 'BOOLEAN',
  binary: 'BLOB',
  date: 'DATE',
  timestamp: 'TIMESTAMP WITH TIME ZONE',
  timestamp_ntz: 'TIMESTAMP',
  void: 'INTEGER',
};

/** DuckDB's own names for types to Delta's; types that Delta lacks become the narrowest that holds every value. */
const DUCKDB_TO_DELTA: Readonly<Record<string, string>> = {
  varchar: 'string',
  bigint: 'long',
  integer: 'integer',
  smallint: 'short',
  tinyint: 'byte',
  double: 'double',
  float: 'float',
  boolean: 'boolean',
  blob: 'binary',
  date: 'date',
  timestamp_s: 'timestamp_ntz',
  timestamp_ms: 'timestamp_ntz',
  timestamp_ns: 'timestamp_ntz',
  utinyint: 'short',
  usmallint: 'integer',
  uinteger: 'long',
  ubigint: 'decimal(20,0)',
  hugeint: 'decimal(38,0)',
  uuid: 'string',
  json: 'string',
};

/** The DuckDB type that holds a Delta type exactly. @throws ExpectedError `delta.unsupported-type`. */
export function deltaToDuckdb(type: DeltaType): string {
  if (typeof type === 'string') {
    const name = /^decimal\(\d+,\s*-?\d+\)$/.test(type) ? type.toUpperCase() : DELTA_TO_DUCKDB[type];
    if (name === undefined) throw unsupportedType(type);
    return name;
  }
  switch (type.type) {
    case 'struct':
      return `STRUCT(${type.fields.map(({ name, type: inner }) => `${quoteIdentifier(name)} ${deltaToDuckdb(inner)}`).join(', ')})`;
    case 'array':
      return `${deltaToDuckdb(type.elementType)}[]`;
    case 'map':
      return `MAP(${deltaToDuckdb(type.keyType)}, ${deltaToDuckdb(type.valueType)})`;
  }
}

/** The Delta type for a DuckDB type as DESCRIBE writes it. @throws ExpectedError `delta.unsupported-type`. */
export function duckdbToDelta(text: string): DeltaType {
  const reader = readTypeText(text);
  try {
    const type = readType(reader);
    reader.end();
    return type;
  } catch (cause) {
    throw unsupportedType(text, cause);
  }
}

export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function quoteLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function readType(reader: TypeTextReader): DeltaType {
  let type = readBase(reader);
  // `T[]` is a list, `T[3]` an array of fixed length; Delta has one type for both.
  while (reader.take('[')) {
    if (!reader.take(']')) {
      reader.word();
      reader.expect(']');
    }
    type = { type: 'array', elementType: type, containsNull: true };
  }
  return type;
}

function readBase(reader: TypeTextReader): DeltaType {
  const name = reader.word();
  switch (name) {
    case 'struct':
      return { type: 'struct', fields: readFields(reader) };
    case 'map': {
      reader.expect('(');
      const keyType = readType(reader);
      reader.expect(',');
      const valueType = readType(reader);
      reader.expect(')');
      return { type: 'map', keyType, valueType, valueContainsNull: true };
    }
    case 'decimal': {
      reader.expect('(');
      const precision = reader.word();
      reader.expect(',');
      const scale = reader.word();
      reader.expect(')');
      return `decimal(${precision},${scale})`;
    }
    case 'timestamp':
      if (!reader.take('with')) return 'timestamp_ntz';
      reader.expect('time');
      reader.expect('zone');
      return 'timestamp';
    case 'timestamptz':
      return 'timestamp';
    case 'enum':
      return readEnum(reader);
    default: {
      const type = DUCKDB_TO_DELTA[name];
      if (type === undefined) throw reader.failure();
      return type;
    }
  }
}

function readFields(reader: TypeTextReader): DeltaField[] {
  reader.expect('(');
  const fields: DeltaField[] = [];
  while (!reader.take(')')) {
    if (fields.length > 0) reader.expect(',');
    fields.push({ name: reader.identifier(), type: readType(reader), nullable: true, metadata: {} });
  }
  return fields;
}

function readEnum(reader: TypeTextReader): 'string' {
  reader.expect('(');
  do reader.string();
  while (reader.take(','));
  reader.expect(')');
  return 'string';
}

function unsupportedType(type: string, cause?: unknown): ExpectedError {
  return new ExpectedError({
    code: 'delta.unsupported-type',
    message: `The type ${type} has no counterpart between Delta and the engine.`,
    nextStep: 'Cast the column to a type that Delta tables can hold, such as STRING or TIMESTAMP.',
    cause,
  });
}
