import { lakeTableStore } from '../../delta/lake-store.ts';
import { pendingSnapshot } from '../../delta/snapshot.ts';
import type { CheckCommitRequest, CheckedCommit } from '../contract.ts';
import { runChecks } from './checks.ts';
import type { EngineContext } from './context.ts';
import { tableScan } from './relations/table.ts';
import type { CallOptions } from './run-script.ts';
import { withRun } from './single-run.ts';

/**
 * Runs a table's checks on what a commit of another engine would make of it: the version before with the commit's actions applied.
 * Rejects as `runChecks` does.
 */
export async function checkCommit(
  context: EngineContext,
  { table, location, version, actions, checks }: CheckCommitRequest,
  options: CallOptions,
): Promise<CheckedCommit> {
  const place = await context.resolver.path(location);
  const key = `${table.schema}.${table.table}`.toLowerCase();
  return await withRun(context, { ...options, checks: { [key]: checks } }, async (run) => {
    const snapshot = await pendingSnapshot(lakeTableStore(context.storage, place), version, actions, run.signal);
    const outcomes = await runChecks(run, table, () => tableScan(context, place, snapshot, run.signal));
    return { outcomes, warnings: run.warnings };
  });
}
