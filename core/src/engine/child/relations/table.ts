import type { Snapshot } from '../../../delta/actions.ts';
import { relativePath } from '../../../delta/file-path.ts';
import { lakeTableStore } from '../../../delta/lake-store.ts';
import { type LocalPathOf, type ScanOptions, scanSql } from '../../../delta/scan.ts';
import { readSnapshot, type SnapshotOptions } from '../../../delta/snapshot.ts';
import { fileSkipping } from '../../../delta/skipping.ts';
import { ExpectedError } from '../../../base/expected-error.ts';
import type { LakePath, TableName } from '../../../lake/names.ts';
import type { ResolvedTable } from '../../../lake/resolver.ts';
import type { LakeRelation } from '../../../sql/contract.ts';
import type { TableVersion } from '../../contract.ts';
import { type CachedVersion, immutableTag } from '../content-cache.ts';
import type { EngineContext, Run } from '../context.ts';
import { nameText } from '../names.ts';
import type { ColumnNotes } from '../../../sql/types/column-notes.ts';
import type { Binding } from './bind.ts';
import { paddedScan, tableNotes } from './declared-columns.ts';
import { resolvedFilters } from './scan-filters.ts';

export type TableRelation = Extract<LakeRelation, { kind: 'table' }>;

/** A view over one version of a Delta table. */
export async function bindTable(
  binding: Binding,
  relation: TableRelation,
  table: ResolvedTable,
  options: Pick<ScanOptions, 'rowPlace'> = {},
): Promise<ReadonlyMap<string, ColumnNotes>> {
  const { run, inputs } = binding;
  const snapshot = await readVersion(run, table.location, await pinned(run, relation));
  inputs.reads.push(versionOf(table, snapshot.version));
  await bindSnapshot(binding, relation, table.location, snapshot, options);
  return tableNotes(snapshot.schema);
}

/** A view over the files of a snapshot that may hold rows which matter. */
export async function bindSnapshot(
  { run, scope }: Binding,
  relation: TableRelation,
  location: LakePath,
  snapshot: Snapshot,
  options: Pick<ScanOptions, 'rowPlace'> = {},
): Promise<void> {
  const keep = fileSkipping(snapshot, await resolvedFilters(run, snapshot, relation.filters));
  const sql = paddedScan(
    await tableScan(run.context, location, snapshot, run.signal, { ...options, keep }),
    snapshot.schema,
  );
  await run.session.run(`CREATE VIEW ${run.session.qualified(scope, relation.placeholder)} AS ${sql}`);
}

/** A version of a table as outcomes name it. */
export function versionOf({ name, tableId }: { name: TableName; tableId: string }, version: number): TableVersion {
  return { table: nameText(name), tableId, version };
}

/** @throws ExpectedError `engine.format-not-emulated` for a table of another format than Delta. */
export function checkFormat(table: ResolvedTable): void {
  if (table.format === 'DELTA') return;
  throw new ExpectedError({
    code: 'engine.format-not-emulated',
    message: `${nameText(table.name)} is a ${table.format} table; only Delta tables are read by name.`,
    nextStep: `Read its files with read_files, or recreate it as a Delta table.`,
  });
}

export async function readVersion(run: Run, location: LakePath, options: SnapshotOptions = {}): Promise<Snapshot> {
  const store = lakeTableStore(run.context.storage, location);
  return await readSnapshot(store, { ...options, ...(run.signal ? { signal: run.signal } : {}) });
}

export type TableScanOptions = Omit<ScanOptions, 'signal'> & {
  /** Told of each data file of the version where its copy lies. */
  readonly onDisk?: (path: string, local: string) => void;
};

/** The scan of a snapshot over copies of its files on disk. */
export async function tableScan(
  context: EngineContext,
  location: LakePath,
  snapshot: Snapshot,
  signal: AbortSignal | undefined,
  { onDisk, ...options }: TableScanOptions = {},
): Promise<string> {
  const kept = options.keep ? snapshot.files.filter(options.keep).length : snapshot.files.length;
  context.counters.filesScanned += kept;
  context.counters.filesSkipped += snapshot.files.length - kept;
  const sizes = new Map(snapshot.files.map((file) => [relativePath(snapshot.location, file.path), file.size]));
  const localPathOf = localPaths(context, location, sizes, signal, onDisk);
  return await scanSql(snapshot, localPathOf, { ...options, ...(signal ? { signal } : {}) });
}

/** Where the copy of a table's file lies on disk. @param sizes of the files that never change, which saves a request for each. */
export function localPaths(
  context: EngineContext,
  location: LakePath,
  sizes: ReadonlyMap<string, number>,
  signal: AbortSignal | undefined,
  onDisk?: (path: string, local: string) => void,
): LocalPathOf {
  return async (path) => {
    const place = { container: location.container, path: `${location.path}/${path}` };
    const size = sizes.get(path);
    if (size !== undefined) {
      const local = await context.cache.file(immutableVersion(place, size), signal);
      onDisk?.(path, local);
      return local;
    }
    const { etag, size: found } = await context.storage.properties(place, { signal });
    return await context.cache.file({ place, etag, size: found }, signal);
  };
}

/** Delta's data files have unique names and never change: their size is tag enough, and a request a file is saved. */
export function immutableVersion(place: CachedVersion['place'], size: number): CachedVersion {
  return { place, size, etag: `${immutableTag}${size}` };
}

/** The version that a relation asks for; nothing where it takes the latest. */
export async function pinned(
  run: Run,
  relation: Pick<TableRelation, 'version' | 'timestamp'>,
): Promise<SnapshotOptions> {
  if (relation.version !== undefined) return { version: relation.version };
  if (relation.timestamp === undefined) return {};
  // The session's time zone decides what a timestamp without a zone means, as in Spark.
  const text = relation.timestamp.replaceAll("'", "''");
  const answer = await run.session.read(`SELECT epoch_ms(CAST('${text}' AS TIMESTAMP WITH TIME ZONE))`);
  return { timestamp: new Date(Number(answer.value(0, 0))) };
}
