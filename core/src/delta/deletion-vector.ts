import { crc32 } from 'node:zlib';
import type { RangeSource } from '../formats/range-source.ts';
import type { DeletionVector } from './actions.ts';
import { corruptLog, unsupported } from './errors.ts';
import { relativePath } from './file-path.ts';

/** Rows of a data file that are deleted: bit n, most significant first, stands for row n. Shorter than the file: the rest is alive. */
export interface DeletedRows {
  readonly bits: Uint8Array;
  readonly count: number;
}

const Z85 = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#';
const BITMAP_ARRAY_MAGIC = 1_681_511_377;

/** Where a vector lies, relative to the table's folder; undefined for one that stands in the log itself. */
export function vectorPath(location: string, vector: DeletionVector): string | undefined {
  switch (vector.storageType) {
    case 'i':
      return undefined;
    case 'p':
      return relativePath(location, vector.pathOrInlineDv);
    case 'u': {
      const prefix = vector.pathOrInlineDv.slice(0, -20);
      const id = decodeZ85(location, vector.pathOrInlineDv.slice(-20)).toString('hex');
      const uuid = id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
      return `${prefix === '' ? '' : `${prefix}/`}deletion_vector_${uuid}.bin`;
    }
  }
}

/** Reads a vector from its file, which is undefined for an inline one (Delta protocol, "Deletion Vector Format"). */
export async function readDeletedRows(
  location: string,
  vector: DeletionVector,
  file: RangeSource | undefined,
): Promise<DeletedRows> {
  const serialized = file
    ? await readFromFile(location, vector, file)
    : decodeZ85(location, vector.pathOrInlineDv).subarray(0, vector.sizeInBytes);
  try {
    const deleted = parseBitmapArray(location, serialized);
    if (deleted.count === vector.cardinality) return deleted;
    throw corruptLog(location, `a deletion vector holds ${deleted.count} rows and the log says ${vector.cardinality}`);
  } catch (error) {
    throw error instanceof RangeError ? corruptLog(location, 'a deletion vector ends too early', error) : error;
  }
}

async function readFromFile(location: string, vector: DeletionVector, file: RangeSource): Promise<Buffer> {
  const start = vector.offset ?? 1;
  const end = start + 4 + vector.sizeInBytes + 4;
  if (end > file.byteLength) throw corruptLog(location, `${file.name} is too short for its deletion vector`);
  const bytes = Buffer.from(await file.slice(start, end));
  const data = bytes.subarray(4, 4 + vector.sizeInBytes);
  if (bytes.readInt32BE(0) !== vector.sizeInBytes || bytes.readUInt32BE(4 + vector.sizeInBytes) !== crc32(data)) {
    throw corruptLog(location, `size or checksum of the deletion vector in ${file.name} is wrong`);
  }
  return data;
}

/** The magic number, then roaring bitmaps of 32 bits by their upper 32 bits, little-endian. */
function parseBitmapArray(location: string, bytes: Buffer): DeletedRows {
  if (bytes.readUInt32LE(0) !== BITMAP_ARRAY_MAGIC)
    throw unsupported(location, 'a deletion vector has an unknown format');
  const bitmaps = Number(bytes.readBigUInt64LE(4));
  if (bitmaps === 0) return { bits: new Uint8Array(0), count: 0 };
  if (bitmaps > 1 || bytes.readUInt32LE(12) !== 0) {
    throw unsupported(location, 'a deletion vector names rows beyond 4,294,967,295');
  }
  return parseRoaring(location, bytes.subarray(16));
}

interface Container {
  readonly key: number;
  readonly cardinality: number;
  readonly isRun: boolean;
}

/** The portable format of https://github.com/RoaringBitmap/RoaringFormatSpec. */
function parseRoaring(location: string, bytes: Buffer): DeletedRows {
  const { containers, start } = readHeader(location, bytes);
  const highest = containers.at(-1)?.key ?? -1;
  const bits = new Uint8Array((highest + 1) * 8192);
  let count = 0;
  const set = (row: number): void => {
    bits[row >>> 3] = (bits[row >>> 3] ?? 0) | (0x80 >>> (row & 7));
    count += 1;
  };
  let offset = start;
  for (const container of containers) offset = readContainer(bytes, offset, container, set);
  return { bits: trimmed(bits), count };
}

function readHeader(location: string, bytes: Buffer): { containers: Container[]; start: number } {
  const cookie = bytes.readUInt32LE(0);
  const hasRuns = (cookie & 0xffff) === 12_347;
  if (!hasRuns && cookie !== 12_346) throw corruptLog(location, `a deletion vector has the unknown cookie ${cookie}`);
  const size = hasRuns ? (cookie >>> 16) + 1 : bytes.readUInt32LE(4);
  const flags = hasRuns ? bytes.subarray(4, 4 + Math.ceil(size / 8)) : undefined;
  const header = flags ? 4 + flags.byteLength : 8;
  const containers = Array.from({ length: size }, (_, index) => ({
    key: bytes.readUInt16LE(header + index * 4),
    cardinality: bytes.readUInt16LE(header + index * 4 + 2) + 1,
    isRun: flags !== undefined && ((flags[index >>> 3] ?? 0) & (1 << (index & 7))) !== 0,
  }));
  const offsets = !hasRuns || size >= 4 ? size * 4 : 0;
  return { containers, start: header + size * 4 + offsets };
}

/** Returns the offset after the container. */
function readContainer(bytes: Buffer, start: number, container: Container, set: (row: number) => void): number {
  const base = container.key * 65_536;
  if (container.isRun) {
    const runs = bytes.readUInt16LE(start);
    for (let run = 0; run < runs; run++) {
      const first = bytes.readUInt16LE(start + 2 + run * 4);
      const more = bytes.readUInt16LE(start + 4 + run * 4);
      for (let row = first; row <= first + more; row++) set(base + row);
    }
    return start + 2 + runs * 4;
  }
  if (container.cardinality <= 4096) {
    for (let index = 0; index < container.cardinality; index++) set(base + bytes.readUInt16LE(start + index * 2));
    return start + container.cardinality * 2;
  }
  for (let row = 0; row < 65_536; row++) {
    if ((bytes.readUInt8(start + (row >>> 3)) & (1 << (row & 7))) !== 0) set(base + row);
  }
  return start + 8192;
}

function trimmed(bits: Uint8Array): Uint8Array {
  const last = bits.findLastIndex((byte) => byte !== 0);
  return bits.subarray(0, last + 1);
}

function decodeZ85(location: string, text: string): Buffer {
  if (text.length % 5 !== 0) throw corruptLog(location, 'the name of a deletion vector is not Base85');
  const bytes = Buffer.alloc((text.length / 5) * 4);
  for (let group = 0; group * 5 < text.length; group++) {
    const digits = Array.from(text.slice(group * 5, group * 5 + 5), (character) => Z85.indexOf(character));
    const value = digits.reduce((sum, digit) => sum * 85 + digit, 0);
    if (digits.includes(-1) || value > 0xffff_ffff) throw corruptLog(location, 'a deletion vector is not Base85');
    bytes.writeUInt32BE(value, group * 4);
  }
  return bytes;
}
