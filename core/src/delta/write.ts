import type { AddFile, PartitionValues, SetTransaction, Snapshot } from './actions.ts';
import { isCheckpointDue, writeCheckpointAfter, type WriteParquetRows } from './checkpoint-writer.ts';
import { commitInfo } from './commit-info.ts';
import { commit } from './commit.ts';
import type { CommitScope } from './conflicts.ts';
import type { DeltaStruct } from './schema.ts';
import type { NewDataFile } from './statistics.ts';
import type { TableStore } from './store.ts';
import type { TableDefinition } from './table-properties.ts';
import { planWrite } from './write-plan.ts';

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
      /** True where the rows that are there were found to fulfil it, so that no other may have come. */
      readonly readsRows?: boolean;
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
      /** Where the statement has looked for rows; absent: everywhere. */
      readonly reads?: CommitScope['reads'];
      /** The files that it looked into; absent: all. */
      readonly scanned?: readonly AddFile[];
      /** Files of the change data feed, below `_change_data`. */
      readonly changeFiles?: readonly NewDataFile[];
    }
  | {
      readonly kind: 'overwrite';
      readonly snapshot: Snapshot;
      /** Physical column to serialised value: only files of these partitions are replaced. Absent: all. */
      readonly partitions?: readonly PartitionValues[];
      readonly requirementsChecked?: boolean;
      readonly schema?: DeltaStruct;
    }
  | {
      /** The table becomes what it was in another version of it. */
      readonly kind: 'restore';
      readonly snapshot: Snapshot;
      readonly target: Snapshot;
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

/**
 * Commits one write. Rejects, with nothing visible, with `delta.concurrent-write`, `delta.table-already-exists`,
 * `delta.requirements-unchecked`, `delta.append-only`, `delta.unsupported`, `delta.invalid-schema`, `delta.unsupported-property`,
 * or as the store does.
 */
export async function writeTable(store: TableStore, write: TableWrite, options: WriteOptions = {}): Promise<Committed> {
  const now = (options.now ?? Date.now)();
  const planned = planWrite(store, write, now);
  const info = commitInfo(write, planned, now);
  const version = await commit(store, planned, info, options.signal);
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
    case 'restore':
      return write.target.metadata.configuration;
  }
}
