import type { SourceRange } from '@medallion/core/base/diagnostic.ts';
import type { RunRecord, TaskRecord } from '@medallion/core/jobs/run.generated.ts';
import { judgeTask } from '@medallion/core/jobs/tasks/index.ts';
import type { BundleJob, BundleTask } from '@medallion/core/project/bundle-job.ts';

/** A node of the view Jobs. Plain data with an id that is stable over reloads; switched without `default`. */
export type JobNode = { readonly id: string } & (
  | {
      readonly kind: 'job';
      readonly key: string;
      readonly name: string;
      readonly range: SourceRange;
      readonly tasks: readonly TaskNode[];
      /** Newest first. */
      readonly runs: readonly RunRecord[];
    }
  | TaskNode
  | { readonly kind: 'runs'; readonly runs: readonly RunRecord[] }
  | { readonly kind: 'run'; readonly run: RunRecord }
  | { readonly kind: 'runTask'; readonly record: TaskRecord }
  | { readonly kind: 'error'; readonly message: string; readonly nextStep: string }
  | { readonly kind: 'empty'; readonly message: string }
);

export interface TaskNode {
  readonly id: string;
  readonly kind: 'task';
  readonly key: string;
  readonly range: SourceRange;
  readonly verdict: 'here' | 'spark' | 'refused';
  /** Empty where it runs here. */
  readonly reason: string;
  readonly last: TaskRecord | undefined;
}

/** How many runs of a job the tree shows; the records themselves stay in the state folder. */
const shownRuns = 20;

/**
 * The jobs of a bundle with what their newest runs say. A run that another job started belongs to the task that started it.
 * @param root the project's, absolute
 * @param runs of all jobs, newest first
 */
export function jobNodes(root: string, jobs: readonly BundleJob[], runs: readonly RunRecord[]): JobNode[] {
  if (jobs.length === 0) return [{ id: 'empty', kind: 'empty', message: 'This project has no jobs.' }];
  return jobs.map((job) => {
    const own = runs.filter((run) => run.job === job.key && run.parent === undefined).slice(0, shownRuns);
    const tasks = job.tasks.map((task) => taskNode(root, jobs, job, task, own[0]));
    const { key, name, range } = job;
    return { id: `job:${key}`, kind: 'job', key, name, range, tasks, runs: own };
  });
}

function taskNode(
  root: string,
  jobs: readonly BundleJob[],
  job: BundleJob,
  task: BundleTask,
  run: RunRecord | undefined,
): TaskNode {
  const { runs: verdict, reason } = judgeTask({ root, job, task, jobs });
  const last = run?.tasks.find(({ key }) => key === task.key);
  return { id: `job:${job.key}/${task.key}`, kind: 'task', key: task.key, range: task.range, verdict, reason, last };
}

export function childrenOf(node: JobNode): readonly JobNode[] {
  switch (node.kind) {
    case 'job': {
      const { id, tasks, runs } = node;
      return runs.length === 0 ? tasks : [...tasks, { id: `${id}/runs`, kind: 'runs', runs }];
    }
    case 'runs':
      return node.runs.map((run) => ({ id: `run:${run.id}`, kind: 'run', run }));
    case 'run':
      return recordNodes(node.id, node.run.tasks);
    case 'runTask':
      return recordNodes(node.id, node.record.iterations ?? []);
    case 'task':
    case 'error':
    case 'empty':
      return [];
  }
}

function recordNodes(parent: string, records: readonly TaskRecord[]): JobNode[] {
  return records.map((record, index) => ({ id: `${parent}/${index}`, kind: 'runTask', record }));
}
