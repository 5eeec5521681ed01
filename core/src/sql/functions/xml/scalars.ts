import type { SparkType } from '../../types/spark-type.ts';
import { readByOptions } from '../datetime-options.ts';
import { decimalOfText } from '../decimal-text.ts';
import { javaDouble } from '../java-numbers.ts';
import type { Conversion } from '../json/conversion.ts';
import { notEmulatedHere } from '../native-function.ts';
import { javaTrim, type XmlOptions } from './options.ts';
import { XmlProblem } from './pull-parser.ts';

/** A text that Java's `NumberFormat` does not read: it raises what no reader of records catches (`ParseException`), unless a field holds it. */
export class UnreadNumber extends XmlProblem {}

/** A text as a scalar's text that DuckDB casts; null: NULL. @throws XmlProblem where it is no such value. */
export function scalarText(
  datum: string | null,
  type: SparkType,
  options: XmlOptions,
  conversion: Conversion,
): string | null {
  if (datum === null) return null;
  const text = options.ignoreSurroundingSpaces ? javaTrim(datum) : datum;
  if (text === options.nullValue) return null;
  const read = READERS[type.kind];
  if (!read) throw new XmlProblem(`no ${type.kind} is read from a text`);
  return read(text, type, { options, conversion });
}

interface Reading {
  readonly options: XmlOptions;
  readonly conversion: Conversion;
}

type Reader = (text: string, type: SparkType, reading: Reading) => string;

/** Java's `parseByte` and so on. */
function whole(text: string, bits: number): bigint {
  if (/[^\0-\u007f]/.test(text) && /^[+-]?\p{Nd}+$/u.test(text)) throw notEmulatedHere(`The digits of ${text}`);
  if (!/^[+-]?\d+$/.test(text)) throw new XmlProblem('no whole number');
  const value = BigInt(text.replace('+', ''));
  if (BigInt.asIntN(bits, value) !== value) throw new XmlProblem('a number that does not fit');
  return value;
}

const plainWhole =
  (bits: number): Reader =>
  (text) =>
    String(whole(text, bits));

/** Spark takes the sign off and reads what is left, so that the least number does not fit and two signs do. */
const signedWhole =
  (bits: number): Reader =>
  (text, _, { options }) => {
    const bare = /^[+-]/.test(text) ? text.slice(1) : text;
    const value = bare === options.nullValue ? 0n : whole(bare, bits);
    return String(BigInt.asIntN(bits, text.startsWith('-') ? -value : value));
  };

const fraction: Reader = (text, _, { options }) => {
  const bare = /^[+-]/.test(text) ? text.slice(1) : text;
  const read = bare === options.nullValue ? '0' : unsignedFraction(bare);
  if (!text.startsWith('-')) return read;
  if (read === 'NaN') return read;
  return read.startsWith('-') ? read.slice(1) : `-${read.replace(/^\+/, '')}`;
};

/** Java's `parseDouble`; what is none is read by its `NumberFormat`, which takes `1,234` and what a text begins with. */
function unsignedFraction(text: string): string {
  const trimmed = javaTrim(text);
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(trimmed)) return trimmed.replace(/^\+/, '');
  const special = /^([+-]?)(NaN|Infinity)$/.exec(trimmed);
  if (special) return javaDouble((special[1] === '-' ? -1 : 1) * (special[2] === 'NaN' ? NaN : Infinity));
  if (/^[+-]?[\d.,\u221e]|^[+-]?\p{Nd}|^\u2212/u.test(trimmed)) throw notEmulatedHere(`The number ${text} of XML`);
  throw new UnreadNumber(`${text} is no number`);
}

const READERS: Readonly<Record<string, Reader>> = {
  tinyint: plainWhole(8),
  smallint: plainWhole(16),
  int: signedWhole(32),
  bigint: signedWhole(64),
  float: fraction,
  double: fraction,
  string: (text) => text,
  decimal: (text, type) => {
    const value = type.kind === 'decimal' ? decimalOfText(text.replaceAll(',', ''), type) : undefined;
    if (value === undefined) throw new XmlProblem('no such decimal');
    return value;
  },
  boolean: (text) => {
    if (/^(?:true|1)$/i.test(text)) return 'true';
    if (/^(?:false|0)$/i.test(text)) return 'false';
    throw new XmlProblem('no truth value');
  },
  date: datetime('date'),
  timestamp: datetime('timestamp'),
  timestamp_ntz: datetime('timestamp_ntz'),
};

function datetime(kind: 'date' | 'timestamp' | 'timestamp_ntz'): Reader {
  return (text, _, { conversion }) => {
    const value = readByOptions(text, kind, conversion.datetimes);
    if (value === undefined) throw new XmlProblem(`no ${kind}`);
    return value;
  };
}
