import type { SparkType } from '../../types/spark-type.ts';
import { type DatetimeKind, writeByOptions } from '../datetime-options.ts';
import { writtenMicros } from '../datetime-texts.ts';
import { intervalText } from '../interval-text.ts';
import { javaDecimal, javaDouble, javaFloat } from '../java-numbers.ts';
import { native, type NativeFunction, notEmulatedHere } from '../native-function.ts';
import { variantJson } from '../variant/variant-json.ts';
import { variantIn } from '../variant/variant-value.ts';
import { blobBytes, carried, carriedText, numberOf } from './carried.ts';
import { type Conversion, conversionOf, flag } from './conversion.ts';
import type { JsonNode } from './jackson.ts';
import { jsonString } from './json-text.ts';

/** Writes with Jackson's default pretty printer, or without any space. */
interface Writer {
  readonly conversion: Conversion;
  readonly pretty: boolean;
  readonly keepNulls: boolean;
}

/** `to_json` of a value that DuckDB gave as JSON whose scalars are texts. */
function toJson(text: string, described: string): string {
  const conversion = conversionOf(described);
  const node = carried(text);
  const writer = {
    conversion,
    pretty: flag(conversion.options, 'pretty') === true,
    keepNulls: flag(conversion.options, 'ignoreNullFields') === false,
  };
  const result = write(node, conversion.type, writer, '');
  if (flag(conversion.options, 'writeNonAsciiCharacterAsCodePoint') !== true) return result;
  return result.replace(
    /[\u0080-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
  );
}

function write(node: JsonNode, type: SparkType, writer: Writer, indent: string): string {
  if (node.kind === 'null') return 'null';
  if (type.kind === 'variant') return variantJson(variantIn(node), writer.conversion.datetimes.zone);
  if (type.kind === 'array' && node.kind === 'array')
    return list(
      node.items.map((item) => write(item, type.element, writer, indent)),
      writer,
    );
  if (type.kind === 'map' && node.kind === 'object') {
    const entries = node.entries.map(
      ([key, value]) => [keyText(key, type.key), write(value, type.value, writer, `${indent}  `)] as const,
    );
    return object(entries, writer, indent);
  }
  if (type.kind === 'struct' && node.kind === 'object') {
    const fields = type.fields.flatMap((field, at) => {
      const value = node.entries[at]?.[1] ?? { kind: 'null' };
      if (value.kind === 'null' && !writer.keepNulls) return [];
      return [[field.name, write(value, field.type, writer, `${indent}  `)] as const];
    });
    return object(fields, writer, indent);
  }
  return scalar(carriedText(node), type, writer.conversion);
}

function list(items: readonly string[], { pretty }: Writer): string {
  if (!pretty) return `[${items.join(',')}]`;
  return items.length === 0 ? '[ ]' : `[ ${items.join(', ')} ]`;
}

function object(entries: readonly (readonly [string, string])[], { pretty }: Writer, indent: string): string {
  if (!pretty) return `{${entries.map(([key, value]) => `${jsonString(key)}:${value}`).join(',')}}`;
  if (entries.length === 0) return '{ }';
  const lines = entries.map(([key, value]) => `\n${indent}  ${jsonString(key)} : ${value}`);
  return `{${lines.join(',')}\n${indent}}`;
}

type Scalar = (text: string, type: SparkType, conversion: Conversion) => string;

const quotedUnlessFinite = (text: string): string => (/[Ny]/.test(text) ? jsonString(text) : text);

const datetime =
  (kind: DatetimeKind): Scalar =>
  (text, _, { datetimes }) =>
    jsonString(writeByOptions(text, kind, datetimes));

/** The scalars that are written otherwise than DuckDB's text. */
const SCALARS: Readonly<Record<string, Scalar>> = {
  string: jsonString,
  float: (text) => quotedUnlessFinite(javaFloat(numberOf(text))),
  double: (text) => quotedUnlessFinite(javaDouble(numberOf(text))),
  decimal: javaDecimal,
  date: datetime('date'),
  timestamp: datetime('timestamp'),
  timestamp_ntz: datetime('timestamp_ntz'),
  binary: (text) => jsonString(blobBytes(text).toString('base64')),
  'interval month': (text, type) => jsonString(intervalText(text, type)),
  'interval day': (text, type) => jsonString(intervalText(text, type)),
};

function scalar(text: string, type: SparkType, conversion: Conversion): string {
  return SCALARS[type.kind]?.(text, type, conversion) ?? text;
}

const itself = (text: string): string => text;

/** A map's key: Spark writes the internal value's text. */
const KEYS: Readonly<Record<string, (text: string, type: SparkType) => string>> = {
  float: (text) => javaFloat(numberOf(text)),
  double: (text) => javaDouble(numberOf(text)),
  date: (text) => String(Math.floor(Date.parse(text) / 86_400_000)),
  timestamp: (text) => String(writtenMicros(text)),
  timestamp_ntz: (text) => String(writtenMicros(text)),
  decimal: javaDecimal,
  struct: structKey,
  string: itself,
  boolean: itself,
  tinyint: itself,
  smallint: itself,
  int: itself,
  bigint: itself,
};

function keyText(text: string, type: SparkType): string {
  const key = KEYS[type.kind];
  if (!key) throw notEmulatedHere(`A map's key of type ${type.kind} in to_json`);
  return key(text, type);
}

function structKey(text: string, type: SparkType): string {
  const node = carried(text);
  if (node.kind !== 'object' || type.kind !== 'struct')
    throw new Error('a key that is a struct is carried as an object');
  const parts = node.entries.map(([, value], at) =>
    value.kind === 'null' ? 'null' : keyText(carriedText(value), type.fields[at]?.type ?? type),
  );
  return `[${parts.join(',')}]`;
}

export const TO_JSON_FUNCTIONS: readonly NativeFunction[] = [
  native('spark_to_json', ['VARCHAR', 'VARCHAR'], 'VARCHAR', toJson),
];
