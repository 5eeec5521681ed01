import { ExpectedError } from '../base/expected-error.ts';
import { prepareJob } from '../jobs/prepared-job.ts';
import type { BundleJob } from '../project/bundle-job.ts';
import type { ResolvedBundle } from '../project/resolve-bundle.ts';

/** What a run vouches for: the resolved job and the bytes of its tasks' files. */
export interface JobContent {
  /** The job's key. */
  readonly job: string;
  /** As a run records it. */
  readonly hash: string;
  /** SHA-256 by path, relative to the project's root. */
  readonly files: Readonly<Record<string, string>>;
}

/** A job that cannot run here, and why. */
export interface BlockedJob {
  readonly job: string;
  /** A sentence. */
  readonly reason: string;
}

export interface JobContents {
  readonly contents: readonly JobContent[];
  readonly blocked: readonly BlockedJob[];
}

/** @param bundle as resolved for the environment of the run, or the hashes differ by its variables. */
export async function jobContents(root: string, { jobs }: ResolvedBundle): Promise<JobContents> {
  const found = await Promise.all(jobs.map((job) => contentOfJob(root, job, jobs)));
  return {
    contents: found.filter((one): one is JobContent => 'hash' in one),
    blocked: found.filter((one): one is BlockedJob => 'reason' in one),
  };
}

async function contentOfJob(
  root: string,
  job: BundleJob,
  jobs: readonly BundleJob[],
): Promise<JobContent | BlockedJob> {
  try {
    const { tasks, contentHash } = await prepareJob({ root, job, jobs });
    const files = tasks.flatMap(({ prepared }) => prepared.files.map(({ file, sha256 }) => [file, sha256] as const));
    return { job: job.key, hash: contentHash, files: Object.fromEntries(files) };
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    return { job: job.key, reason: error.message };
  }
}
