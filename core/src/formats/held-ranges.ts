import type { RangeSource } from './range-source.ts';

/** Bytes of a file that were read before, from `start` on. */
export interface HeldRange {
  readonly start: number;
  readonly bytes: Uint8Array;
}

/**
 * A source that does not read again what is held. hyparquet asks for neighbouring chunks in one range: it is put together from what
 * is held and what must still be read.
 */
export function servedFromMemory(source: RangeSource, fetched: readonly HeldRange[]): RangeSource {
  return {
    name: source.name,
    byteLength: source.byteLength,
    async slice(start, end, signal) {
      if (start > end || end > source.byteLength) throw new Error(`bytes ${start} to ${end} are not in the file`);
      const whole = new Uint8Array(end - start);
      let at = start;
      while (at < end) {
        const held = fetched.find((part) => part.start <= at && at < part.start + part.bytes.byteLength);
        const next = fetched.filter((part) => part.start > at).map((part) => part.start);
        const piece = held
          ? held.bytes.subarray(at - held.start, end - held.start)
          : await source.slice(at, Math.min(end, ...next), signal);
        whole.set(piece, at - start);
        at += piece.byteLength;
      }
      return whole;
    },
  };
}
