import { ExpectedError } from '../../../base/expected-error.ts';
import { mapConcurrently } from '../../../base/concurrency.ts';
import type { AddFile, Snapshot } from '../../../delta/actions.ts';
import { relativePath } from '../../../delta/file-path.ts';
import { lakeTableStore } from '../../../delta/lake-store.ts';
import { writeTable } from '../../../delta/write.ts';
import type { ResolvedTable } from '../../../lake/resolver.ts';
import type { CompiledStatement } from '../../../sql/contract.ts';
import { runChecks } from '../checks.ts';
import type { Run } from '../context.ts';
import { completeName, nameText } from '../names.ts';
import { pinned, readVersion, tableScan, versionOf } from '../relations/table.ts';
import { parquetRowsWriter } from '../staging.ts';
import { columnInfos } from './create-table.ts';
import type { StatementEffect } from './effect.ts';
import { writableTable } from './writable-table.ts';

type Restore = Extract<CompiledStatement, { kind: 'restore' }>;

/**
 * RESTORE TABLE: a new version with the files, the columns and the properties of an earlier one. Rejects with `delta.missing-files` where
 * VACUUM has taken one of them, and as time travel does.
 */
export async function restore(run: Run, statement: Restore, folder: string): Promise<StatementEffect> {
  const { context, signal } = run;
  const table = await writableTable(run, completeName(run, statement.target));
  const snapshot = await readVersion(run, table.location);
  const target = await readVersion(run, table.location, await pinned(run, statement));
  const here = new Set(snapshot.files.map(({ path }) => path));
  const back = target.files.filter(({ path }) => !here.has(path));
  await checkThere(run, table, target, back);
  const checks = await runChecks(run, table.name, () => tableScan(context, table.location, target, signal));
  const wanted = new Set(target.files.map(({ path }) => path));
  const removed = snapshot.files.filter(({ path }) => !wanted.has(path));
  const size = (files: readonly AddFile[]): string => String(files.reduce((sum, file) => sum + file.size, 0));
  const operation = {
    name: 'RESTORE',
    parameters: { version: String(statement.version ?? ''), timestamp: statement.timestamp ?? '' },
    metrics: {
      numRestoredFiles: String(back.length),
      restoredFilesSize: size(back),
      numRemovedFiles: String(removed.length),
      removedFilesSize: size(removed),
      numOfFilesAfterRestore: String(target.files.length),
      tableSizeAfterRestore: size(target.files),
    },
  };
  const store = lakeTableStore(context.storage, table.location);
  const options = { writeParquetRows: parquetRowsWriter(run.session, folder), ...(signal ? { signal } : {}) };
  const { version } = await writeTable(store, { kind: 'restore', snapshot, target, operation, files: [] }, options);
  await context.resolver.updateColumns(table, columnInfos(target.schema));
  const inputs = { reads: [versionOf(table, snapshot.version)], readFiles: [], readPaths: [] };
  return { inputs, written: { ...versionOf(table, version), rows: 0, files: back.length, bytes: 0, checks } };
}

async function checkThere(
  { context, signal }: Run,
  table: ResolvedTable,
  { location, version }: Snapshot,
  files: readonly AddFile[],
): Promise<void> {
  await mapConcurrently(files, 16, async ({ path }) => {
    const inside = relativePath(location, path);
    const place = { container: table.location.container, path: `${table.location.path}/${inside}` };
    try {
      await context.storage.properties(place, { signal });
    } catch (error) {
      if (!(error instanceof ExpectedError && error.code === 'storage.not-found')) throw error;
      throw new ExpectedError({
        code: 'delta.missing-files',
        message: `${nameText(table.name)} cannot be restored to version ${version}: its file ${inside} is gone, as after VACUUM.`,
        nextStep: 'Restore a version that is younger than the retention of deleted files.',
        cause: error,
      });
    }
  });
}
