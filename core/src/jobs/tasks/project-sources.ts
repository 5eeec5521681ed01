import { statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { walkFolder } from '../../project/walk-folder.ts';
import { readTaskFile } from '../task-file.ts';
import type { TaskFile, TaskPlace } from '../task-kind.ts';

/**
 * These files of a task, every file of the project, and of what its bundle takes from beside it, that Python may import or a notebook
 * may run, and what says how its wheels are built.
 */
export async function projectSources(place: TaskPlace, own: readonly string[]): Promise<readonly TaskFile[]> {
  const listed = await Promise.all(
    ['', ...(place.job.files?.beyond ?? [])].map((path) => filesBelow(place.root, path)),
  );
  const sources = [...new Set(listed.flat())].filter(
    (one) => own.includes(one) || /\.(py|ipynb)$|(^|\/)(pyproject\.toml|setup\.cfg)$/.test(one),
  );
  return await Promise.all(
    sources.map(async (one) => {
      const { sha256 } = await readTaskFile(place, one);
      return { file: one, sha256 };
    }),
  );
}

/** What lies below a path, or the file that it is; nothing for one that is not there. Relative to the root. */
async function filesBelow(root: string, path: string): Promise<readonly string[]> {
  const found = statSync(join(root, path), { throwIfNoEntry: false });
  if (found?.isDirectory() !== true) return found ? [path] : [];
  const { files } = await walkFolder(join(root, path));
  return files.map((file) => posix.join(path, file));
}
