import { readRunRecords } from '@medallion/core/jobs/run-store.ts';
import type { RunRecord } from '@medallion/core/jobs/run.generated.ts';
import type { Evidence, GateInput, ValidatedRun } from '@medallion/core/promote/gate.ts';
import { jobContents } from '@medallion/core/promote/job-content.ts';
import type { ResolvedBundle } from '@medallion/core/project/resolve-bundle.ts';

/**
 * What the jobs consist of now, and the local run of each that vouches for exactly that; where there is none, the newest that
 * succeeded, which says what has changed since.
 * @param bundle as resolved for the local environment: that is what ran.
 */
export async function gateFor(root: string, bundle: ResolvedBundle, state: string): Promise<GateInput> {
  const { contents, blocked } = await jobContents(root, bundle);
  const hashes = new Map(contents.map(({ job, hash }) => [job, hash]));
  const evidence = new Map<string, Evidence>(contents.map(({ job }) => [job, { validated: undefined }]));
  for await (const record of readRunRecords(state)) {
    if ('reason' in record || record.environment !== 'local') continue;
    const run = vouching(record);
    if (!run) continue;
    const isExact = run.contentHash === hashes.get(run.job);
    const known = evidence.get(run.job)?.validated;
    if (!known || (isExact && known.contentHash !== run.contentHash)) evidence.set(run.job, { validated: run });
  }
  return { contents, blocked, evidence: Object.fromEntries(evidence) };
}

/** A run of single tasks says nothing of the others. */
function vouching({ job, state, contentHash, only, tasks }: RunRecord): ValidatedRun | undefined {
  if (state !== 'succeeded' || contentHash === undefined || only !== undefined) return undefined;
  const files = tasks.flatMap(({ files: own }) => own.map(({ file, sha256 }) => [file, sha256] as const));
  return { job, contentHash, files: Object.fromEntries(files) };
}
