/** Texts of intervals, and what the places after the first may hold. Sizes in months or seconds. */
const SPANS: Readonly<
  Record<string, { readonly pattern: RegExp; readonly sizes: readonly bigint[]; readonly most: readonly bigint[] }>
> = {
  'year to month': { pattern: /^([+-]?)(\d+)-(\d{1,2})$/, sizes: [12n, 1n], most: [11n] },
  'day to hour': { pattern: /^([+-]?)(\d+) (\d{1,2})$/, sizes: [86400n, 3600n], most: [23n] },
  'day to minute': { pattern: /^([+-]?)(\d+) (\d{1,2}):(\d{1,2})$/, sizes: [86400n, 3600n, 60n], most: [23n, 59n] },
  'day to second': {
    pattern: /^([+-]?)(\d+) (\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,9}))?$/,
    sizes: [86400n, 3600n, 60n, 1n],
    most: [23n, 59n, 59n],
  },
  'hour to minute': { pattern: /^([+-]?)(\d+):(\d{1,2})$/, sizes: [3600n, 60n], most: [59n] },
  'hour to second': {
    pattern: /^([+-]?)(\d+):(\d{1,2}):(\d{1,2})(?:\.(\d{1,9}))?$/,
    sizes: [3600n, 60n, 1n],
    most: [59n, 59n],
  },
  'minute to second': { pattern: /^([+-]?)(\d+):(\d{1,2})(?:\.(\d{1,9}))?$/, sizes: [60n, 1n], most: [59n] },
  year: { pattern: /^([+-]?)(\d+)$/, sizes: [12n], most: [] },
  month: { pattern: /^([+-]?)(\d+)$/, sizes: [1n], most: [] },
  day: { pattern: /^([+-]?)(\d+)$/, sizes: [86400n], most: [] },
  hour: { pattern: /^([+-]?)(\d+)$/, sizes: [3600n], most: [] },
  minute: { pattern: /^([+-]?)(\d+)$/, sizes: [60n], most: [] },
  second: { pattern: /^([+-]?)(\d+)(?:\.(\d{1,9}))?$/, sizes: [1n], most: [] },
};

export function isIntervalRange(range: string): boolean {
  return SPANS[range] !== undefined;
}

/** Months or microseconds of an interval's text (`-1 02:03` of `day to minute`); undefined where it does not fit its fields. */
export function readInterval(text: string, range: string): bigint | undefined {
  const span = SPANS[range];
  const found = span?.pattern.exec(text.trim());
  if (!span || !found) return undefined;
  const [, sign, ...places] = found;
  const counts = places.slice(0, span.sizes.length).map(BigInt);
  if (counts.some((count, at) => at > 0 && count > (span.most[at - 1] ?? 0n))) return undefined;
  const months = range.includes('year') || range.includes('month');
  const scale = months ? 1n : 1_000_000n;
  const fraction = places[span.sizes.length] ?? '';
  const size =
    counts.reduce((sum, count, at) => sum + count * (span.sizes[at] ?? 0n) * scale, 0n) +
    (months ? 0n : BigInt(fraction.slice(0, 6).padEnd(6, '0')));
  return sign === '-' ? -size : size;
}

/** The same in Spark's ANSI form too: `INTERVAL -'1-2' YEAR TO MONTH`. */
export function readAnsiInterval(text: string, range: string): bigint | undefined {
  const found = /^\s*interval\s+([+-]?)'([^']*)'\s+([a-z ]+?)\s*$/i.exec(text);
  if (!found) return readInterval(text, range);
  const [, sign = '', inner = '', named = ''] = found;
  if (named.toLowerCase().replace(/\s+/g, ' ') !== range) return undefined;
  const value = readInterval(inner, range);
  return sign === '-' && value !== undefined ? -value : value;
}

export interface CalendarInterval {
  readonly months: bigint;
  readonly days: bigint;
  readonly micros: bigint;
}

const CALENDAR_UNITS: Readonly<Record<string, CalendarInterval>> = {
  year: { months: 12n, days: 0n, micros: 0n },
  month: { months: 1n, days: 0n, micros: 0n },
  week: { months: 0n, days: 7n, micros: 0n },
  day: { months: 0n, days: 1n, micros: 0n },
  hour: { months: 0n, days: 0n, micros: 3_600_000_000n },
  minute: { months: 0n, days: 0n, micros: 60_000_000n },
  second: { months: 0n, days: 0n, micros: 1_000_000n },
  millisecond: { months: 0n, days: 0n, micros: 1000n },
  microsecond: { months: 0n, days: 0n, micros: 1n },
};

/** `1 month 2 days -3.5 seconds`, with or without `interval` before it; undefined where it is none or too large. */
export function readCalendarInterval(text: string): CalendarInterval | undefined {
  const body = text.replace(/^\s*interval\s/i, '').trim();
  const pattern = /\s*([+-]?)\s*(\d+)?(?:\.(\d{0,9}))?\s+([a-z]+)(?=\s|$)/giy;
  let [months, days, micros] = [0n, 0n, 0n];
  let at = 0;
  for (const [all, mark, whole, fraction, name = ''] of body.matchAll(pattern)) {
    const unit = CALENDAR_UNITS[name.toLowerCase().replace(/s$/, '')];
    const sign = mark === '-' ? -1n : 1n;
    const seconds = unit?.micros === 1_000_000n;
    if (!unit || (whole === undefined && !fraction) || (fraction !== undefined && !seconds)) return undefined;
    at += all.length;
    const count = BigInt(whole ?? 0) * sign;
    months += count * unit.months;
    days += count * unit.days;
    micros += count * unit.micros;
    if (seconds) micros += BigInt((fraction ?? '').slice(0, 6).padEnd(6, '0')) * sign;
  }
  const fits = BigInt.asIntN(32, months) === months && BigInt.asIntN(32, days) === days;
  if (body === '' || at !== body.length || !fits || BigInt.asIntN(64, micros) !== micros) return undefined;
  return { months, days, micros };
}

/** Spark's text of a calendar interval: `1 years 2 days -1.5 seconds`; nothing is `0 seconds`. */
export function calendarText({ months, days, micros }: CalendarInterval): string {
  const parts: string[] = [];
  const add = (count: bigint, unit: string): void => {
    if (count !== 0n) parts.push(`${count} ${unit}`);
  };
  add(months / 12n, 'years');
  add(months % 12n, 'months');
  add(days, 'days');
  add(micros / 3_600_000_000n, 'hours');
  add((micros % 3_600_000_000n) / 60_000_000n, 'minutes');
  const rest = micros % 60_000_000n;
  if (rest !== 0n) parts.push(`${secondsText(rest)} seconds`);
  return parts.length === 0 ? '0 seconds' : parts.join(' ');
}

function secondsText(micros: bigint): string {
  const size = micros < 0n ? -micros : micros;
  const fraction = String(size % 1_000_000n)
    .padStart(6, '0')
    .replace(/0+$/, '');
  return `${micros < 0n ? '-' : ''}${size / 1_000_000n}${fraction === '' ? '' : `.${fraction}`}`;
}
