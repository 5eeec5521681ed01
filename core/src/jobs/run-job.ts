import type { AzureEnvironment } from '../azure/environment.ts';
import { noProgress, type ReportProgress } from '../base/progress.ts';
import type { Engine, TableCheck } from '../engine/contract.ts';
import type { BundleJob } from '../project/bundle-job.ts';
import { emptyMap } from '../project/config-node.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { type JobTask, prepareJob } from './prepared-job.ts';
import type { RunRecord, TaskRecord } from './run.generated.ts';
import { newRunId, writeRunRecord } from './run-store.ts';
import { emptyRecord, fingerprint, runTask, type TaskRun } from './run-task.ts';
import type { TaskRunContext } from './task-kind.ts';
import { jobParameters, resolvedParameters } from './task-parameters.ts';
import { isUnchanged, lastSuccesses, type LakeState } from './unchanged.ts';

export interface RunJobOptions {
  /** The project's root; the files of tasks are relative to it. */
  readonly root: string;
  /** From the bundle as resolved for a target. */
  readonly job: BundleJob;
  /** Every job of that bundle, for tasks that run another. Default: this one. */
  readonly jobs?: readonly BundleJob[];
  readonly target?: string;
  readonly environment: AzureEnvironment;
  readonly stateFolder: string;
  readonly engine: Engine;
  readonly lake: Omit<LakeState, 'signal'>;
  /** Values over the defaults of the job's parameters. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Contracts' checks by `schema.table`. */
  readonly checks?: Readonly<Record<string, readonly TableCheck[]>>;
  /** Runs every task, also those that would repeat themselves. */
  readonly force?: boolean;
  readonly report?: ReportProgress;
  readonly signal?: AbortSignal;
  readonly now?: () => Date;
}

/** Tasks at a time, where the graph allows: they share one engine, its memory and its threads. */
const parallelTasks = 2;

/**
 * Runs a bundle's job: its tasks after those that they depend on, each skipped where it would repeat itself, nothing below a task
 * that failed. Resolves to the record, which is also in `<state>/runs`, however the tasks ended. Rejects before anything runs with
 * `jobs.task-not-emulated`, `jobs.invalid-graph`, `jobs.unknown-parameter`, `jobs.reference-not-emulated`.
 */
export async function runJob(options: RunJobOptions): Promise<RunRecord> {
  const now = options.now ?? (() => new Date());
  const started = now();
  const id = newRunId(started);
  const { tasks, contentHash } = await prepareJob({
    root: options.root,
    job: options.job,
    jobs: options.jobs ?? [options.job],
  });
  const parameters = jobParameters(options.job, options.parameters ?? {});
  const values = { jobParameters: parameters, runId: id, startedAt: started.toISOString() };
  const runs = tasks.map((jobTask): TaskRun => ({
    jobTask,
    parameters: resolvedParameters(options.job, jobTask.task, values),
    checks: options.checks ?? {},
    engineVersion: packageJson.version,
  }));
  const records = await runGraph(options, runs, { id, startedAt: values.startedAt });
  const ended = now();
  const record: RunRecord = {
    id,
    job: options.job.key,
    ...(options.target === undefined ? {} : { target: options.target }),
    environment: options.environment.name,
    engineVersion: packageJson.version,
    contentHash,
    parameters: Object.fromEntries(parameters),
    startedAt: started.toISOString(),
    endedAt: ended.toISOString(),
    seconds: (ended.getTime() - started.getTime()) / 1000,
    state: stateOf(records),
    tasks: records,
  };
  await writeRunRecord(options.stateFolder, record);
  return record;
}

/** Starts each task when all above it have ended, two at a time. Resolves when every task has a record, in running order. */
async function runGraph(options: RunJobOptions, runs: readonly TaskRun[], identity: Identity): Promise<TaskRecord[]> {
  const last = await lastSuccesses(options.stateFolder, options.job.key, options.environment.name);
  const records = new Map<string, TaskRecord>();
  const waiting = new Map(runs.map((run) => [run.jobTask.task.key, run]));
  const running = new Map<string, Promise<void>>();
  const start = (key: string, run: TaskRun): void => {
    waiting.delete(key);
    const work = decide(options, run, { records, last: last.get(key), identity }).then((record) => {
      records.set(key, record);
      running.delete(key);
    });
    running.set(key, work);
  };
  try {
    while (waiting.size + running.size > 0) {
      for (const [key, run] of waiting) {
        if (running.size < parallelTasks && upstream(run.jobTask).every((above) => records.has(above))) start(key, run);
      }
      await Promise.race(running.values());
    }
  } finally {
    await Promise.allSettled(running.values());
  }
  return runs.flatMap(({ jobTask }) => records.get(jobTask.task.key) ?? []);
}

interface Identity {
  readonly id: string;
  readonly startedAt: string;
}

interface Known {
  readonly records: ReadonlyMap<string, TaskRecord>;
  readonly last: TaskRecord | undefined;
  readonly identity: Identity;
}

async function decide(options: RunJobOptions, run: TaskRun, { records, last, identity }: Known): Promise<TaskRecord> {
  const { signal, lake, report = noProgress } = options;
  const { task } = run.jobTask;
  const failed = upstream(run.jobTask).find((above) => !isGood(records.get(above)));
  if (failed !== undefined) return emptyRecord(run, 'upstreamFailed', `upstream failed: ${failed}`);
  if (signal?.aborted) return emptyRecord(run, 'cancelled');
  report({ kind: 'started', step: task.key, title: task.key });
  if (options.force !== true && last && (await isUnchanged({ ...lake, signal }, last, fingerprint(run)))) {
    report({ kind: 'finished', step: task.key, seconds: 0, summary: 'skipped (unchanged)' });
    return { ...last, state: 'skipped', reason: 'unchanged', seconds: 0 };
  }
  const record = await runTask(run, contextOf(options, run, identity));
  report(endOf(record));
  return record;
}

function contextOf(options: RunJobOptions, run: TaskRun, identity: Identity): TaskRunContext {
  const { task } = run.jobTask;
  const { root, job, environment, stateFolder, engine, report = noProgress } = options;
  return {
    root,
    environment,
    stateFolder,
    engine,
    run: { ...identity, jobKey: job.key, jobName: job.name, taskKey: task.key, attempt: 0 },
    parameters: run.parameters,
    body: task.body ?? emptyMap(task.range),
    checks: run.checks,
    values: { get: () => undefined, set: () => undefined },
    signal: options.signal ?? new AbortController().signal,
    report,
    log: () => undefined,
  };
}

function endOf(record: TaskRecord): Parameters<ReportProgress>[0] {
  const { key: step, seconds, error, outputs } = record;
  if (error) return { kind: 'failed', step, seconds, message: `${error.message} [${error.code}]` };
  const summary = outputs.map(({ table, rows }) => `${table} ${rows} rows`).join(', ');
  return { kind: 'finished', step, seconds, summary };
}

function upstream({ task }: JobTask): string[] {
  return task.dependsOn.map(({ taskKey }) => taskKey);
}

function isGood(record: TaskRecord | undefined): boolean {
  return record?.state === 'succeeded' || record?.state === 'skipped';
}

function stateOf(records: readonly TaskRecord[]): RunRecord['state'] {
  if (records.every(isGood)) return 'succeeded';
  return records.some(({ state }) => state === 'failed') ? 'failed' : 'cancelled';
}
