import type { RangeSource } from '../formats/range-source.ts';

export interface StoreEntry {
  /** Relative to the table's folder, `/` between names. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly modifiedAt: Date;
}

/**
 * The folder of one Delta table, on the lake or on disk. Paths are relative to it, decoded, with `/` between names.
 * Methods reject as their storage does; a missing file is `storage.not-found` or `file.not-found`.
 */
export interface TableStore {
  /** For messages and commit information: the folder's URL or path. */
  readonly location: string;
  /** The files directly in a folder; none where the folder does not exist. */
  list(folder: string, signal?: AbortSignal): Promise<readonly StoreEntry[]>;
  read(path: string, signal?: AbortSignal): Promise<Uint8Array>;
  open(path: string, signal?: AbortSignal): Promise<RangeSource>;
  /** Writes a whole file in one visible step unless one is there; false then. The commit protocol rests on it. */
  putIfAbsent(path: string, bytes: Uint8Array, signal?: AbortSignal): Promise<boolean>;
  /** Writes a whole file over whatever is there. */
  write(path: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void>;
  /** Removes a file; one that is gone already is as well. */
  remove(path: string): Promise<void>;
}
