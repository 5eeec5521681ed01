import { hasField, latest, MONTHS, parsePattern, type PatternPart } from './datetime-pattern.ts';
import { native, type NativeFunction, notEmulatedHere } from './native-function.ts';

/** What the letters of a pattern found, by Java's names of fields. */
type Fields = Map<string, number>;

interface Reading {
  readonly text: string;
  readonly fields: Fields;
  zone: string | undefined;
}

interface NumberField {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  readonly sign: 'normal' | 'never' | 'exceedsPad';
}

const NAMES: Readonly<Record<string, string>> = {
  ...{ y: 'year', M: 'month', L: 'month', d: 'day', D: 'dayOfYear', H: 'hour', k: 'clockHour', K: 'halfHour' },
  ...{ h: 'clockHalfHour', m: 'minute', s: 'second' },
};

function numberField(letter: string, count: number): NumberField | undefined {
  const name = NAMES[letter];
  if (name === undefined || ((letter === 'M' || letter === 'L') && count > 2)) return undefined;
  if (letter === 'y') {
    if (count === 2) return { name: 'shortYear', least: 2, most: 2, sign: 'never' };
    return { name, least: count, most: 19, sign: count < 4 ? 'normal' : 'exceedsPad' };
  }
  if (count === 1) return { name, least: 1, most: 19, sign: 'normal' };
  return { name, least: count, most: letter === 'D' ? 3 : count, sign: 'never' };
}

/** Digits that fixed-width numbers directly behind this one need. */
function reserved(parts: readonly PatternPart[], from: number): number {
  let width = 0;
  for (const part of parts.slice(from)) {
    const number = part.kind === 'field' ? numberField(part.letter, part.count) : undefined;
    if (!number || number.least !== number.most || number.sign !== 'never') break;
    width += number.least;
  }
  return width;
}

function readNumber(reading: Reading, at: number, field: NumberField, reserve: number): number | undefined {
  const mark = /^[+-]/.exec(reading.text.slice(at))?.[0] ?? '';
  if (mark === '+' && field.sign !== 'exceedsPad') return undefined;
  if (mark === '-' && field.sign === 'never') return undefined;
  const from = at + mark.length;
  const all = /^\d*/.exec(reading.text.slice(from))?.[0] ?? '';
  const length = Math.min(all.length, field.most, reserve > 0 ? Math.max(field.least, all.length - reserve) : 19);
  if (length < field.least) return undefined;
  if (field.sign === 'exceedsPad' && mark !== '-' && (mark === '+') !== length > field.least) return undefined;
  const value = Number(`${mark}${all.slice(0, length)}`);
  if (mark === '-' && value === 0) return undefined;
  return set(reading, field.name, value) ? from + length : undefined;
}

/** False where the field has another value already. */
function set({ fields }: Reading, name: string, value: number): boolean {
  const [field, meant] = name === 'shortYear' ? ['year', 2000 + value] : [name, value];
  if (fields.has(field) && fields.get(field) !== meant) return false;
  fields.set(field, meant);
  return true;
}

function readNamed(
  reading: Reading,
  at: number,
  names: readonly string[],
  field: string,
  first: number,
): number | undefined {
  const rest = reading.text.slice(at).toLowerCase();
  const found = names.findIndex((name) => rest.startsWith(name.toLowerCase()));
  if (found < 0 || !set(reading, field, found + first)) return undefined;
  return at + (names[found]?.length ?? 0);
}

function readFraction(reading: Reading, at: number, most: number): number | undefined {
  const digits = /^\d+/.exec(reading.text.slice(at))?.[0].slice(0, most);
  if (digits === undefined) return undefined;
  return set(reading, 'nano', Number(digits.padEnd(9, '0'))) ? at + digits.length : undefined;
}

/** Zones by name that Java reads, as the zone whose clocks they tell. */
const ZONE_WORDS: Readonly<Record<string, string>> = {
  ...{ PST: 'America/Los_Angeles', PDT: 'America/Los_Angeles', MST: 'America/Denver', MDT: 'America/Denver' },
  ...{ CST: 'America/Chicago', CDT: 'America/Chicago', EST: 'America/New_York', EDT: 'America/New_York' },
  ...{ CET: 'Europe/Paris', CEST: 'Europe/Paris', UTC: 'UTC', GMT: 'UTC', Z: 'UTC' },
};

function readZone(reading: Reading, at: number, letter: string, count: number): number | undefined {
  const rest = reading.text.slice(at);
  const take = (pattern: RegExp): string | undefined => pattern.exec(rest)?.[0];
  const done = (found: string | undefined, zone: string): number | undefined => {
    if (found === undefined) return undefined;
    reading.zone = zone;
    return at + found.length;
  };
  if (letter === 'X' || letter === 'x' || (letter === 'Z' && count !== 4)) {
    const zero = letter === 'X' || count === 5 ? take(/^z/i) : undefined;
    if (zero !== undefined) return done(zero, 'UTC');
    const minutes = letter === 'Z' && count < 5 ? 2 : count;
    const found = take(OFFSETS[minutes] ?? /^$/);
    return done(found, offsetName(found ?? ''));
  }
  if (letter === 'O' || letter === 'Z') {
    const found = take(
      letter === 'O' && count === 1 ? /^GMT(?:[+-]\d{1,2}(?::\d\d(?::\d\d)?)?)?/i : /^GMT(?:[+-]\d\d:\d\d(?::\d\d)?)?/i,
    );
    return done(found, found === undefined || found.length === 3 ? 'UTC' : offsetName(found.slice(3)));
  }
  return readRegion(rest, done);
}

/** By the number of letters: hours, and minutes with or without a colon. Seconds are not read. */
const OFFSETS: readonly RegExp[] = [
  /^$/,
  /^[+-]\d\d(?:\d\d)?(?!\d)/,
  /^[+-]\d{4}(?!\d)/,
  /^[+-]\d\d:\d\d(?!:?\d)/,
  /^[+-]\d{4}(?!\d)/,
  /^[+-]\d\d:\d\d(?!:\d)/,
];

function offsetName(text: string): string {
  const [, sign = '+', hours = '0', minutes = '00', seconds] =
    /^([+-])(\d{1,2}):?(\d\d)?(?::?(\d\d))?$/.exec(text) ?? [];
  if (seconds !== undefined && seconds !== '00') throw notEmulatedHere(`A time zone's offset with seconds: ${text}`);
  return `${sign}${hours.padStart(2, '0')}:${minutes}`;
}

function readRegion(
  rest: string,
  done: (found: string | undefined, zone: string) => number | undefined,
): number | undefined {
  const offset = /^[+-]\d\d:\d\d(?!:)/.exec(rest)?.[0];
  if (offset !== undefined) return done(offset, offsetName(offset));
  const region = /^[A-Z][A-Za-z]+(?:\/[A-Za-z_+-]+)+/.exec(rest)?.[0];
  if (region !== undefined) return done(region, region);
  const word = /^[A-Za-z]+/.exec(rest)?.[0];
  if (word === undefined) return undefined;
  const zone = ZONE_WORDS[word.toUpperCase()];
  if (zone === undefined || /^[+-]/.test(rest.slice(word.length))) throw notEmulatedHere(`The time zone in '${rest}'`);
  return done(word, zone);
}

function readField(reading: Reading, at: number, parts: readonly PatternPart[], index: number): number | undefined {
  const part = parts[index];
  if (part?.kind !== 'field') return undefined;
  const { letter, count } = part;
  const number = numberField(letter, count);
  if (number) return readNumber(reading, at, number, reserved(parts, index + 1));
  switch (letter) {
    case 'M':
    case 'L':
      return readNamed(reading, at, count === 4 ? MONTHS : MONTHS.map((name) => name.slice(0, 3)), 'month', 1);
    case 'a':
      return readNamed(reading, at, ['AM', 'PM'], 'half', 0);
    case 'G':
      return readNamed(reading, at, count === 4 ? ['Before Christ', 'Anno Domini'] : ['BC', 'AD'], 'era', 0);
    case 'S':
      return readFraction(reading, at, count);
    default:
      return readZone(reading, at, letter, count);
  }
}

function read(reading: Reading, from: number, parts: readonly PatternPart[]): number | undefined {
  let at: number | undefined = from;
  for (const [index, part] of parts.entries()) {
    if (at === undefined) return undefined;
    if (part.kind === 'text') {
      const same: boolean = reading.text.slice(at, at + part.text.length).toLowerCase() === part.text.toLowerCase();
      at = same ? at + part.text.length : undefined;
    } else if (part.kind === 'field') at = readField(reading, at, parts, index);
    else {
      const inner: Reading = { text: reading.text, fields: new Map(reading.fields), zone: reading.zone };
      const end = read(inner, at, part.parts);
      if (end === undefined) continue;
      for (const [name, value] of inner.fields) reading.fields.set(name, value);
      reading.zone = inner.zone;
      at = end;
    }
  }
  return at;
}

const within = (value: number, least: number, most: number): boolean => value >= least && value <= most;

/** The hour from what was given of it; undefined where that does not fit together. Without AM or PM it is before noon. */
function hourOf(fields: Fields): number | undefined {
  const half = fields.get('half');
  const [hour, clock, halfHour, clockHalf] = ['hour', 'clockHour', 'halfHour', 'clockHalfHour'].map((one) =>
    fields.get(one),
  );
  if ((hour !== undefined && !within(hour, 0, 23)) || (clock !== undefined && !within(clock, 1, 24))) return undefined;
  if ((halfHour !== undefined && !within(halfHour, 0, 11)) || (clockHalf !== undefined && !within(clockHalf, 1, 12)))
    return undefined;
  const whole = hour ?? (clock === undefined ? undefined : clock % 24);
  const short = halfHour ?? (clockHalf === undefined ? undefined : clockHalf % 12);
  const told = short === undefined ? undefined : short + (half === 1 ? 12 : 0);
  if (whole === undefined) return told ?? (half === 1 ? 12 : 0);
  if (clock !== undefined && clock % 24 !== whole) return undefined;
  if (half !== undefined && Math.floor(whole / 12) !== half) return undefined;
  return short !== undefined && whole % 12 !== short ? undefined : whole;
}

/** Microseconds of the day. */
function timeOf(fields: Fields): bigint | undefined {
  const hour = hourOf(fields);
  const [minute, second, nano] = ['minute', 'second', 'nano'].map((one) => fields.get(one) ?? 0);
  if (hour === undefined || !within(minute ?? 0, 0, 59) || !within(second ?? 0, 0, 59)) return undefined;
  const seconds = hour * 3600 + (minute ?? 0) * 60 + (second ?? 0);
  return BigInt(seconds) * 1_000_000n + BigInt(Math.floor((nano ?? 0) / 1000));
}

/** Days since 1970; what is left out is 1970, January and the first. */
function dayOf(fields: Fields): number | undefined {
  const given = fields.get('year') ?? 1970;
  const year = fields.get('era') === 0 ? 1 - given : given;
  if (fields.has('era') && given < 1) return undefined;
  const ofYear = fields.get('dayOfYear');
  const date = new Date(0);
  if (ofYear === undefined) date.setUTCFullYear(year, (fields.get('month') ?? 1) - 1, fields.get('day') ?? 1);
  else date.setUTCFullYear(year, 0, ofYear);
  if (!Number.isFinite(date.getTime())) throw new Error('long overflow');
  const fits =
    date.getUTCFullYear() === year &&
    date.getUTCMonth() + 1 === (fields.get('month') ?? (ofYear === undefined ? 1 : date.getUTCMonth() + 1)) &&
    date.getUTCDate() === (fields.get('day') ?? (ofYear === undefined ? 1 : date.getUTCDate()));
  return fits ? date.getTime() / 86_400_000 : undefined;
}

const reading = latest((pattern) => {
  const parts = parsePattern(pattern, true);
  return { parts, zoned: hasField(parts, 'VzOXxZ') };
});

function readAll(text: string, pattern: string): Reading | undefined {
  const found: Reading = { text, fields: new Map(), zone: undefined };
  return read(found, 0, reading(pattern).parts) === text.length ? found : undefined;
}

/** The largest wall-clock time that fits in 64 bits of microseconds. */
function fitting(micros: bigint): bigint {
  if (BigInt.asIntN(64, micros) !== micros) throw new Error('long overflow');
  return micros;
}

export const DATETIME_PARSE_NATIVES: readonly NativeFunction[] = [
  native('spark_read_datetime', ['VARCHAR', 'VARCHAR'], 'BIGINT', (text, pattern) => {
    const found = readAll(text, pattern);
    const [day, time] = found ? [dayOf(found.fields), timeOf(found.fields)] : [];
    return day === undefined || time === undefined ? null : fitting(BigInt(day) * 86_400_000_000n + time);
  }),
  // The zone that the text names, NULL where it names none.
  native('spark_read_zone', ['VARCHAR', 'VARCHAR'], 'VARCHAR', (text, pattern) =>
    reading(pattern).zoned ? (readAll(text, pattern)?.zone ?? null) : null,
  ),
  native('spark_read_time', ['VARCHAR', 'VARCHAR'], 'BIGINT', (text, pattern) => {
    const found = readAll(text, pattern);
    return (found && timeOf(found.fields)) ?? null;
  }),
];
