import { ExpectedError } from '../../../base/expected-error.ts';
import type { LeafColumn } from '../../../formats/parquet-writer/columns.ts';
import type { ParquetWriter } from '../../../formats/parquet-writer/parquet-writer.ts';
import { type CsvText, recordBlocks } from './csv-lines.ts';
import { type CsvField, splitRecord } from './csv-record.ts';

export interface CsvReading extends CsvText {
  readonly header: boolean;
  readonly mode: 'PERMISSIVE' | 'DROPMALFORMED' | 'FAILFAST';
  readonly nullValue: string;
  /** The columns to give, in order. */
  readonly columns: readonly string[];
  /** True: columns are found by the header's names (Auto Loader's rule where data is rescued); false: by position. */
  readonly byName: boolean;
  readonly rescue: boolean;
}

/** What a file's header decides for its records. */
interface Layout {
  readonly header: readonly string[] | undefined;
  /** For each asked column the field that holds it; -1 where the header does not have it. */
  readonly places: readonly number[];
  /** Fields of a record that is neither short nor long. */
  readonly width: number;
  /** True where a record without quotes is its columns, one after the other. */
  readonly isStraight: boolean;
}

/**
 * Writes a CSV file's records as rows: the asked columns as text and, last, what was rescued as JSON. The semantics of Databricks'
 * reader live here; records without quotes are copied byte by byte.
 * @param leaves the columns' and the rescued data's.
 * @param url for `_file_path` in the rescued data.
 * Rejects with `engine.malformed-record` in mode FAILFAST.
 */
export async function writeCsvRows(
  writer: ParquetWriter,
  leaves: readonly LeafColumn[],
  file: { readonly localPath: string; readonly url: string },
  reading: CsvReading,
  endRow: () => boolean,
): Promise<void> {
  const rows = new RecordWriter(leaves, reading, file.url);
  let layout: Layout | undefined;
  for await (const { text, starts, ends } of recordBlocks(file.localPath, reading)) {
    for (let index = 0; index < starts.length; index++) {
      const [start, end] = [starts[index] ?? 0, ends[index] ?? 0];
      if (!layout) {
        const header = reading.header ? splitRecord(text.toString('utf8', start, end), reading) : undefined;
        layout = layoutOf(
          reading,
          header?.map((field) => field.text),
        );
        if (header) continue;
      }
      if (rows.write(text, start, end, layout) && endRow()) await writer.flush();
    }
  }
}

function layoutOf({ columns, byName, nullValue }: CsvReading, header: readonly string[] | undefined): Layout {
  const places = columns.map((name, index) => (byName && header ? header.indexOf(name) : index));
  const width = header?.length ?? columns.length;
  const isStraight = places.length === width && places.every((place, index) => place === index) && nullValue === '';
  return { header, places, width, isStraight };
}

class RecordWriter {
  readonly #leaves: readonly LeafColumn[];
  readonly #rescued: LeafColumn;
  readonly #reading: CsvReading;
  readonly #url: string;
  /** -1 where a character has more than one byte: each record is then taken as text. */
  readonly #delimiter: number;
  readonly #quote: number;
  /** Where the fields of the record at hand end. */
  readonly #ends: number[] = [];

  constructor(leaves: readonly LeafColumn[], reading: CsvReading, url: string) {
    const rescued = leaves.at(-1);
    if (!rescued) throw new Error('rescued data has a column');
    this.#leaves = leaves.slice(0, -1);
    this.#rescued = rescued;
    this.#reading = reading;
    this.#url = url;
    this.#delimiter = byteOf(reading.delimiter);
    this.#quote = byteOf(reading.quote);
  }

  /** False where the record is left out. */
  write(text: Buffer, start: number, end: number, layout: Layout): boolean {
    if (layout.isStraight && this.#isPlain(text, start, end, layout.width)) {
      this.#copy(text, start);
      return true;
    }
    return this.#convert(text.toString('utf8', start, end), layout);
  }

  /** True for a record of the right width without a quote; notes where its fields end. */
  #isPlain(text: Buffer, start: number, end: number, width: number): boolean {
    const [delimiter, quote] = [this.#delimiter, this.#quote];
    if (delimiter < 0 || quote < 0) return false;
    let count = 0;
    for (let at = start; at < end; at++) {
      const byte = text[at];
      if (byte === delimiter) {
        if (count === width - 1) return false;
        this.#ends[count++] = at;
      } else if (byte === quote) return false;
    }
    this.#ends[count] = end;
    return count === width - 1;
  }

  #copy(text: Buffer, start: number): void {
    let from = start;
    for (const [index, leaf] of this.#leaves.entries()) {
      const end = this.#ends[index] ?? from;
      if (end === from) leaf.absent(0, 0);
      else leaf.present(0).sized(text, from, end);
      from = end + 1;
    }
    this.#rescued.absent(0, 0);
  }

  #convert(record: string, layout: Layout): boolean {
    const fields = splitRecord(record, this.#reading);
    if (fields.length !== layout.width && !this.#tolerates(record, fields.length, layout.width)) return false;
    for (const [index, place] of layout.places.entries()) {
      const text = this.#cell(fields[place]);
      const leaf = this.#leaves[index];
      if (text === undefined) leaf?.absent(0, 0);
      else leaf?.present(0).text(text);
    }
    const rest = this.#reading.rescue ? rescued(fields, layout, this.#url) : undefined;
    if (rest === undefined) this.#rescued.absent(0, 0);
    else this.#rescued.present(0).text(rest);
    return true;
  }

  /** Undefined for NULL: an empty field that no quotes enclose, and the text that stands for NULL. */
  #cell(field: CsvField | undefined): string | undefined {
    if (!field || (field.text === '' && !field.quoted) || field.text === this.#reading.nullValue) return undefined;
    return field.text;
  }

  /** False where the record is to be left out. */
  #tolerates(record: string, found: number, width: number): boolean {
    const { mode, rescue } = this.#reading;
    if (mode === 'PERMISSIVE') return true;
    // With a rescued data column, more or fewer columns are no malformed record (Databricks, "Rescued data column").
    if (rescue) return true;
    if (mode === 'DROPMALFORMED') return false;
    throw new ExpectedError({
      code: 'engine.malformed-record',
      message: `${this.#url} has a record of ${found} columns instead of ${width}: ${record.slice(0, 200)}`,
      nextStep: 'Correct the file, or read it with mode => PERMISSIVE.',
    });
  }
}

function rescued(fields: readonly CsvField[], { places, header }: Layout, url: string): string | undefined {
  const taken = new Set(places);
  const rest: [string, string][] = [];
  for (const [index, { text }] of fields.entries()) {
    if (!taken.has(index)) rest.push([header?.[index] ?? `_c${index}`, text]);
  }
  return rest.length === 0 ? undefined : JSON.stringify({ ...Object.fromEntries(rest), _file_path: url });
}

function byteOf(character: string): number {
  const code = character.charCodeAt(0);
  return character.length === 1 && code < 0x80 ? code : -1;
}
