import type { BundleJob } from '../../project/bundle-job.ts';
import { at, entriesAt, textAt, type ConfigMap } from '../../project/config-node.ts';
import type { RunRecord, TaskError } from '../run.generated.ts';
import { noOutcome, type TaskKind, type TaskOutcome, type TaskPlace } from '../task-kind.ts';
import { refuse } from './refuse.ts';

/** Runs another job of the same bundle, which it names as `${resources.jobs.<key>.id}`. */
export const runJobTask: TaskKind = (place) => {
  const { body } = place.task;
  const written = textAt(body, 'job_id');
  if (written === undefined) return refuse('the run_job_task names no job_id');
  const job = jobNamed(place, written);
  if (!job) return refuse(`the job ${written} is none of this bundle, and is not emulated`);
  const other = otherParameters.find((key) => at(body, key));
  if (other !== undefined)
    return refuse(`${other} of a run_job_task are of another time; only job_parameters are emulated`);
  if (reaches(job, place, new Set())) return refuse(`the job ${job.key} would run ${place.job.key} again without end`);
  return {
    runs: 'here',
    reason: '',
    prepare: () =>
      Promise.resolve({
        files: [],
        profile: 'no compute',
        fingerprint: null,
        run: async (context) => outcome(await context.nested.runJob(job, parameters(context.body))),
      }),
  };
};

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
