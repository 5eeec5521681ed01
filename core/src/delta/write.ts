import { randomUUID } from 'node:crypto';
import { ExpectedError } from '../base/expected-error.ts';
import packageJson from '../../package.json' with { type: 'json' };
import type { Action, AddFile, CommitInfo, PartitionValues, SetTransaction, Snapshot } from './actions.ts';
import { isCheckpointDue, writeCheckpointAfter, type WriteParquetRows } from './checkpoint-writer.ts';
import { type CommitScope, concurrentWrite, conflictWith, isInPartition } from './conflicts.ts';
import { encodePath } from './file-path.ts';
import { commitPath } from './log.ts';
import { readCommit } from './read-actions.ts';
import type { DeltaStruct } from './schema.ts';
import type { NewDataFile } from './statistics.ts';
import type { TableStore } from './store.ts';
import { checkDefinition, metadataFor, protocolFor, type TableDefinition } from './table-properties.ts';
import { checkMayRemove, writeRequirements } from './write-requirements.ts';

/** What one commit does to a table. `snapshot` is the version that the statement read; its data files lie in the folder already. */
export type TableWrite = {
  readonly files: readonly NewDataFile[];
  readonly operation?: Operation;
  /** Makes the write happen once: the table keeps the last version of each application. */
  readonly transaction?: SetTransaction;
} & (
  | { readonly kind: 'create'; readonly definition: TableDefinition }
  /** `snapshot` undefined: there is no table yet. History is kept where there is one. */
  | { readonly kind: 'createOrReplace'; readonly definition: TableDefinition; readonly snapshot: Snapshot | undefined }
  | {
      readonly kind: 'append';
      readonly snapshot: Snapshot;
      /** True where the rows were made from rows of this very table. */
      readonly readsItself?: boolean;
      /** The caller has checked the rows against `writeRequirements`. */
      readonly requirementsChecked?: boolean;
      /** The table's columns from this commit on, where the rows bring new ones. */
      readonly schema?: DeltaStruct;
    }
  | {
      /** Schema, properties, comment or clustering change; no row does. `files` is empty. */
      readonly kind: 'alter';
      readonly snapshot: Snapshot;
      readonly definition: TableDefinition;
    }
  | {
      /** Files are replaced by others: UPDATE, DELETE, MERGE, and OPTIMIZE, which changes no row. */
      readonly kind: 'change';
      readonly snapshot: Snapshot;
      readonly removed: readonly AddFile[];
      readonly requirementsChecked?: boolean;
      readonly schema?: DeltaStruct;
      /** False where the rows stay what they are; another writer's new files then do no harm. */
      readonly dataChange?: boolean;
    }
  | {
      readonly kind: 'overwrite';
      readonly snapshot: Snapshot;
      /** Physical column to serialised value: only files of these partitions are replaced. Absent: all. */
      readonly partitions?: readonly PartitionValues[];
      readonly requirementsChecked?: boolean;
    }
);

/** For `DESCRIBE HISTORY`; by default what Spark says for the same kind of write. */
export interface Operation {
  readonly name: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Further numbers for the history, such as `numUpdatedRows`. */
  readonly metrics?: Readonly<Record<string, string>>;
}

export interface WriteOptions {
  /** Without it no checkpoints are written: tables stay right, and their log grows longer to read. */
  readonly writeParquetRows?: WriteParquetRows;
  readonly signal?: AbortSignal;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

export interface Committed {
  readonly version: number;
  readonly removedFiles: number;
  /** Why the checkpoint that was due was not written; the commit stands all the same. */
  readonly checkpointFailure?: unknown;
}

const ENGINE_INFO = `Medallion/${packageJson.version}`;
const MAX_ATTEMPTS = 200;

/**
 * Commits one write. Rejects, with nothing visible, with `delta.concurrent-write`, `delta.table-already-exists`,
 * `delta.requirements-unchecked`, `delta.append-only`, `delta.unsupported`, `delta.invalid-schema`, `delta.unsupported-property`,
 * or as the store does.
 */
export async function writeTable(store: TableStore, write: TableWrite, options: WriteOptions = {}): Promise<Committed> {
  const now = (options.now ?? Date.now)();
  const planned = planWrite(store, write, now);
  const info = commitInfo(write, planned, now);
  const actions: Action[] = [{ commitInfo: info }, ...planned.actions];
  const bytes = new TextEncoder().encode(actions.map((action) => `${JSON.stringify(action)}\n`).join(''));
  const version = await commit(store, planned, info, bytes, options.signal);
  const committed = { version, removedFiles: planned.removedFiles };
  if (!options.writeParquetRows || !isCheckpointDue(version, configurationAfter(write))) return committed;
  const checkpointFailure = await writeCheckpointAfter(store, version, options.writeParquetRows, now, options.signal);
  return checkpointFailure === undefined ? committed : { ...committed, checkpointFailure };
}

function configurationAfter(write: TableWrite): Readonly<Record<string, string>> {
  switch (write.kind) {
    case 'create':
    case 'createOrReplace':
    case 'alter':
      return write.definition.configuration ?? {};
    case 'append':
    case 'change':
    case 'overwrite':
      return write.snapshot.metadata.configuration;
  }
}

interface PlannedWrite {
  readonly actions: readonly Action[];
  readonly readVersion: number;
  readonly removedFiles: number;
  readonly scope: CommitScope;
  readonly onlyCreate: boolean;
}

function planWrite(store: TableStore, write: TableWrite, now: number): PlannedWrite {
  const transaction: Action[] = write.transaction ? [{ txn: { lastUpdated: now, ...write.transaction } }] : [];
  const adds = write.files.map((file): Action => ({ add: addFile(file, now) }));
  const scope = (touches: CommitScope['touches'], changesMetadata = false): CommitScope => ({
    touches,
    changesMetadata,
    applicationId: write.transaction?.appId,
  });
  const onlyCreate = write.kind === 'create';
  switch (write.kind) {
    case 'create': {
      const actions = [...definitionActions(write.definition, undefined, now), ...transaction, ...adds];
      return { actions, readVersion: -1, removedFiles: 0, scope: scope('all', true), onlyCreate };
    }
    case 'createOrReplace': {
      const { snapshot, definition } = write;
      if (snapshot) {
        checkMayRemove(snapshot);
        writeRequirements(snapshot);
      }
      const removes = removeFiles(snapshot?.files ?? [], now);
      const actions = [...definitionActions(definition, snapshot, now), ...transaction, ...removes, ...adds];
      const readVersion = snapshot?.version ?? -1;
      return { actions, readVersion, removedFiles: removes.length, scope: scope('all', true), onlyCreate };
    }
    case 'append': {
      checkRequirements(store, write);
      const { snapshot, readsItself = false, schema } = write;
      const actions = [...schemaActions(snapshot, schema), ...transaction, ...adds];
      return {
        actions,
        readVersion: snapshot.version,
        removedFiles: 0,
        scope: scope(readsItself ? 'all' : 'none', schema !== undefined),
        onlyCreate,
      };
    }
    case 'alter': {
      const { snapshot, definition } = write;
      writeRequirements(snapshot);
      const actions = definitionActions(definition, snapshot, snapshot.metadata.createdTime ?? now);
      return { actions, readVersion: snapshot.version, removedFiles: 0, scope: scope('all', true), onlyCreate };
    }
    case 'change': {
      const { snapshot, removed, schema, dataChange = true } = write;
      checkRequirements(store, write);
      if (dataChange && removed.length > 0) checkMayRemove(snapshot);
      const removes = removeFiles(removed, now, dataChange);
      const added = dataChange
        ? adds
        : write.files.map((file): Action => ({ add: { ...addFile(file, now), dataChange } }));
      const touched: CommitScope['touches'] = dataChange ? 'all' : { files: removed.map(({ path }) => path) };
      return {
        actions: [...schemaActions(snapshot, schema), ...transaction, ...removes, ...added],
        readVersion: snapshot.version,
        removedFiles: removed.length,
        scope: scope(touched, schema !== undefined),
        onlyCreate,
      };
    }
    case 'overwrite': {
      checkRequirements(store, write);
      checkMayRemove(write.snapshot);
      const { snapshot, partitions } = write;
      const replaced = snapshot.files.filter(
        (file) => !partitions || partitions.some((partition) => isInPartition(file.partitionValues, partition)),
      );
      const removes = removeFiles(replaced, now);
      const actions = [...transaction, ...removes, ...adds];
      return {
        actions,
        readVersion: snapshot.version,
        removedFiles: removes.length,
        scope: scope(partitions ?? 'all'),
        onlyCreate,
      };
    }
  }
}

function definitionActions(definition: TableDefinition, replaced: Snapshot | undefined, now: number): Action[] {
  checkDefinition(definition);
  const protocol = protocolFor(definition, replaced?.protocol);
  const metaData = metadataFor(definition, replaced?.metadata.id ?? randomUUID(), now);
  const clustering = clusteringAction(definition, replaced);
  return [...(protocol === replaced?.protocol ? [] : [{ protocol }]), { metaData }, ...clustering];
}

/** A new schema for the table that there is, with what the new columns ask of readers and writers. */
function schemaActions({ metadata, protocol }: Snapshot, schema: DeltaStruct | undefined): Action[] {
  if (!schema) return [];
  const { partitionColumns, configuration } = metadata;
  checkDefinition({ schema, partitionColumns });
  const needed = protocolFor({ schema, partitionColumns, configuration }, protocol);
  const changed = needed === protocol ? [] : [{ protocol: needed }];
  return [...changed, { metaData: { ...metadata, schemaString: JSON.stringify(schema) } }];
}

function clusteringAction(definition: TableDefinition, replaced: Snapshot | undefined): Action[] {
  const domain = 'delta.clustering';
  const columns = (definition.clusteringColumns ?? []).map((name) => [name]);
  const before = replaced?.domains.get(domain);
  if (columns.length === 0 && (!before || before.removed)) return [];
  const configuration = JSON.stringify({ clusteringColumns: columns, domainName: domain });
  return [{ domainMetadata: { domain, configuration, removed: columns.length === 0 } }];
}

function addFile(file: NewDataFile, now: number): AddFile {
  const { path, size, partitionValues, stats } = file;
  return { path: encodePath(path), partitionValues, size, modificationTime: now, dataChange: true, stats };
}

function removeFiles(files: readonly AddFile[], now: number, dataChange = true): Action[] {
  return files.map(({ path, partitionValues, size, deletionVector }) => ({
    remove: {
      path,
      deletionTimestamp: now,
      dataChange,
      extendedFileMetadata: true,
      partitionValues,
      size,
      ...(deletionVector ? { deletionVector } : {}),
    },
  }));
}

function checkRequirements(store: TableStore, write: { snapshot: Snapshot; requirementsChecked?: boolean }): void {
  const { notNull, constraints } = writeRequirements(write.snapshot);
  if (write.requirementsChecked === true || notNull.length + constraints.length === 0) return;
  throw new ExpectedError({
    code: 'delta.requirements-unchecked',
    message: `${store.location} demands ${[...notNull.map((name) => `${name} NOT NULL`), ...constraints.map(({ name }) => name)].join(', ')} of its rows.`,
    nextStep: 'Write it through a statement, which checks them, or on Databricks.',
  });
}

function commitInfo(write: TableWrite, planned: PlannedWrite, now: number): CommitInfo {
  const { name, parameters } = write.operation ?? defaultOperation(write);
  const sum = (value: (file: NewDataFile) => number) =>
    String(write.files.reduce((total, file) => total + value(file), 0));
  return {
    timestamp: now,
    operation: name,
    operationParameters: parameters,
    ...(planned.readVersion < 0 ? {} : { readVersion: planned.readVersion }),
    isBlindAppend: planned.scope.touches === 'none',
    operationMetrics: {
      numFiles: String(write.files.length),
      numOutputRows: sum((file) => file.rows),
      numOutputBytes: sum((file) => file.size),
      ...(planned.removedFiles > 0 ? { numRemovedFiles: String(planned.removedFiles) } : {}),
      ...write.operation?.metrics,
    },
    engineInfo: ENGINE_INFO,
    txnId: randomUUID(),
  };
}

function defaultOperation(write: TableWrite): Operation {
  const asSelect = write.files.length > 0 ? ' AS SELECT' : '';
  switch (write.kind) {
    case 'create':
      return { name: `CREATE TABLE${asSelect}`, parameters: definitionParameters(write.definition) };
    case 'createOrReplace':
      return { name: `CREATE OR REPLACE TABLE${asSelect}`, parameters: definitionParameters(write.definition) };
    case 'append':
      return { name: 'WRITE', parameters: { mode: 'Append', partitionBy: '[]' } };
    case 'alter':
      return { name: 'ALTER TABLE', parameters: {} };
    case 'change':
      return { name: 'REPLACE FILES', parameters: {} };
    case 'overwrite':
      return { name: 'WRITE', parameters: { mode: 'Overwrite', partitionBy: '[]' } };
  }
}

function definitionParameters(definition: TableDefinition): Record<string, string> {
  return {
    isManaged: 'true',
    description: definition.description ?? '',
    partitionBy: JSON.stringify(definition.partitionColumns),
    clusterBy: JSON.stringify(definition.clusteringColumns ?? []),
    properties: JSON.stringify(definition.configuration ?? {}),
  };
}

/** Tries version after version: one that is taken is read and, where it does not disturb this write, followed. */
async function commit(
  store: TableStore,
  planned: PlannedWrite,
  info: CommitInfo,
  bytes: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<number> {
  const first = planned.readVersion + 1;
  for (let version = first; version < first + MAX_ATTEMPTS; version++) {
    if (await store.putIfAbsent(commitPath(version), bytes, signal)) return version;
    const winner = await readCommit(store, commitPath(version), signal);
    // A retry after a lost answer finds its own commit there.
    if (winner.some((action) => action.commitInfo?.txnId === info.txnId)) return version;
    if (planned.onlyCreate) throw alreadyExists(store.location);
    const reason = conflictWith(planned.scope, winner);
    if (reason !== undefined) throw concurrentWrite(store.location, version, reason);
  }
  throw concurrentWrite(store.location, first + MAX_ATTEMPTS, `${MAX_ATTEMPTS} other commits came first`);
}

function alreadyExists(location: string): ExpectedError {
  return new ExpectedError({
    code: 'delta.table-already-exists',
    message: `There is a Delta table at ${location} already.`,
    nextStep: 'Use CREATE OR REPLACE TABLE, or another name.',
  });
}
