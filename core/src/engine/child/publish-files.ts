import { mapConcurrently } from '../../base/concurrency.ts';
import { ExpectedError } from '../../base/expected-error.ts';
import type { LakePath } from '../../lake/names.ts';
import type { Run } from './context.ts';
import { immutableVersion } from './relations/table.ts';
import type { StagedFile } from './staging.ts';

const parallelUploads = 4;

/**
 * Uploads data files into a table's folder and then commits. Where it is certain that no version holds them, what was uploaded is
 * deleted again; a file that stays behind is in no version of the table, and VACUUM removes it.
 * @param check must resolve before the commit; it goes on beside the upload; where it rejects, no further file is sent.
 */
export async function commitFiles<T>(
  run: Run,
  location: LakePath,
  files: readonly StagedFile[],
  commit: () => Promise<T>,
  check: () => Promise<void> = async () => {},
): Promise<T> {
  const { storage } = run.context;
  const placeOf = ({ file }: StagedFile): LakePath => ({ ...location, path: `${location.path}/${file.path}` });
  // The error that counts is the first one: a file that cannot be deleted either is harmless.
  const takeBack = async (): Promise<unknown> =>
    await Promise.allSettled(files.map((staged) => storage.delete(placeOf(staged))));
  const errors: unknown[] = [];
  const note = (error: unknown): void => void errors.push(error);
  const upload = async (staged: StagedFile): Promise<void> => {
    if (errors.length === 0)
      await storage.upload(placeOf(staged), staged.localPath, { signal: run.signal, unchanging: true }).catch(note);
  };
  // What is on its way is waited for: the service may take a file whose request was broken off, after it was deleted here.
  await Promise.all([check().catch(note), mapConcurrently(files, parallelUploads, upload)]);
  if (errors.length > 0) {
    await takeBack();
    throw errors[0];
  }
  try {
    const committed = await commit();
    await keep(run, files, placeOf);
    return committed;
  } catch (error) {
    // A commit whose answer was lost may stand all the same; only Delta's own refusals say that it does not.
    if (error instanceof ExpectedError && error.code.startsWith('delta.')) await takeBack();
    throw error;
  }
}

/** What was written is what is read next. That it cannot be kept costs a download, not the commit. */
async function keep(run: Run, files: readonly StagedFile[], placeOf: (staged: StagedFile) => LakePath): Promise<void> {
  const { cache } = run.context;
  try {
    for (const staged of files)
      await cache.adopt(staged.localPath, immutableVersion(placeOf(staged), staged.file.size));
  } catch (error) {
    const message = `The written files could not be kept on disk for the next statement: ${String(error)}`;
    run.warnings.push({ severity: 'information', code: 'engine.cache-failed', message });
  }
}
