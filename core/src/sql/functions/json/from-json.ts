import type { SparkType, StructField } from '../../types/spark-type.ts';
import { type DatetimeKind, instantText, readByOptions } from '../datetime-options.ts';
import { decimalOfText } from '../decimal-text.ts';
import { javaDouble } from '../java-numbers.ts';
import { native, type NativeFunction, notEmulatedHere } from '../native-function.ts';
import { variantOfJson } from '../variant/variant-json.ts';
import { carriedVariant } from '../variant/variant-value.ts';
import { blobText } from './carried.ts';
import { type Conversion, conversionOf } from './conversion.ts';
import { jacksonFeatures } from './features.ts';
import { type JsonNode, JsonSyntaxError, readJson } from './jackson.ts';
import { jsonText, nonNumber } from './json-text.ts';

/** A value as JSON text whose scalars are texts that DuckDB casts; `bad`: a part of it did not fit and is NULL. */
interface Converted {
  readonly text: string;
  readonly bad: boolean;
}

const NULL: Converted = { text: 'null', bad: false };
const CORRUPT = '_corrupt_record';

/** `from_json` (Spark: `JacksonParser`). NULL for blank text, and for malformed text where the schema is no struct. */
function fromJson(text: string, described: string): string | null {
  if (text.trim() === '') return null;
  const conversion = conversionOf(described);
  const { type, options } = conversion;
  const corrupt = options['columnnameofcorruptrecord'] ?? CORRUPT;
  const wanted: SparkType =
    type.kind === 'struct' ? { kind: 'struct', fields: type.fields.filter(({ name }) => name !== corrupt) } : type;
  const converted = root(text, wanted, conversion);
  if ((!converted || converted.bad) && options['mode']?.toUpperCase() === 'FAILFAST')
    throw new Error('[MALFORMED_RECORD_IN_PARSING] Malformed records are detected in record parsing (mode FAILFAST).');
  if (type.kind !== 'struct') return converted && converted !== NULL ? converted.text : null;
  const row = converted && converted !== NULL ? converted.text : emptyRow(wanted);
  if (wanted.kind !== 'struct' || wanted.fields.length === type.fields.length) return row;
  const record = converted && !converted.bad ? 'null' : JSON.stringify(text);
  return `${row.slice(0, -1)}${wanted.fields.length > 0 ? ',' : ''}${JSON.stringify(corrupt)}:${record}}`;
}

function emptyRow(type: SparkType): string {
  return type.kind === 'struct'
    ? `{${type.fields.map(({ name }) => `${JSON.stringify(name)}:null`).join(',')}}`
    : 'null';
}

function root(text: string, type: SparkType, conversion: Conversion): Converted | undefined {
  let node: JsonNode | undefined;
  try {
    node = readJson(text, jacksonFeatures(conversion.options))?.node;
  } catch (error) {
    if (error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
  if (node === undefined) return undefined;
  if (type.kind === 'struct' && node.kind !== 'object') return undefined;
  if (type.kind === 'array' && node.kind === 'object') {
    const only = type.element.kind === 'struct' ? convert(node, type.element, conversion) : undefined;
    return only && { text: `[${only.text}]`, bad: only.bad };
  }
  return convert(node, type, conversion);
}

/** Undefined: it does not fit, and neither does what holds it, up to a struct's field. */
function convert(node: JsonNode, type: SparkType, conversion: Conversion): Converted | undefined {
  if (type.kind === 'variant') return { text: carriedVariant(variantOfJson(node)), bad: false };
  if (node.kind === 'null') return NULL;
  if (type.kind === 'struct') return node.kind === 'object' ? struct(node.entries, type.fields, conversion) : undefined;
  if (type.kind === 'array') {
    if (node.kind !== 'array') return undefined;
    const items = whole(node.items.map((item) => convert(item, type.element, conversion)));
    return items && { text: `[${items.map(({ text }) => text).join(',')}]`, bad: items.some(({ bad }) => bad) };
  }
  if (type.kind === 'map') {
    if (node.kind !== 'object') return undefined;
    // The last value of a repeated key counts, in the place of the first.
    const entries = [...new Map(node.entries)];
    const values = whole(entries.map(([, value]) => convert(value, type.value, conversion)));
    const texts = values?.map(({ text }, at) => `${JSON.stringify(entries[at]?.[0])}:${text}`);
    return values && { text: `{${texts?.join(',') ?? ''}}`, bad: values.some(({ bad }) => bad) };
  }
  const value = SCALARS[type.kind]?.(node, type, conversion);
  return value === undefined ? undefined : { text: JSON.stringify(value), bad: false };
}

/** All of them, or nothing where one did not fit. */
function whole(items: readonly (Converted | undefined)[]): Converted[] | undefined {
  const fitting = items.filter((item) => item !== undefined);
  return fitting.length === items.length ? fitting : undefined;
}

function struct(
  entries: readonly (readonly [string, JsonNode])[],
  fields: readonly StructField[],
  conversion: Conversion,
): Converted {
  const types = new Map(fields.map(({ name, type }) => [name, type]));
  const values = new Map<string, Converted>();
  let bad = false;
  // Of a repeated key the last value that fits counts.
  for (const [key, node] of entries) {
    const type = types.get(key);
    if (type === undefined) continue;
    const value = convert(node, type, conversion);
    bad ||= value === undefined || value.bad;
    if (value) values.set(key, value);
  }
  const texts = fields.map(({ name }) => `${JSON.stringify(name)}:${values.get(name)?.text ?? 'null'}`);
  return { text: `{${texts.join(',')}}`, bad };
}

type Scalar = (node: JsonNode, type: SparkType, conversion: Conversion) => string | undefined;

const integer =
  (least: bigint, most: bigint): Scalar =>
  (node) => {
    if (node.kind !== 'integer') return undefined;
    const value = BigInt(node.text);
    return value < least || value > most ? undefined : String(value);
  };

const datetimeOf =
  (kind: DatetimeKind): Scalar =>
  (node, _, conversion) =>
    datetime(node, kind, conversion);

const SCALARS: Readonly<Record<string, Scalar>> = {
  // Jackson takes unsigned bytes too, and they wrap around.
  tinyint: (node, type, conversion) => {
    const value = integer(-128n, 255n)(node, type, conversion);
    return value === undefined ? undefined : String(BigInt.asIntN(8, BigInt(value)));
  },
  smallint: integer(-32768n, 32767n),
  int: integer(-2147483648n, 2147483647n),
  bigint: integer(-9223372036854775808n, 9223372036854775807n),
  string: stringOf,
  boolean: (node) => (node.kind === 'true' || node.kind === 'false' ? node.kind : undefined),
  float: fractional,
  double: fractional,
  decimal: decimalText,
  date: datetimeOf('date'),
  timestamp: datetimeOf('timestamp'),
  timestamp_ntz: datetimeOf('timestamp_ntz'),
  binary: (node) => (node.kind === 'string' ? bytesText(node.text) : undefined),
};

/** Any value as text. Versions of Spark differ over the digits of a fraction, so that one which Java writes otherwise is refused. */
function stringOf(node: JsonNode): string {
  if (node.kind === 'string') return node.text;
  refuseOtherDigits(node);
  return node.kind === 'nan' ? javaDouble(nonNumber(node.text)) : jsonText(node);
}

function refuseOtherDigits(node: JsonNode): void {
  if (node.kind === 'fraction' && javaDouble(Number(node.text)) !== node.text)
    throw notEmulatedHere(`A STRING field that holds the JSON number ${node.text}`);
  if (node.kind === 'array') node.items.forEach(refuseOtherDigits);
  if (node.kind === 'object') for (const [, value] of node.entries) refuseOtherDigits(value);
}

function fractional(node: JsonNode, _: SparkType, { options }: Conversion): string | undefined {
  // Read as a whole number, which has no negative zero.
  if (node.kind === 'integer') return node.text === '-0' ? '0' : node.text;
  if (node.kind === 'fraction') return node.text;
  if (node.kind === 'nan') return javaDouble(nonNumber(node.text));
  const allowed = options['allownonnumericnumbers']?.toLowerCase() !== 'false';
  const known = node.kind === 'string' && allowed && /^(?:NaN|[+-]?INF|[+-]?Infinity)$/.test(node.text);
  return known ? javaDouble(nonNumber(node.text)) : undefined;
}

/** A decimal's digits without an exponent; an empty field is what the cast makes NULL. */
function decimalText(node: JsonNode, type: SparkType): string | undefined {
  const text = node.kind === 'integer' || node.kind === 'fraction' || node.kind === 'string' ? node.text : undefined;
  if (text === undefined || type.kind !== 'decimal') return undefined;
  return decimalOfText(text, type);
}

function datetime(node: JsonNode, kind: DatetimeKind, { datetimes }: Conversion): string | undefined {
  if (node.kind === 'string') return node.text === '' ? undefined : readByOptions(node.text, kind, datetimes);
  return node.kind === 'integer' && kind === 'timestamp'
    ? instantText(BigInt(node.text) * 1_000_000n, kind)
    : undefined;
}

/** Base64 as DuckDB's text of a BLOB. Undefined for what Jackson does not decode. */
function bytesText(text: string): string | undefined {
  if (text === '' || !/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) return undefined;
  return blobText(Buffer.from(text, 'base64'));
}

export const FROM_JSON_FUNCTIONS: readonly NativeFunction[] = [
  native('spark_from_json', ['VARCHAR', 'VARCHAR'], 'VARCHAR', fromJson),
];
