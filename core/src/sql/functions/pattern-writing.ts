import { hasField, latest, MONTHS, parsePattern, type PatternPart, WEEKDAYS } from './datetime-pattern.ts';
import { native, type NativeFunction } from './native-function.ts';
import { zoneName } from './zone-names.ts';

interface Stamp {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly dayOfYear: number;
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly micros: number;
  /** Seconds east of Greenwich. */
  readonly offset: number;
  readonly zone: string;
  readonly instant: number;
}

const DAY = 86_400_000_000n;

function stampOf(local: bigint, offset: number, zone: string): Stamp {
  const clock = ((local % DAY) + DAY) % DAY;
  const date = new Date(Number((local - clock) / 1000n));
  const micros = Number(clock % 1_000_000n);
  const seconds = Number(clock / 1_000_000n);
  const year = date.getUTCFullYear();
  const start = new Date(date.getTime());
  start.setUTCMonth(0, 1);
  return {
    ...{ year, month: date.getUTCMonth() + 1, day: date.getUTCDate(), weekday: date.getUTCDay() },
    dayOfYear: Math.round((date.getTime() - start.getTime()) / 86_400_000) + 1,
    ...{ hour: Math.floor(seconds / 3600), minute: Math.floor(seconds / 60) % 60, second: seconds % 60 },
    ...{ micros, offset, zone, instant: Number(local / 1000n) - offset * 1000 },
  };
}

const pad = (value: number, width: number): string => String(value).padStart(width, '0');

/** A year by its sign and width: what exceeds four digits or more gets a plus. */
function yearText(year: number, count: number): string {
  if (count === 2) return pad(Math.abs(year) % 100, 2);
  const digits = pad(Math.abs(year), count);
  if (year < 0) return `-${digits}`;
  return count >= 4 && digits.length > count ? `+${digits}` : digits;
}

const QUARTERS = ['1st quarter', '2nd quarter', '3rd quarter', '4th quarter'];

function quarterText(month: number, count: number): string {
  const quarter = Math.ceil(month / 3);
  if (count <= 2) return pad(quarter, count);
  return count === 3 ? `Q${quarter}` : (QUARTERS[quarter - 1] ?? '');
}

function named(names: readonly string[], at: number, count: number): string {
  const name = names[at] ?? '';
  return count === 4 ? name : name.slice(0, 3);
}

/** Hours, minutes and (where they are not 0) seconds of an offset with its sign. */
function offsetText(
  offset: number,
  { colon, minutes, seconds }: Record<'colon' | 'minutes' | 'seconds', boolean>,
): string {
  const size = Math.abs(offset);
  const [h, m, s] = [Math.floor(size / 3600), Math.floor(size / 60) % 60, size % 60];
  const separator = colon ? ':' : '';
  const withMinutes = minutes || m !== 0 ? separator + pad(m, 2) : '';
  const withSeconds = seconds && s !== 0 ? separator + pad(s, 2) : '';
  return `${offset < 0 ? '-' : '+'}${pad(h, 2)}${withMinutes}${withSeconds}`;
}

function isoOffset(offset: number, count: number): string {
  return offsetText(offset, { colon: count === 3 || count === 5, minutes: count > 1, seconds: count > 3 });
}

function localizedOffset(offset: number, full: boolean): string {
  if (offset === 0) return 'GMT';
  if (full) return `GMT${offsetText(offset, { colon: true, minutes: true, seconds: true })}`;
  const size = Math.abs(offset);
  const [h, m, s] = [Math.floor(size / 3600), Math.floor(size / 60) % 60, size % 60];
  const rest = m !== 0 || s !== 0 ? `:${pad(m, 2)}${s === 0 ? '' : `:${pad(s, 2)}`}` : '';
  return `GMT${offset < 0 ? '-' : '+'}${h}${rest}`;
}

function zoneOffset(offset: number, count: number): string {
  if (count === 4) return localizedOffset(offset, true);
  if (count === 5) return offset === 0 ? 'Z' : isoOffset(offset, 5);
  return isoOffset(offset, 2);
}

type Write = (stamp: Stamp, count: number, era: boolean) => string;

const LETTERS: Readonly<Record<string, Write>> = {
  G: ({ year }, count) => (count === 4 ? (year > 0 ? 'Anno Domini' : 'Before Christ') : year > 0 ? 'AD' : 'BC'),
  y: ({ year }, count, era) => yearText(era && year <= 0 ? 1 - year : year, count),
  M: ({ month }, count) => (count <= 2 ? pad(month, count) : named(MONTHS, month - 1, count)),
  L: ({ month }, count) => (count <= 2 ? pad(month, count) : named(MONTHS, month - 1, count)),
  Q: ({ month }, count) => quarterText(month, count),
  q: ({ month }, count) => quarterText(month, count),
  E: ({ weekday }, count) => named(WEEKDAYS, weekday, count),
  F: ({ day }) => String(((day - 1) % 7) + 1),
  D: ({ dayOfYear }, count) => pad(dayOfYear, count),
  d: ({ day }, count) => pad(day, count),
  H: ({ hour }, count) => pad(hour, count),
  k: ({ hour }, count) => pad(hour === 0 ? 24 : hour, count),
  K: ({ hour }, count) => pad(hour % 12, count),
  h: ({ hour }, count) => pad(hour % 12 === 0 ? 12 : hour % 12, count),
  m: ({ minute }, count) => pad(minute, count),
  s: ({ second }, count) => pad(second, count),
  S: ({ micros }, count) => pad(micros, 6).padEnd(9, '0').slice(0, count),
  a: ({ hour }) => (hour < 12 ? 'AM' : 'PM'),
  V: ({ zone }) => zone,
  z: ({ zone, instant }, count) => zoneName(zone, instant, count === 4),
  O: ({ offset }, count) => localizedOffset(offset, count === 4),
  X: ({ offset }, count) => (offset === 0 ? 'Z' : isoOffset(offset, count)),
  x: ({ offset }, count) => isoOffset(offset, count),
  Z: ({ offset }, count) => zoneOffset(offset, count),
};

function write(parts: readonly PatternPart[], stamp: Stamp, era: boolean): string {
  return parts
    .map((part) => {
      if (part.kind === 'text') return part.text;
      if (part.kind === 'optional') return write(part.parts, stamp, era);
      return LETTERS[part.letter]?.(stamp, part.count, era) ?? '';
    })
    .join('');
}

const writing = latest((pattern) => {
  const parts = parsePattern(pattern, false);
  return { parts, era: hasField(parts, 'G') };
});

export const DATETIME_FORMAT_NATIVES: readonly NativeFunction[] = [
  // Wall-clock microseconds, the offset of the zone then in seconds, the zone, the pattern.
  native(
    'spark_format_datetime',
    ['BIGINT', 'BIGINT', 'VARCHAR', 'VARCHAR'],
    'VARCHAR',
    (local, offset, zone, pattern) => {
      const { parts, era } = writing(pattern);
      return write(parts, stampOf(local, Number(offset), zone), era);
    },
  ),
];
