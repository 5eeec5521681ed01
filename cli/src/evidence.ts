import { readRunRecords } from '@medallion/core/jobs/run-store.ts';
import type { RunRecord } from '@medallion/core/jobs/run.generated.ts';
import type { Evidence } from '@medallion/core/promote/gate.ts';
import { jobContents, type JobContent } from '@medallion/core/promote/job-content.ts';
import type { ResolvedBundle } from '@medallion/core/project/resolve-bundle.ts';

export interface Gate {
  readonly contents: readonly JobContent[];
  readonly evidence: Readonly<Record<string, Evidence>>;
}

/**
 * What the jobs consist of now, and the newest local run of each that succeeded.
 * @param bundle as resolved for the local environment: that is what ran.
 */
export async function gateFor(root: string, bundle: ResolvedBundle, state: string): Promise<Gate> {
  const contents = await jobContents(root, bundle);
  const evidence: Record<string, Evidence> = {};
  for (const { job } of contents) evidence[job] = { validated: undefined };
  for await (const record of readRunRecords(state)) {
    if ('reason' in record || record.state !== 'succeeded' || record.environment !== 'local') continue;
    if (evidence[record.job]?.validated === undefined) evidence[record.job] = { validated: vouching(record) };
  }
  return { contents, evidence };
}

const vouching = (record: RunRecord) => ({
  job: record.job,
  contentHash: record.contentHash,
  files: Object.fromEntries(record.tasks.flatMap(({ files }) => files.map(({ file, sha256 }) => [file, sha256]))),
});
