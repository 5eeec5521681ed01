import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Diagnostic } from '../base/diagnostic.ts';
import { ExpectedError } from '../base/expected-error.ts';
import { type BundleJob, type BundleTask, jobSettings, taskPath } from '../project/bundle-job.ts';
import { at } from '../project/config-node.ts';
import type { ComputeProfile } from '../sql/contract.ts';
import { taskGraph } from './task-graph.ts';

/** A task that runs here, with its file read once: what is hashed is what runs. */
export interface RunnableTask {
  readonly task: BundleTask;
  readonly kind: string;
  /** Relative to the project's root. */
  readonly file: string;
  readonly text: string;
  readonly sha256: string;
  readonly profile: ComputeProfile;
}

type Prepare = (root: string, task: BundleTask) => Promise<RunnableTask | Diagnostic>;

/** The kinds of task that run here; a new one is a line. Every other kind is refused by its name before anything runs. */
const kinds: Readonly<Record<string, Prepare>> = {
  sql_task: prepareSqlTask,
};

/** A SQL warehouse runs ANSI SQL; its time zone is UTC unless a statement sets another. */
const warehouse: ComputeProfile = { ansi: true, timeZone: 'Etc/UTC', decidedBy: 'SQL warehouse' };

/**
 * The job's tasks in running order. Rejects with `jobs.task-not-emulated` (every task that cannot run here), `jobs.invalid-graph`.
 */
export async function runnableTasks(root: string, job: BundleJob): Promise<readonly RunnableTask[]> {
  const prepared = await Promise.all(taskGraph(job).tasks.map((task) => prepare(root, task)));
  const refused = prepared.filter((one): one is Diagnostic => 'severity' in one);
  if (refused.length === 0) return prepared.filter((one): one is RunnableTask => !('severity' in one));
  throw new ExpectedError({
    code: 'jobs.task-not-emulated',
    message: `Job ${job.key} cannot run here: ${refused.map(({ message }) => message).join(' ')}`,
    nextStep: 'Run these tasks on Databricks, or take them out of the job that runs here.',
    range: refused[0]?.range,
    diagnostics: refused,
  });
}

/** SHA-256 over the resolved job and the bytes of each task's file, in hexadecimal: what a validated run vouches for. */
export async function jobContentHash(root: string, job: BundleJob): Promise<string> {
  const hash = createHash('sha256').update(canonical(jobSettings(job)));
  for (const { task, file, sha256 } of await runnableTasks(root, job)) hash.update(`\n${task.key}\n${file}\n${sha256}`);
  return hash.digest('hex');
}

async function prepare(root: string, task: BundleTask): Promise<RunnableTask | Diagnostic> {
  const kind = task.kind === undefined ? undefined : kinds[task.kind];
  return kind ? await kind(root, task) : refuse(task, `Task ${task.key} is a ${task.kind ?? 'task without a kind'}.`);
}

async function prepareSqlTask(root: string, task: BundleTask): Promise<RunnableTask | Diagnostic> {
  const path = taskPath(at(task.body, 'file', 'path'));
  if (!path) return refuse(task, `The sql_task of ${task.key} has no file.`);
  if (path.file === undefined) return refuse(task, `The file ${path.written} of ${task.key} is not in this project.`);
  const bytes = await readFile(join(root, path.file)).catch(() => undefined);
  if (!bytes) return { ...refuse(task, `The file ${path.file} of ${task.key} cannot be read.`), range: path.range };
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { task, kind: 'sql_task', file: path.file, text: bytes.toString('utf8'), sha256, profile: warehouse };
}

function refuse(task: BundleTask, message: string): Diagnostic {
  return { severity: 'error', code: 'jobs.task-not-emulated', message, range: task.range };
}

/** JSON with sorted keys, so that the order in a file does not matter. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner === 'bigint') return inner.toString();
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
