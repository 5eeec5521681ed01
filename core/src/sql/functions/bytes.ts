import { native, type NativeFunction } from './native-function.ts';

const NONE = new Uint8Array();

/** Spark's `ByteArray.subStringSQL`: places count from 1, negative ones from the end. */
function part(bytes: Uint8Array, position: number, length: number): Uint8Array {
  const start = position > 0 ? position - 1 : position < 0 ? bytes.length + position : 0;
  const end = bytes.length - start < length ? bytes.length : start + length;
  return Math.max(start, 0) >= end ? NONE : bytes.slice(Math.max(start, 0), end);
}

function overlay(bytes: Uint8Array, by: Uint8Array, position: number, length: number): Uint8Array {
  const replaced = length >= 0 ? length : by.length;
  return Buffer.concat([part(bytes, 1, (position - 1) | 0), by, part(bytes, (position + replaced) | 0, 0x7fffffff)]);
}

/** A bitmap of Spark's `bitmap_construct_agg`: a bit for each of 32,768 places. */
const BITMAP_BYTES = 4096;

function construct(places: readonly (bigint | null)[]): Uint8Array {
  const bitmap = new Uint8Array(BITMAP_BYTES);
  for (const place of places) {
    if (place === null) continue;
    if (place < 0n || place >= BigInt(BITMAP_BYTES * 8))
      throw new Error(
        `[INVALID_BITMAP_POSITION] The bitmap position ${place} is out of bounds: a bitmap has ${BITMAP_BYTES * 8} bits.`,
      );
    const at = Number(place);
    bitmap[at >> 3] = (bitmap[at >> 3] ?? 0) | (1 << (at & 7));
  }
  return bitmap;
}

function count(bytes: Uint8Array): bigint {
  let bits = 0;
  for (let byte of bytes) for (; byte > 0; byte >>= 1) bits += byte & 1;
  return BigInt(bits);
}

/** Bytes beyond a bitmap's are left out, those that it lacks are 0. */
function merge(
  bitmaps: readonly (Uint8Array | null)[],
  first: number,
  join: (a: number, b: number) => number,
): Uint8Array {
  const merged = new Uint8Array(BITMAP_BYTES).fill(first);
  for (const bitmap of bitmaps)
    if (bitmap) for (let at = 0; at < BITMAP_BYTES; at++) merged[at] = join(merged[at] ?? 0, bitmap[at] ?? 0);
  return merged;
}

export const BYTES_FUNCTIONS: readonly NativeFunction[] = [
  native('spark_substring_bytes', ['BLOB', 'INTEGER', 'INTEGER'], 'BLOB', part),
  native('spark_overlay_bytes', ['BLOB', 'BLOB', 'INTEGER', 'INTEGER'], 'BLOB', overlay),
  native('spark_bitmap', ['BIGINT[]'], 'BLOB', construct),
  native('spark_bitmap_or', ['BLOB[]'], 'BLOB', (bitmaps) => merge(bitmaps, 0, (a, b) => a | b)),
  native('spark_bitmap_and', ['BLOB[]'], 'BLOB', (bitmaps) => merge(bitmaps, 0xff, (a, b) => a & b)),
  native('spark_bitmap_count', ['BLOB'], 'BIGINT', count),
];
