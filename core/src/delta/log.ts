import { ExpectedError } from '../base/expected-error.ts';
import { corruptLog, notATable } from './errors.ts';
import type { StoreEntry, TableStore } from './store.ts';

/** The files of one checkpoint: one, all parts of a multi-part one, or the top-level file of a v2 one. */
export interface Checkpoint {
  readonly version: number;
  readonly files: readonly StoreEntry[];
}

export interface Commit {
  readonly version: number;
  readonly file: StoreEntry;
}

/** The net effect of several commits in one file (Delta protocol, "Log Compaction Files"). */
export interface CompactedCommits {
  readonly first: number;
  readonly last: number;
  readonly file: StoreEntry;
}

export interface Log {
  readonly location: string;
  /** Ascending. */
  readonly commits: readonly Commit[];
  /** Complete ones, ascending. */
  readonly checkpoints: readonly Checkpoint[];
  readonly compacted: readonly CompactedCommits[];
}

/** What must be replayed for one version: the newest checkpoint at or before it, and the commits after that. */
export interface LogSegment {
  readonly version: number;
  readonly committedAt: Date;
  readonly checkpoint: Checkpoint | undefined;
  /** Of commits, and of compactions that stand for several of them, in the log's order. */
  readonly commits: readonly StoreEntry[];
}

const COMMIT = /^(\d{20})\.json$/;
const COMPACTED = /^(\d{20})\.(\d{20})\.compacted\.json$/;
/** Classic, part of a multi-part, or v2 with a UUID (Delta protocol, "Checkpoints"). */
const CHECKPOINT =
  /^(\d{20})\.checkpoint\.(?:(?<part>\d{10})\.(?<parts>\d{10})\.parquet|(?<uuid>[0-9a-f-]{36})\.(?:json|parquet)|parquet)$/;

export function commitPath(version: number): string {
  return `_delta_log/${String(version).padStart(20, '0')}.json`;
}

/** Lists the log. `_last_checkpoint` is a hint only and may be stale or damaged, so the listing decides. */
export async function listLog(store: TableStore, signal?: AbortSignal): Promise<Log> {
  const entries = await store.list('_delta_log', signal);
  const commits: Commit[] = [];
  const compacted: CompactedCommits[] = [];
  const groups = new Map<string, { version: number; parts: number; files: StoreEntry[] }>();
  for (const entry of entries) {
    const name = entry.path.slice(entry.path.lastIndexOf('/') + 1);
    const commit = COMMIT.exec(name);
    if (commit) commits.push({ version: Number(commit[1]), file: entry });
    const several = COMPACTED.exec(name);
    if (several) compacted.push({ first: Number(several[1]), last: Number(several[2]), file: entry });
    const match = CHECKPOINT.exec(name);
    if (!match) continue;
    const version = Number(match[1]);
    const parts = Number(match.groups?.['parts'] ?? 1);
    const key = `${version}/${match.groups?.['uuid'] ?? parts}`;
    const group = groups.get(key) ?? { version, parts, files: [] };
    group.files.push(entry);
    groups.set(key, group);
  }
  const checkpoints = [...groups.values()].filter(({ parts, files }) => parts === files.length);
  const byVersion = (a: { version: number }, b: { version: number }) => a.version - b.version;
  if (commits.length === 0 && checkpoints.length === 0) throw notATable(store.location);
  return {
    location: store.location,
    commits: commits.sort(byVersion),
    checkpoints: checkpoints.sort(byVersion),
    compacted,
  };
}

export function latestVersion(log: Log): number {
  return Math.max(log.commits.at(-1)?.version ?? -1, log.checkpoints.at(-1)?.version ?? -1);
}

/** @throws ExpectedError `delta.version-not-found`, or `delta.corrupt-log` where a commit between is missing. */
export function segmentFor(log: Log, version: number): LogSegment {
  const latest = latestVersion(log);
  if (version > latest || version < 0) throw versionNotFound(log, version, latest);
  const checkpoint = log.checkpoints.findLast((found) => found.version <= version);
  const first = checkpoint ? checkpoint.version + 1 : 0;
  const file = log.commits.find((found) => found.version === version)?.file ?? checkpoint?.files[0];
  return {
    version,
    committedAt: file?.modifiedAt ?? new Date(0),
    checkpoint,
    commits: commitsBetween(log, first, version),
  };
}

/** The files to replay from one version to another: the longest compaction that starts at a version stands for its commits. */
function commitsBetween(log: Log, first: number, version: number): StoreEntry[] {
  const single = new Map(log.commits.map((commit) => [commit.version, commit.file]));
  const files: StoreEntry[] = [];
  let next = first;
  while (next <= version) {
    const several = log.compacted
      .filter((one) => one.first === next && one.last <= version)
      .reduce<CompactedCommits | undefined>((best, one) => (best && best.last >= one.last ? best : one), undefined);
    const file = several?.file ?? single.get(next);
    if (!file) throw gap(log, next, version);
    files.push(file);
    next = (several?.last ?? next) + 1;
  }
  return files;
}

function gap(log: Log, missing: number, version: number): ExpectedError {
  return corruptLog(log.location, `commit ${missing} is missing, so version ${version} cannot be rebuilt`);
}

function versionNotFound(log: Log, version: number, latest: number): ExpectedError {
  return new ExpectedError({
    code: 'delta.version-not-found',
    message: `${log.location} has no version ${version}; the latest is ${latest}.`,
    nextStep: `Ask for a version between 0 and ${latest}.`,
  });
}
