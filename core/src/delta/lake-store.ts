import type { StorageClient, StoragePlace } from '../azure/storage.ts';
import { ExpectedError } from '../base/expected-error.ts';
import { openLakeFile } from '../formats/range-source.ts';
import type { StoreEntry, TableStore } from './store.ts';

/** A Delta table's folder in a container. */
export function lakeTableStore(storage: StorageClient, folder: StoragePlace): TableStore {
  const at = (path: string): StoragePlace => ({
    container: folder.container,
    path: folder.path === '' ? path : `${folder.path}/${path}`,
  });
  const above = folder.path === '' ? 0 : folder.path.length + 1;
  return {
    location: `abfss://${folder.container}@${storage.accountName}.dfs.core.windows.net/${folder.path}`,
    async list(name, signal) {
      const entries: StoreEntry[] = [];
      try {
        for await (const found of storage.list(at(name), { recursive: false, signal })) {
          if (!found.isDirectory) entries.push({ ...found, path: found.path.slice(above) });
        }
      } catch (error) {
        if (!(error instanceof ExpectedError && error.code === 'storage.not-found')) throw error;
      }
      return entries;
    },
    read: (path, signal) => storage.read(at(path), { signal }),
    open: (path, signal) => openLakeFile(storage, at(path), signal),
    putIfAbsent: (path, bytes, signal) => storage.putIfAbsent(at(path), bytes, { signal }),
    write: async (path, bytes, signal) => {
      await storage.write(at(path), bytes, { signal });
    },
    remove: async (path) => {
      await storage.delete(at(path));
    },
  };
}
