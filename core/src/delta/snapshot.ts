import type { Action, AddFile, Metadata, Protocol, RemoveFile, Snapshot } from './actions.ts';
import { corruptLog } from './errors.ts';
import { fileKey } from './file-path.ts';
import { commitPath, latestVersion, listLog, type LogSegment, segmentFor } from './log.ts';
import { checkReadable } from './protocol.ts';
import { parseActions, readCheckpoint, readCommit } from './read-actions.ts';
import { mapConcurrently } from '../base/concurrency.ts';
import type { DeltaStruct } from './schema.ts';
import type { TableStore } from './store.ts';
import { versionAt } from './time-travel.ts';

export interface SnapshotOptions {
  readonly version?: number;
  /** The newest version committed at or before it. Not together with `version`. */
  readonly timestamp?: Date;
  readonly signal?: AbortSignal;
}

/**
 * Reads one version of a table, the latest by default. Rejects with `delta.not-a-table`, `delta.version-not-found`,
 * `delta.timestamp-out-of-range`, `delta.corrupt-log`, `delta.unsupported`, or as the store does.
 */
export async function readSnapshot(store: TableStore, options: SnapshotOptions = {}): Promise<Snapshot> {
  const log = await listLog(store, options.signal);
  const version = options.timestamp
    ? await versionAt(store, log, options.timestamp, options.signal)
    : (options.version ?? latestVersion(log));
  return await loadSegment(store, segmentFor(log, version), options.signal);
}

/** Like `readSnapshot`, but undefined where the folder holds no table. */
export async function findSnapshot(store: TableStore, signal?: AbortSignal): Promise<Snapshot | undefined> {
  const entries = await store.list('_delta_log', signal);
  return entries.length === 0 ? undefined : await readSnapshot(store, signal ? { signal } : {});
}

/** The state that replaying builds up; `removed` feeds the next checkpoint. */
export interface LogState {
  protocol: Protocol | undefined;
  metadata: Metadata | undefined;
  readonly added: Map<string, AddFile>;
  readonly removed: Map<string, RemoveFile>;
  readonly transactions: Map<string, number>;
  readonly domains: Map<string, NonNullable<Action['domainMetadata']>>;
}

export async function replay(store: TableStore, segment: LogSegment, signal?: AbortSignal): Promise<LogState> {
  const state = emptyState();
  if (segment.checkpoint) apply(store.location, state, await readCheckpoint(store, segment.checkpoint, signal));
  const commits = await mapConcurrently(segment.commits, 16, ({ path }) => readCommit(store, path, signal));
  for (const actions of commits) apply(store.location, state, actions);
  return state;
}

function emptyState(): LogState {
  return {
    protocol: undefined,
    metadata: undefined,
    added: new Map(),
    removed: new Map(),
    transactions: new Map(),
    domains: new Map(),
  };
}

/** Removes first: a commit that gives a file another deletion vector removes and adds the same path (Delta protocol, "Action Reconciliation"). */
function apply(location: string, state: LogState, actions: readonly Action[]): void {
  for (const { remove } of actions) {
    if (!remove) continue;
    const key = fileKey(location, remove);
    state.added.delete(key);
    state.removed.set(key, remove);
  }
  for (const { protocol, metaData, add, txn, domainMetadata } of actions) {
    if (protocol) state.protocol = protocol;
    if (metaData) state.metadata = metaData;
    if (txn) state.transactions.set(txn.appId, txn.version);
    if (domainMetadata) state.domains.set(domainMetadata.domain, domainMetadata);
    if (!add) continue;
    const key = fileKey(location, add);
    state.added.set(key, add);
    state.removed.delete(key);
  }
}

async function loadSegment(store: TableStore, segment: LogSegment, signal?: AbortSignal): Promise<Snapshot> {
  return snapshotOf(store.location, segment, await replay(store, segment, signal));
}

/**
 * What a table would be at `version` if these actions were committed as it; they are applied to the version before, which is there
 * unless `version` is 0. Rejects as `readSnapshot` does.
 */
export async function pendingSnapshot(
  store: TableStore,
  version: number,
  actions: string,
  signal?: AbortSignal,
): Promise<Snapshot> {
  const { location } = store;
  const before = version === 0 ? undefined : segmentFor(await listLog(store, signal), version - 1);
  const state = before ? await replay(store, before, signal) : emptyState();
  apply(location, state, parseActions(location, commitPath(version), actions));
  return snapshotOf(location, { version, committedAt: new Date() }, state);
}

function snapshotOf(
  location: string,
  segment: Pick<LogSegment, 'version' | 'committedAt'>,
  { protocol, metadata, added, transactions, domains }: LogState,
): Snapshot {
  if (!protocol) throw corruptLog(location, 'no commit up to this version holds a protocol action');
  if (!metadata) throw corruptLog(location, 'no commit up to this version holds a metaData action');
  checkReadable(location, protocol, metadata);
  return {
    location,
    version: segment.version,
    committedAt: segment.committedAt,
    protocol,
    metadata,
    schema: parseSchema(location, metadata.schemaString),
    files: [...added.values()],
    transactions,
    domains,
  };
}

function parseSchema(location: string, text: string | undefined): DeltaStruct {
  if (text === undefined) throw corruptLog(location, 'its metaData action has no schemaString');
  try {
    return JSON.parse(text) as DeltaStruct;
  } catch (cause) {
    throw corruptLog(location, 'the schemaString of its metaData action is no JSON', cause);
  }
}
