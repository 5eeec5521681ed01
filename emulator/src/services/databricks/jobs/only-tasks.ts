import type { JsonObject } from '../../control/lossless-json.ts';
import { invalid } from '../errors.ts';
import { objectList } from '../fields.ts';

/**
 * The settings of a run that `run-now` limits to some tasks (`only`): these alone, each without its dependencies on others.
 * @throws DatabricksError for a task that the job has not.
 */
export function withTasksOnly(settings: JsonObject, only: unknown): JsonObject {
  if (only === undefined || only === null) return settings;
  if (!Array.isArray(only) || !only.every((key) => typeof key === 'string')) {
    throw invalid('Expected only to be a list of task keys.');
  }
  const tasks = objectList(settings, 'tasks');
  const unknown = only.find((key) => !tasks.some((task) => task['task_key'] === key));
  if (unknown !== undefined) throw invalid(`The job has no task '${unknown}' (only).`);
  const isWanted = (task: JsonObject): boolean => only.includes(task['task_key'] as string);
  return {
    ...settings,
    tasks: tasks
      .filter(isWanted)
      .map((task) => ({ ...task, depends_on: objectList(task, 'depends_on').filter(isWanted) })),
  };
}
