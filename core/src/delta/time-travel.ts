import { ExpectedError } from '../base/expected-error.ts';
import { mapConcurrently } from '../base/concurrency.ts';
import type { CommitInfo } from './actions.ts';
import type { Commit, Log } from './log.ts';
import { readCommit } from './read-actions.ts';
import type { TableStore } from './store.ts';

export interface HistoryEntry {
  readonly version: number;
  readonly committedAt: Date;
  readonly info: CommitInfo;
}

/** What was done to the table, newest first: the commits that the log still holds, at most `limit`. */
export async function readHistory(
  store: TableStore,
  log: Log,
  limit: number,
  signal?: AbortSignal,
): Promise<HistoryEntry[]> {
  const times = fileTimes(log.commits);
  const commits = limit > 0 ? log.commits.slice(-limit).reverse() : [];
  return await mapConcurrently(commits, 16, async ({ version, file }) => {
    const info = (await readCommit(store, file.path, signal)).find((action) => action.commitInfo)?.commitInfo ?? {};
    const committedAt = new Date(info.inCommitTimestamp ?? times.get(version) ?? file.modifiedAt);
    return { version, committedAt, info };
  });
}

/**
 * The newest version at or before `timestamp`. As Delta has it: the log file's modification time counts, moved forward where a
 * clock went backwards, or the in-commit timestamp where the table keeps it; a time after the last commit is refused.
 */
export async function versionAt(store: TableStore, log: Log, timestamp: Date, signal?: AbortSignal): Promise<number> {
  const history = await committed(store, log, signal);
  const first = history[0];
  const last = history.at(-1);
  if (!first || !last || timestamp.getTime() < first.time || timestamp.getTime() > last.time) {
    throw outOfRange(log, timestamp, first?.time, last?.time);
  }
  return history.findLast(({ time }) => time <= timestamp.getTime())?.version ?? first.version;
}

/** When each commit that the log holds was made, in milliseconds since 1970. */
export async function commitTimes(
  store: TableStore,
  log: Log,
  signal?: AbortSignal,
): Promise<ReadonlyMap<number, number>> {
  return fileTimes(log.commits, await inCommitTimes(store, log, signal));
}

async function committed(
  store: TableStore,
  log: Log,
  signal?: AbortSignal,
): Promise<{ version: number; time: number }[]> {
  const times = fileTimes(readable(log), await inCommitTimes(store, log, signal));
  return [...times].map(([version, time]) => ({ version, time }));
}

/** When each version was committed: storage tells whole seconds, and a version is always later than the one before. */
function fileTimes(commits: readonly Commit[], inCommit = new Map<number, number>()): Map<number, number> {
  let previous = -Infinity;
  return new Map(
    commits.map(({ version, file }) => {
      previous = Math.max(inCommit.get(version) ?? file.modifiedAt.getTime(), previous + 1);
      return [version, previous];
    }),
  );
}

/** In-commit timestamps by version; empty, without reading all commits, where the newest commit has none. */
async function inCommitTimes(store: TableStore, log: Log, signal?: AbortSignal): Promise<Map<number, number>> {
  const [newest] = await readHistory(store, log, 1, signal);
  if (newest?.info.inCommitTimestamp === undefined) return new Map();
  const history = await readHistory(store, log, log.commits.length, signal);
  return new Map(
    history.flatMap(({ version, info }) =>
      info.inCommitTimestamp === undefined ? [] : [[version, info.inCommitTimestamp]],
    ),
  );
}

/** Commits whose version can still be rebuilt: older ones lost their predecessors to log clean-up. */
function readable(log: Log): readonly Commit[] {
  const first = log.commits[0];
  if (first === undefined || first.version === 0) return log.commits;
  return log.commits.filter(({ version }) => log.checkpoints.some((checkpoint) => checkpoint.version <= version));
}

function outOfRange(log: Log, asked: Date, first: number | undefined, last: number | undefined): ExpectedError {
  const text = (time: number | undefined) => (time === undefined ? 'none' : new Date(time).toISOString());
  return new ExpectedError({
    code: 'delta.timestamp-out-of-range',
    message: `${log.location} has no version at ${asked.toISOString()}: its log holds ${text(first)} to ${text(last)}.`,
    nextStep: 'Ask for a time in this range, or for a version.',
  });
}
