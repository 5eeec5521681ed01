import type { BundleJob } from '../project/bundle-job.ts';
import type { RunRecord, TaskRecord } from './run.generated.ts';

/** What a run that continues another says of it. */
export function continuing({ id, startedAt, resumes }: RunRecord): NonNullable<RunRecord['resumes']> {
  const { first = id, firstStartedAt = startedAt, count = 0 } = resumes ?? {};
  return { run: id, first, firstStartedAt, count: count + 1 };
}

/** What succeeded in the run that is continued, by task. */
export function keptRecords(resume: RunRecord | undefined): ReadonlyMap<string, TaskRecord> {
  const done = resume?.tasks.filter(({ state }) => state === 'succeeded' || state === 'skipped') ?? [];
  return new Map(done.map((task) => [task.key, task]));
}

/** The parameters of the run that is continued, as far as the job still has them. */
export function resumedParameters(job: BundleJob, resume: RunRecord | undefined): Readonly<Record<string, string>> {
  const known = Object.entries(resume?.parameters ?? {}).filter(([name]) => job.parameters.has(name));
  return Object.fromEntries(known);
}
