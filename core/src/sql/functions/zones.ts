import { native, type NativeFunction, notEmulatedHere } from './native-function.ts';

/** Java's `ZoneId.SHORT_IDS`, which Spark reads too. */
const SHORT_IDS: Readonly<Record<string, string>> = {
  ACT: 'Australia/Darwin',
  AET: 'Australia/Sydney',
  AGT: 'America/Argentina/Buenos_Aires',
  ART: 'Africa/Cairo',
  AST: 'America/Anchorage',
  BET: 'America/Sao_Paulo',
  BST: 'Asia/Dhaka',
  CAT: 'Africa/Harare',
  CNT: 'America/St_Johns',
  CST: 'America/Chicago',
  CTT: 'Asia/Shanghai',
  EAT: 'Africa/Addis_Ababa',
  ECT: 'Europe/Paris',
  EST: '-05:00',
  HST: '-10:00',
  IET: 'America/Indiana/Indianapolis',
  IST: 'Asia/Kolkata',
  JST: 'Asia/Tokyo',
  MIT: 'Pacific/Apia',
  MST: '-07:00',
  NET: 'Asia/Yerevan',
  NST: 'Pacific/Auckland',
  PLT: 'Asia/Karachi',
  PNT: 'America/Phoenix',
  PRT: 'America/Puerto_Rico',
  PST: 'America/Los_Angeles',
  SST: 'Pacific/Guadalcanal',
  VST: 'Asia/Ho_Chi_Minh',
};

const OFFSET = /^(?:UTC|GMT|UT)?([+-])(?:(\d{1,2})|(\d{2}):(\d{2})(?::(\d{2}))?|(\d{2})(\d{2})(\d{2})?)$/;

const ZONES = new Map<string, string | Error>();

/**
 * A zone as Spark's `getZoneId` reads it: a region of DuckDB's, `UTC`, or an offset as `+05:30`.
 * @throws Error where Spark knows no such zone, or where it is not emulated.
 */
export function sparkZone(text: string): string {
  let known = ZONES.get(text);
  if (known === undefined) {
    known = read(text);
    // What a column holds is no reason to keep any number of texts.
    if (ZONES.size < 1000) ZONES.set(text, known);
  }
  if (known instanceof Error) throw known;
  return known;
}

function read(text: string): string | Error {
  const spelled = text.replace(/([+-])(\d):/, '$10$2:').replace(/([+-])(\d\d):(\d)$/, '$1$2:0$3');
  const zone = SHORT_IDS[spelled] ?? spelled;
  if (/^(?:Z|UTC|GMT|UT)$/.test(zone)) return 'UTC';
  const offset = OFFSET.exec(zone);
  if (offset) return offsetOf(zone, offset);
  return isRegion(zone)
    ? zone
    : new Error(`[INVALID_TIMEZONE] There is no time zone '${text}': write it as Europe/Brussels or +01:00.`);
}

function offsetOf(text: string, parts: RegExpExecArray): string | Error {
  const [, sign = '+', short, hours = parts[6] ?? short ?? '0', m1, s1, , m2, s2] = parts;
  const [minutes, seconds] = [m1 ?? m2 ?? '00', s1 ?? s2 ?? '00'];
  const total = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  if (Number(minutes) > 59 || Number(seconds) > 59 || total > 18 * 3600)
    return new Error(`[INVALID_TIMEZONE] There is no time zone '${text}': an offset goes from -18:00 to +18:00.`);
  if (Number(seconds) > 0) return notEmulatedHere(`The time zone ${text}, which has seconds`);
  return `${sign}${hours.padStart(2, '0')}:${minutes}`;
}

/** Java tells upper from lower case in a region's name, and JavaScript does not. */
function isRegion(zone: string): boolean {
  if (!/^[A-Z][A-Za-z0-9]*(?:[-+_/][A-Za-z0-9]+)*$/.test(zone)) return false;
  try {
    const { timeZone } = new Intl.DateTimeFormat('en-US', { timeZone: zone }).resolvedOptions();
    return timeZone.toLowerCase() !== zone.toLowerCase() || timeZone === zone;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

export const ZONE_NATIVES: readonly NativeFunction[] = [native('spark_zone', ['VARCHAR'], 'VARCHAR', sparkZone)];
