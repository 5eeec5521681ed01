import { randomUUID } from 'node:crypto';
import { ExpectedError } from '../base/expected-error.ts';
import type { Action, AddCdcFile, AddFile, Snapshot } from './actions.ts';
import { isMapped, physicalName, withMaxColumnId } from './column-mapping.ts';
import { type CommitScope, isInPartition } from './conflicts.ts';
import { encodePath } from './file-path.ts';
import type { DeltaStruct } from './schema.ts';
import type { NewDataFile } from './statistics.ts';
import type { TableStore } from './store.ts';
import {
  checkDefinition,
  checkMayUpgrade,
  metadataFor,
  protocolFor,
  type TableDefinition,
} from './table-properties.ts';
import type { TableWrite } from './write.ts';
import { checkMayRemove, writeRequirements } from './write-requirements.ts';

/** The lines of a commit, and what must still be true where it is made. */
export interface PlannedWrite {
  readonly actions: readonly Action[];
  /** -1: there is no table yet. */
  readonly readVersion: number;
  readonly removedFiles: number;
  readonly scope: CommitScope;
  readonly onlyCreate: boolean;
  /** Only adds rows, and has not looked at those that are there. */
  readonly blindAppend: boolean;
  readonly inCommitTimestamps: boolean;
}

type WriteOf<K extends TableWrite['kind']> = Extract<TableWrite, { kind: K }>;
/** What one kind of write makes of a table. */
interface Parts {
  readonly snapshot: Snapshot | undefined;
  readonly actions: readonly Action[];
  readonly reads: CommitScope['reads'];
  /** Files whose rows were read. */
  readonly files: readonly AddFile[];
  readonly removes: readonly AddFile[];
  readonly configuration: Readonly<Record<string, string>>;
}

/** What a write does to the log. @throws as `writeTable`. */
export function planWrite(store: TableStore, write: TableWrite, now: number): PlannedWrite {
  const { snapshot, actions, reads, files, removes, configuration } = partsOf(store, write, now);
  const { transaction } = write;
  const once: Action[] = transaction ? [{ txn: { lastUpdated: now, ...transaction } }] : [];
  const scope: CommitScope = {
    reads,
    files: pathsOf(files),
    removes: pathsOf(removes),
    changesMetadata: actions.some(({ metaData }) => metaData),
    changesProtocol: actions.some(({ protocol }) => protocol),
    applicationId: transaction?.appId,
    domains: actions.flatMap(({ domainMetadata }) => (domainMetadata ? [domainMetadata.domain] : [])),
    exactVersion: startsInCommit(snapshot, configuration),
    serializable: configuration['delta.isolationLevel'] === 'Serializable',
  };
  return {
    actions: [...actions, ...once],
    readVersion: snapshot?.version ?? -1,
    removedFiles: removes.length,
    scope,
    onlyCreate: write.kind === 'create',
    blindAppend: write.kind === 'append' && reads === 'none',
    inCommitTimestamps: configuration[inCommit] === 'true',
  };
}

const inCommit = 'delta.enableInCommitTimestamps';
const enablement = 'delta.inCommitTimestampEnablement';

function startsInCommit(snapshot: Snapshot | undefined, configuration: Readonly<Record<string, string>>): boolean {
  return snapshot?.metadata.configuration[inCommit] !== 'true' && configuration[inCommit] === 'true';
}

/** A table that has its commits' times from a version on says from which, for readers of the older ones. */
function withEnablement(snapshot: Snapshot, definition: TableDefinition, now: number): TableDefinition {
  const { configuration = {} } = definition;
  if (!startsInCommit(snapshot, configuration)) return definition;
  const since = { [`${enablement}Version`]: String(snapshot.version + 1), [`${enablement}Timestamp`]: String(now) };
  return { ...definition, configuration: { ...configuration, ...since } };
}

function partsOf(store: TableStore, write: TableWrite, now: number): Parts {
  switch (write.kind) {
    case 'create':
    case 'createOrReplace':
      return definitionParts(write, now);
    case 'append':
      return appendParts(store, write, now);
    case 'alter': {
      const { snapshot, definition, readsRows = false } = write;
      writeRequirements(snapshot);
      checkMayUpgrade(definition, snapshot.protocol);
      const actions = definitionActions(
        withEnablement(snapshot, definition, now),
        snapshot,
        snapshot.metadata.createdTime ?? now,
      );
      const read = { reads: readsRows ? 'all' : 'none', files: readsRows ? snapshot.files : [] } as const;
      return { snapshot, actions, ...read, removes: [], configuration: definition.configuration ?? {} };
    }
    case 'change':
      return changeParts(store, write, now);
    case 'overwrite':
      return overwriteParts(store, write, now);
    case 'restore':
      return restoreParts(write, now);
  }
}

function definitionParts(write: WriteOf<'create'> | WriteOf<'createOrReplace'>, now: number): Parts {
  const { definition } = write;
  const snapshot = write.kind === 'createOrReplace' ? write.snapshot : undefined;
  if (snapshot) {
    checkMayRemove(snapshot);
    writeRequirements(snapshot);
  }
  const removes = snapshot?.files ?? [];
  const defined = definitionActions(definition, snapshot, now);
  const actions = [...defined, ...removeFiles(removes, now), ...addFiles(write.files, now)];
  return {
    snapshot,
    actions,
    reads: 'all',
    files: removes,
    removes,
    configuration: definition.configuration ?? {},
  };
}

function appendParts(store: TableStore, write: WriteOf<'append'>, now: number): Parts {
  checkRequirements(store, write);
  const { snapshot, readsItself = false, schema, files } = write;
  const actions = [...schemaActions(snapshot, schema), ...addFiles(files, now)];
  const { configuration } = snapshot.metadata;
  const read = { reads: readsItself ? 'all' : 'none', files: readsItself ? snapshot.files : [] } as const;
  return { snapshot, actions, ...read, removes: [], configuration };
}

function changeParts(store: TableStore, write: WriteOf<'change'>, now: number): Parts {
  const { snapshot, removed, schema, dataChange = true, files, changeFiles = [] } = write;
  checkRequirements(store, write);
  if (dataChange && removed.length > 0) checkMayRemove(snapshot);
  const actions = [
    ...schemaActions(snapshot, schema),
    ...removeFiles(removed, now, dataChange),
    ...addFiles(files, now, dataChange),
    ...changeFiles.map((file): Action => ({ cdc: changeFile(file) })),
  ];
  const { configuration } = snapshot.metadata;
  // What changes no row works on its files alone (Delta's SnapshotIsolation).
  const read = dataChange
    ? { reads: write.reads ?? ('all' as const), files: write.scanned ?? snapshot.files }
    : { reads: 'none' as const, files: removed };
  return { snapshot, actions, ...read, removes: removed, configuration };
}

function overwriteParts(store: TableStore, write: WriteOf<'overwrite'>, now: number): Parts {
  checkRequirements(store, write);
  checkMayRemove(write.snapshot);
  const { snapshot, partitions, files, schema } = write;
  const isReplaced = ({ partitionValues }: Pick<AddFile, 'partitionValues'>): boolean =>
    !partitions || partitions.some((partition) => isInPartition(partitionValues, partition));
  const removes = snapshot.files.filter(isReplaced);
  const actions = [...schemaActions(snapshot, schema), ...removeFiles(removes, now), ...addFiles(files, now)];
  const { configuration } = snapshot.metadata;
  return { snapshot, actions, reads: isReplaced, files: removes, removes, configuration };
}

/** The files and the definition of an earlier version; what the protocol asks for meanwhile stays asked for. */
function restoreParts({ snapshot, target }: WriteOf<'restore'>, now: number): Parts {
  checkMayRemove(snapshot);
  writeRequirements(snapshot);
  const key = ({ path, deletionVector }: AddFile): string => JSON.stringify([path, deletionVector ?? null]);
  const [here, wanted] = [snapshot, target].map(({ files }) => new Set(files.map(key)));
  const removes = snapshot.files.filter((file) => !wanted?.has(key(file)));
  const adds = target.files.filter((file) => !here?.has(key(file)));
  const configuration = withMaxColumnId(target.schema, target.metadata.configuration, snapshot.metadata.configuration);
  const same = JSON.stringify(snapshot.metadata) === JSON.stringify(target.metadata);
  const actions: Action[] = [
    ...(same ? [] : [{ metaData: { ...target.metadata, configuration } }]),
    ...removeFiles(removes, now),
    ...adds.map((add): Action => ({ add: { ...add, dataChange: true } })),
  ];
  return { snapshot, actions, reads: 'all', files: snapshot.files, removes, configuration };
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
  checkDefinition({ schema, partitionColumns, configuration });
  checkMayUpgrade({ schema, partitionColumns, configuration }, protocol);
  const needed = protocolFor({ schema, partitionColumns, configuration }, protocol);
  const changed = needed === protocol ? [] : [{ protocol: needed }];
  const properties = withMaxColumnId(schema, configuration);
  return [...changed, { metaData: { ...metadata, configuration: properties, schemaString: JSON.stringify(schema) } }];
}

function clusteringAction(definition: TableDefinition, replaced: Snapshot | undefined): Action[] {
  const domain = 'delta.clustering';
  const mapping = isMapped(definition.configuration ?? {}) ? 'name' : 'none';
  const columns = (definition.clusteringColumns ?? []).map((name) => {
    const column = definition.schema.fields.find((field) => field.name === name);
    return [column ? physicalName(column, mapping) : name];
  });
  const before = replaced?.domains.get(domain);
  if (columns.length === 0 && (!before || before.removed)) return [];
  const configuration = JSON.stringify({ clusteringColumns: columns, domainName: domain });
  const removed = columns.length === 0;
  if (before && before.removed === removed && before.configuration === configuration) return [];
  return [{ domainMetadata: { domain, configuration, removed } }];
}

function addFiles(files: readonly NewDataFile[], now: number, dataChange = true): Action[] {
  return files.map(({ path, size, partitionValues, stats }): Action => {
    const add: AddFile = { path: encodePath(path), partitionValues, size, modificationTime: now, dataChange, stats };
    return { add };
  });
}

function changeFile({ path, partitionValues, size }: NewDataFile): AddCdcFile {
  return { path: encodePath(path), partitionValues, size, dataChange: false };
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

function pathsOf(files: readonly AddFile[]): ReadonlySet<string> {
  return new Set(files.map(({ path }) => path));
}

function checkRequirements(store: TableStore, write: { snapshot: Snapshot; requirementsChecked?: boolean }): void {
  const { notNull, constraints, rules } = writeRequirements(write.snapshot);
  const demands = [...notNull.map((name) => `${name} NOT NULL`), ...constraints.map(({ name }) => name), ...rules];
  if (write.requirementsChecked === true || demands.length === 0) return;
  throw new ExpectedError({
    code: 'delta.requirements-unchecked',
    message: `${store.location} demands ${demands.join(', ')} of its rows.`,
    nextStep: 'Write it through a statement, which checks them, or on Databricks.',
  });
}
