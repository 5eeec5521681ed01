import { expressionError } from './expression-error.ts';

const standardFormats: ReadonlyMap<string, string> = new Map([
  ['o', "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'"],
  ['O', "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'"],
  ['s', "yyyy-MM-dd'T'HH:mm:ss"],
  ['u', "yyyy-MM-dd HH:mm:ss'Z'"],
  ['d', 'MM/dd/yyyy'],
]);

const monthNames = 'January February March April May June July August September October November December'.split(' ');
const dayNames = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

const padded = (value: number, width = 2): string => String(value).padStart(width, '0');

/** Runs of letters of .NET's custom formats, in its invariant culture. */
const letters: ReadonlyMap<string, (date: Date) => string> = new Map([
  ['yyyy', (date: Date) => padded(date.getUTCFullYear(), 4)],
  ['yy', (date: Date) => padded(date.getUTCFullYear() % 100)],
  ['MMMM', (date: Date) => monthNames[date.getUTCMonth()] ?? ''],
  ['MMM', (date: Date) => (monthNames[date.getUTCMonth()] ?? '').slice(0, 3)],
  ['MM', (date: Date) => padded(date.getUTCMonth() + 1)],
  ['M', (date: Date) => String(date.getUTCMonth() + 1)],
  ['dddd', (date: Date) => dayNames[date.getUTCDay()] ?? ''],
  ['ddd', (date: Date) => (dayNames[date.getUTCDay()] ?? '').slice(0, 3)],
  ['dd', (date: Date) => padded(date.getUTCDate())],
  ['d', (date: Date) => String(date.getUTCDate())],
  ['HH', (date: Date) => padded(date.getUTCHours())],
  ['H', (date: Date) => String(date.getUTCHours())],
  ['hh', (date: Date) => padded(date.getUTCHours() % 12 || 12)],
  ['h', (date: Date) => String(date.getUTCHours() % 12 || 12)],
  ['mm', (date: Date) => padded(date.getUTCMinutes())],
  ['m', (date: Date) => String(date.getUTCMinutes())],
  ['ss', (date: Date) => padded(date.getUTCSeconds())],
  ['s', (date: Date) => String(date.getUTCSeconds())],
  ['tt', (date: Date) => (date.getUTCHours() < 12 ? 'AM' : 'PM')],
  // .NET has no such letters: they stand for themselves.
  ['T', () => 'T'],
  ['Z', () => 'Z'],
]);

/**
 * A date by a .NET format string, in UTC.
 * https://learn.microsoft.com/dotnet/standard/base-types/custom-date-and-time-format-strings
 * @throws ExpectedError `pipelines.expression` for letters that are not emulated
 */
export function formatDate(date: Date, format: string, source: string): string {
  const custom = standardFormats.get(format) ?? (format.length === 1 ? undefined : format);
  if (custom === undefined) throw notEmulated(format, source);
  return custom.replaceAll(
    /'([^']*)'|\\(.)|([A-Za-z])\3*/g,
    (run: string, quoted: string | undefined, escaped: string | undefined) => {
      if (quoted !== undefined || escaped !== undefined) return quoted ?? escaped ?? '';
      if (/^f{1,7}$/.test(run)) return padded(date.getUTCMilliseconds(), 3).padEnd(7, '0').slice(0, run.length);
      const write = letters.get(run);
      if (!write) throw notEmulated(run, source);
      return write(date);
    },
  );
}

function notEmulated(format: string, source: string): Error {
  return expressionError(source, `the date format '${format}' is not emulated`);
}
