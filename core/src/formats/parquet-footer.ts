import { type FileMetaData, parquetMetadata, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { ExpectedError } from '../base/expected-error.ts';
import type { HeldRange } from './held-ranges.ts';
import type { RangeSource } from './range-source.ts';

const MAGIC = 'PAR1';
/** Most footers fit; a larger one takes one more request. */
const FIRST_READ = 64 * 1024;

export interface Footer {
  readonly metadata: FileMetaData;
  /** The serialised metadata, for what hyparquet's form of it loses: the exact bounds of statistics. */
  readonly bytes: Uint8Array;
  /** What was read of the file's end: of a small file, all of it. */
  readonly tail: HeldRange;
}

/** The footer from one or two range reads at the file's end. Rejects with `parquet.corrupt` or `parquet.encrypted`. */
export async function readFooter(source: RangeSource, signal?: AbortSignal): Promise<Footer> {
  if (source.byteLength === 0) throw corrupt(source, 'the file is empty (0 bytes)');
  if (source.byteLength < 12) throw corrupt(source, `${source.byteLength} bytes are too few for a Parquet file`);
  let tail = await source.slice(Math.max(0, source.byteLength - FIRST_READ), source.byteLength, signal);
  const magic = String.fromCharCode(...tail.subarray(-4));
  if (magic === 'PARE') throw encrypted(source);
  if (magic !== MAGIC) {
    throw corrupt(source, `it does not end with ${MAGIC}: no Parquet file, or one that was cut short`);
  }
  const length = new DataView(tail.buffer, tail.byteOffset + tail.byteLength - 8).getUint32(0, true);
  if (length === 0 || length + 12 > source.byteLength) {
    throw corrupt(source, `its footer claims ${length} bytes and the file has ${source.byteLength}`);
  }
  if (length + 8 > tail.byteLength) {
    tail = await source.slice(source.byteLength - length - 8, source.byteLength, signal);
  }
  const metadata = await describeFailure(source, 'footer', async () => parquetMetadata(tail, { geoparquet: false }));
  return {
    metadata,
    bytes: tail.subarray(tail.byteLength - length - 8, tail.byteLength - 8),
    tail: { start: source.byteLength - tail.byteLength, bytes: tail },
  };
}

/** All rows of a small file (a checkpoint of a Delta log) as plain objects: int64 as bigint, strings decoded, maps as objects. */
export async function readObjects(
  source: RangeSource,
  columns: readonly string[],
  signal?: AbortSignal,
): Promise<Record<string, unknown>[]> {
  const { metadata } = await readFooter(source, signal);
  const present = metadata.schema.map((element) => element.name);
  const wanted = columns.filter((column) => present.includes(column));
  return await describeFailure(source, 'rows', () =>
    parquetReadObjects({ file: asyncBuffer(source, signal), metadata, columns: wanted, compressors }),
  );
}

/** hyparquet's port; it wants ArrayBuffers of exactly the range. */
export function asyncBuffer(
  source: RangeSource,
  signal?: AbortSignal,
): { byteLength: number; slice(start: number, end?: number): Promise<ArrayBuffer> } {
  return {
    byteLength: source.byteLength,
    async slice(start, end = source.byteLength) {
      const { buffer, byteOffset, byteLength } = await source.slice(start, end, signal);
      return byteOffset === 0 && byteLength === buffer.byteLength && buffer instanceof ArrayBuffer
        ? buffer
        : (buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer);
    },
  };
}

/** Whatever the decoder throws on a damaged file (RangeError, TypeError) is the file's fault; expected errors pass through. */
export async function describeFailure<T>(source: RangeSource, part: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof ExpectedError || (error instanceof Error && error.name === 'AbortError')) throw error;
    throw corrupt(
      source,
      `its ${part} cannot be decoded (${error instanceof Error ? error.message : String(error)})`,
      error,
    );
  }
}

export function corrupt(source: RangeSource, what: string, cause?: unknown): ExpectedError {
  return new ExpectedError({
    code: 'parquet.corrupt',
    message: `${source.name} is not a readable Parquet file: ${what}.`,
    nextStep: 'Write the file again, or check how it came here: an interrupted copy is the usual cause.',
    cause,
  });
}

function encrypted(source: RangeSource): ExpectedError {
  return new ExpectedError({
    code: 'parquet.encrypted',
    message: `${source.name} is an encrypted Parquet file.`,
    nextStep: 'Read it where its keys are; encrypted files are not supported.',
  });
}
