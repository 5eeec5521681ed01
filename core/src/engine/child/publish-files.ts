import { mapConcurrently } from '../../base/concurrency.ts';
import type { LakePath } from '../../lake/names.ts';
import type { Run } from './context.ts';
import { immutableVersion } from './relations/table.ts';
import type { StagedFile } from './staging.ts';

const parallelUploads = 4;

/**
 * Uploads data files into a table's folder and then commits. Where either fails, what was uploaded is deleted again; a file that
 * stays behind all the same is in no version of the table, and VACUUM removes it.
 */
export async function commitFiles<T>(
  run: Run,
  location: LakePath,
  files: readonly StagedFile[],
  commit: () => Promise<T>,
): Promise<T> {
  const { storage, cache } = run.context;
  const placeOf = ({ file }: StagedFile): LakePath => ({ ...location, path: `${location.path}/${file.path}` });
  try {
    await mapConcurrently(files, parallelUploads, (staged) =>
      storage.upload(placeOf(staged), staged.localPath, { signal: run.signal }),
    );
    const committed = await commit();
    for (const staged of files)
      await cache.adopt(staged.localPath, immutableVersion(placeOf(staged), staged.file.size));
    return committed;
  } catch (error) {
    // The error that counts is the first one: a file that cannot be deleted either is harmless.
    await Promise.allSettled(files.map((staged) => storage.delete(placeOf(staged))));
    throw error;
  }
}
