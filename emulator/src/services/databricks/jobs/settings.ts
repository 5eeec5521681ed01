import type { JsonObject } from '../../control/lossless-json.ts';
import { invalid } from '../errors.ts';
import { objectList, optionalObject, optionalString, requiredString } from '../fields.ts';

/** The fields of a task of which the service wants exactly one. */
const taskTypes = [
  'notebook_task',
  'spark_jar_task',
  'spark_python_task',
  'spark_submit_task',
  'python_wheel_task',
  'sql_task',
  'dbt_task',
  'pipeline_task',
  'run_job_task',
  'condition_task',
  'for_each_task',
  'clean_rooms_notebook_task',
  'dashboard_task',
  'power_bi_task',
  'gen_ai_compute_task',
  'alert_task',
] as const;

const maxTasks = 1000;

/** Refuses settings as Jobs API 2.2 does. Fields that it does not know are let through, as the service does. */
export function checkSettings(settings: JsonObject): void {
  const tasks = objectList(settings, 'tasks');
  if (tasks.length > maxTasks) throw invalid(`The number of tasks (${tasks.length}) exceeds the limit of ${maxTasks}.`);
  optionalString(settings, 'name');
  checkLimit(settings);
  const keys = tasks.map(taskKeyOf);
  const double = keys.find((key, index) => keys.indexOf(key) !== index);
  if (double !== undefined) throw invalid(`Duplicate task key '${double}': task keys must be unique.`);
  for (const task of tasks) checkTask(task, keys, settings);
  checkCycles(tasks);
}

function checkLimit(settings: JsonObject): void {
  const limit = settings['max_concurrent_runs'];
  if (limit === undefined || limit === null) return;
  if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 0 || limit > 1000) {
    throw invalid('max_concurrent_runs must be a whole number from 0 to 1000.');
  }
}

function taskKeyOf(task: JsonObject): string {
  const key = requiredString(task, 'task_key');
  if (/^[\w-]{1,100}$/.test(key)) return key;
  throw invalid(`Task key '${key}' is invalid: it may have letters, digits, '-' and '_', at most 100 of them.`);
}

function checkTask(task: JsonObject, keys: readonly string[], settings: JsonObject): void {
  const key = String(task['task_key']);
  const types = taskTypes.filter((type) => task[type] !== undefined && task[type] !== null);
  if (types.length !== 1) {
    const found = types.length === 0 ? 'none' : types.join(', ');
    throw invalid(`Task '${key}' must have exactly one task type; found: ${found}.`);
  }
  for (const dependency of objectList(task, 'depends_on')) {
    const wanted = requiredString(dependency, 'task_key');
    if (!keys.includes(wanted)) throw invalid(`Task '${key}' depends on the task '${wanted}', which does not exist.`);
  }
  checkReference(task, 'job_cluster_key', objectList(settings, 'job_clusters'), 'job cluster');
  checkReference(task, 'environment_key', objectList(settings, 'environments'), 'environment');
  const file = optionalObject(task, 'notebook_task');
  if (file) requiredString(file, 'notebook_path');
}

/** `job_cluster_key` and `environment_key` name an entry of the job that has the same field as its key. */
function checkReference(task: JsonObject, field: string, entries: readonly JsonObject[], what: string): void {
  const wanted = optionalString(task, field);
  if (wanted === undefined || entries.some((entry) => entry[field] === wanted)) return;
  throw invalid(`Task '${String(task['task_key'])}' refers to the ${what} '${wanted}', which the job does not define.`);
}

function checkCycles(tasks: readonly JsonObject[]): void {
  const waiting = new Map(
    tasks.map((task) => [
      String(task['task_key']),
      objectList(task, 'depends_on').map((one) => String(one['task_key'])),
    ]),
  );
  for (let ready = readyOf(waiting); ready.length > 0; ready = readyOf(waiting)) {
    for (const key of ready) waiting.delete(key);
  }
  if (waiting.size > 0)
    throw invalid(`The dependencies of these tasks form a cycle: ${[...waiting.keys()].join(', ')}.`);
}

const readyOf = (waiting: ReadonlyMap<string, readonly string[]>): string[] =>
  [...waiting].filter(([, needs]) => !needs.some((need) => waiting.has(need))).map(([key]) => key);
