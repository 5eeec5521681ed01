import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ExpectedError } from '../base/expected-error.ts';
import { bytesSource } from '../formats/range-source.ts';
import type { StoreEntry, TableStore } from './store.ts';

/** A Delta table's folder on disk. */
export function localTableStore(folder: string): TableStore {
  const at = (path: string) => join(folder, path);
  const read = (path: string) =>
    readFile(at(path)).catch((error: unknown) => {
      throw isCode(error, 'ENOENT') ? missing(at(path)) : error;
    });
  return {
    location: folder,
    async list(name) {
      const entries = await readdir(at(name), { withFileTypes: true }).catch((error: unknown) => {
        if (isCode(error, 'ENOENT')) return [];
        throw error;
      });
      const files = entries.filter((entry) => entry.isFile());
      return await Promise.all(
        files.map(async (entry): Promise<StoreEntry> => {
          const { size, mtime } = await stat(join(at(name), entry.name));
          return { path: name === '' ? entry.name : `${name}/${entry.name}`, size, modifiedAt: mtime };
        }),
      );
    },
    read,
    open: async (path) => bytesSource(at(path), await read(path)),
    async putIfAbsent(path, bytes) {
      const temporary = await writeTemporary(at(path), bytes);
      try {
        // A hard link fails where the name exists: the whole file appears under it in one step, or not at all.
        await link(temporary, at(path));
        return true;
      } catch (error) {
        if (isCode(error, 'EEXIST')) return false;
        throw error;
      } finally {
        await rm(temporary, { force: true });
      }
    },
    async write(path, bytes) {
      await rename(await writeTemporary(at(path), bytes), at(path));
    },
    remove: (path) => rm(at(path), { force: true }),
  };
}

async function writeTemporary(target: string, bytes: Uint8Array): Promise<string> {
  await mkdir(dirname(target), { recursive: true });
  const temporary = `${target}.${randomUUID()}.tmp`;
  await writeFile(temporary, bytes);
  return temporary;
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function missing(path: string): ExpectedError {
  return new ExpectedError({
    code: 'file.not-found',
    message: `There is no file ${path}.`,
    nextStep: 'Check the path.',
  });
}
