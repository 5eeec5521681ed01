import { notEmulatedHere } from './native-function.ts';
import { instantOf, isKnownZone } from './zone-offset.ts';
import { sparkZone } from './zones.ts';

/** A moment in microseconds since 1970; of a wall clock (`timestamp_ntz`) as if it stood at UTC. */
export type Micros = bigint;

const DAY_MICROS = 86_400_000_000n;
const TIME = /^(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d*))?)?$/;
const ZONE =
  /(?<=\d) ?(Z|[+-]\d{1,2}(?::?\d{1,2}(?::?\d{1,2})?)?|(?:UTC|GMT|UT)(?:[+-]\d{1,2}(?::\d{2})?)?|[A-Za-z]+(?:\/[A-Za-z0-9_+-]+)+)$/;

/** Days since 1970 of a calendar day, or undefined where there is no such day. */
export function daysOf(year: number, month: number, day: number): number | undefined {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  return Math.floor(date.getTime() / 86_400_000);
}

/** A date as CAST reads it: `2020-1-2`, and what follows a T or a space does not count. Undefined for what is none. */
export function readDate(text: string): number | undefined {
  const found = /^(\d{4,7})(?:-(\d{1,2})(?:-(\d{1,2})(?:[ T].*)?)?)?$/s.exec(trimAll(text));
  if (!found) return undefined;
  return within(daysOf(Number(found[1]), Number(found[2] ?? 1), Number(found[3] ?? 1)), text);
}

/**
 * A timestamp as CAST reads it, in the zone of the session where it names none; with `wallClock` a zone makes it none.
 * @throws Error for zones that are not known here
 */
export function readTimestamp(text: string, zone: string, wallClock = false): Micros | undefined {
  const trimmed = trimAll(text);
  const named = /[:T ]/.test(trimmed) ? ZONE.exec(trimmed) : null;
  const local = readLocal(named ? trimmed.slice(0, named.index) : trimmed);
  if (local === undefined || (wallClock && named)) return undefined;
  if (wallClock) return local;
  const where = named ? zoneNamed(named[1] ?? '') : zone;
  if (where === undefined) return undefined;
  if (named && !isKnownZone(where)) throw notEmulatedHere(`Reading the timestamp ${text}`);
  return toInstant(local, where);
}

/** Undefined for what Spark knows as no zone. */
function zoneNamed(text: string): string | undefined {
  try {
    return sparkZone(text);
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('[INVALID_TIMEZONE]')) return undefined;
    throw error;
  }
}

export function toInstant(local: Micros, zone: string): Micros {
  const millis = floorDiv(local, 1000n);
  return BigInt(instantOf(zone, Number(millis))) * 1000n + (local - millis * 1000n);
}

function readLocal(text: string): Micros | undefined {
  if (/^T?\d{1,2}:|^T\d{1,2}$/.test(text)) throw notEmulatedHere(`A time of the current day: ${text}`);
  const found = /^(\d{4,6})(?:-(\d{1,2})(?:-(\d{1,2})(?:[ T](.+))?)?)?$/.exec(text);
  if (!found) return undefined;
  const days = within(daysOf(Number(found[1]), Number(found[2] ?? 1), Number(found[3] ?? 1)), text);
  const time = found[4] === undefined ? 0n : readTime(found[4]);
  return days === undefined || time === undefined ? undefined : BigInt(days) * DAY_MICROS + time;
}

function readTime(text: string): Micros | undefined {
  const found = TIME.exec(/^\d{1,2}$/.test(text) ? `${text}:0` : text);
  if (!found) return undefined;
  const [hours, minutes, seconds] = [found[1], found[2], found[3] ?? '0'].map(Number);
  if (hours === undefined || minutes === undefined || seconds === undefined) return undefined;
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  const fraction = BigInt((found[4] ?? '').slice(0, 6).padEnd(6, '0'));
  return BigInt(hours * 3600 + minutes * 60 + seconds) * 1_000_000n + fraction;
}

function within(days: number | undefined, text: string): number | undefined {
  if (days !== undefined && (days < -719_162 || days > 2_932_896))
    throw notEmulatedHere(`A year before 1 or after 9999: ${text}`);
  return days;
}

/** White space and control characters at both ends, as `UTF8String.trimAll` takes them off. */
export function trimAll(text: string): string {
  const blank = (at: number): boolean => text.charCodeAt(at) <= 0x20 || text.charCodeAt(at) === 0x7f;
  let [start, end] = [0, text.length];
  while (start < end && blank(start)) start++;
  while (end > start && blank(end - 1)) end--;
  return text.slice(start, end);
}

/** `2020-01-02`. */
export function dateText(days: number): string {
  return new Date(days * 86_400_000).toISOString().slice(0, 10);
}

/** `2020-01-02 03:04:05.000006`, as DuckDB reads it; an instant's with `+00`. */
export function timestampText(micros: Micros): string {
  const millis = floorDiv(micros, 1000n);
  const iso = new Date(Number(millis)).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 23)}${String(micros - millis * 1000n).padStart(3, '0')}`;
}

/** The moment that DuckDB writes as `2020-01-02 03:04:05.006[+02[:30]]`. */
export function writtenMicros(text: string): Micros {
  const found =
    /^(\d{4,6})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?)?$/.exec(text);
  if (!found) throw notEmulatedHere(`The timestamp ${text}`);
  const day = daysOf(Number(found[1]), Number(found[2]), Number(found[3])) ?? 0;
  const seconds = Number(found[4]) * 3600 + Number(found[5]) * 60 + Number(found[6]);
  const offset = Number(found[9] ?? 0) * 3600 + Number(found[10] ?? 0) * 60 + Number(found[11] ?? 0);
  const shift = found[8] === '-' ? offset : -offset;
  return (
    BigInt(day) * DAY_MICROS +
    BigInt(seconds + shift) * 1_000_000n +
    BigInt((found[7] ?? '').padEnd(6, '0').slice(0, 6))
  );
}

export function floorDiv(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}
