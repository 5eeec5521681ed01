import { isUtf8 } from 'node:buffer';
import { ExpectedError } from '../../../base/expected-error.ts';
import { type CsvField, type CsvShape, splitRecord, splitRecords } from './csv-record.ts';

export interface CsvReading extends CsvShape {
  readonly header: boolean;
  readonly multiLine: boolean;
  /** `UTF-8` or `ISO-8859-1`. */
  readonly encoding: string;
  readonly mode: 'PERMISSIVE' | 'DROPMALFORMED' | 'FAILFAST';
  readonly nullValue: string;
  /** The columns to give, in order. */
  readonly columns: readonly string[];
  /** True: columns are found by the header's names (Auto Loader's rule where data is rescued); false: by position. */
  readonly byName: boolean;
  readonly rescue: boolean;
}

/**
 * A CSV file rewritten so that every record has exactly the asked columns and, last, what was rescued: the shape that DuckDB reads
 * without judging. The semantics of Databricks' reader live here; clean records pass as the bytes that they are.
 * @param url for `_file_path` in the rescued data.
 * @throws ExpectedError `engine.malformed-record` in mode FAILFAST.
 */
export function canonicalCsv(bytes: Buffer, reading: CsvReading, url: string): Buffer {
  const text = decode(bytes, reading.encoding);
  const records = splitRecords(text, reading, reading.multiLine);
  const header = reading.header ? splitRecord(records.shift() ?? '', reading).map((field) => field.text) : undefined;
  const places = placesOf(reading, header);
  const width = header?.length ?? reading.columns.length;
  const straight =
    places.length === width && places.every((place, index) => place === index) && reading.nullValue === '';
  const lines: string[] = [];
  for (const record of records) {
    if (straight && isClean(record, reading, width)) {
      lines.push(record + reading.delimiter);
      continue;
    }
    const fields = splitRecord(record, reading);
    if (fields.length !== width && !tolerates(reading, record, fields.length, width, url)) continue;
    lines.push(rewrite(fields, reading, places, header, url));
  }
  return Buffer.from(lines.map((line) => `${line}\n`).join(''));
}

/** The header's names, to find the columns of a file. */
export function headerOf(bytes: Buffer, reading: Omit<CsvReading, 'columns' | 'byName' | 'rescue'>): string[] {
  const [first] = splitRecords(decode(bytes, reading.encoding), reading, reading.multiLine);
  return first === undefined ? [] : splitRecord(first, reading).map((field) => field.text);
}

function decode(bytes: Buffer, encoding: string): string {
  if (encoding === 'ISO-8859-1') return bytes.toString('latin1');
  const withoutMark = bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])) ? bytes.subarray(3) : bytes;
  // Java replaces what is not UTF-8 rather than refusing it, and so does the decoder.
  return isUtf8(withoutMark) ? withoutMark.toString('utf8') : new TextDecoder('utf-8').decode(withoutMark);
}

/** For each asked column the field that holds it; -1 where the header does not have it. */
function placesOf({ columns, byName }: CsvReading, header: readonly string[] | undefined): number[] {
  return columns.map((name, index) => (byName && header ? header.indexOf(name) : index));
}

function isClean(record: string, { delimiter, quote }: CsvReading, width: number): boolean {
  if (record.includes(quote) || record.includes('"')) return false;
  let count = 1;
  for (let at = record.indexOf(delimiter); at >= 0; at = record.indexOf(delimiter, at + 1)) count += 1;
  return count === width;
}

/** False where the record is to be left out. */
function tolerates({ mode, rescue }: CsvReading, record: string, found: number, width: number, url: string): boolean {
  if (mode === 'PERMISSIVE') return true;
  // With a rescued data column, more or fewer columns are no malformed record (Databricks, "Rescued data column").
  if (rescue) return true;
  if (mode === 'DROPMALFORMED') return false;
  throw new ExpectedError({
    code: 'engine.malformed-record',
    message: `${url} has a record of ${found} columns instead of ${width}: ${record.slice(0, 200)}`,
    nextStep: 'Correct the file, or read it with mode => PERMISSIVE.',
  });
}

function rewrite(
  fields: readonly CsvField[],
  reading: CsvReading,
  places: readonly number[],
  header: readonly string[] | undefined,
  url: string,
): string {
  const cells = places.map((place) => cell(fields[place], reading));
  return [...cells, rescued(fields, reading, places, header, url)].join(reading.delimiter);
}

function cell(field: CsvField | undefined, { nullValue }: CsvReading): string {
  if (!field || (field.text === '' && !field.quoted) || field.text === nullValue) return '';
  return quoted(field.text);
}

function rescued(
  fields: readonly CsvField[],
  reading: CsvReading,
  places: readonly number[],
  header: readonly string[] | undefined,
  url: string,
): string {
  if (!reading.rescue) return '';
  const taken = new Set(places);
  const rest: [string, string][] = [];
  for (const [index, { text }] of fields.entries()) {
    if (!taken.has(index)) rest.push([header?.[index] ?? `_c${index}`, text]);
  }
  return rest.length === 0 ? '' : quoted(JSON.stringify({ ...Object.fromEntries(rest), _file_path: url }));
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
