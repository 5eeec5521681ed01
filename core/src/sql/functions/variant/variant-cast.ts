import { type SparkType, typeText } from '../../types/spark-type.ts';
import { type DatetimeKind, instantText } from '../datetime-options.ts';
import {
  dateText,
  floorDiv,
  type Micros,
  readDate,
  readTimestamp,
  timestampText,
  toInstant,
} from '../datetime-texts.ts';
import { notEmulatedHere } from '../native-function.ts';
import { blobText } from '../json/carried.ts';
import { decimalOfText } from '../decimal-text.ts';
import { offsetAt } from '../zone-offset.ts';
import { floatText, jsonOf, shortened } from './variant-json.ts';
import { carriedVariant, type Variant, writeVariant } from './variant-value.ts';

/** What a cast of a variant needs to know. */
export interface VariantCast {
  readonly type: SparkType;
  readonly zone: string;
  /** What does not fit is NULL, also inside arrays, maps and structs. */
  readonly trying: boolean;
}

const DAY_MICROS = 86_400_000_000n;

/** A variant as JSON whose scalars are texts that DuckDB casts to the type. @throws Error `[INVALID_VARIANT_CAST] ...` */
export function castVariant(value: Variant, cast: VariantCast): string {
  const { type } = cast;
  if (type.kind === 'variant') return carriedVariant(writeVariant(value));
  if (value.kind === 'n') return 'null';
  const inner = (one: Variant, to: SparkType): string => castVariant(one, { ...cast, type: to });
  if (type.kind === 'array')
    return value.kind === 'array'
      ? `[${value.items.map((one) => inner(one, type.element)).join(',')}]`
      : misfit(value, cast);
  if (type.kind === 'map') {
    if (value.kind !== 'object') return misfit(value, cast);
    return `{${value.entries.map(([key, one]) => `${JSON.stringify(key)}:${inner(one, type.value)}`).join(',')}}`;
  }
  if (type.kind === 'struct') {
    if (value.kind !== 'object') return misfit(value, cast);
    const found = new Map(value.entries);
    const fields = type.fields.map((field) => {
      const one = found.get(field.name);
      return `${JSON.stringify(field.name)}:${one ? inner(one, field.type) : 'null'}`;
    });
    return `{${fields.join(',')}}`;
  }
  if (type.kind === 'string') return JSON.stringify(stringOf(value, cast.zone));
  const scalar = value.kind === 'object' || value.kind === 'array' ? undefined : scalarOf(value, cast);
  return scalar === undefined ? misfit(value, cast) : JSON.stringify(scalar);
}

function misfit(value: Variant, { type, zone, trying }: VariantCast): string {
  if (trying) return 'null';
  throw new Error(
    `[INVALID_VARIANT_CAST] The variant value ${jsonOf(value, zone)} cannot be cast into ${typeText(type).toUpperCase()}.`,
  );
}

function stringOf(value: Variant, zone: string): string {
  if (value.kind === 'object' || value.kind === 'array') return jsonOf(value, zone);
  const { kind, text } = value;
  if (kind === 'e' || kind === 'f') return floatText(kind, text);
  if (kind === 'D') return dateText(Number(text));
  if (kind === 'T') return shortened(timestampText(toLocal(BigInt(text), zone)));
  if (kind === 'N') return shortened(timestampText(BigInt(text)));
  return kind === 'x' ? Buffer.from(text, 'base64').toString('utf8') : text;
}

function toLocal(micros: Micros, zone: string): Micros {
  return micros + BigInt(offsetAt(zone, Number(floorDiv(micros, 1000n)))) * 1000n;
}

type Scalar = Exclude<Variant, { kind: 'object' | 'array' }>;

const RANGES: Readonly<Record<string, bigint>> = {
  tinyint: 1n << 7n,
  smallint: 1n << 15n,
  int: 1n << 31n,
  bigint: 1n << 63n,
};

type Conversion = (value: Scalar, cast: VariantCast) => string | undefined;

const CONVERSIONS: Readonly<Record<string, Conversion>> = {
  double: fractionOf,
  float: fractionOf,
  decimal: decimalOf,
  boolean: booleanOf,
  date: (value, { zone }) => {
    const days = daysOf(value, zone);
    return days === undefined ? undefined : dateText(days);
  },
  timestamp: (value, { zone }) => momentText(instantOf(value, zone), 'timestamp'),
  timestamp_ntz: (value, { zone }) => momentText(wallClockOf(value, zone), 'timestamp_ntz'),
  binary: ({ kind, text }) => {
    if (kind === 'x') return blobText(Buffer.from(text, 'base64'));
    return kind === 's' ? blobText(Buffer.from(text)) : undefined;
  },
};

function momentText(micros: Micros | undefined, kind: DatetimeKind): string | undefined {
  return micros === undefined ? undefined : instantText(micros, kind);
}

function scalarOf(value: Scalar, cast: VariantCast): string | undefined {
  const { type } = cast;
  const limit = RANGES[type.kind];
  if (limit !== undefined) {
    const whole = wholeOf(value);
    return whole !== undefined && whole >= -limit && whole < limit ? String(whole) : undefined;
  }
  const conversion = CONVERSIONS[type.kind];
  if (!conversion) throw notEmulatedHere(`A variant as ${typeText(type)}`);
  return conversion(value, cast);
}

function decimalOf(value: Scalar, { type }: VariantCast): string | undefined {
  if (value.kind === 'T') throw notEmulatedHere('A variant timestamp as a decimal');
  const text = value.kind === 'f' || value.kind === 'e' ? floatText(value.kind, value.text) : numericText(value);
  return text === undefined || type.kind !== 'decimal' ? undefined : decimalOfText(text, type);
}

/** The digits of a number, a boolean or a text that holds a number. */
function numericText({ kind, text }: Scalar): string | undefined {
  if (kind === 'i' || kind === 'd') return text;
  if (kind === 'b') return text === 'true' ? '1' : '0';
  const trimmed = text.trim();
  return kind === 's' && /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(trimmed) ? trimmed : undefined;
}

function wholeOf(value: Scalar): bigint | undefined {
  const { kind, text } = value;
  if (kind === 'e' || kind === 'f') return Number.isFinite(Number(text)) ? BigInt(Math.trunc(Number(text))) : undefined;
  if (kind === 'd') return BigInt(text.replace(/\..*$/, '').replace(/^-?$/, '0'));
  if (kind === 'T') return floorDiv(BigInt(text), 1_000_000n);
  const digits = numericText(value);
  return digits !== undefined && /^[+-]?\d+$/.test(digits) ? BigInt(digits.replace('+', '')) : undefined;
}

function fractionOf(value: Scalar): string | undefined {
  const { kind, text } = value;
  if (kind === 'e') return floatText('e', text);
  if (kind === 'f') return String(Math.fround(Number(text)));
  if (kind === 'T') throw notEmulatedHere('A variant timestamp as a double');
  if (kind === 's' && /[A-Za-z]$/.test(text.trim())) throw notEmulatedHere(`The variant text ${text} as a number`);
  return numericText(value);
}

function booleanOf({ kind, text }: Scalar): string | undefined {
  if (kind === 'b') return text;
  if (kind === 'i' || kind === 'd' || kind === 'e' || kind === 'f') return String(Number(text) !== 0);
  if (kind === 'T') throw notEmulatedHere('A variant timestamp as a boolean');
  if (kind !== 's') return undefined;
  const word = text.trim().toLowerCase();
  if (['t', 'true', 'y', 'yes', '1'].includes(word)) return 'true';
  return ['f', 'false', 'n', 'no', '0'].includes(word) ? 'false' : undefined;
}

function daysOf(value: Scalar, zone: string): number | undefined {
  if (value.kind === 'D') return Number(value.text);
  if (value.kind === 's') return readDate(value.text);
  const local =
    value.kind === 'N' ? BigInt(value.text) : value.kind === 'T' ? toLocal(BigInt(value.text), zone) : undefined;
  return local === undefined ? undefined : Number(floorDiv(local, DAY_MICROS));
}

function instantOf({ kind, text }: Scalar, zone: string): Micros | undefined {
  if (kind === 'T') return BigInt(text);
  if (kind === 'N') return toInstant(BigInt(text), zone);
  if (kind === 'D') return toInstant(BigInt(text) * DAY_MICROS, zone);
  if (kind === 'i') return BigInt(text) * 1_000_000n;
  if (kind === 's') return readTimestamp(text, zone);
  if (kind === 'x') return undefined;
  throw notEmulatedHere('A variant number or boolean as a timestamp');
}

function wallClockOf({ kind, text }: Scalar, zone: string): Micros | undefined {
  if (kind === 'N') return BigInt(text);
  if (kind === 'T') return toLocal(BigInt(text), zone);
  if (kind === 'D') return BigInt(text) * DAY_MICROS;
  return kind === 's' ? readTimestamp(text, zone, true) : undefined;
}
