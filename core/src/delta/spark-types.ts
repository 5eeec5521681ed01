import { ExpectedError } from '../base/expected-error.ts';
import type { DeltaField, DeltaType } from './schema.ts';
import { readTypeText, type TypeTextReader } from './type-text.ts';

/** Spark's SQL name to Delta's, where they differ or are synonyms. */
const SPARK_TO_DELTA: Readonly<Record<string, string>> = {
  bigint: 'long',
  long: 'long',
  int: 'integer',
  integer: 'integer',
  smallint: 'short',
  short: 'short',
  tinyint: 'byte',
  byte: 'byte',
  double: 'double',
  float: 'float',
  real: 'float',
  boolean: 'boolean',
  string: 'string',
  binary: 'binary',
  date: 'date',
  timestamp: 'timestamp',
  timestamp_ltz: 'timestamp',
  timestamp_ntz: 'timestamp_ntz',
  void: 'void',
  variant: 'variant',
};
const DELTA_TO_SPARK: Readonly<Record<string, string>> = {
  long: 'bigint',
  integer: 'int',
  short: 'smallint',
  byte: 'tinyint',
};

/** Delta's type as Spark and Unity Catalog write it: `bigint`, `struct<a:int,b:array<string>>`. */
export function deltaToSpark(type: DeltaType): string {
  if (typeof type === 'string') return DELTA_TO_SPARK[type] ?? type;
  switch (type.type) {
    case 'struct':
      return `struct<${type.fields.map(({ name, type: inner }) => `${quoteName(name)}:${deltaToSpark(inner)}`).join(',')}>`;
    case 'array':
      return `array<${deltaToSpark(type.elementType)}>`;
    case 'map':
      return `map<${deltaToSpark(type.keyType)},${deltaToSpark(type.valueType)}>`;
  }
}

/** Spark's DDL type text to Delta's type. @throws ExpectedError `delta.unsupported-type`. */
export function sparkToDelta(text: string): DeltaType {
  const reader = readTypeText(text);
  try {
    const type = readType(reader);
    reader.end();
    return type;
  } catch (cause) {
    throw new ExpectedError({
      code: 'delta.unsupported-type',
      message: `The type ${text} cannot stand in a Delta table.`,
      nextStep: "Use one of Databricks SQL's data types, such as BIGINT, STRING, DECIMAL(18,2) or TIMESTAMP.",
      cause,
    });
  }
}

function readType(reader: TypeTextReader): DeltaType {
  const name = reader.word();
  switch (name) {
    case 'struct':
      return { type: 'struct', fields: readFields(reader) };
    case 'array': {
      reader.expect('<');
      const elementType = readType(reader);
      reader.expect('>');
      return { type: 'array', elementType, containsNull: true };
    }
    case 'map': {
      reader.expect('<');
      const keyType = readType(reader);
      reader.expect(',');
      const valueType = readType(reader);
      reader.expect('>');
      return { type: 'map', keyType, valueType, valueContainsNull: true };
    }
    case 'decimal':
    case 'dec':
    case 'numeric':
      return readDecimal(reader);
    case 'varchar':
    case 'char':
    case 'character':
      reader.expect('(');
      reader.word();
      reader.expect(')');
      return 'string';
    default: {
      const type = SPARK_TO_DELTA[name];
      if (type === undefined) throw reader.failure();
      return type;
    }
  }
}

function readDecimal(reader: TypeTextReader): string {
  if (!reader.take('(')) return 'decimal(10,0)';
  const precision = reader.word();
  const scale = reader.take(',') ? reader.word() : '0';
  reader.expect(')');
  return `decimal(${precision},${scale})`;
}

function readFields(reader: TypeTextReader): DeltaField[] {
  reader.expect('<');
  const fields: DeltaField[] = [];
  while (!reader.take('>')) {
    if (fields.length > 0) reader.expect(',');
    const name = reader.identifier();
    reader.take(':');
    const type = readType(reader);
    const notNull = reader.take('not');
    if (notNull) reader.expect('null');
    const metadata = reader.take('comment') ? { comment: reader.string() } : {};
    fields.push({ name, type, nullable: !notNull, metadata });
  }
  return fields;
}

function quoteName(name: string): string {
  return /^\w+$/.test(name) ? name : `\`${name.replaceAll('`', '``')}\``;
}
