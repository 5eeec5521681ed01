import { createHash } from 'node:crypto';
import { ExpectedError } from '../base/expected-error.ts';
import type { TableCheck } from '../engine/contract.ts';
import { canonical } from './canonical.ts';
import type { JobTask } from './prepared-job.ts';
import type { TaskError, TaskRecord } from './run.generated.ts';
import { noOutcome, type TaskRunContext } from './task-kind.ts';

/** One task with everything that decides its result beside its inputs. */
export interface TaskRun {
  readonly jobTask: JobTask;
  readonly parameters: Readonly<Record<string, string>>;
  readonly checks: Readonly<Record<string, readonly TableCheck[]>>;
  readonly engineVersion: string;
}

/** SHA-256 in hexadecimal. The same fingerprint on the same inputs gives the same tables. */
export function fingerprint({ jobTask, parameters, checks, engineVersion }: TaskRun): string {
  const { files, fingerprint: own } = jobTask.prepared;
  return createHash('sha256').update(canonical({ files, own, parameters, checks, engineVersion })).digest('hex');
}

/** Runs the task. Never rejects for what a user can cause: the record says how it ended. */
export async function runTask(run: TaskRun, context: TaskRunContext): Promise<TaskRecord> {
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  try {
    const outcome = await run.jobTask.prepared.run(context);
    return { ...emptyRecord(run, 'succeeded'), ...outcome, seconds: seconds() };
  } catch (error) {
    if (context.signal.aborted) return { ...emptyRecord(run, 'cancelled'), seconds: seconds() };
    if (!(error instanceof ExpectedError)) throw error;
    return { ...emptyRecord(run, 'failed'), error: errorRecord(error), seconds: seconds() };
  }
}

/** A record of a task that ran no statement. */
export function emptyRecord(run: TaskRun, state: TaskRecord['state'], reason?: string): TaskRecord {
  const { task, prepared } = run.jobTask;
  return {
    key: task.key,
    kind: task.kind ?? '',
    files: [...prepared.files],
    fingerprint: fingerprint(run),
    profile: prepared.profile,
    state,
    ...(reason === undefined ? {} : { reason }),
    seconds: 0,
    ...noOutcome,
  };
}

export function errorRecord({ code, message, nextStep, range }: ExpectedError): TaskError {
  return { code, message, nextStep, ...(range ? { file: range.file, line: range.start.line } : {}) };
}
