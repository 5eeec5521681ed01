import { calendarText, readAnsiInterval, readCalendarInterval } from '../types/interval-text.ts';
import { type IntervalType, intervalName } from '../types/interval.ts';
import { native, type NativeFunction } from './native-function.ts';

function typeOf(range: string): IntervalType {
  return { kind: range.includes('year') || range.includes('month') ? 'interval month' : 'interval day', range };
}

/** Months or microseconds; undefined where the text does not fit or its value is too large for its type. */
function read(text: string, range: string): bigint | undefined {
  const value = readAnsiInterval(text, range);
  const bits = typeOf(range).kind === 'interval month' ? 32 : 64;
  return value !== undefined && BigInt.asIntN(bits, value) === value ? value : undefined;
}

/** Casts of intervals from and to text. */
export const INTERVAL_NATIVES: readonly NativeFunction[] = [
  native('spark_interval_text', ['BIGINT', 'VARCHAR'], 'VARCHAR', (units, range) => intervalName(units, typeOf(range))),
  native('spark_try_read_interval', ['VARCHAR', 'VARCHAR'], 'BIGINT', (text, range) => read(text, range) ?? null),
  native('spark_read_interval', ['VARCHAR', 'VARCHAR'], 'BIGINT', (text, range) => {
    const value = read(text, range);
    if (value !== undefined) return value;
    throw new Error(`[INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING] '${text}' is no interval ${range}.`);
  }),
  native('spark_calendar_text', ['BIGINT', 'BIGINT', 'BIGINT'], 'VARCHAR', (months, days, micros) =>
    calendarText({ months, days, micros }),
  ),
  // In the form that DuckDB's own cast reads.
  native('spark_read_calendar_interval', ['VARCHAR'], 'VARCHAR', (text) => {
    const found = readCalendarInterval(text);
    return found ? `${found.months} months ${found.days} days ${found.micros} microseconds` : null;
  }),
];
