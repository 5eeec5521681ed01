import { randomUUID } from 'node:crypto';
import packageJson from '../../package.json' with { type: 'json' };
import type { CommitInfo } from './actions.ts';
import type { NewDataFile } from './statistics.ts';
import type { TableDefinition } from './table-properties.ts';
import type { Operation, TableWrite } from './write.ts';
import type { PlannedWrite } from './write-plan.ts';

const ENGINE_INFO = `Medallion/${packageJson.version}`;

/** What the history will say of a write. */
export function commitInfo(write: TableWrite, planned: PlannedWrite, now: number): CommitInfo {
  const { name, parameters } = write.operation ?? defaultOperation(write);
  const sum = (value: (file: NewDataFile) => number) =>
    String(write.files.reduce((total, file) => total + value(file), 0));
  return {
    timestamp: now,
    operation: name,
    operationParameters: parameters,
    ...(planned.readVersion < 0 ? {} : { readVersion: planned.readVersion }),
    isBlindAppend: planned.blindAppend,
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
    case 'restore':
      return { name: 'RESTORE', parameters: { version: String(write.target.version), timestamp: '' } };
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
