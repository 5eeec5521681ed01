import { at } from '../../project/config-node.ts';
import { taskFile } from '../task-file.ts';
import type { RunnableTask, TaskKind, TaskPlace } from '../task-kind.ts';
import { pythonProgram } from './python-program.ts';
import { refuse } from './refuse.ts';

/** What runs a notebook, by its file's ending in lower case; a new language is a line. */
const languages: Readonly<Record<string, (place: TaskPlace, file: string) => ReturnType<TaskKind>>> = {
  py: (place, file) => notebook(place, file, 'a Python notebook'),
  sql: (place, file) => notebook(place, file, 'a SQL notebook'),
  ipynb: (place, file) => notebook(place, file, 'a notebook'),
  scala: () => refuse('Scala notebooks are not emulated'),
  r: () => refuse('R notebooks are not emulated'),
};

function notebook(place: TaskPlace, file: string, what: string): RunnableTask {
  return pythonProgram(place, { what, file, program: (_context, path) => ({ kind: 'notebook', file: path }) });
}

/** The ending may be left out of a notebook's path. */
const endings = ['.py', '.sql', '.ipynb', '.scala', '.r', '.R'];

export const notebookTask: TaskKind = (place) => {
  const found = taskFile(place, at(place.task.body, 'notebook_path'), endings);
  if (found.runs) return found;
  const ending = /\.([a-z]+)$/i.exec(found.file)?.[1]?.toLowerCase() ?? '';
  const language = Object.hasOwn(languages, ending) ? languages[ending] : undefined;
  return language?.(place, found.file) ?? refuse(`${found.file} is no notebook that is known here`);
};
