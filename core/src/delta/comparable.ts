import { isLosslessNumber } from 'lossless-json';
import type { DeltaType } from './schema.ts';

/** A value that can be told greater or smaller than another one of the same column. */
export type Comparable = bigint | number | string;

/** A constant that a statement compares a column with: Spark's type of it, and its text. `micros`: microseconds since 1970. */
export interface Constant {
  readonly typeText: string;
  readonly text: string;
}

const DAY = /^\d{4}-\d\d-\d\d$/;
const EXACT = /^(tinyint|smallint|int|bigint|decimal\(\d+,\d+\))$/;

/** The constant as the column compares it; undefined where Spark would convert one of the two in a way that is not followed here. */
export function constantFor(type: DeltaType, { typeText, text }: Constant): Comparable | undefined {
  if (typeof type !== 'string') return undefined;
  switch (kindOf(type)) {
    case 'exact':
      return EXACT.test(typeText) ? scaled(text) : undefined;
    case 'float':
      return EXACT.test(typeText) || typeText === 'double' ? finite(text) : undefined;
    case 'string':
      return typeText === 'string' ? text : undefined;
    case 'date':
      return (typeText === 'date' || typeText === 'string') && DAY.test(text) ? text : undefined;
    case 'boolean':
      return typeText === 'boolean' ? text : undefined;
    case 'instant':
      return typeText === 'micros' ? BigInt(text) : undefined;
    case 'none':
      return undefined;
  }
}

/** A bound of a column from a file's statistics, as JSON text or number; undefined where it tells nothing. */
export function boundOf(type: DeltaType, value: unknown, side: 'min' | 'max'): Comparable | undefined {
  const text = textOf(value);
  if (typeof type !== 'string' || text === undefined) return undefined;
  switch (kindOf(type)) {
    case 'exact':
      return scaled(text);
    case 'float':
      return type === 'float' ? rounded(finite(text)) : finite(text);
    case 'string':
      return typeof value === 'string' ? value : undefined;
    case 'date':
      return DAY.test(text) ? text : undefined;
    case 'boolean':
      return text;
    case 'instant': {
      const time = Date.parse(DAY.test(text) || /Z|[+-]\d\d:\d\d$/.test(text) ? text : `${text}Z`);
      // Statistics keep milliseconds, cut: the greatest instant may lie up to one further.
      return Number.isNaN(time) ? undefined : BigInt(time) * 1000n + (side === 'max' ? 999n : 0n);
    }
    case 'none':
      return undefined;
  }
}

/** A JSON value that stands for itself: a string, a number as it is written, true or false. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return isLosslessNumber(value) || typeof value === 'boolean' || typeof value === 'number'
    ? value.toString()
    : undefined;
}

/** Below 0 where `left` is smaller. Both are of one column. */
export function compare(left: Comparable, right: Comparable): number {
  // Spark compares strings by their UTF-8 bytes; JavaScript's own order differs beyond U+FFFF.
  if (typeof left === 'string' && typeof right === 'string')
    return Buffer.compare(Buffer.from(left), Buffer.from(right));
  return left < right ? -1 : left > right ? 1 : 0;
}

function kindOf(type: string): 'exact' | 'float' | 'string' | 'date' | 'boolean' | 'instant' | 'none' {
  if (type.startsWith('decimal')) return 'exact';
  switch (type) {
    case 'byte':
    case 'short':
    case 'integer':
    case 'long':
      return 'exact';
    case 'float':
    case 'double':
      return 'float';
    case 'string':
    case 'date':
    case 'boolean':
      return type;
    case 'timestamp':
    case 'timestamp_ntz':
      return 'instant';
    default:
      return 'none';
  }
}

/** A decimal number without rounding: 38 digits behind the point hold every DECIMAL. */
function scaled(text: string): bigint | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(text);
  if (!match || text.length === 0) return undefined;
  const [, sign = '', whole = '', fraction = ''] = match;
  if (whole + fraction === '' || fraction.length > 38) return undefined;
  const digits = BigInt(whole + fraction.padEnd(38, '0'));
  return sign === '-' ? -digits : digits;
}

function finite(text: string): number | undefined {
  const number = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : undefined;
}

/** A FLOAT's text is shorter than its value, and its value is what is compared. */
function rounded(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.fround(value);
}
