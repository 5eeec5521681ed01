import { ExpectedError } from '../base/expected-error.ts';
import type { Action, CommitInfo } from './actions.ts';
import { concurrentWrite, conflictWith } from './conflicts.ts';
import { commitPath } from './log.ts';
import { readCommit } from './read-actions.ts';
import type { TableStore } from './store.ts';
import type { PlannedWrite } from './write-plan.ts';

const MAX_ATTEMPTS = 200;

/** Tries version after version: one that is taken is read and, where it does not disturb this write, followed. */
export async function commit(
  store: TableStore,
  planned: PlannedWrite,
  info: CommitInfo,
  signal: AbortSignal | undefined,
): Promise<number> {
  const first = planned.readVersion + 1;
  let before = await timeBefore(store, planned, signal);
  for (let version = first; version < first + MAX_ATTEMPTS; version++) {
    const bytes = serialize(planned, info, before);
    if (await store.putIfAbsent(commitPath(version), bytes, signal)) return version;
    const winner = await readCommit(store, commitPath(version), signal);
    // A retry after a lost answer finds its own commit there.
    if (winner.some((action) => action.commitInfo?.txnId === info.txnId)) return version;
    if (planned.onlyCreate) throw alreadyExists(store.location);
    const conflict = conflictWith(planned.scope, winner);
    if (conflict) throw concurrentWrite(store.location, version, conflict);
    before = inCommitTime(winner) ?? before;
  }
  const reason = `${MAX_ATTEMPTS} other commits came first`;
  throw concurrentWrite(store.location, first + MAX_ATTEMPTS, { condition: 'DELTA_CONCURRENT_WRITE', reason });
}

/** A commit says when it was made where the table wants that: later than the one before (Delta protocol, "In-Commit Timestamps"). */
function serialize({ actions, inCommitTimestamps }: PlannedWrite, info: CommitInfo, before: number): Uint8Array {
  const time = Math.max(info.timestamp ?? 0, before + 1);
  const told: CommitInfo = inCommitTimestamps ? { inCommitTimestamp: time, ...info, timestamp: time } : info;
  const lines: Action[] = [{ commitInfo: told }, ...actions];
  return new TextEncoder().encode(lines.map((action) => `${JSON.stringify(action)}\n`).join(''));
}

async function timeBefore(store: TableStore, planned: PlannedWrite, signal?: AbortSignal): Promise<number> {
  if (!planned.inCommitTimestamps || planned.readVersion < 0) return 0;
  return inCommitTime(await readCommit(store, commitPath(planned.readVersion), signal)) ?? 0;
}

function inCommitTime(actions: readonly Action[]): number | undefined {
  return actions.find(({ commitInfo }) => commitInfo)?.commitInfo?.inCommitTimestamp;
}

function alreadyExists(location: string): ExpectedError {
  return new ExpectedError({
    code: 'delta.table-already-exists',
    message: `There is a Delta table at ${location} already.`,
    nextStep: 'Use CREATE OR REPLACE TABLE, or another name.',
  });
}
