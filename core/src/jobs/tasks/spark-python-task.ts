import { at } from '../../project/config-node.ts';
import { taskFile } from '../task-file.ts';
import type { TaskKind } from '../task-kind.ts';
import { needsSpark } from './refuse.ts';

export const sparkPythonTask: TaskKind = (place) => {
  const found = taskFile(place, at(place.task.body, 'python_file'));
  return found.runs ? found : needsSpark('a Python task');
};
