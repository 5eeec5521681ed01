import { notEmulatedHere } from './native-function.ts';

/** Java's short names where the platform's own are offsets. */
const SHORT: Readonly<Record<string, string>> = {
  'Central European Standard Time': 'CET',
  'Central European Summer Time': 'CEST',
  'Eastern European Standard Time': 'EET',
  'Eastern European Summer Time': 'EEST',
  'Western European Standard Time': 'WET',
  'Western European Summer Time': 'WEST',
  'Greenwich Mean Time': 'GMT',
  'British Summer Time': 'BST',
  'Japan Standard Time': 'JST',
  'India Standard Time': 'IST',
  'Coordinated Universal Time': 'UTC',
};

function named(zone: string, instant: number, style: 'short' | 'long'): string {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: style });
  return format.formatToParts(instant).find(({ type }) => type === 'timeZoneName')?.value ?? '';
}

const SUMMER = /Daylight|Summer/;

/**
 * A zone's name in standard or summer time, as Java has it.
 * @throws Error where that is not known.
 */
export function zoneName(zone: string, instant: number, full: boolean): string {
  if (/^(?:Etc\/)?(?:UTC|UCT|Zulu)$|^Z$/.test(zone)) return full ? 'Coordinated Universal Time' : 'UTC';
  const summer = SUMMER.test(named(zone, instant, 'long'));
  // A name of today's: before there was standard time Java has no other one.
  const when = [Date.UTC(2020, 0, 1), Date.UTC(2020, 6, 1)].find(
    (one) => SUMMER.test(named(zone, one, 'long')) === summer,
  );
  const long = when === undefined ? '' : named(zone, when, 'long');
  const short = when === undefined ? '' : named(zone, when, 'short');
  const name = full ? long : (SHORT[long] ?? short);
  if (
    name === '' ||
    name.startsWith('GMT') !== (SHORT[long] === 'GMT' || long.startsWith('GMT')) ||
    /^GMT[+-]/.test(name)
  )
    throw notEmulatedHere(`The name of the time zone ${zone}`);
  return name;
}
