import type { SparkType, StructField } from '../types/spark-type.ts';
import { readByOptions, writeByOptions } from './datetime-options.ts';
import { decimalOfText } from './decimal-text.ts';
import { javaDecimal, javaDouble, javaFloat } from './java-numbers.ts';
import { blobText, carried, carriedText, numberOf } from './json/carried.ts';
import { type Conversion, conversionOf } from './json/conversion.ts';
import { native, type NativeFunction, notEmulatedHere } from './native-function.ts';
import { schemaSql } from './schema-sql.ts';

type Options = Readonly<Record<string, string>>;

export function delimiterOf(options: Options): string {
  return options['delimiter'] ?? options['sep'] ?? ',';
}

/** The fields of one record. Quoting and escapes in which readers of CSV differ are not emulated. */
export function csvFields(text: string, options: Options): string[] {
  if (/[\\\n\r]/.test(text)) throw notEmulatedHere(`CSV with a backslash or a line break: ${text}`);
  const delimiter = delimiterOf(options);
  if (text.includes('"')) throw notEmulatedHere(`CSV with quotes: ${text}`);
  return text.split(delimiter);
}

/** `from_csv`: NULLs for fields that are missing, empty or no such value (mode PERMISSIVE). */
function fromCsv(text: string, described: string): string {
  const conversion = conversionOf(described);
  const { type, options } = conversion;
  if (type.kind !== 'struct') throw new Error('CSV is read into a struct');
  const tokens = csvFields(text, options);
  const values = type.fields.map((field, at) => read(tokens[at], field, conversion));
  const bad = tokens.length !== type.fields.length || values.includes(undefined);
  if (bad && options['mode']?.toUpperCase() === 'FAILFAST')
    throw new Error('[MALFORMED_RECORD_IN_PARSING] Malformed records are detected in record parsing (mode FAILFAST).');
  const texts = type.fields.map(({ name }, at) => `${JSON.stringify(name)}:${JSON.stringify(values[at] ?? null)}`);
  return `{${texts.join(',')}}`;
}

/** Undefined: the text is no such value. */
function read(token: string | undefined, { type }: StructField, conversion: Conversion): string | null | undefined {
  if (token === undefined || token === '') return null;
  return READERS[type.kind]?.(token, type, conversion);
}

type Reader = (token: string, type: SparkType, conversion: Conversion) => string | undefined;

const integer =
  (bits: number): Reader =>
  (token) => {
    if (!/^[+-]?\d+$/.test(token)) return undefined;
    const value = BigInt(token.replace('+', ''));
    return BigInt.asIntN(bits, value) === value ? String(value) : undefined;
  };

const fraction: Reader = (token) => {
  const text = token.trim();
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return text;
  if (/^[+-]?(?:\d|nan|inf)/i.test(text)) throw notEmulatedHere(`The CSV number ${token}`);
  return undefined;
};

const READERS: Readonly<Record<string, Reader>> = {
  tinyint: integer(8),
  smallint: integer(16),
  int: integer(32),
  bigint: integer(64),
  float: fraction,
  double: fraction,
  decimal: (token, type) => (type.kind === 'decimal' ? decimalOfText(token, type) : undefined),
  boolean: (token) => (/^(?:true|false)$/i.test(token) ? token.toLowerCase() : undefined),
  string: (token) => token,
  binary: (token) => blobText(Buffer.from(token)),
  date: (token, _, { datetimes }) => readByOptions(token, 'date', datetimes),
  timestamp: (token, _, { datetimes }) => readByOptions(token, 'timestamp', datetimes),
  timestamp_ntz: (token, _, { datetimes }) => readByOptions(token, 'timestamp_ntz', datetimes),
};

/** `to_csv` of a struct of scalars. */
function toCsv(text: string, described: string): string {
  const conversion = conversionOf(described);
  const node = carried(text);
  if (node.kind !== 'object' || conversion.type.kind !== 'struct') throw new Error('CSV is written of a struct');
  const delimiter = delimiterOf(conversion.options);
  return conversion.type.fields
    .map(({ type }, at) => {
      const value = node.entries[at]?.[1] ?? { kind: 'null' };
      if (value.kind === 'null') return '';
      const given = carriedText(value);
      const text = written(given, type, conversion);
      // An empty text is not NULL.
      if (text === '') return '""';
      // At a line's start it would be a comment.
      const comment = at === 0 && given.startsWith('#');
      return comment || text.includes(delimiter) || /["\n]/.test(text) ? quoted(text) : text;
    })
    .join(delimiter);
}

function quoted(text: string): string {
  if (text.includes('\\')) throw notEmulatedHere(`to_csv of a text with a backslash that is quoted: ${text}`);
  return `"${text.replaceAll('"', '\\"')}"`;
}

function written(text: string, type: SparkType, { datetimes }: Conversion): string {
  if (type.kind === 'double') return javaDouble(numberOf(text));
  if (type.kind === 'float') return javaFloat(numberOf(text));
  if (type.kind === 'decimal') return javaDecimal(text);
  if (type.kind === 'date' || type.kind === 'timestamp' || type.kind === 'timestamp_ntz')
    return writeByOptions(text, type.kind, datetimes);
  if (type.kind !== 'string') return text;
  if (text.includes('\r')) throw notEmulatedHere(`to_csv of the text ${JSON.stringify(text)}`);
  // The writer trims blanks and control characters.
  return text.replace(/^[\0-\x20]+|[\0-\x20]+$/g, '');
}

/** The schema of a record; undefined where it holds a field that Spark may take for a date or an odd number. */
export function inferCsvSchema(text: string, options: Options): string | undefined {
  if (/["\\\n\r]/.test(text)) return undefined;
  const types = text.split(delimiterOf(options)).map(fieldType);
  const fields = types.flatMap((type, at) => (type ? [{ name: `_c${at}`, type }] : []));
  return fields.length === types.length ? schemaSql({ kind: 'struct', fields }) : undefined;
}

function fieldType(token: string): SparkType | undefined {
  if (token === '') return { kind: 'string' };
  if (/^-?\d{1,9}$/.test(token)) return { kind: 'int' };
  if (/^-?\d{11,18}$/.test(token)) return { kind: 'bigint' };
  if (/^-?\d+\.\d+$/.test(token)) return { kind: 'double' };
  if (/^(?:true|false)$/i.test(token)) return { kind: 'boolean' };
  return /^[A-Za-z][A-Za-z ]*$/.test(token) && !/^(?:nan|inf|infinity)$/i.test(token) ? { kind: 'string' } : undefined;
}

export const CSV_NATIVES: readonly NativeFunction[] = [
  native('spark_from_csv', ['VARCHAR', 'VARCHAR'], 'VARCHAR', fromCsv),
  native('spark_to_csv', ['VARCHAR', 'VARCHAR'], 'VARCHAR', toCsv),
];
