import { ExpectedError } from '../../../base/expected-error.ts';
import { mapConcurrently } from '../../../base/concurrency.ts';
import type { AddFile, RemoveFile, Snapshot } from '../../../delta/actions.ts';
import { vectorPath } from '../../../delta/deletion-vector.ts';
import { durationOf } from '../../../delta/durations.ts';
import { relativePath } from '../../../delta/file-path.ts';
import { lakeTableStore } from '../../../delta/lake-store.ts';
import { listLog, segmentFor } from '../../../delta/log.ts';
import { replay } from '../../../delta/snapshot.ts';
import { writeRequirements } from '../../../delta/write-requirements.ts';
import type { LakePath } from '../../../lake/names.ts';
import type { CompiledStatement } from '../../../sql/contract.ts';
import type { Run } from '../context.ts';
import { completeName, nameText } from '../names.ts';
import { readVersion, versionOf } from '../relations/table.ts';
import type { StatementEffect } from './effect.ts';
import { writableTable } from './writable-table.ts';

type Vacuum = Extract<CompiledStatement, { kind: 'vacuum' }>;

const hour = 3_600_000;
const retentionCheck = 'spark.databricks.delta.retentiondurationcheck.enabled';

/**
 * VACUUM: deletes what lies in the table's folder, belongs to no version within the retention, and is older than it. Names that begin
 * with `_` or `.` are not the table's data. DRY RUN shows what would go. Rejects with `delta.retention-too-short`.
 */
export async function vacuum(run: Run, statement: Vacuum): Promise<StatementEffect> {
  const table = await writableTable(run, completeName(run, statement.target));
  const snapshot = await readVersion(run, table.location);
  writeRequirements(snapshot);
  const hours = statement.retainHours ?? retentionHours(snapshot);
  if (hours < retentionHours(snapshot) && run.settings.get(retentionCheck) !== 'false') throw tooShort(hours, snapshot);
  const cutoff = Date.now() - hours * hour;
  const needed = await neededPaths(run, table.location, snapshot, cutoff);
  const doomed = await unneeded(run, table.location, needed, cutoff);
  if (!statement.dryRun) {
    await mapConcurrently(doomed, 16, (path) =>
      run.context.storage.delete({ container: table.location.container, path: `${table.location.path}/${path}` }),
    );
  }
  const inputs = { reads: [versionOf(table, snapshot.version)], readFiles: [], readPaths: [] };
  const shown = statement.dryRun ? doomed : [`${nameText(table.name)}: ${doomed.length} files deleted`];
  const columns = [{ name: 'path', typeText: 'string' }];
  return { inputs, rows: { columns, rows: shown.map((path) => [path]), truncated: false, seconds: 0 } };
}

/** The files of this version, and those removed within the retention: versions that use them may still be read. */
async function neededPaths(
  run: Run,
  location: LakePath,
  snapshot: Snapshot,
  cutoff: number,
): Promise<ReadonlySet<string>> {
  const store = lakeTableStore(run.context.storage, location);
  const log = await listLog(store, run.signal);
  const { added, removed } = await replay(store, segmentFor(log, snapshot.version), run.signal);
  const recent = [...removed.values()].filter(({ deletionTimestamp = 0 }) => deletionTimestamp >= cutoff);
  const paths = [...added.values(), ...recent].flatMap((file) => pathsOf(snapshot.location, file));
  return new Set(paths);
}

function pathsOf(location: string, file: AddFile | RemoveFile): string[] {
  const data = relativePath(location, file.path);
  const vector = file.deletionVector ? vectorPath(location, file.deletionVector) : undefined;
  return vector === undefined ? [data] : [data, vector];
}

async function unneeded(run: Run, location: LakePath, needed: ReadonlySet<string>, cutoff: number): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of run.context.storage.list(location, { recursive: true, signal: run.signal })) {
    const path = entry.path.slice(location.path.length + 1);
    // Files of the change data feed are data too.
    const hidden = path.split('/').some((name) => /^[_.]/.test(name) && !name.includes('=') && name !== '_change_data');
    if (entry.isDirectory || hidden || needed.has(path) || entry.modifiedAt.getTime() >= cutoff) continue;
    found.push(path);
  }
  return found.sort();
}

/** The table's own retention in hours. */
function retentionHours({ metadata }: Snapshot): number {
  return durationOf(metadata.configuration, 'delta.deletedFileRetentionDuration') / hour;
}

function tooShort(hours: number, snapshot: Snapshot): ExpectedError {
  return new ExpectedError({
    code: 'delta.retention-too-short',
    message: `VACUUM with ${hours} hours would delete files that readers of recent versions need; the table keeps them for ${retentionHours(snapshot)} hours.`,
    nextStep:
      'RETAIN at least as many hours, or SET spark.databricks.delta.retentionDurationCheck.enabled = false first.',
  });
}
