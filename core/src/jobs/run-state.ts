import type { BundleJob } from '../project/bundle-job.ts';
import type { RunRecord, TaskRecord } from './run.generated.ts';

/**
 * How a run ended. As on Databricks the tasks that nothing comes after decide: a failure that another task has handled leaves the
 * run succeeded, with failures.
 */
export function stateOf(
  job: BundleJob,
  records: readonly TaskRecord[],
  { timedOut }: { readonly timedOut: boolean },
): RunRecord['state'] {
  if (timedOut) return 'timedOut';
  if (records.some(({ state }) => state === 'cancelled')) return 'cancelled';
  if (records.every(isGood)) return 'succeeded';
  const above = new Set(job.tasks.flatMap(({ dependsOn }) => dependsOn.map(({ taskKey }) => taskKey)));
  return records.filter(({ key }) => !above.has(key)).every(isGood) ? 'succeededWithFailures' : 'failed';
}

function isGood({ state }: TaskRecord): boolean {
  return state === 'succeeded' || state === 'skipped' || state === 'excluded';
}
