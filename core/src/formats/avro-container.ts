import { crc32, inflateRawSync, zstdDecompressSync } from 'node:zlib';
import { snappyUncompress } from 'hyparquet';
import { ExpectedError } from '../base/expected-error.ts';
import { AvroCursor, BytesEnded } from './avro-cursor.ts';
import type { AvroSchema } from './avro-schema.ts';
import type { RangeSource } from './range-source.ts';

/** Avro specification, "Object Container Files": a header, then blocks of records. */
const CHUNK = 256 * 1024;
const MAGIC = 'Obj\u0001';

export interface AvroHeader {
  readonly schema: AvroSchema;
  readonly codec: string;
  /** The 16 bytes that end every block. */
  readonly sync: Buffer;
  /** Where the first block starts. */
  readonly end: number;
}

/** The file's metadata map, which begins it; more is read where a long schema needs it. */
export async function readHeader(source: RangeSource, signal?: AbortSignal): Promise<AvroHeader> {
  if (source.byteLength === 0) throw corrupt(source, 'the file is empty (0 bytes)');
  for (let size = 16 * 1024; ; size *= 4) {
    const bytes = Buffer.from(await source.slice(0, Math.min(size, source.byteLength), signal));
    if (bytes.subarray(0, 4).toString('latin1') !== MAGIC) throw corrupt(source, 'it does not begin with "Obj1"');
    const found = readMetadata(source, bytes);
    if (found) return { ...parseHeader(source, found.metadata), sync: found.sync, end: found.end };
    if (size >= source.byteLength) throw corrupt(source, 'its header is cut short');
  }
}

const SYNC = 16;

/** A map of bytes and the sync marker; undefined where the bytes end before it does. */
function readMetadata(
  source: RangeSource,
  bytes: Buffer,
): { metadata: ReadonlyMap<string, Buffer>; sync: Buffer; end: number } | undefined {
  const cursor = new AvroCursor(bytes);
  const metadata = new Map<string, Buffer>();
  try {
    cursor.skip(MAGIC.length);
    for (let count = cursor.items(); count > 0; count = cursor.items()) {
      for (let index = 0; index < count; index++) metadata.set(cursor.text(), cursor.binary(cursor.size()));
    }
    const sync = cursor.binary(SYNC);
    return { metadata, sync, end: cursor.at };
  } catch (error) {
    if (error instanceof BytesEnded) return undefined;
    const why = error instanceof Error ? error.message : String(error);
    throw corrupt(source, `its header cannot be decoded (${why})`, error);
  }
}

function parseHeader(
  source: RangeSource,
  metadata: ReadonlyMap<string, Buffer>,
): { schema: AvroSchema; codec: string } {
  try {
    const schema = JSON.parse(metadata.get('avro.schema')?.toString('utf8') ?? '') as AvroSchema;
    return { schema, codec: metadata.get('avro.codec')?.toString('utf8') ?? 'null' };
  } catch (cause) {
    throw corrupt(source, 'the schema in its header is no JSON', cause);
  }
}

/** Undoes the compression of one block. */
export type Inflate = (block: Buffer) => Buffer;

const codecs: Readonly<Record<string, Inflate>> = {
  null: (block) => block,
  deflate: (block) => inflateRawSync(block),
  zstandard: (block) => zstdDecompressSync(block),
  snappy: unsnap,
};

/** Snappy's raw format, then the CRC-32 of what comes out (Avro specification, "snappy"). */
function unsnap(block: Buffer): Buffer {
  const body = block.subarray(0, -4);
  const bytes = Buffer.alloc(uncompressedLength(body));
  snappyUncompress(body, bytes);
  if (crc32(bytes) !== block.readUInt32BE(body.byteLength)) throw new Error('the checksum of a block is wrong');
  return bytes;
}

/** The varint with which Snappy's raw format begins. */
function uncompressedLength(body: Buffer): number {
  let length = 0;
  for (let index = 0; index < 5; index++) {
    const byte = body[index] ?? 0;
    length += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return length;
  }
  throw new Error('a block has no valid length');
}

export interface AvroBlock {
  readonly offset: number;
  readonly count: number;
  readonly data: Buffer;
}

/** The blocks as they stand in the file, still compressed. */
export async function* blocks(source: RangeSource, header: AvroHeader, signal?: AbortSignal): AsyncIterable<AvroBlock> {
  let held = Buffer.alloc(0);
  let offset = header.end;
  /** Makes `length` bytes from `offset` on available; false where the file ends before. */
  const ensure = async (length: number): Promise<boolean> => {
    while (held.byteLength < length) {
      const start = offset + held.byteLength;
      if (start >= source.byteLength) return false;
      const more = await source.slice(start, Math.min(start + CHUNK, source.byteLength), signal);
      held = Buffer.concat([held, more]);
    }
    return true;
  };
  while (offset < source.byteLength) {
    await ensure(2 * MAX_VARINT);
    const count = readLong(held, 0);
    const size = count && readLong(held, count.end);
    if (!count || count.value < 0 || !size || size.value < 0)
      throw corrupt(source, `the block at byte ${offset} is no block`);
    const end = size.end + size.value + SYNC;
    if (!(await ensure(end))) throw corrupt(source, `the block at byte ${offset} is cut short`);
    if (!held.subarray(end - SYNC, end).equals(header.sync))
      throw corrupt(source, `the block at byte ${offset} has a wrong end`);
    yield { offset, count: count.value, data: held.subarray(size.end, end - SYNC) };
    held = held.subarray(end);
    offset += end;
  }
}

const MAX_VARINT = 10;

/** Avro's zig-zag long, as far as a JavaScript number is exact; undefined where the bytes are none. */
function readLong(bytes: Buffer, start: number): { value: number; end: number } | undefined {
  let value = 0n;
  for (let index = 0; index < MAX_VARINT; index++) {
    const byte = bytes[start + index];
    if (byte === undefined) return undefined;
    value |= BigInt(byte & 0x7f) << BigInt(7 * index);
    if (byte < 0x80) return { value: Number((value >> 1n) ^ -(value & 1n)), end: start + index + 1 };
  }
  return undefined;
}

/** What a decoder throws is the fault of the block at this byte. */
export function attempt<T>(source: RangeSource, offset: number, call: () => T): T {
  try {
    return call();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw corrupt(source, `the block at byte ${offset} cannot be decoded (${why})`, cause);
  }
}

export function corrupt(source: RangeSource, what: string, cause?: unknown): ExpectedError {
  return new ExpectedError({
    code: 'avro.corrupt',
    message: `${source.name} is not a readable Avro file: ${what}.`,
    nextStep: 'Write the file again, or check how it came here: an interrupted copy is the usual cause.',
    cause,
  });
}

export function inflateFor(source: RangeSource, codec: string): Inflate {
  const inflate = codecs[codec];
  if (!inflate) throw unsupportedCodec(source, codec);
  return inflate;
}

function unsupportedCodec(source: RangeSource, codec: string): ExpectedError {
  return new ExpectedError({
    code: 'avro.unsupported-codec',
    message: `${source.name} is compressed with ${codec}.`,
    nextStep: `Write it with one of ${Object.keys(codecs).join(', ')}.`,
  });
}
