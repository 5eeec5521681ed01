import type { StorageClient, StoragePlace, StoredPath } from '../azure/storage.ts';
import type { TableFormat } from './nodes.ts';

export interface FoundTable {
  readonly place: StoragePlace;
  readonly format: TableFormat;
}

export interface FoundTables {
  readonly tables: readonly FoundTable[];
  /** True where the search stopped at its bound. */
  readonly bounded: boolean;
}

/** Folders listed at most, and entries looked at in each: a container may hold millions of files. */
const MAX_FOLDERS = 200;
const MAX_ENTRIES = 1000;
const MAX_DEPTH = 4;

const PARTITION = /^[^=/]+=[^/]*$/;

/**
 * Tables by their folders, breadth first from the container's root: Delta by its `_delta_log`, hive-partitioned and plain Parquet by
 * partitions or files. A table's inside is never searched. Lists level by level, never recursively.
 */
export async function findTables(
  storage: StorageClient,
  container: string,
  skip: (place: StoragePlace) => boolean,
  signal?: AbortSignal,
): Promise<FoundTables> {
  const tables: FoundTable[] = [];
  let level: StoragePlace[] = [{ container, path: '' }];
  let listed = 0;
  let bounded = false;
  for (let depth = 0; depth < MAX_DEPTH && level.length > 0; depth++) {
    const below: StoragePlace[] = [];
    for (const place of level) {
      if (listed >= MAX_FOLDERS) return { tables, bounded: true };
      listed += 1;
      const { entries, more } = await listFolder(storage, place, MAX_ENTRIES, 0, signal);
      bounded ||= more;
      const format = place.path === '' ? undefined : formatOf(entries);
      if (format) tables.push({ place, format });
      else below.push(...folders(container, entries).filter((folder) => !skip(folder)));
    }
    level = below;
  }
  return { tables, bounded: bounded || level.length > 0 };
}

/** What kind of table a folder with these entries is; undefined for another folder. */
export function formatOf(entries: readonly StoredPath[]): TableFormat | undefined {
  const directories = entries.filter((entry) => entry.isDirectory).map((entry) => lastName(entry.path));
  if (directories.includes('_delta_log')) return 'DELTA';
  const parquet = entries.some((entry) => !entry.isDirectory && entry.path.endsWith('.parquet'));
  return parquet || directories.some(isPartitionFolder) ? 'PARQUET' : undefined;
}

export function isPartitionFolder(name: string): boolean {
  return PARTITION.test(name) && !name.startsWith('_') && !name.startsWith('.');
}

/** Entries `offset` to `offset + limit` of one folder. */
export async function listFolder(
  storage: StorageClient,
  place: StoragePlace,
  limit: number,
  offset: number,
  signal?: AbortSignal,
): Promise<{ entries: StoredPath[]; more: boolean }> {
  const entries: StoredPath[] = [];
  let index = 0;
  const pageSize = Math.min(5000, offset + limit + 1);
  for await (const entry of storage.list(place, { recursive: false, pageSize, signal })) {
    if (entries.length === limit) return { entries, more: true };
    if (index >= offset) entries.push(entry);
    index += 1;
  }
  return { entries, more: false };
}

export function lastName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function folders(container: string, entries: readonly StoredPath[]): StoragePlace[] {
  const visible = entries.filter((entry) => entry.isDirectory && !/^[_.]/.test(lastName(entry.path)));
  return visible.map(({ path }) => ({ container, path }));
}
