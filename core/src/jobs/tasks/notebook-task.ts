import { at } from '../../project/config-node.ts';
import { notebookEndings } from '../../project/notebook-script.ts';
import { taskFile } from '../task-file.ts';
import type { RunnableTask, TaskKind, TaskPlace, TaskRefusal } from '../task-kind.ts';
import { pythonProgram } from './python-program.ts';
import { refuse } from './refuse.ts';
import { sqlNotebook } from './sql-notebook.ts';

/** What runs a notebook, by its file's ending in lower case; a new language is a line. */
const languages: Readonly<Record<string, (place: TaskPlace, file: string) => RunnableTask | TaskRefusal>> = {
  py: (place, file) => notebook(place, file, 'a Python notebook'),
  sql: (place, file) => notebook(place, file, 'a SQL notebook with cells in other languages'),
  ipynb: (place, file) => notebook(place, file, 'a notebook'),
  scala: () => refuse('Scala notebooks are not emulated'),
  r: () => refuse('R notebooks are not emulated'),
};

/** SQL alone runs on the engine, anything else in Python. */
function notebook(place: TaskPlace, file: string, what: string): RunnableTask | TaskRefusal {
  return (
    sqlNotebook(place, file) ??
    pythonProgram(place, { what, file, program: (_context, path) => ({ kind: 'notebook', file: path }) })
  );
}

export const notebookTask: TaskKind = (place) => {
  const found = taskFile(place, at(place.task.body, 'notebook_path'), notebookEndings);
  if (found.runs) return found;
  const ending = /\.([a-z]+)$/i.exec(found.file)?.[1]?.toLowerCase() ?? '';
  const language = Object.hasOwn(languages, ending) ? languages[ending] : undefined;
  return language?.(place, found.file) ?? refuse(`${found.file} is no notebook that is known here`);
};
