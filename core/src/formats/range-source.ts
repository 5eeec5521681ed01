import { open } from 'node:fs/promises';
import type { StorageClient, StoragePlace } from '../azure/storage.ts';
import { ExpectedError } from '../base/expected-error.ts';

/** All that a reader of a file format needs. Ranges are in bytes, `end` is exclusive. */
export interface RangeSource {
  /** For messages: a path or URL, never with a secret. */
  readonly name: string;
  readonly byteLength: number;
  slice(start: number, end: number, signal?: AbortSignal): Promise<Uint8Array>;
}

/** A source that says how much was read through it, for tests and for what the preview shows. */
export interface CountedSource extends RangeSource {
  readonly reads: number;
  readonly bytesRead: number;
}

export function countReads(source: RangeSource): CountedSource {
  const counted = { reads: 0, bytesRead: 0 };
  return {
    name: source.name,
    byteLength: source.byteLength,
    get reads() {
      return counted.reads;
    },
    get bytesRead() {
      return counted.bytesRead;
    },
    async slice(start, end, signal) {
      const bytes = await source.slice(start, end, signal);
      counted.reads += 1;
      counted.bytesRead += bytes.byteLength;
      return bytes;
    },
  };
}

/**
 * A file on disk, opened once and held until disposed.
 * Rejects with `file.not-found` or `file.unreadable`.
 */
export async function openLocalFile(path: string): Promise<RangeSource & AsyncDisposable> {
  const file = await open(path, 'r').catch((error: unknown) => {
    throw unreadable(path, error);
  });
  const { size } = await file.stat();
  return {
    name: path,
    byteLength: size,
    async slice(start, end, signal) {
      signal?.throwIfAborted();
      const bytes = new Uint8Array(Math.max(0, Math.min(end, size) - start));
      let filled = 0;
      while (filled < bytes.byteLength) {
        const { bytesRead } = await file.read(bytes, filled, bytes.byteLength - filled, start + filled);
        if (bytesRead === 0) throw changed(path);
        filled += bytesRead;
      }
      return bytes;
    },
    [Symbol.asyncDispose]: () => file.close(),
  };
}

/** A file of the lake, pinned to the version that it had when opened. Rejects as StorageClient says. */
export async function openLakeFile(
  storage: StorageClient,
  place: StoragePlace,
  signal?: AbortSignal,
): Promise<RangeSource> {
  const { size, etag } = await storage.properties(place, { signal });
  return {
    name: `abfss://${place.container}@${storage.accountName}.dfs.core.windows.net/${place.path}`,
    byteLength: size,
    slice: (start, end, sliceSignal) =>
      storage.readRange(place, start, Math.min(end, size), { etag, signal: sliceSignal }),
  };
}

/** Bytes that are in memory already, such as a file of a transaction log. */
export function bytesSource(name: string, bytes: Uint8Array): RangeSource {
  return {
    name,
    byteLength: bytes.byteLength,
    slice: (start, end) => Promise.resolve(bytes.subarray(start, end)),
  };
}

function unreadable(path: string, cause: unknown): ExpectedError {
  const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
  return new ExpectedError({
    code: missing ? 'file.not-found' : 'file.unreadable',
    message: missing ? `There is no file ${path}.` : `${path} cannot be opened: ${String(cause)}`,
    nextStep: 'Check the path and its permissions.',
    cause,
  });
}

function changed(path: string): ExpectedError {
  return new ExpectedError({
    code: 'file.changed',
    message: `${path} became shorter while it was read.`,
    nextStep: 'Open it again.',
  });
}
