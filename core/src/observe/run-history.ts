import { ExpectedError } from '../base/expected-error.ts';
import type { RunRecord } from '../jobs/run.generated.ts';
import { readRunRecords, type TornRun } from '../jobs/run-store.ts';

export interface HistoryOptions {
  /** The job's key; default: every job. */
  readonly job?: string;
  /** Records to give at most. */
  readonly limit: number;
}

export interface RunHistory {
  /** Newest first. */
  readonly runs: readonly RunRecord[];
  /** Files that cannot be understood, such as one that a full disk cut short. */
  readonly torn: readonly TornRun[];
}

/** What has run in a project's state folder. A folder without runs gives an empty history. */
export async function readRunHistory(stateFolder: string, { job, limit }: HistoryOptions): Promise<RunHistory> {
  const runs: RunRecord[] = [];
  const torn: TornRun[] = [];
  for await (const record of readRunRecords(stateFolder)) {
    if ('reason' in record) torn.push(record);
    else if (job === undefined || record.job === job) runs.push(record);
    if (runs.length >= limit) break;
  }
  return { runs, torn };
}

/**
 * One run, by its id or the beginning of it.
 * @throws ExpectedError `runs.not-found`, `runs.ambiguous`
 */
export async function readRun(stateFolder: string, id: string): Promise<RunRecord> {
  const found: RunRecord[] = [];
  for await (const record of readRunRecords(stateFolder)) {
    if ('reason' in record || !record.id.startsWith(id)) continue;
    if (record.id === id) return record;
    found.push(record);
  }
  const [only, other] = found;
  if (only && !other) return only;
  throw new ExpectedError({
    code: other ? 'runs.ambiguous' : 'runs.not-found',
    message: other ? `${found.length} runs begin with ${id}.` : `There is no run ${id} in ${stateFolder}.`,
    nextStep: other ? `Name one of: ${found.map((run) => run.id).join(', ')}` : 'List the runs: medallion history',
    kind: 'environment',
  });
}

/**
 * The run that `--from-failed` continues: the job's last one that got as far as its tasks and was asked for all of them.
 * @throws ExpectedError `jobs.nothing-to-resume`
 */
export async function runToResume(stateFolder: string, job: string): Promise<RunRecord> {
  for await (const record of readRunRecords(stateFolder)) {
    if ('reason' in record || record.job !== job || record.environment !== 'local') continue;
    if (record.only !== undefined || record.parent !== undefined || record.tasks.length === 0) continue;
    if (resumable.has(record.state)) return record;
    const isRunning = record.state === 'running';
    throw new ExpectedError({
      code: 'jobs.nothing-to-resume',
      message: `The last run of ${job} (${record.id}) ${isRunning ? 'still runs' : 'succeeded'}.`,
      nextStep: isRunning ? 'Wait for it, or cancel it with Ctrl-C where it runs.' : `Run it: medallion run ${job}`,
    });
  }
  throw new ExpectedError({
    code: 'jobs.nothing-to-resume',
    message: `The job ${job} has no run that could be continued.`,
    nextStep: `Run it: medallion run ${job}`,
  });
}

const resumable: ReadonlySet<RunRecord['state']> = new Set([
  'failed',
  'succeededWithFailures',
  'timedOut',
  'cancelled',
  'interrupted',
]);

/** Checks of one table in one run. */
export interface CheckSummary {
  /** `catalog.schema.table` */
  readonly table: string;
  readonly passed: number;
  /** Warnings that were violated, and errors that kept the table from being written, included. */
  readonly failed: number;
}

/** What a run's checks said, table by table, in the order in which the tables were written. */
export function summarizeChecks(record: RunRecord): readonly CheckSummary[] {
  const tables = new Map<string, { passed: number; failed: number }>();
  for (const { table, violations } of record.tasks.flatMap(({ checks }) => checks)) {
    const counts = tables.get(table) ?? { passed: 0, failed: 0 };
    if (violations === 0) counts.passed += 1;
    else counts.failed += 1;
    tables.set(table, counts);
  }
  return [...tables].map(([table, counts]) => ({ table, ...counts }));
}
