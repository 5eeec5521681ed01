import { jobContentHash, runnableTasks } from '../jobs/runnable-tasks.ts';
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
export async function jobContents(root: string, bundle: ResolvedBundle): Promise<readonly JobContent[]> {
  return await Promise.all(bundle.jobs.map((job) => contentOfJob(root, job)));
}

/** Rejects with `jobs.task-not-emulated` for a job that does not run here. */
export async function contentOfJob(root: string, job: BundleJob): Promise<JobContent> {
  const tasks = await runnableTasks(root, job);
  const files = Object.fromEntries(tasks.map(({ file, sha256 }) => [file, sha256]));
  return { job: job.key, hash: await jobContentHash(root, job), files };
}
