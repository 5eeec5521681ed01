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

/** A field: its text, and whether it stands in quotes. */
interface Token {
  readonly text: string;
  readonly quoted: boolean;
}

/** The fields of one record, as Spark's univocity parser takes them apart. */
function tokensOf(record: string, options: Options): Token[] {
  if (record.includes('\r')) throw notEmulatedHere('CSV with a carriage return');
  const [delimiter, quote] = [delimiterOf(options), options['quote'] ?? '"'];
  const tokens: Token[] = [];
  for (let at = 0; at <= record.length;) {
    const inQuotes =
      quote !== '' && record.charAt(at) === quote ? quotedField(record, at, quote, delimiter) : undefined;
    const end = inQuotes ? inQuotes.end : endOf(record, at, delimiter);
    tokens.push({ text: inQuotes?.text ?? record.slice(at, end), quoted: inQuotes !== undefined });
    at = end + 1;
  }
  return tokens;
}

/** Where the next delimiter stands, or the end. */
function endOf(record: string, from: number, delimiter: string): number {
  const found = record.indexOf(delimiter, from);
  return found < 0 ? record.length : found;
}

/** A backslash escapes the quote and itself. A field that is not closed goes to the end. */
function quotedField(
  record: string,
  from: number,
  quote: string,
  delimiter: string,
): { readonly text: string; readonly end: number } {
  let text = '';
  for (let at = from + 1; at < record.length; at++) {
    const char = record.charAt(at);
    const next = record.charAt(at + 1);
    if (char === quote) return closed(record, from, at, text, quote, delimiter);
    const escapes = char === '\\' && (next === quote || next === '\\');
    text += escapes ? next : char;
    if (escapes) at += 1;
  }
  return { text: text === '' ? quote : text, end: record.length };
}

/** Blanks may stand between a closing quote and the delimiter. Before anything else it closes nothing: the field is all that stands there. */
function closed(
  record: string,
  from: number,
  at: number,
  text: string,
  quote: string,
  delimiter: string,
): { readonly text: string; readonly end: number } {
  let after = at + 1;
  while (after < record.length && record.charAt(after) !== delimiter && record.charAt(after) <= ' ') after += 1;
  if (after >= record.length || record.charAt(after) === delimiter) return { text, end: after };
  const end = endOf(record, after, delimiter);
  const whole = record.slice(from, end);
  const rest = record.slice(after, end).replaceAll(quote, '');
  if (whole.includes('\\') || rest.trim() === '') throw notEmulatedHere(`CSV with quotes: ${record}`);
  return { text: whole, end };
}

/** `from_csv`: NULLs for fields that are missing, empty or no such value (mode PERMISSIVE). */
function fromCsv(text: string, described: string): string {
  const conversion = conversionOf(described);
  const { type, options } = conversion;
  if (type.kind !== 'struct') throw new Error('CSV is read into a struct');
  const tokens = tokensOf(text, options);
  const corrupt = corruptColumn(options);
  const wanted = type.fields.filter(({ name }) => name !== corrupt);
  const values = wanted.map((field, at) => read(tokens[at], field, conversion));
  const bad = tokens.length !== wanted.length || values.includes(undefined);
  if (bad && options['mode']?.toUpperCase() === 'FAILFAST')
    throw new Error('[MALFORMED_RECORD_IN_PARSING] Malformed records are detected in record parsing (mode FAILFAST).');
  const record = bad ? text : null;
  const texts = type.fields.map((field) => {
    const value = field.name === corrupt ? record : (values[wanted.indexOf(field)] ?? null);
    return `${JSON.stringify(field.name)}:${JSON.stringify(value)}`;
  });
  return `{${texts.join(',')}}`;
}

/** The field that a record which does not fit is kept in. */
export function corruptColumn(options: Options): string {
  return options['columnnameofcorruptrecord'] ?? '_corrupt_record';
}

/** Undefined: the text is no such value. */
function read(token: Token | undefined, { type }: StructField, conversion: Conversion): string | null | undefined {
  if (token === undefined || (token.text === '' && !token.quoted)) return null;
  if (token.text === (conversion.options['nullvalue'] ?? '')) return null;
  return READERS[type.kind]?.(token.text, type, conversion);
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
  if (/[\n\r]/.test(text)) return undefined;
  let tokens: readonly Token[];
  try {
    tokens = tokensOf(text, options);
  } catch {
    return undefined;
  }
  const types = tokens.map((token) => fieldType(token.text));
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
