import type { BundleJob, BundleTask } from '../../project/bundle-job.ts';
import { at, entriesAt, textAt, type ConfigMap } from '../../project/config-node.ts';
import type { RunRecord, TaskError } from '../run.generated.ts';
import {
  noOutcome,
  type RunnableTask,
  type TaskKind,
  type TaskOutcome,
  type TaskPlace,
  type TaskRefusal,
} from '../task-kind.ts';
import { refuse } from './refuse.ts';

/**
 * Runs another job of the same bundle, which it names as `${resources.jobs.<key>.id}`.
 * @param judge says of the other job's tasks what it says of any.
 */
export function runJobTask(judge: TaskKind): TaskKind {
  return (place) => {
    const { body } = place.task;
    const written = textAt(body, 'job_id');
    if (written === undefined) return refuse('the run_job_task names no job_id');
    const job = jobNamed(place, written);
    if (!job) return refuse(`the job ${written} is none of this bundle, and is not emulated`);
    const other = otherParameters.find((key) => at(body, key));
    if (other !== undefined) return refuse(`${other} of a run_job_task are not emulated; job_parameters are`);
    if (reaches(job, place, new Set()))
      return refuse(`the job ${job.key} would run ${place.job.key} again without end`);
    return judged(
      job,
      job.tasks.map((task) => ({ task, judged: judge({ ...place, job, task }) })),
    );
  };
}

/** It runs as its tasks do. */
function judged(
  job: BundleJob,
  tasks: readonly { readonly task: BundleTask; readonly judged: RunnableTask | TaskRefusal }[],
): RunnableTask | TaskRefusal {
  for (const { task, judged: one } of tasks) {
    if (one.runs === 'refused') return { ...one, reason: `its job ${job.key}: ${task.key}: ${one.reason}` };
  }
  const runnable = tasks.map(({ judged: one }) => one).filter((one) => one.runs !== 'refused');
  const onSpark = runnable.find(({ runs }) => runs === 'spark');
  return {
    runs: onSpark ? 'spark' : 'here',
    reason: onSpark?.reason ?? '',
    sqlFiles: [...new Set(runnable.flatMap(({ sqlFiles = [] }) => sqlFiles))],
    prepare: () =>
      Promise.resolve({
        files: [],
        profile: 'no compute',
        fingerprint: null,
        run: async (context) => outcome(await context.nested.runJob(job, parameters(context.body))),
      }),
  };
}

/** Parameters by the kind of the other job's tasks, from before jobs had parameters of their own. */
const otherParameters = [
  'notebook_params',
  'python_params',
  'python_named_params',
  'jar_params',
  'spark_submit_params',
  'sql_params',
  'dbt_commands',
  'pipeline_params',
];

function jobNamed({ jobs }: Pick<TaskPlace, 'jobs'>, written: string): BundleJob | undefined {
  const key = /^\$\{resources\.jobs\.([^.}]+)\.id\}$/.exec(written)?.[1];
  return jobs.find((job) => job.key === key);
}

/** Whether a job comes, over others or at once, to the job of the place. */
function reaches(job: BundleJob, place: TaskPlace, seen: Set<string>): boolean {
  if (job.key === place.job.key) return true;
  if (seen.has(job.key)) return false;
  seen.add(job.key);
  return job.tasks
    .map((task) => task.nested ?? task)
    .flatMap(({ body }) => jobNamed(place, textAt(body, 'job_id') ?? '') ?? [])
    .some((next) => reaches(next, place, seen));
}

function parameters(body: ConfigMap): Readonly<Record<string, string>> {
  return Object.fromEntries(entriesAt(body, 'job_parameters').map(([key, { value }]) => [key, textAt(value) ?? '']));
}

function outcome(run: RunRecord): TaskOutcome {
  const isGood = run.state === 'succeeded' || run.state === 'succeededWithFailures';
  return { ...noOutcome, ran: run.id, ...(isGood ? {} : { error: errorOf(run) }) };
}

function errorOf({ id, job, state, tasks, error }: RunRecord): TaskError {
  const cause = error ?? tasks.find((task) => task.error)?.error;
  return {
    code: 'jobs.other-job-failed',
    message: `The job ${job} ${state}${cause ? `: ${cause.message} [${cause.code}]` : ''}`,
    nextStep: `See what it did: medallion history ${id}`,
  };
}
