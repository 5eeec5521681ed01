import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { ExpectedError } from '../../base/expected-error.ts';
import type { StorageClient, StoragePlace } from '../../azure/storage.ts';
import { Download } from './download.ts';
import type { Counters } from './counters.ts';
import { Semaphore } from './semaphore.ts';

/** A file of the lake in one version. For immutable files (Delta data) any tag that names the version will do. */
export interface CachedVersion {
  readonly place: StoragePlace;
  readonly etag: string;
  /** Bytes. */
  readonly size: number;
}

export interface CacheLimits {
  /** Bytes on disk above which the least recently used files go. */
  readonly maximumBytes: number;
  /** A file that anyone has used more recently than this is kept whatever the size: a statement may be reading it. */
  readonly minimumIdleMilliseconds: number;
}

export const defaultCacheLimits: CacheLimits = { maximumBytes: 20e9, minimumIdleMilliseconds: 3_600_000 };

/** Begins the tag of a file that never changes, whose ETag nobody asked for: its size is the rest of the tag. */
export const immutableTag = 'immutable-';

const parallelDownloads = 8;
const temporarySuffix = '.part';

/**
 * Copies of the lake's files on disk, because DuckDB in Node has no file system of its own making:
 * `<folder>/<sha256 of account/container/path>/<etag>`. A version is downloaded once, to a temporary name, and renamed when it is
 * whole. The folder is shared by every engine of the project.
 */
export class ContentCache {
  readonly #folder: string;
  readonly #storage: StorageClient;
  readonly #counters: Counters;
  readonly #limits: CacheLimits;
  readonly #downloads = new Map<string, Download>();
  readonly #slots = new Semaphore(parallelDownloads);
  #bytesUntilSweep = 0;

  constructor(folder: string, storage: StorageClient, counters: Counters, limits: CacheLimits = defaultCacheLimits) {
    this.#folder = folder;
    this.#storage = storage;
    this.#counters = counters;
    this.#limits = limits;
  }

  /** The path on disk, after a download where it is not there yet. Rejects as the storage does, or with the signal's reason. */
  async file(version: CachedVersion, signal?: AbortSignal): Promise<string> {
    const target = this.#pathOf(version);
    if (await this.#touch(target, version.size)) return target;
    let download = this.#downloads.get(target);
    if (!download || download.abandoned) download = this.#start(version, target);
    await download.wait(signal);
    return target;
  }

  /**
   * What was made from such versions, under a name that says of which and how: made once and then kept beside them. `make` writes
   * it to a temporary place. Rejects as `make` does; nothing is kept then.
   */
  async derived(name: string, make: (target: string) => Promise<void>): Promise<string> {
    const target = join(this.#folder, 'derived', name);
    if (await this.#touch(target)) return target;
    await mkdir(join(target, '..'), { recursive: true });
    const partial = `${target}.${randomUUID()}${temporarySuffix}`;
    try {
      await make(partial);
      await rename(partial, target);
    } finally {
      await rm(partial, { force: true });
    }
    this.#counters.filesRewritten += 1;
    await this.#account((await stat(target)).size);
    return target;
  }

  /** Takes over a local file that has just been uploaded, so that it need not come back. */
  async adopt(localFile: string, version: CachedVersion): Promise<void> {
    const target = this.#pathOf(version);
    await mkdir(join(target, '..'), { recursive: true });
    await rename(localFile, target);
    await this.#account(version.size);
  }

  #start(version: CachedVersion, target: string): Download {
    const download = new Download((abort) => this.#slots.use(() => this.#fetch(version, target, abort)));
    this.#downloads.set(target, download);
    const forget = (): void => {
      if (this.#downloads.get(target) === download) this.#downloads.delete(target);
    };
    download.settled.then(forget, forget);
    return download;
  }

  async #fetch(version: CachedVersion, target: string, signal: AbortSignal): Promise<void> {
    await mkdir(join(target, '..'), { recursive: true });
    const partial = `${target}.${randomUUID()}${temporarySuffix}`;
    try {
      await this.#download(version, partial, signal);
      await rename(partial, target);
    } finally {
      await rm(partial, { force: true });
    }
    this.#counters.filesFetched += 1;
    this.#counters.bytesFetched += version.size;
    await this.#account(version.size);
  }

  /** What comes must be the version that was asked for: a file may be replaced after it was listed. */
  async #download({ place, etag, size }: CachedVersion, target: string, signal: AbortSignal): Promise<void> {
    const condition = etag.startsWith(immutableTag) ? {} : { etag };
    try {
      await this.#storage.download(place, target, { signal, ...condition });
    } catch (error) {
      throw error instanceof ExpectedError && error.code === 'storage.precondition' ? changed(place, error) : error;
    }
    const found = (await stat(target)).size;
    if (found !== size) throw changed(place, undefined, `it has ${found} bytes instead of ${size}`);
  }

  #pathOf({ place, etag }: CachedVersion): string {
    const key = `${this.#storage.accountName}/${place.container}/${place.path}`;
    const folder = createHash('sha256').update(key).digest('hex');
    return join(this.#folder, folder, etag.replaceAll(/[^A-Za-z0-9_-]/g, '_'));
  }

  async #touch(path: string, size?: number): Promise<boolean> {
    try {
      const found = await stat(path);
      if (size !== undefined && found.size !== size) return false;
      const now = new Date();
      await utimes(path, now, now);
      return true;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
      throw error;
    }
  }

  /** Looks at the folder once at the first file and then after each tenth of the limit. */
  async #account(bytes: number): Promise<void> {
    this.#bytesUntilSweep -= bytes;
    if (this.#bytesUntilSweep > 0) return;
    this.#bytesUntilSweep = this.#limits.maximumBytes / 10;
    await this.#sweep();
  }

  async #sweep(): Promise<void> {
    const files = await this.#entries();
    let total = files.reduce((sum, { size }) => sum + size, 0);
    const idleBefore = Date.now() - this.#limits.minimumIdleMilliseconds;
    for (const file of files.sort((a, b) => a.usedAt - b.usedAt)) {
      if (total <= this.#limits.maximumBytes || file.usedAt > idleBefore) return;
      await rm(file.path, { force: true });
      total -= file.size;
    }
  }

  async #entries(): Promise<{ path: string; size: number; usedAt: number }[]> {
    const names = await readdir(this.#folder, { recursive: true, withFileTypes: true });
    const found = [];
    for (const entry of names) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      // Another engine may evict the same file at the same time.
      const info = await stat(path).catch(() => undefined);
      if (info) found.push({ path, size: info.size, usedAt: info.mtimeMs });
    }
    return found;
  }
}

function changed({ container, path }: StoragePlace, cause: unknown, what = 'it was replaced'): ExpectedError {
  return new ExpectedError({
    code: 'engine.input-changed',
    message: `${container}/${path} is not what it was when this statement began: ${what}.`,
    nextStep: "Run it again; where the file is a table's own, restore it or write the table anew.",
    cause,
  });
}
