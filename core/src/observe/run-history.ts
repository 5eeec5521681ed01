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
