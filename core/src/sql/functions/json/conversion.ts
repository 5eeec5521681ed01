import type { SparkType } from '../../types/spark-type.ts';
import type { DatetimeOptions } from '../datetime-options.ts';

/** What a reader or writer of JSON, CSV or XML needs beside its text: it crosses into DuckDB as JSON, once a statement. */
export interface Conversion {
  readonly type: SparkType;
  readonly datetimes: DatetimeOptions;
  /** The options by lower-case name. */
  readonly options: Readonly<Record<string, string>>;
}

const KNOWN = new Map<string, Conversion>();

/** The conversion that a text describes; a text that was read is not read again. */
export function conversionOf(text: string): Conversion {
  const known = KNOWN.get(text);
  if (known) return known;
  const read = JSON.parse(text) as Conversion;
  if (KNOWN.size > 500) KNOWN.clear();
  KNOWN.set(text, read);
  return read;
}

export function flag(options: Readonly<Record<string, string>>, name: string): boolean | undefined {
  const value = options[name.toLowerCase()];
  return value === undefined ? undefined : value.toLowerCase() === 'true';
}
