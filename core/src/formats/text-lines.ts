import { ExpectedError } from '../base/expected-error.ts';
import type { RangeSource } from './range-source.ts';

const CHUNK = 128 * 1024;
/** A record beyond this is no text file's: without a bound a binary file would be read whole in search of a line's end. */
const MAX_RECORD = 16 * 1024 * 1024;

/** The file's text, decoded chunk by chunk. Rejects with `<format>.not-text` where it holds zero bytes. */
export async function* textChunks(source: RangeSource, format: string, signal?: AbortSignal): AsyncIterable<string> {
  const decoder = new TextDecoder('utf-8');
  for (let start = 0; start < source.byteLength; start += CHUNK) {
    const end = Math.min(start + CHUNK, source.byteLength);
    const bytes = await source.slice(start, end, signal);
    if (bytes.includes(0)) throw notText(source, format, start + bytes.indexOf(0));
    yield decoder.decode(bytes, { stream: end < source.byteLength });
  }
}

/** Refuses a record that grows without end. */
export function checkRecordLength(source: RangeSource, format: string, length: number, record: number): void {
  if (length <= MAX_RECORD) return;
  throw new ExpectedError({
    code: `${format}.record-too-long`,
    message: `Record ${record} of ${source.name} is longer than 16 MiB.`,
    nextStep: 'Check that a quote is not left open and that the file has line ends.',
  });
}

function notText(source: RangeSource, format: string, at: number): ExpectedError {
  return new ExpectedError({
    code: `${format}.not-text`,
    message: `${source.name} is no ${format.toUpperCase()} text in UTF-8: byte ${at} is zero.`,
    nextStep: 'Check the file; UTF-16 must be converted to UTF-8 first.',
  });
}
