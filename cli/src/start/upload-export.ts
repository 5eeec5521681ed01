import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { StorageClient } from '@medallion/core/azure/storage.ts';
import { mapConcurrently } from '@medallion/core/base/concurrency.ts';

/** Puts the shop's export where its own system would: into the container that Data Factory copies from. */
export async function uploadExport(
  storage: StorageClient,
  folder: string,
  onFile: (done: number, total: number) => void,
): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  let done = 0;
  await mapConcurrently(files, 8, async (file) => {
    const path = relative(folder, file).split(sep).join('/');
    await storage.upload({ container: 'shop-export', path }, file);
    done += 1;
    onFile(done, files.length);
  });
  return files.length;
}
