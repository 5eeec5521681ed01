/** Milliseconds that a zone's clock is ahead of UTC at an instant (milliseconds since 1970). */
export function offsetAt(zone: string, instant: number): number {
  const fixed = fixedOffset(zone);
  if (fixed !== undefined) return fixed;
  const parts = Object.fromEntries(
    formatterOf(zone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const local = new Date(0);
  local.setUTCFullYear(parts['year'] ?? 0, (parts['month'] ?? 1) - 1, parts['day'] ?? 1);
  local.setUTCHours((parts['hour'] ?? 0) % 24, parts['minute'] ?? 0, parts['second'] ?? 0);
  return local.getTime() - Math.floor(instant / 1000) * 1000;
}

/**
 * The instant of a wall-clock time, both in milliseconds, as Java's `ZonedDateTime.of`: of two the earlier one, and a time that the
 * clocks leave out moves on by as much as they do.
 */
export function instantOf(zone: string, local: number): number {
  const day = 86_400_000;
  const before = offsetAt(zone, local - day);
  const candidates = [local - before, local - offsetAt(zone, local + day)];
  const found = candidates.filter((one) => one + offsetAt(zone, one) === local);
  return found.length > 0 ? Math.min(...found) : local - before;
}

const FORMATTERS = new Map<string, Intl.DateTimeFormat>();

function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = FORMATTERS.get(zone);
  if (known) return known;
  const formatter = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
    hourCycle: 'h23',
  });
  FORMATTERS.set(zone, formatter);
  return formatter;
}

function fixedOffset(zone: string): number | undefined {
  if (/^(?:Z|UTC|GMT|UT|Etc\/UTC|Etc\/GMT)$/i.test(zone)) return 0;
  const found = /^(?:UTC|GMT|UT)?([+-])(\d{1,2})(?::?(\d{2}))?(?::?(\d{2}))?$/.exec(zone);
  if (!found) return undefined;
  const [, sign, hours, minutes = '0', seconds = '0'] = found;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
}

/** True where the zone is one that can be computed here. */
export function isKnownZone(zone: string): boolean {
  if (fixedOffset(zone) !== undefined) return true;
  try {
    formatterOf(zone);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
