import type { SourceRange } from '../base/diagnostic.ts';
import { ExpectedError } from '../base/expected-error.ts';
import type { BundleTask } from '../project/bundle-job.ts';
import { at, textAt } from '../project/config-node.ts';
import type { TaskRecord } from './run.generated.ts';

/** How one dependency of a task came out, as `run_if` sees it. */
type Outcome = 'succeeded' | 'failed' | 'excluded';

/** What becomes of a task whose dependencies have all ended. */
export type Decision =
  | { readonly runs: true }
  | { readonly runs: false; readonly state: 'upstreamFailed' | 'excluded'; readonly reason: string };

interface RunIf {
  readonly holds: (outcomes: readonly Outcome[]) => boolean;
  /** What a task is where it does not hold: tasks that handle failures are excluded where nothing failed. */
  readonly otherwise: 'upstreamFailed' | 'excluded';
}

const some = (wanted: Outcome) => (outcomes: readonly Outcome[]) => outcomes.includes(wanted);
const noneFailed: RunIf['holds'] = (outcomes) => !outcomes.includes('failed');

/** The six conditions of the Jobs API. Excluded tasks count as successful; where all are excluded, so is the task. */
const conditions: Readonly<Record<string, RunIf>> = {
  ALL_SUCCESS: { holds: noneFailed, otherwise: 'upstreamFailed' },
  NONE_FAILED: { holds: noneFailed, otherwise: 'upstreamFailed' },
  AT_LEAST_ONE_SUCCESS: { holds: some('succeeded'), otherwise: 'upstreamFailed' },
  ALL_DONE: { holds: () => true, otherwise: 'upstreamFailed' },
  AT_LEAST_ONE_FAILED: { holds: some('failed'), otherwise: 'excluded' },
  ALL_FAILED: { holds: (outcomes) => outcomes.every((one) => one === 'failed'), otherwise: 'excluded' },
};

/** @throws ExpectedError `jobs.unknown-run-if` */
export function checkRunIf(task: BundleTask): void {
  const name = textAt(task.node, 'run_if');
  if (name === undefined || Object.hasOwn(conditions, name)) return;
  throw unknownRunIf(task, name, at(task.node, 'run_if')?.range);
}

/** @param recordOf the record of a task that has ended. */
export function decide(task: BundleTask, recordOf: (key: string) => TaskRecord | undefined): Decision {
  const name = textAt(task.node, 'run_if') ?? 'ALL_SUCCESS';
  const condition = conditions[name];
  if (!condition) throw unknownRunIf(task, name, task.range);
  const edges = task.dependsOn.map(({ taskKey, outcome }) => {
    const record = recordOf(taskKey);
    return { taskKey, outcome: outcomeOf(record, outcome), unmet: isUnmet(record, outcome) };
  });
  const outcomes = edges.map((edge) => edge.outcome);
  if (outcomes.length === 0) return { runs: true };
  if (outcomes.every((one) => one === 'excluded')) return excluded(reasonOf(edges));
  // A branch that was not taken closes the way, also beside dependencies that succeeded.
  if (name === 'ALL_SUCCESS' && edges.some(({ unmet }) => unmet)) return excluded(reasonOf(edges));
  if (condition.holds(outcomes)) return { runs: true };
  const failed = edges.filter((edge) => edge.outcome === 'failed').map(({ taskKey }) => taskKey);
  const reason =
    condition.otherwise === 'excluded'
      ? `run_if ${name}: ${failed.length === 0 ? 'nothing failed above' : 'not all above failed'}`
      : `upstream failed: ${failed.join(', ')}`;
  return { runs: false, state: condition.otherwise, reason };
}

function excluded(reason: string): Decision {
  return { runs: false, state: 'excluded', reason };
}

function reasonOf(edges: readonly { readonly taskKey: string; readonly unmet: boolean; outcome: Outcome }[]): string {
  const unmet = edges.filter((edge) => edge.unmet).map(({ taskKey }) => taskKey);
  if (unmet.length > 0) return `the outcome of ${unmet.join(', ')} is another`;
  return `excluded with ${edges.map(({ taskKey }) => taskKey).join(', ')}`;
}

function isUnmet(record: TaskRecord | undefined, wanted: string | undefined): boolean {
  return wanted !== undefined && record?.condition !== undefined && String(record.condition) !== wanted;
}

function outcomeOf(record: TaskRecord | undefined, wanted: string | undefined): Outcome {
  if (record === undefined) return 'excluded';
  if (record.state === 'excluded' || isUnmet(record, wanted)) return 'excluded';
  return record.state === 'succeeded' || record.state === 'skipped' ? 'succeeded' : 'failed';
}

function unknownRunIf(task: BundleTask, name: string, range: SourceRange | undefined): ExpectedError {
  return new ExpectedError({
    code: 'jobs.unknown-run-if',
    message: `Task ${task.key} has the run_if ${name}, which does not exist.`,
    nextStep: `Write one of: ${Object.keys(conditions).join(', ')}.`,
    range,
  });
}
