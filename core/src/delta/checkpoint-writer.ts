import type { Action } from './actions.ts';
import { cleanUpLog } from './log-cleanup.ts';
import { latestVersion, listLog, segmentFor } from './log.ts';
import { durationOf } from './durations.ts';
import { type LogState, replay } from './snapshot.ts';
import type { TableStore } from './store.ts';

/**
 * Makes one Parquet file of rows; the engine does it with DuckDB's `read_json` and `COPY`.
 * @param request.jsonLines one JSON object a line
 * @param request.columns column name to DuckDB type
 */
export type WriteParquetRows = (request: {
  readonly jsonLines: string;
  readonly columns: Readonly<Record<string, string>>;
}) => Promise<Uint8Array>;

/** Delta's default, in commits. */
const INTERVAL = 10;

const VECTOR =
  'STRUCT(storageType VARCHAR, pathOrInlineDv VARCHAR, "offset" INTEGER, sizeInBytes INTEGER, cardinality BIGINT)';
const STRING_MAP = 'MAP(VARCHAR, VARCHAR)';

/** The columns of a classic checkpoint (Delta protocol, "Checkpoint Schema"). */
const COLUMNS: Readonly<Record<string, string>> = {
  txn: 'STRUCT(appId VARCHAR, version BIGINT, lastUpdated BIGINT)',
  add: `STRUCT(path VARCHAR, partitionValues ${STRING_MAP}, size BIGINT, modificationTime BIGINT, dataChange BOOLEAN, stats VARCHAR, tags ${STRING_MAP}, deletionVector ${VECTOR})`,
  remove: `STRUCT(path VARCHAR, deletionTimestamp BIGINT, dataChange BOOLEAN, extendedFileMetadata BOOLEAN, partitionValues ${STRING_MAP}, size BIGINT, deletionVector ${VECTOR})`,
  metaData: `STRUCT(id VARCHAR, "name" VARCHAR, description VARCHAR, format STRUCT(provider VARCHAR, options ${STRING_MAP}), schemaString VARCHAR, partitionColumns VARCHAR[], configuration ${STRING_MAP}, createdTime BIGINT)`,
  protocol:
    'STRUCT(minReaderVersion INTEGER, minWriterVersion INTEGER, readerFeatures VARCHAR[], writerFeatures VARCHAR[])',
  domainMetadata: 'STRUCT("domain" VARCHAR, configuration VARCHAR, removed BOOLEAN)',
};

/** True where a checkpoint is due after this version, by the table's `delta.checkpointInterval`. */
export function isCheckpointDue(version: number, configuration: Readonly<Record<string, string>>): boolean {
  return version > 0 && version % Number(configuration['delta.checkpointInterval'] ?? INTERVAL) === 0;
}

/**
 * Writes the checkpoint of this version and removes what the log need not remember, unless a newer one came meanwhile. Resolves to why it failed: the commit stands without it, so the
 * caller warns and goes on.
 */
export async function writeCheckpointAfter(
  store: TableStore,
  version: number,
  writeParquetRows: WriteParquetRows,
  now: number,
  signal?: AbortSignal,
): Promise<unknown> {
  try {
    const log = await listLog(store, signal);
    if (version !== latestVersion(log)) return undefined;
    const state = await replay(store, segmentFor(log, version), signal);
    await writeCheckpoint(store, version, state, writeParquetRows, now, signal);
    await cleanUpLog(store, state.metadata?.configuration ?? {}, now, signal);
    return undefined;
  } catch (error) {
    return error;
  }
}

async function writeCheckpoint(
  store: TableStore,
  version: number,
  state: LogState,
  writeParquetRows: WriteParquetRows,
  now: number,
  signal?: AbortSignal,
): Promise<void> {
  const actions = checkpointActions(state, now);
  const jsonLines = actions.map((action) => JSON.stringify(action)).join('\n');
  const bytes = await writeParquetRows({ jsonLines, columns: COLUMNS });
  const name = String(version).padStart(20, '0');
  await store.write(`_delta_log/${name}.checkpoint.parquet`, bytes, signal);
  const hint = { version, size: actions.length, sizeInBytes: bytes.byteLength, numOfAddFiles: state.added.size };
  await store.write('_delta_log/_last_checkpoint', new TextEncoder().encode(JSON.stringify(hint)), signal);
}

function checkpointActions(state: LogState, now: number): Action[] {
  const { protocol, metadata } = state;
  const remembered = now - durationOf(metadata?.configuration ?? {}, 'delta.deletedFileRetentionDuration');
  const kept = [...state.removed.values()].filter(({ deletionTimestamp = 0 }) => deletionTimestamp > remembered);
  return [
    ...(protocol ? [{ protocol }] : []),
    ...(metadata ? [{ metaData: metadata }] : []),
    ...[...state.transactions].map(([appId, last]) => ({ txn: { appId, version: last } })),
    ...[...state.domains.values()].filter(({ removed }) => !removed).map((domainMetadata) => ({ domainMetadata })),
    // In a checkpoint nothing is a change (Delta protocol, "Add File and Remove File").
    ...kept.map((remove) => ({ remove: { ...remove, dataChange: false } })),
    ...[...state.added.values()].map((add) => ({ add: { ...add, dataChange: false } })),
  ];
}
