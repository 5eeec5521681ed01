import type { Cell } from '../base/cell.ts';
import type { PreviewFile } from './preview-file.ts';
import type { RangeSource } from './range-source.ts';
import { checkRecordLength, textChunks } from './text-lines.ts';

export interface CsvFile extends PreviewFile {
  readonly delimiter: string;
}

const DELIMITERS = [',', ';', '\t', '|'];

/**
 * A CSV file as text, the first record as header (RFC 4180: quotes double inside quotes, records may span lines). A record with too
 * few fields is filled with null, one with more makes columns `_c<n>`. Nothing is read beyond the rows that were asked for.
 */
export async function openCsv(source: RangeSource, signal?: AbortSignal): Promise<CsvFile> {
  const delimiter = await sniffDelimiter(source, signal);
  const [header = [], first = []] = await take(records(source, delimiter, signal), 2);
  const width = Math.max(header.length, first.length);
  const columns = Array.from({ length: width }, (_, index) => ({
    name: header[index] ?? `_c${index}`,
    typeText: 'string',
  }));
  return {
    delimiter,
    columns,
    async readRows(start, count, readSignal) {
      const found = await take(records(source, delimiter, readSignal), start + count + 2);
      const rows = found.slice(1 + start, 1 + start + count);
      return { rows: rows.map((record) => fill(record, width)), more: found.length > 1 + start + count };
    },
  };
}

function fill(record: readonly string[], width: number): Cell[] {
  return Array.from({ length: Math.max(width, record.length) }, (_, index) => record[index] ?? null);
}

/** The delimiter that the first line holds most often; the comma where it holds none. */
async function sniffDelimiter(source: RangeSource, signal?: AbortSignal): Promise<string> {
  const head = new TextDecoder().decode(await source.slice(0, Math.min(4096, source.byteLength), signal));
  const line = head.split(/\r?\n/, 1)[0] ?? '';
  const counted = DELIMITERS.map((delimiter) => ({ delimiter, count: line.split(delimiter).length }));
  return counted.reduce((best, one) => (one.count > best.count ? one : best)).delimiter;
}

async function take<T>(items: AsyncIterable<T>, count: number): Promise<T[]> {
  const taken: T[] = [];
  for await (const item of items) {
    taken.push(item);
    if (taken.length === count) break;
  }
  return taken;
}

async function* records(source: RangeSource, delimiter: string, signal?: AbortSignal): AsyncIterable<string[]> {
  const parser = new RecordParser(delimiter);
  let number = 0;
  for await (const text of textChunks(source, 'csv', signal)) {
    for (const record of parser.push(number === 0 ? text.replace(/^\ufeff/, '') : text)) {
      number += 1;
      yield record;
    }
    checkRecordLength(source, 'csv', parser.pendingLength, number + 1);
  }
  const last = parser.end();
  if (last) yield last;
}

/** Fed with text piece by piece; a piece may end anywhere. Blank lines are no records. */
class RecordParser {
  readonly #delimiter: string;
  #record: string[] = [];
  #field = '';
  #quoted = false;
  /** A quote inside quotes was seen: the next character tells whether it ended the field or stands for itself. */
  #quoteSeen = false;

  constructor(delimiter: string) {
    this.#delimiter = delimiter;
  }

  get pendingLength(): number {
    return this.#field.length;
  }

  push(text: string): string[][] {
    const complete: string[][] = [];
    for (const character of text) {
      const record = this.#take(character);
      if (record) complete.push(record);
    }
    return complete;
  }

  end(): string[] | undefined {
    return this.#endRecord();
  }

  #take(character: string): string[] | undefined {
    if (this.#quoted) {
      if (this.#isInside(character)) return undefined;
    } else if (character === '"' && this.#field === '') {
      this.#quoted = true;
      return undefined;
    }
    if (character === this.#delimiter) {
      this.#record.push(this.#field);
      this.#field = '';
    } else if (character === '\n') return this.#endRecord();
    else if (character !== '\r') this.#field += character;
    return undefined;
  }

  /** Takes a character inside quotes; false where the quotes have ended before it. */
  #isInside(character: string): boolean {
    if (this.#quoteSeen && character !== '"') {
      this.#quoted = false;
      this.#quoteSeen = false;
      return false;
    }
    if (character === '"' && !this.#quoteSeen) this.#quoteSeen = true;
    else {
      this.#field += character;
      this.#quoteSeen = false;
    }
    return true;
  }

  #endRecord(): string[] | undefined {
    const record = [...this.#record, this.#field];
    this.#record = [];
    this.#field = '';
    this.#quoted = false;
    this.#quoteSeen = false;
    return record.length === 1 && record[0] === '' ? undefined : record;
  }
}
