import { createHash } from 'node:crypto';
import { stringifyLossless } from '../azure/lossless.ts';
import { ExpectedError } from '../base/expected-error.ts';
import { noProgress } from '../base/progress.ts';
import { emptyMap, entriesAt, textAt, toPlain, type ConfigMap } from '../project/config-node.ts';
import { attempt, retryRules, type Attempted } from './attempts.ts';
import { canonical } from './canonical.ts';
import type { JobRun, TaskPosition } from './job-run.ts';
import { omit } from './omit.ts';
import { referencesIn, resolveMap, textsIn } from './references.ts';
import type { Output, TaskRecord } from './run.generated.ts';
import type { JobTask, NestedRuns, TaskRunContext } from './task-kind.ts';
import { TaskLog } from './task-log.ts';
import { emptyRecord, errorRecord, skippedRecord } from './task-record.ts';
import { taskValues } from './task-values.ts';
import { dbfsFolder } from '../engine/dbfs-files.ts';
import { isUnchanged } from './unchanged.ts';

/** What a task is given, with every reference resolved. */
interface Given {
  readonly body: ConfigMap;
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * Runs one task, unless it would repeat itself: its attempts, its log, its record. Rejects with defects only: the record says how
 * it ended for whatever a user can cause.
 */
export async function runTask(run: JobRun, jobTask: JobTask, position: TaskPosition): Promise<TaskRecord> {
  const started = performance.now();
  const startedAt = (run.options.now?.() ?? new Date()).toISOString();
  try {
    const given = resolve(run, jobTask, position, 1);
    const known = { fingerprint: fingerprint(run, jobTask, given), parameters: given.parameters };
    const done = await alreadyDone(run, jobTask, position, known.fingerprint);
    if (done) return done;
    await using log = new TaskLog(run.options.stateFolder, run.id, nameOf(jobTask, position));
    const values = new Map<string, unknown>();
    const attempted = await attempt(retryRules(jobTask.task), run.signal, (index, signal) => {
      values.clear();
      const again = index === 0 ? given : resolve(run, jobTask, position, index + 1);
      return jobTask.prepared.run(contextOf(run, jobTask, position, { ...again, index, signal, log, values }));
    });
    const seconds = (performance.now() - started) / 1000;
    const did = ended(attempted, isAskedForRows(run, jobTask));
    return {
      ...emptyRecord(jobTask, attempted.state),
      ...known,
      ...did,
      outputs: did.outputs?.map((output) => withQuarantine(run, output)) ?? [],
      ...(values.size === 0 ? {} : { values: Object.fromEntries(values) }),
      ...(log.file === undefined ? {} : { log: log.file }),
      startedAt,
      seconds,
    };
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    return { ...emptyRecord(jobTask, 'failed'), error: errorRecord(error), startedAt };
  }
}

function ended(attempted: Attempted, keepRows: boolean): Partial<TaskRecord> {
  const attempts = attempted.attempts.length === 0 ? {} : { attempts: [...attempted.attempts] };
  switch (attempted.state) {
    case 'succeeded':
      return { ...(keepRows ? attempted.outcome : omit(attempted.outcome, 'rows')), ...attempts };
    case 'cancelled':
      return attempts;
    case 'failed':
    case 'timedOut':
      return { ...attempted.outcome, ...attempts, error: attempted.error };
  }
}

function withQuarantine({ options: { quarantines = {} } }: JobRun, output: Output): Output {
  const of = quarantines[output.table.slice(output.table.indexOf('.') + 1)];
  return of === undefined ? output : { ...output, quarantineOf: of };
}

/** Rows go to a record only where another task of the job refers to them. */
function isAskedForRows({ options: { job } }: JobRun, { task }: JobTask): boolean {
  const asked = new RegExp(`^tasks\\.[\`[]?${task.key}[\`\\]]?\\.output\\.`);
  return textsIn(job.node).some(({ text }) => referencesIn(text).some((path) => asked.test(path)));
}

/** The record of an earlier run that holds for this one: of the run that is continued, or where nothing has changed since. */
async function alreadyDone(
  { options, kept, last, id, signal }: JobRun,
  { task }: JobTask,
  { recordOf, inside }: TaskPosition,
  now: string,
): Promise<TaskRecord | undefined> {
  const before = inside ? undefined : kept.get(task.key);
  const isAboveKept = task.dependsOn.every(({ taskKey }) => recordOf(taskKey)?.state !== 'succeeded');
  if (before?.fingerprint === now && isAboveKept) {
    return skippedRecord(before, `succeeded in run ${options.resume?.id ?? id}`);
  }
  if (options.force === true) return undefined;
  const earlier = last.find(inside ? `${inside.key}/${task.key}` : task.key, now);
  const lake = { ...options.lake, dbfs: dbfsFolder(options.stateFolder), signal };
  if (!earlier || !(await isUnchanged(lake, earlier))) return undefined;
  return skippedRecord(earlier, 'unchanged');
}

function resolve(run: JobRun, { task }: JobTask, { recordOf, inside }: TaskPosition, executionCount: number): Given {
  const scope = {
    ...run.scope,
    task: { task, executionCount, record: recordOf, ...(inside ? { input: inside.input } : {}) },
  };
  // The task inside a for_each_task is resolved once for each of its inputs.
  const body = resolveMap(task.body ?? emptyMap(task.range), scope, task.nested ? ['task'] : []);
  const own = parameterKeys
    .flatMap((key) => entriesAt(body, key))
    .map(([key, { value }]) => [key, textAt(value) ?? '']);
  return { body, parameters: Object.fromEntries([...own, ...run.scope.jobParameters]) as Record<string, string> };
}

/** Where kinds of tasks hold parameters by name. A job parameter wins over one of the same name, as on Databricks. */
const parameterKeys = ['parameters', 'base_parameters', 'named_parameters'];

/** SHA-256 in hexadecimal. The same fingerprint on the same inputs gives the same tables. */
function fingerprint({ options, engineVersion }: JobRun, { prepared }: JobTask, { body, parameters }: Given): string {
  const { files, fingerprint: own } = prepared;
  const checks = options.checks ?? {};
  const decisive = { files, own, body: toPlain(body), parameters, checks, engineVersion };
  return createHash('sha256').update(canonical(decisive)).digest('hex');
}

function contextOf(
  run: JobRun,
  { task }: JobTask,
  position: TaskPosition,
  own: Given & {
    readonly index: number;
    readonly signal: AbortSignal;
    readonly log: TaskLog;
    readonly values: Map<string, unknown>;
  },
): TaskRunContext {
  const { root, job, environment, stateFolder, engine, checks = {}, report = noProgress } = run.options;
  const { startedAt } = run.scope;
  return {
    root,
    environment,
    stateFolder,
    engine,
    checks,
    report,
    run: {
      id: run.id,
      jobKey: job.key,
      jobName: job.name,
      taskKey: task.key,
      attempt: own.index,
      startedAt: startedAt.toISOString(),
    },
    parameters: own.parameters,
    body: own.body,
    values: taskValues(position.recordOf, own.values),
    signal: own.signal,
    nested: nestedRuns(run, task.key, position, own.signal),
    log: (line) => own.log.line(line),
  };
}

function nestedRuns(run: JobRun, key: string, position: TaskPosition, signal: AbortSignal): NestedRuns {
  return {
    iterate: async (inner, input, index) => ({
      ...(await runTask({ ...run, signal }, inner, { ...position, inside: { key, index, input } })),
      input: stringifyLossless(input),
    }),
    runJob: (job, parameters) => run.runOther(job, parameters, { task: key, signal }),
  };
}

function nameOf({ task }: JobTask, { inside }: TaskPosition): string {
  return inside ? `${inside.key}.${inside.index}.${task.key}` : task.key;
}
