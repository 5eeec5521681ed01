import { javaYear } from '../../sql/types/java-years.ts';

/** Microseconds since 1970 as text. */
export type FormatInstant = (micros: bigint) => string;

/** Seconds from 1970 to the last instant that JavaScript's Date has (year 275760); timestamps go on to 294247. */
const lastOfDate = 8_640_000_000_000;
/** Seconds in 400 years, after which the calendar repeats, weekdays and with them the rules of time zones too. */
const cycle = 146_097 * 86_400;

/** `yyyy-MM-dd HH:mm:ss[.ffffff]` in a time zone, without trailing zeros, as Spark casts a timestamp to a string. */
export function instantFormatter(timeZone: string): FormatInstant {
  let made: Intl.DateTimeFormat | undefined;
  return (micros) => {
    // Made at the first instant: most answers have none, and Node reads its calendars for it.
    const formatter = (made ??= partsFormatter(timeZone));
    const million = 1_000_000n;
    const fraction = ((micros % million) + million) % million;
    const seconds = (micros - fraction) / million;
    const cycles = Math.abs(Number(seconds)) > lastOfDate ? Math.trunc(Number(seconds) / cycle) : 0;
    const near = Number(seconds) - cycles * cycle;
    const parts = new Map(formatter.formatToParts(near * 1000).map(({ type, value }) => [type, value]));
    const part = (name: Intl.DateTimeFormatPartTypes): string => parts.get(name) ?? '';
    const year = (part('era').startsWith('B') ? 1 - Number(part('year')) : Number(part('year'))) + 400 * cycles;
    const day = `${javaYear(year)}-${part('month')}-${part('day')}`;
    const digits = String(fraction).padStart(6, '0').replace(/0+$/, '');
    return `${day} ${part('hour')}:${part('minute')}:${part('second')}${digits === '' ? '' : `.${digits}`}`;
  };
}

function partsFormatter(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-CA-u-hc-h23', {
    timeZone,
    era: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
}
