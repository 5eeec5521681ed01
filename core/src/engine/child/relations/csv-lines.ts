import { isUtf8 } from 'node:buffer';
import { open } from 'node:fs/promises';
import { type CsvShape, splitRecords } from './csv-record.ts';

/** How a file's text is cut into records. */
export interface CsvText extends CsvShape {
  readonly multiLine: boolean;
  /** `UTF-8` or `ISO-8859-1`. */
  readonly encoding: string;
}

/** Some of a file's records: `text` in UTF-8, and where each record starts and ends in it. Records of blanks are left out. */
export interface RecordBlock {
  readonly text: Buffer;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

const LF = 10;
const CR = 13;
const defaultBlockBytes = 4 * 2 ** 20;

/**
 * A file's records, a block of whole lines at a time; with `multiLine`, where a record may go on over line ends, the whole file
 * at once.
 */
export async function* recordBlocks(
  path: string,
  shape: CsvText,
  blockBytes = defaultBlockBytes,
): AsyncIterable<RecordBlock> {
  await using file = await open(path);
  const { size } = await file.stat();
  let held = Buffer.alloc(0);
  let isStart = true;
  for (let position = 0; position < size;) {
    const wanted = shape.multiLine ? size : Math.min(blockBytes, size - position);
    const read = Buffer.allocUnsafe(wanted);
    const { bytesRead } = await file.read(read, 0, wanted, position);
    if (bytesRead === 0) break;
    position += bytesRead;
    held = held.byteLength === 0 ? read.subarray(0, bytesRead) : Buffer.concat([held, read.subarray(0, bytesRead)]);
    // A line end within the block: what follows it waits. A file that ends its lines with CR alone has none.
    const end = position >= size ? held.byteLength : held.lastIndexOf(LF) + 1;
    if (end === 0) continue;
    yield cut(decoded(held.subarray(0, end), shape.encoding, isStart), shape);
    isStart = false;
    held = held.subarray(end);
  }
}

/** As UTF-8 without its mark. Java replaces what is not UTF-8 rather than refusing it, and so does the decoder. */
function decoded(bytes: Buffer, encoding: string, isStart: boolean): Buffer {
  if (encoding === 'ISO-8859-1') return Buffer.from(bytes.toString('latin1'));
  const marked = isStart && bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf]));
  const text = marked ? bytes.subarray(3) : bytes;
  return isUtf8(text) ? text : Buffer.from(new TextDecoder('utf-8', { ignoreBOM: true }).decode(text));
}

function cut(text: Buffer, shape: CsvText): RecordBlock {
  return shape.multiLine && text.includes(shape.quote) ? joined(text, shape) : lines(text);
}

function lines(text: Buffer): RecordBlock {
  const starts: number[] = [];
  const ends: number[] = [];
  const add = (start: number, end: number): void => {
    if (isBlank(text, start, end)) return;
    starts.push(start);
    ends.push(end);
  };
  const hasCr = text.includes(CR);
  let start = 0;
  while (start < text.byteLength) {
    const found = text.indexOf(LF, start);
    const end = found < 0 ? text.byteLength : found;
    if (!hasCr) add(start, end);
    else {
      // CR ends a line too; CR LF is one end, for the empty line between them is blank.
      for (let from = start; from <= end;) {
        const cr = text.subarray(from, end).indexOf(CR);
        const to = cr < 0 ? end : from + cr;
        add(from, to);
        from = to + 1;
      }
    }
    start = end + 1;
  }
  return { text, starts, ends };
}

function joined(text: Buffer, shape: CsvText): RecordBlock {
  const records = splitRecords(text.toString('utf8'), shape, true).map((record) => Buffer.from(record));
  const starts: number[] = [];
  let at = 0;
  for (const record of records) {
    starts.push(at);
    at += record.byteLength;
  }
  return {
    text: Buffer.concat(records),
    starts,
    ends: starts.map((start, index) => start + (records[index]?.byteLength ?? 0)),
  };
}

/** The first character decides nearly always. */
function isBlank(text: Buffer, start: number, end: number): boolean {
  const first = text[start] ?? 0;
  if (start < end && first > 0x20 && first < 0x80) return false;
  return text.toString('utf8', start, end).trim() === '';
}
