import { BINARY, DATE, type SparkType, STRING, TIME, TIMESTAMP, TIMESTAMP_NTZ } from '../types/spark-type.ts';
import { isKnownZone } from '../functions/zone-offset.ts';
import { sparkZone } from '../functions/zones.ts';
import type { Expression } from './nodes.ts';
import { notEmulated, syntaxProblem } from './problem.ts';
import type { TokenStream } from './token-stream.ts';

const TYPED: Readonly<Record<string, SparkType>> = {
  DATE,
  TIME,
  TIMESTAMP,
  TIMESTAMP_LTZ: TIMESTAMP,
  TIMESTAMP_NTZ,
};

/** `DATE '2024-01-01'`, `X'1F'`: undefined where none stands here. */
export function typedLiteral(tokens: TokenStream): Expression | undefined {
  const token = tokens.peek();
  if (token.kind === 'binary') {
    tokens.next();
    return { kind: 'literal', type: BINARY, value: token.text, start: token.start, end: token.end };
  }
  const type = TYPED[token.keyword];
  if (!type || tokens.peek(1).kind !== 'string') return undefined;
  tokens.next();
  const text = tokens.next();
  const span = tokens.spanFrom(token);
  const operand: Expression = { kind: 'literal', type: STRING, value: text.text, start: text.start, end: text.end };
  const value =
    type.kind === 'date' ? dateText(text.text) : type.kind === 'time' ? timeText(text.text) : timestampText(text.text);
  if (value !== undefined) return { kind: 'literal', type, value, ...span };
  if (type.kind === 'time') throw syntaxProblem(`'${text.text}' is no time of day.`, span);
  const special = specialDatetime(text.text, type, span);
  if (special) return special;
  // A time with a zone is what its text casts to.
  const zoned = type.kind === 'timestamp' ? zonedText(text.text) : undefined;
  if (zoned !== undefined) return { kind: 'cast', operand: { ...operand, value: zoned }, type, trying: false, ...span };
  throw notEmulated(`The ${token.text} literal '${text.text}'`, span, 'Write it as yyyy-MM-dd HH:mm:ss.');
}

/** `now`, `today`, ... in the session's zone. A zone behind it must be one, and changes nothing. */
export function specialDatetime(
  text: string,
  type: SparkType,
  span: { readonly start: number; readonly end: number },
): Expression | undefined {
  const found = /^(epoch|now|today|tomorrow|yesterday)(?:[ \t]+(\S+))?$/i.exec(text.trim());
  const word = found?.[1]?.toLowerCase();
  const zone = found?.[2];
  if (word === undefined || (zone !== undefined && (word === 'now' || !isKnownZone(zone)))) return undefined;
  if (word === 'epoch') {
    const value = type.kind === 'timestamp' ? '1970-01-01 00:00:00Z' : '1970-01-01';
    if (type.kind !== 'timestamp') return { kind: 'literal', type, value, ...span };
    return { kind: 'cast', operand: { kind: 'literal', type: STRING, value, ...span }, type, trying: false, ...span };
  }
  const call = (name: string, args: readonly Expression[] = []): Expression => ({
    ...{ kind: 'call', name, nameSpan: span, args, named: [], distinct: false, ignoreNulls: false },
    ...span,
  });
  if (word === 'now' && type.kind !== 'date')
    return { kind: 'cast', operand: call('current_timestamp'), type, trying: false, ...span };
  const days = word === 'tomorrow' ? '1' : word === 'yesterday' ? '-1' : '0';
  const shift: Expression = { kind: 'literal', type: { kind: 'int' }, value: days, ...span };
  const date = call('date_add', [call('current_date'), shift]);
  return type.kind === 'date' ? date : { kind: 'cast', operand: date, type, trying: false, ...span };
}

const ZONED = /^\s*(\d{4}-\d\d?-\d\d?[ T]\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d{0,9})?) ?([A-Z+-][\w:/+-]*)\s*$/;

/** A time with its zone as CAST reads it: an offset in hours and minutes, or a region; undefined for what is none of them. */
function zonedText(text: string): string | undefined {
  const [, time = '', zone = ''] = ZONED.exec(text) ?? [];
  if (timestampText(time) === undefined) return undefined;
  try {
    return time + sparkZone(zone);
  } catch {
    return undefined;
  }
}

/** `yyyy-MM-dd` of a date's text with parts left out from behind; undefined for no date of the years that are read here. */
function dateText(text: string): string | undefined {
  const [, year, month = '1', day = '1'] = /^\s*(\d{4,6})(?:-(\d{1,2})(?:-(\d{1,2}))?)?\s*$/.exec(text) ?? [];
  if (year === undefined) return undefined;
  const last = new Date(Date.UTC(2000 + (Number(year) % 400), Number(month), 0)).getUTCDate();
  const fits = Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= last && Number(year) > 0;
  return fits ? `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}` : undefined;
}

function timestampText(text: string): string | undefined {
  const [, date = '', time] = /^\s*(\d{4}(?:-\d{1,2}(?:-\d{1,2})?)?)(?:[ T](\S*))?\s*$/.exec(text) ?? [];
  const day = dateText(date);
  if (day === undefined || time === undefined) return day;
  const [, hour, minute = '0', second = '0', fraction = ''] =
    /^(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:\.(\d{0,9}))?)?)?$/.exec(time) ?? [];
  if (hour === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const clock = [hour, minute, second].map((one) => one.padStart(2, '0')).join(':');
  return `${day} ${clock}${microseconds(fraction)}`;
}

function microseconds(fraction: string): string {
  const digits = fraction.slice(0, 6).replace(/0+$/, '');
  return digits === '' ? '' : `.${digits}`;
}

/** `HH:mm:ss[.SSSSSS]` of a time of day as Spark reads it (`SparkDateTimeUtils.stringToTime`), with AM or PM or without. */
function timeText(text: string): string | undefined {
  const found = /^\s*T?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d*))?)? *(AM|PM)?\s*$/i.exec(text);
  const [, hour = '', minute = '', second = '0', fraction = '', half] = found ?? [];
  if (!found || Number(minute) > 59 || Number(second) > 59 || /^\s*t/.test(text)) return undefined;
  const fits = half === undefined ? Number(hour) < 24 : Number(hour) >= 1 && Number(hour) <= 12;
  if (!fits) return undefined;
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (half.toUpperCase() === 'PM' ? 12 : 0);
  const clock = [String(hours), minute, second].map((one) => one.padStart(2, '0')).join(':');
  return `${clock}${microseconds(fraction)}`;
}
