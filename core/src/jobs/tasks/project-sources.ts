import { walkFolder } from '../../project/walk-folder.ts';
import { readTaskFile } from '../task-file.ts';
import type { TaskFile, TaskPlace } from '../task-kind.ts';

/** These files of a task, every file of the project that Python may import or a notebook may run, and what says how its wheels are built. */
export async function projectSources(place: TaskPlace, own: readonly string[]): Promise<readonly TaskFile[]> {
  const { files } = await walkFolder(place.root);
  const sources = files.filter(
    (one) => own.includes(one) || /\.(py|ipynb)$|(^|\/)(pyproject\.toml|setup\.cfg)$/.test(one),
  );
  return await Promise.all(
    sources.map(async (one) => {
      const { sha256 } = await readTaskFile(place, one);
      return { file: one, sha256 };
    }),
  );
}
