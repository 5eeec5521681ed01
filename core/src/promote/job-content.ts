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

/** @param bundle as resolved for the environment of the run, or the hashes differ by its variables. */
export async function jobContents(root: string, { jobs }: ResolvedBundle): Promise<readonly JobContent[]> {
  return await Promise.all(jobs.map((job) => contentOfJob(root, job, jobs)));
}

/** Rejects as `prepareJob` does, for a job that does not run here. */
async function contentOfJob(root: string, job: BundleJob, jobs: readonly BundleJob[]): Promise<JobContent> {
  const { tasks, contentHash } = await prepareJob({ root, job, jobs });
  const files = tasks.flatMap(({ prepared }) => prepared.files.map(({ file, sha256 }) => [file, sha256] as const));
  return { job: job.key, hash: contentHash, files: Object.fromEntries(files) };
}
