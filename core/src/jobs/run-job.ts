import { noProgress, type ProgressEvent } from '../base/progress.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { ExpectedError } from '../base/expected-error.ts';
import { wholeNumber } from './attempts.ts';
import { checkJobSettings } from './check-settings.ts';
import type { JobRun, RunJobOptions } from './job-run.ts';
import { lastSuccesses } from './last-successes.ts';
import { omit } from './omit.ts';
import { type PreparedJob, prepareJob } from './prepared-job.ts';
import { resolveText, type ReferenceScope } from './references.ts';
import { continuing, keptRecords, resumedParameters } from './resume.ts';
import { runGraph } from './run-graph.ts';
import type { RunRecord, TaskRecord } from './run.generated.ts';
import { RunRecorder } from './run-recorder.ts';
import { newRunId } from './run-store.ts';
import { runTask } from './run-task.ts';
import { stateOf } from './run-state.ts';
import { jobParameters } from './job-parameters.ts';
import { emptyRecord, skippedRecord } from './task-record.ts';
import type { JobTask } from './task-kind.ts';

export type { RunJobOptions } from './job-run.ts';

/** Tasks at a time, where the graph allows: they share one engine, its memory and its threads. */
const parallelTasks = 2;

/**
 * Runs a bundle's job: its tasks after those that they depend on and as their conditions say, each skipped where it would repeat
 * itself. Resolves to the record, however the tasks ended; it is also in `<state>/runs`, from the start of the run on, so that a
 * killed run is seen. Rejects before anything runs, with a record that says why, with what `prepareJob` and `checkJobSettings` say,
 * `jobs.unknown-parameter`, `jobs.unknown-task`, `python.no-java` and the like.
 */
export async function runJob(options: RunJobOptions): Promise<RunRecord> {
  const now = options.now ?? (() => new Date());
  const started = now();
  const recorder = await RunRecorder.open(options.stateFolder, firstRecord(options, newRunId(started), started), now);
  try {
    const prepared = await prepare(options);
    await recorder.update({ contentHash: prepared.contentHash });
    await ready(options, prepared);
    return await runPrepared(options, prepared, recorder, started);
  } catch (error) {
    await recorder.refuse(error);
    throw error;
  }
}

function firstRecord(options: RunJobOptions, id: string, started: Date): RunRecord {
  const { job, target, environment, only, resume, parent } = options;
  return {
    id,
    job: job.key,
    ...(target === undefined ? {} : { target }),
    environment: environment.name,
    engineVersion: packageJson.version,
    parameters: { ...options.parameters },
    startedAt: started.toISOString(),
    seconds: 0,
    state: 'running',
    process: process.pid,
    ...(only === undefined ? {} : { only: [...only] }),
    ...(resume === undefined ? {} : { resumes: continuing(resume) }),
    ...(parent === undefined ? {} : { parent }),
    tasks: [],
  };
}

async function prepare({ root, job, jobs, only = [] }: RunJobOptions): Promise<PreparedJob> {
  checkJobSettings(job);
  const unknown = only.filter((key) => !job.tasks.some((task) => task.key === key));
  if (unknown.length > 0) {
    throw new ExpectedError({
      code: 'jobs.unknown-task',
      message: `Job ${job.key} has no task ${unknown.join(', ')}.`,
      nextStep: `Its tasks are: ${job.tasks.map(({ key }) => key).join(', ')}.`,
      kind: 'environment',
    });
  }
  return await prepareJob({ root, job, jobs: jobs ?? [job] });
}

/** A task whose Python or Java is missing is told before those that come before it have run. What is continued may keep such tasks. */
async function ready({ only, resume }: RunJobOptions, { tasks }: PreparedJob): Promise<void> {
  if (resume) return;
  for (const { task, prepared } of tasks) {
    if (only === undefined || only.includes(task.key)) await prepared.ready?.();
  }
}

async function runPrepared(
  options: RunJobOptions,
  { job, tasks }: PreparedJob,
  recorder: RunRecorder,
  started: Date,
): Promise<RunRecord> {
  const { id } = recorder.record;
  const scope = scopeOf(options, id, started);
  await recorder.update({ parameters: Object.fromEntries(scope.jobParameters) });
  using limit = timeLimit(wholeNumber(job.node, 'timeout_seconds', `Job ${job.key}`));
  const signal = options.signal ? AbortSignal.any([options.signal, limit.signal]) : limit.signal;
  const run: JobRun = {
    options,
    id,
    engineVersion: packageJson.version,
    scope,
    last: await lastSuccesses(options.stateFolder, job.key, options.environment.name),
    kept: keptRecords(options.resume),
    signal,
    runOther: (other, parameters, by) =>
      runJob({
        // Which tasks were chosen belongs to this job alone.
        ...omit(options, 'only', 'resume'),
        job: other,
        parameters,
        parent: { run: id, task: by.task },
        signal: by.signal,
      }),
  };
  const report = options.report ?? noProgress;
  const records = await runGraph({
    tasks,
    parallel: parallelTasks,
    signal,
    given: notAskedFor(run, tasks),
    run: (task, recordOf) => runTask(run, task, { recordOf }),
    started: async (jobTask) => {
      const { key } = jobTask.task;
      await recorder.note(emptyRecord(jobTask, 'running'));
      report({ kind: 'started', step: key, title: key });
    },
    ended: async (record) => {
      const event = endOf(record);
      if (event) report(event);
      await recorder.note(record);
    },
  });
  return await recorder.close(stateOf(job, records, { timedOut: limit.signal.aborted }), records);
}

/** What holds for the whole run. Its ids and times are those of the first run of a chain that is resumed, as on Databricks. */
function scopeOf(options: RunJobOptions, id: string, started: Date): Omit<ReferenceScope, 'task'> {
  const { job, resume, environment } = options;
  const chain = resume && continuing(resume);
  const given = { ...resumedParameters(job, resume), ...options.parameters };
  const scope = {
    job,
    workspaceUrl: environment.databricks?.host,
    runId: chain?.first ?? id,
    repairCount: chain?.count ?? 0,
    triggeredBy: options.parent ? ('run_job_task' as const) : ('one_time' as const),
    startedAt: chain ? new Date(chain.firstStartedAt) : started,
  };
  const written = jobParameters(job, given);
  const resolved = [...written].map(
    ([name, text]) => [name, resolveText({ text, range: job.range }, { ...scope, jobParameters: written })] as const,
  );
  return { ...scope, jobParameters: new Map(resolved) };
}

/** Tasks that were not asked for are taken to be done, with the values that they last set. */
function notAskedFor({ options: { only }, last }: JobRun, tasks: readonly JobTask[]): ReadonlyMap<string, TaskRecord> {
  const reason = 'not asked for';
  return new Map(
    tasks
      .filter(({ task }) => only !== undefined && !only.includes(task.key))
      .map((jobTask) => {
        const { key } = jobTask.task;
        const before = last.newest(key);
        return [key, before ? skippedRecord(before, reason) : emptyRecord(jobTask, 'skipped', reason)];
      }),
  );
}

function timeLimit(seconds: number): Disposable & { readonly signal: AbortSignal } {
  const limit = new AbortController();
  const timer = seconds > 0 ? setTimeout(() => limit.abort(), seconds * 1000) : undefined;
  return { signal: limit.signal, [Symbol.dispose]: () => clearTimeout(timer) };
}

/** Undefined for a task that never began. */
function endOf(record: TaskRecord): ProgressEvent | undefined {
  const { key: step, seconds, error, outputs, state, reason } = record;
  if (error) return { kind: 'failed', step, seconds, message: `${error.message} [${error.code}]` };
  if (state === 'cancelled' && record.startedAt !== undefined) {
    return { kind: 'failed', step, seconds, message: 'cancelled' };
  }
  if (state === 'skipped') return { kind: 'finished', step, seconds, summary: `skipped (${reason ?? ''})` };
  const summary = outputs.map(({ table, rows }) => `${table} ${rows} rows`).join(', ');
  return state === 'succeeded' ? { kind: 'finished', step, seconds, summary } : undefined;
}
