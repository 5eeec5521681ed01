import { ExpectedError } from '../../base/expected-error.ts';
import type { RunnableTask, TaskKind, TaskRefusal } from '../task-kind.ts';

export function refuse(reason: string): TaskRefusal {
  return { runs: 'refused', code: 'jobs.task-not-emulated', reason };
}

/** A kind that never runs here, whatever it says. */
export function never(reason: string): TaskKind {
  return () => refuse(reason);
}

/** What only Spark could run, and this version starts none for it. */
export function needsSpark(what: string): RunnableTask {
  const reason = `${what} needs Spark; this version does not start Spark locally yet`;
  return {
    runs: 'spark',
    reason,
    prepare: () =>
      Promise.reject(
        new ExpectedError({
          code: 'jobs.needs-spark',
          message: reason,
          nextStep: 'Run this task on Databricks, or take it out of the job that runs here.',
        }),
      ),
  };
}
