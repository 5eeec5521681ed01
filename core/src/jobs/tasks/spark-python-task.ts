import { at, itemsAt, textAt } from '../../project/config-node.ts';
import { taskFile } from '../task-file.ts';
import type { TaskKind } from '../task-kind.ts';
import { pythonProgram } from './python-program.ts';

export const sparkPythonTask: TaskKind = (place) => {
  const found = taskFile(place, at(place.task.body, 'python_file'));
  if (found.runs) return found;
  return pythonProgram(place, {
    what: 'a Python task',
    file: found.file,
    program: ({ body }, file) => ({
      kind: 'script',
      file,
      arguments: itemsAt(body, 'parameters').map((item) => textAt(item) ?? ''),
    }),
  });
};
