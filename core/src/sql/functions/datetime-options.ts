import { type DatetimeFormat, datetimeFormat, readDatetime, writeDatetime } from './datetime-format.ts';
import {
  dateText,
  floorDiv,
  type Micros,
  readDate,
  readTimestamp,
  timestampText,
  writtenMicros,
} from './datetime-texts.ts';

/** How the readers and writers of JSON, CSV and XML treat dates and times: the options' formats and the zone. */
export interface DatetimeOptions {
  readonly zone: string;
  readonly dateFormat?: string | undefined;
  readonly timestampFormat?: string | undefined;
  readonly timestampNTZFormat?: string | undefined;
}

export type DatetimeKind = 'date' | 'timestamp' | 'timestamp_ntz';

const OPTION = { date: 'dateFormat', timestamp: 'timestampFormat', timestamp_ntz: 'timestampNTZFormat' } as const;
const USUAL = {
  date: 'yyyy-MM-dd',
  timestamp: "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
  timestamp_ntz: "yyyy-MM-dd'T'HH:mm:ss.SSS",
} as const;
const DAY_MICROS = 86_400_000_000n;

const FORMATS = new Map<string, DatetimeFormat>();

function formatOf(pattern: string): DatetimeFormat {
  const known = FORMATS.get(pattern);
  if (known) return known;
  const format = datetimeFormat(pattern);
  if (!format) throw new Error(`[NOT_EMULATED] The datetime pattern ${pattern}`);
  FORMATS.set(pattern, format);
  return format;
}

/** A text as DuckDB reads the value's cast, or undefined for what is no such value. */
export function readByOptions(text: string, kind: DatetimeKind, options: DatetimeOptions): string | undefined {
  const pattern = options[OPTION[kind]];
  if (pattern === undefined) {
    if (kind === 'date') return written(readDate(text), dateText);
    return written(readTimestamp(text, options.zone, kind === 'timestamp_ntz'), (one) => instantText(one, kind));
  }
  const zone = kind === 'timestamp' ? options.zone : undefined;
  const micros = readDatetime(formatOf(pattern), text, zone);
  if (micros === undefined) return undefined;
  return kind === 'date' ? dateText(Number(floorDiv(micros, DAY_MICROS))) : instantText(micros, kind);
}

function written<T>(value: T | undefined, text: (value: T) => string): string | undefined {
  return value === undefined ? undefined : text(value);
}

export function instantText(micros: Micros, kind: DatetimeKind): string {
  return kind === 'timestamp' ? `${timestampText(micros)}+00` : timestampText(micros);
}

/** A value that DuckDB wrote as text, by the option's format or Spark's usual one. */
export function writeByOptions(text: string, kind: DatetimeKind, options: DatetimeOptions): string {
  const pattern = options[OPTION[kind]] ?? USUAL[kind];
  const micros = kind === 'date' ? writtenMicros(`${text} 00:00:00`) : writtenMicros(text);
  return writeDatetime(formatOf(pattern), micros, kind === 'timestamp' ? options.zone : undefined);
}
