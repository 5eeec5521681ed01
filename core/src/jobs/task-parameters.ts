import { ExpectedError } from '../base/expected-error.ts';
import { type BundleJob, type BundleTask, taskParameters } from '../project/bundle-job.ts';

/** What `{{...}}` in a task's parameters may name (Databricks, "Dynamic value references"). */
export interface ReferenceValues {
  readonly jobParameters: ReadonlyMap<string, string>;
  readonly runId: string;
  /** ISO 8601. */
  readonly startedAt: string;
}

const reference = /\{\{\s*([^{}]+?)\s*\}\}/g;

/**
 * The job's parameters with the run's own values over the defaults.
 * @throws ExpectedError `jobs.unknown-parameter` for a value that the job does not declare.
 */
export function jobParameters(job: BundleJob, given: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const unknown = Object.keys(given).filter((name) => !job.parameters.has(name));
  if (unknown.length > 0) {
    throw new ExpectedError({
      code: 'jobs.unknown-parameter',
      message: `Job ${job.key} has no parameter ${unknown.join(', ')}.`,
      nextStep: `Its parameters are: ${[...job.parameters.keys()].join(', ') || 'none'}.`,
      range: job.range,
    });
  }
  return new Map([...job.parameters, ...Object.entries(given)]);
}

/**
 * The parameters that a task is given: the job's, then its own, with references resolved. A job parameter wins over a task
 * parameter of the same name, as on Databricks.
 * @throws ExpectedError `jobs.reference-not-emulated`.
 */
export function resolvedParameters(
  job: BundleJob,
  task: BundleTask,
  values: ReferenceValues,
): Readonly<Record<string, string>> {
  const all = new Map([...taskParameters(job, task), ...values.jobParameters]);
  return Object.fromEntries([...all].map(([name, text]) => [name, resolve(text, job, task, values)]));
}

function resolve(text: string, job: BundleJob, task: BundleTask, values: ReferenceValues): string {
  return text.replaceAll(reference, (_whole, path: string) => {
    const value = valueOf(path, job, task, values);
    if (value !== undefined) return value;
    throw new ExpectedError({
      code: 'jobs.reference-not-emulated',
      message: `The reference {{${path}}} in the parameters of task ${task.key} has no value here.`,
      nextStep:
        'Use {{job.parameters.<name>}}, {{job.name}}, {{job.run_id}}, {{job.start_time.iso_date}} or {{task.name}}.',
      range: task.range,
    });
  });
}

function valueOf(path: string, job: BundleJob, task: BundleTask, values: ReferenceValues): string | undefined {
  const parameter = /^job\.parameters\.(.+)$/.exec(path)?.[1];
  if (parameter !== undefined) return values.jobParameters.get(parameter.replaceAll(/^`|`$/g, ''));
  const fixed: Readonly<Record<string, string>> = {
    'job.name': job.name,
    'job.run_id': values.runId,
    'job.start_time.iso_date': values.startedAt.slice(0, 10),
    'job.start_time.iso_datetime': values.startedAt,
    'task.name': task.key,
  };
  return fixed[path];
}
