import type { ExpectedError } from '../base/expected-error.ts';
import { omit } from './omit.ts';
import type { TaskError, TaskRecord } from './run.generated.ts';
import { type JobTask, noOutcome } from './task-kind.ts';

/** A record of a task that did nothing. */
export function emptyRecord({ task, prepared }: JobTask, state: TaskRecord['state'], reason?: string): TaskRecord {
  return {
    key: task.key,
    kind: task.kind ?? '',
    files: [...prepared.files],
    profile: prepared.profile,
    state,
    ...(reason === undefined ? {} : { reason }),
    seconds: 0,
    ...noOutcome,
  };
}

/** Of a task that was not run, because what it would do was done in the run of this record. */
export function skippedRecord(last: TaskRecord, reason: string): TaskRecord {
  return { ...omit(last, 'attempts', 'startedAt', 'log'), state: 'skipped', reason, seconds: 0 };
}

export function errorRecord({ code, message, nextStep, range }: ExpectedError): TaskError {
  return { code, message, nextStep, ...(range ? { file: range.file, line: range.start.line } : {}) };
}
