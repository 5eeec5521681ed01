import { ExpectedError } from '../base/expected-error.ts';
import { mapConcurrently } from '../base/concurrency.ts';
import type { Action, AddCdcFile, AddFile, RemoveFile, Snapshot } from './actions.ts';
import { quoteLiteral } from './duckdb-types.ts';
import { fileKey, relativePath } from './file-path.ts';
import { type Log, segmentFor } from './log.ts';
import { readCommit } from './read-actions.ts';
import { type LocalPathOf, scanSql } from './scan.ts';
import { type DeltaField, field } from './schema.ts';
import { replay } from './snapshot.ts';
import type { TableStore } from './store.ts';
import { commitTimes } from './time-travel.ts';

export const changeType = '_change_type';

/** The columns that a change feed adds to those of the table. */
export const feedColumns: readonly DeltaField[] = [
  field(changeType, 'string'),
  field('_commit_version', 'long'),
  field('_commit_timestamp', 'timestamp'),
];

export interface ChangeRange {
  readonly from: number;
  readonly to: number;
}

/** Rows of one kind in one commit. */
interface Part {
  readonly version: number;
  /** Undefined: the rows say it themselves. */
  readonly type: 'insert' | 'delete' | undefined;
  readonly files: readonly AddFile[];
  /** Rows of these files that are deleted count, not those that are alive. */
  readonly only?: 'deleted';
}

/**
 * A DuckDB query over the changes of some versions of a table, in the columns that `snapshot`, the newest of them, has, and in
 * `feedColumns` (Delta protocol, "Change Data Files"): a commit's own change files where it has any, else its files that came and went.
 * Rejects with `delta.no-change-feed` where a version did not keep one, and as reading the log does.
 */
export async function changesSql(
  store: TableStore,
  log: Log,
  snapshot: Snapshot,
  { from, to }: ChangeRange,
  localPathOf: LocalPathOf,
  signal?: AbortSignal,
): Promise<string> {
  await checkEnabled(store, log, from, signal);
  const commits = log.commits.filter(({ version }) => version >= from && version <= to);
  if (commits.length < to - from + 1) throw noFeed(store.location, from);
  const times = await commitTimes(store, log, signal);
  const parts = await mapConcurrently(commits, 8, async ({ version, file }) => {
    const actions = await readCommit(store, file.path, signal);
    const stops = actions.find(({ metaData }) => metaData && !isEnabled(metaData.configuration));
    if (stops) throw noFeed(store.location, version);
    return partsOf(store.location, version, actions);
  });
  const queries = await mapConcurrently(parts.flat(), 8, (part) => partSql(snapshot, part, times, localPathOf, signal));
  if (queries.length > 0) return queries.join('\nUNION ALL\n');
  const none = await partSql(snapshot, { version: from, type: 'insert', files: [] }, times, localPathOf, signal);
  return `SELECT * FROM (${none}) WHERE false`;
}

async function checkEnabled(store: TableStore, log: Log, version: number, signal?: AbortSignal): Promise<void> {
  const { metadata } = await replay(store, segmentFor(log, version), signal);
  if (!isEnabled(metadata?.configuration ?? {})) throw noFeed(store.location, version);
}

function isEnabled(configuration: Readonly<Record<string, string>>): boolean {
  return configuration['delta.enableChangeDataFeed'] === 'true';
}

function partsOf(location: string, version: number, actions: readonly Action[]): Part[] {
  const own = actions.flatMap(({ cdc }) => (cdc ? [asAdded(cdc)] : []));
  if (own.length > 0) return [{ version, type: undefined, files: own }];
  const added = actions.flatMap(({ add }) => (add?.dataChange === true ? [add] : []));
  const removed = actions.flatMap(({ remove }) => (remove?.dataChange === true ? [asAdded(remove)] : []));
  const before = new Map(removed.map((file) => [relativePath(location, file.path), file]));
  const parts: Part[] = [];
  const came: AddFile[] = [];
  for (const file of added) {
    const same = before.get(relativePath(location, file.path));
    if (!same) came.push(file);
    else if (fileKey(location, same) !== fileKey(location, file)) {
      // Only the vector of deleted rows is another one: the rows that it names more than before are those that went.
      before.delete(relativePath(location, file.path));
      parts.push({ version, type: 'delete', files: [vectorDifference(file, same)], only: 'deleted' });
      parts.push({ version, type: 'insert', files: [vectorDifference(same, file)], only: 'deleted' });
    } else before.delete(relativePath(location, file.path));
  }
  const whole: readonly Part[] = [
    { version, type: 'delete', files: [...before.values()] },
    { version, type: 'insert', files: came },
  ];
  return [...parts, ...whole].filter(({ files }) => files.length > 0);
}

/** A file whose vector names rows, with the vector that already named some of them. */
function vectorDifference(file: AddFile, less: AddFile): AddFile {
  return less.deletionVector ? { ...file, alreadyDeleted: less.deletionVector } : file;
}

function asAdded(file: AddCdcFile | RemoveFile): AddFile {
  const { path, partitionValues = {}, size = 0 } = file;
  const vector = 'deletionVector' in file ? { deletionVector: file.deletionVector } : {};
  return { path, partitionValues, size, modificationTime: 0, dataChange: true, ...vector };
}

async function partSql(
  snapshot: Snapshot,
  { version, type, files, only }: Part,
  times: ReadonlyMap<number, number>,
  localPathOf: LocalPathOf,
  signal?: AbortSignal,
): Promise<string> {
  const own = type === undefined ? [field(changeType, 'string')] : [];
  const schema = { ...snapshot.schema, fields: [...snapshot.schema.fields, ...own] };
  const options = { ...(signal ? { signal } : {}), ...(only ? { rows: only } : {}) };
  const rows = await scanSql({ ...snapshot, schema, files }, localPathOf, options);
  const kind = type === undefined ? '' : `, ${quoteLiteral(type)} AS ${changeType}`;
  const time = `make_timestamptz(${(times.get(version) ?? 0) * 1000}::BIGINT)`;
  return `SELECT *${kind}, ${version}::BIGINT AS _commit_version, ${time} AS _commit_timestamp FROM (${rows})`;
}

function noFeed(location: string, version: number): ExpectedError {
  return new ExpectedError({
    code: 'delta.no-change-feed',
    message: `${location} kept no change data feed at version ${version} (DELTA_MISSING_CHANGE_DATA).`,
    nextStep:
      "Write ALTER TABLE ... SET TBLPROPERTIES ('delta.enableChangeDataFeed' = 'true'), and ask from the version that it makes.",
  });
}
