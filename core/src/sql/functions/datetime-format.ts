import { daysOf, floorDiv, type Micros, toInstant } from './datetime-texts.ts';
import { isKnownZone, offsetAt } from './zone-offset.ts';

/** One piece of a Java datetime pattern: literal text, or a letter with its count. */
interface Piece {
  readonly letter: string;
  readonly text: string;
}

/** A pattern that is emulated exactly; undefined from `datetimeFormat` for every other one. */
export interface DatetimeFormat {
  readonly pieces: readonly Piece[];
  /** Where an optional section begins, in pieces; its end is the end of the pattern. */
  readonly optional: readonly { readonly from: number; readonly to: number }[];
}

const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');
const SUPPORTED = /^(?:y|yy|yyyy|M{1,4}|d|dd|H|HH|h|hh|m|mm|s|ss|S{1,6}|a|E{1,4}|X{1,3})$/;

export function datetimeFormat(pattern: string): DatetimeFormat | undefined {
  const pieces: Piece[] = [];
  const optional: { from: number; to: number }[] = [];
  const open: number[] = [];
  for (const found of pattern.matchAll(/'((?:[^']|'')*)'|([A-Za-z])\2*|\[|\]|[^A-Za-z'[\]]/g)) {
    const [text, quoted, letter] = found;
    if (text === '[') open.push(pieces.length);
    else if (text === ']') {
      const from = open.pop();
      if (from === undefined) return undefined;
      optional.push({ from, to: pieces.length });
    } else if (letter !== undefined) {
      if (!SUPPORTED.test(text)) return undefined;
      pieces.push({ letter, text });
    } else if (/[#{}']/.test(text) && quoted === undefined) return undefined;
    else pieces.push({ letter: '', text: quoted === '' ? "'" : (quoted?.replaceAll("''", "'") ?? text) });
  }
  return open.length > 0 ? undefined : { pieces, optional };
}

/** A moment by a pattern, an instant in a zone (`undefined` for a wall clock or a date). */
export function writeDatetime(format: DatetimeFormat, micros: Micros, zone: string | undefined): string {
  const offset = zone === undefined ? 0 : offsetAt(zone, Number(floorDiv(micros, 1000n)));
  const local = micros + BigInt(offset) * 1000n;
  const date = new Date(Number(floorDiv(local, 1000n)));
  const fraction = String(local - floorDiv(local, 1_000_000n) * 1_000_000n).padStart(6, '0');
  return format.pieces
    .map(({ letter, text }) => (letter === '' ? text : written(letter, text.length, date, fraction, offset)))
    .join('');
}

function written(letter: string, count: number, date: Date, fraction: string, offset: number): string {
  const pad = (value: number): string => String(value).padStart(count, '0');
  const hour = date.getUTCHours();
  switch (letter) {
    case 'y':
      return count === 2 ? String(date.getUTCFullYear() % 100).padStart(2, '0') : pad(date.getUTCFullYear());
    case 'M':
      return count > 2 ? named(MONTHS[date.getUTCMonth()] ?? '', count) : pad(date.getUTCMonth() + 1);
    case 'd':
      return pad(date.getUTCDate());
    case 'H':
      return pad(hour);
    case 'h':
      return pad(hour % 12 === 0 ? 12 : hour % 12);
    case 'm':
      return pad(date.getUTCMinutes());
    case 's':
      return pad(date.getUTCSeconds());
    case 'S':
      return fraction.slice(0, count);
    case 'a':
      return hour < 12 ? 'AM' : 'PM';
    case 'E':
      return named(DAYS[date.getUTCDay()] ?? '', count);
    default:
      return offsetText(offset / 60_000, count);
  }
}

function named(name: string, count: number): string {
  return count === 4 ? name : name.slice(0, 3);
}

function offsetText(minutes: number, count: number): string {
  if (minutes === 0) return 'Z';
  const size = Math.abs(minutes);
  const [hours, rest] = [Math.floor(size / 60), size % 60].map((one) => String(one).padStart(2, '0'));
  const tail = count === 1 ? (rest === '00' ? '' : rest) : `${count === 3 ? ':' : ''}${rest ?? ''}`;
  return `${minutes < 0 ? '-' : '+'}${hours ?? ''}${tail ?? ''}`;
}

interface Fields {
  readonly values: Map<string, number>;
  offset: number | undefined;
}

/** The moment that a whole text writes by a pattern, or undefined: missing parts are those of 1970-01-01 00:00:00. */
export function readDatetime(format: DatetimeFormat, text: string, zone: string | undefined): Micros | undefined {
  const last = format.optional.find(({ to }) => to === format.pieces.length);
  for (const pieces of last ? [format.pieces, format.pieces.slice(0, last.from)] : [format.pieces]) {
    const fields: Fields = { values: new Map(), offset: undefined };
    if (readPieces(pieces, text, fields)) return moment(fields, zone);
  }
  return undefined;
}

function readPieces(pieces: readonly Piece[], text: string, fields: Fields): boolean {
  let at = 0;
  for (const [index, piece] of pieces.entries()) {
    const adjacent = /[yMdHhmsS]/.test(pieces[index + 1]?.letter ?? '');
    const size = readPiece(piece, text.slice(at), adjacent, fields);
    if (size === undefined) return false;
    at += size;
  }
  return at === text.length;
}

function readPiece({ letter, text }: Piece, rest: string, adjacent: boolean, fields: Fields): number | undefined {
  const count = text.length;
  if (letter === '') return rest.startsWith(text) ? count : undefined;
  if (letter === 'X') return readOffset(rest, count, fields);
  if (letter === 'a') return readName(rest, ['AM', 'PM'], 2, letter, fields);
  if (letter === 'E') return readName(rest, DAYS, count === 4 ? 9 : 3, letter, fields);
  if (letter === 'M' && count > 2) return readName(rest, MONTHS, count === 4 ? 9 : 3, letter, fields);
  const exact = adjacent || count > 1 || letter === 'S';
  const size = letter === 'y' && count !== 2 ? (count === 4 ? '4' : '1,4') : exact ? String(count) : '1,2';
  const found = new RegExp(`^\\d{${size}}`).exec(rest);
  if (!found) return undefined;
  const value = Number(letter === 'S' ? found[0].padEnd(6, '0') : found[0]);
  fields.values.set(letter, letter === 'y' && count === 2 ? 2000 + value : value);
  return found[0].length;
}

function readName(
  rest: string,
  names: readonly string[],
  size: number,
  letter: string,
  fields: Fields,
): number | undefined {
  const at = names.findIndex((name) => rest.startsWith(name.slice(0, size)));
  if (at < 0) return undefined;
  fields.values.set(letter, letter === 'M' ? at + 1 : at);
  return names[at]?.slice(0, size).length;
}

function readOffset(rest: string, count: number, fields: Fields): number | undefined {
  const shape = count === 1 ? /^[+-]\d\d(?:\d\d)?/ : count === 2 ? /^[+-]\d{4}/ : /^[+-]\d\d:\d\d/;
  if (rest.startsWith('Z')) fields.offset = 0;
  const found = rest.startsWith('Z') ? 'Z' : shape.exec(rest)?.[0];
  if (found === undefined || found === 'Z') return found?.length;
  const digits = found.replaceAll(/\D/g, '').padEnd(4, '0');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  fields.offset = (found.startsWith('-') ? -minutes : minutes) * 60_000_000;
  return found.length;
}

function moment({ values, offset }: Fields, zone: string | undefined): Micros | undefined {
  const get = (letter: string, usual: number): number => values.get(letter) ?? usual;
  const half = get('h', 0);
  const hour = values.has('h') ? (half % 12) + (get('a', 0) === 1 ? 12 : 0) : get('H', 0);
  const [minute, second] = [get('m', 0), get('s', 0)];
  const days = daysOf(get('y', 1970), get('M', 1), get('d', 1));
  if (days === undefined || hour > 23 || minute > 59 || second > 59 || half > 12) return undefined;
  if (values.has('E') && new Date(days * 86_400_000).getUTCDay() !== get('E', 0)) return undefined;
  const micros =
    (BigInt(days) * 86_400n + BigInt(hour * 3600 + minute * 60 + second)) * 1_000_000n + BigInt(get('S', 0));
  if (offset !== undefined) return zone === undefined ? undefined : micros - BigInt(offset);
  return zone === undefined || !isKnownZone(zone) ? micros : toInstant(micros, zone);
}
