import { stringifyLossless } from '@medallion/core/azure/lossless.ts';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { jobsOf, type BundleJob } from '@medallion/core/project/bundle-job.ts';
import { mapAt } from '@medallion/core/project/config-node.ts';
import { readJson } from '@medallion/core/project/read-json.ts';
import type { LocateInFolder } from './unpack-workspace.ts';

/** The file that messages about a deployed job point into; it stands at the root of the unpacked workspace. */
export const settingsFile = 'job.json';

/** A job as it is deployed, readable as a bundle's job is: its files are those of an unpacked workspace. */
export interface DeployedJob {
  readonly job: BundleJob;
  /** This one, and those that its tasks may run. */
  readonly jobs: readonly BundleJob[];
  /** The text of `settingsFile`. */
  readonly text: string;
}

type Json = Readonly<Record<string, unknown>>;

/** Where a task names a file of the workspace. */
const filePaths = [
  ['sql_task', 'file', 'path'],
  ['notebook_task', 'notebook_path'],
  ['spark_python_task', 'python_file'],
] as const;

/**
 * @param others settings of every deployed job by its id.
 * @throws ExpectedError `jobs.broken-settings`
 */
export function deployedJob(
  settings: unknown,
  others: ReadonlyMap<string, unknown>,
  locate: LocateInFolder,
): DeployedJob {
  const key = isObject(settings) && typeof settings['name'] === 'string' ? settings['name'] : 'Untitled';
  const written = [...others].map(([id, one]) => [keyOfJob(id), readable(one, locate)] as const);
  // Its own name is the key that stands in the history.
  const entries = new Map([...written, [key, readable(settings, locate)]]);
  const text = stringifyLossless({ resources: { jobs: Object.fromEntries(entries) } }, 2);
  const resources = mapAt(readJson(settingsFile, text).node, 'resources');
  const jobs = resources ? jobsOf(resources) : [];
  const job = jobs.find((one) => one.key === key);
  if (job) return { job, jobs, text };
  throw new ExpectedError({
    code: 'jobs.broken-settings',
    message: `The settings of job ${key} cannot be read as those of a job.`,
    nextStep: 'Deploy the job again.',
  });
}

const keyOfJob = (id: string): string => `job_${id}`;

function readable(settings: unknown, locate: LocateInFolder): Json {
  const written = isObject(settings) ? settings : {};
  const tasks = Array.isArray(written['tasks']) ? (written['tasks'] as unknown[]) : [];
  return { ...written, tasks: tasks.map((task) => (isObject(task) ? readableTask(task, locate) : task)) };
}

/** A job is named by its id when it is deployed, and by its key in a bundle. */
function withJobKey(task: Json): Json {
  const run = task['run_job_task'];
  if (!isObject(run) || !/^\d+$/.test(String(run['job_id']))) return task;
  return { ...task, run_job_task: { ...run, job_id: `\${resources.jobs.${keyOfJob(String(run['job_id']))}.id}` } };
}

/** Paths of the workspace become those of the folder, seen from the settings' file; a path that is not there stays as it is. */
function readableTask(task: Json, locate: LocateInFolder): Json {
  const local = filePaths.reduce((result, path) => changedAt(result, path, locate), withJobKey(task));
  const loop = local['for_each_task'];
  if (!isObject(loop) || !isObject(loop['task'])) return local;
  return { ...local, for_each_task: { ...loop, task: readableTask(loop['task'], locate) } };
}

function changedAt(node: Json, [key, ...rest]: readonly string[], locate: LocateInFolder): Json {
  const value = key === undefined ? undefined : node[key];
  if (key === undefined || value === undefined || node['source'] === 'GIT') return node;
  if (rest.length > 0) return isObject(value) ? { ...node, [key]: changedAt(value, rest, locate) } : node;
  const file = typeof value === 'string' ? locate(value) : undefined;
  return file === undefined ? node : { ...node, [key]: `./${file}` };
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
