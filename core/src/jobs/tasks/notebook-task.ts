import { at } from '../../project/config-node.ts';
import { taskFile } from '../task-file.ts';
import type { TaskKind } from '../task-kind.ts';
import { needsSpark, refuse } from './refuse.ts';

/** What runs a notebook, by its file's ending in lower case; a new language is a line. */
const languages: Readonly<Record<string, (place: Parameters<TaskKind>[0], file: string) => ReturnType<TaskKind>>> = {
  py: () => needsSpark('a Python notebook'),
  sql: () => needsSpark('a SQL notebook runs on a cluster and'),
  ipynb: () => needsSpark('a notebook'),
  scala: () => refuse('Scala notebooks are not emulated'),
  r: () => refuse('R notebooks are not emulated'),
};

/** The ending may be left out of a notebook's path. */
const endings = ['.py', '.sql', '.ipynb', '.scala', '.r', '.R'];

export const notebookTask: TaskKind = (place) => {
  const found = taskFile(place, at(place.task.body, 'notebook_path'), endings);
  if (found.runs) return found;
  const ending = /\.([a-z]+)$/i.exec(found.file)?.[1]?.toLowerCase() ?? '';
  const language = Object.hasOwn(languages, ending) ? languages[ending] : undefined;
  return language?.(place, found.file) ?? refuse(`${found.file} is no notebook that is known here`);
};
