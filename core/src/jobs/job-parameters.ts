import { ExpectedError } from '../base/expected-error.ts';
import type { BundleJob } from '../project/bundle-job.ts';

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
