import { javaYear } from '../../sql/types/java-years.ts';

/** Microseconds since 1970 as text. */
export type FormatInstant = (micros: bigint) => string;

/** `yyyy-MM-dd HH:mm:ss[.ffffff]` in a time zone, without trailing zeros, as Spark casts a timestamp to a string. */
export function instantFormatter(timeZone: string): FormatInstant {
  let made: Intl.DateTimeFormat | undefined;
  return (micros) => {
    // Made at the first instant: most answers have none, and Node reads its calendars for it.
    const formatter = (made ??= partsFormatter(timeZone));
    const million = 1_000_000n;
    const fraction = ((micros % million) + million) % million;
    const seconds = (micros - fraction) / million;
    const parts = new Map(formatter.formatToParts(Number(seconds) * 1000).map(({ type, value }) => [type, value]));
    const part = (name: Intl.DateTimeFormatPartTypes): string => parts.get(name) ?? '';
    const year = part('era').startsWith('B') ? 1 - Number(part('year')) : Number(part('year'));
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
