import type { SparkType } from './spark-type.ts';

/** An interval's fields from the largest to the smallest; months and days never stand in one. */
const FIELDS: Readonly<Record<'interval month' | 'interval day', readonly string[]>> = {
  'interval month': ['year', 'month'],
  'interval day': ['day', 'hour', 'minute', 'second'],
};

export type IntervalKind = keyof typeof FIELDS;
export type IntervalType = SparkType & { readonly kind: IntervalKind; readonly range?: string };

/** The type with the fields from the largest to the smallest of those named: `day to second`, `year`. */
export function intervalType(kind: IntervalKind, fields: readonly string[]): IntervalType {
  const order = FIELDS[kind];
  const [first = order[0] ?? '', last = first] = order
    .filter((field) => fields.includes(field))
    .flatMap((field, at, all) => (at === 0 || at === all.length - 1 ? [field] : []));
  return { kind, range: first === last ? first : `${first} to ${last}` };
}

export const YEAR_TO_MONTH: IntervalType = { kind: 'interval month' };
export const DAY_TO_SECOND: IntervalType = { kind: 'interval day' };

export function rangeOf({ kind, range }: IntervalType): string {
  return range ?? (kind === 'interval month' ? 'year to month' : 'day to second');
}

/** The type that has the fields of both. */
export function widerInterval(left: IntervalType, right: IntervalType): IntervalType {
  return intervalType(left.kind, [...rangeOf(left).split(' to '), ...rangeOf(right).split(' to ')]);
}

const two = (value: bigint): string => String(value).padStart(2, '0');

/** Spark's ANSI text of a value in months or microseconds: `INTERVAL '1 02:03' DAY TO MINUTE`. */
export function intervalName(value: bigint, type: IntervalType): string {
  const range = rangeOf(type);
  const size = value < 0n ? -value : value;
  const text = type.kind === 'interval month' ? monthsText(size, range) : timeText(size, range);
  return `INTERVAL '${value < 0n ? '-' : ''}${text}' ${range.toUpperCase()}`;
}

function monthsText(size: bigint, range: string): string {
  if (range === 'month') return String(size);
  return range === 'year' ? String(size / 12n) : `${size / 12n}-${size % 12n}`;
}

const MICROS: Readonly<Record<string, bigint>> = {
  day: 86_400_000_000n,
  hour: 3_600_000_000n,
  minute: 60_000_000n,
  second: 1_000_000n,
};

function timeText(size: bigint, range: string): string {
  const [first = 'day', last = first] = range.split(' to ');
  const order = FIELDS['interval day'];
  const fields = order.slice(order.indexOf(first), order.indexOf(last) + 1);
  let rest = size;
  let text = '';
  for (const field of fields) {
    const unit = MICROS[field] ?? 1n;
    const count = rest / unit;
    rest %= unit;
    const separator = text === '' ? '' : field === 'hour' ? ' ' : ':';
    text += separator + (field === 'day' ? String(count) : two(count));
    if (field === 'second' && rest > 0n) text += `.${String(rest).padStart(6, '0').replace(/0+$/, '')}`;
  }
  return text;
}
