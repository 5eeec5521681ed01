import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localTableStore } from '@medallion/core/delta/local-store.ts';
import { duckdbToDelta, quoteLiteral } from '@medallion/core/delta/duckdb-types.ts';
import { scanSql } from '@medallion/core/delta/scan.ts';
import type { Snapshot } from '@medallion/core/delta/actions.ts';
import type { DeltaStruct } from '@medallion/core/delta/schema.ts';
import { indexedColumns } from '@medallion/core/delta/indexed-columns.ts';
import { type CopiedFile, dataFileFromCopy, type NewDataFile } from '@medallion/core/delta/statistics.ts';
import type { TableStore } from '@medallion/core/delta/store.ts';
import type { WriteParquetRows } from '@medallion/core/delta/checkpoint-writer.ts';
import type { TestDuckDb } from './duckdb.ts';

/** A table's folder on disk that is gone at the end of the test, and DuckDB to make and read its data files. */
export interface TestTable extends Disposable {
  readonly folder: string;
  readonly store: TableStore;
  /** Writes a query's rows as data files into the table's folder; not yet part of the table. */
  stage(query: string, partitionedBy?: readonly string[]): Promise<{ schema: DeltaStruct; files: NewDataFile[] }>;
  rows(snapshot: Snapshot, tail?: string): Promise<Record<string, unknown>[]>;
}

export function createTestTable(duckdb: TestDuckDb): TestTable {
  const folder = mkdtempSync(join(tmpdir(), 'medallion-delta-'));
  let staged = 0;
  return {
    folder,
    store: localTableStore(folder),
    async stage(query, partitionedBy = []) {
      const described = await duckdb.rows(`DESCRIBE (${query})`);
      const fields = described.map((row) => ({
        name: String(row['column_name']),
        type: duckdbToDelta(String(row['column_type'])),
        nullable: true,
        metadata: {},
      }));
      const schema: DeltaStruct = { type: 'struct', fields };
      const layout = { partitionColumns: partitionedBy, configuration: {} };
      const target = partitionedBy.length > 0 ? folder : join(folder, `part-${staged++}.parquet`);
      const options =
        partitionedBy.length > 0
          ? `, PARTITION_BY (${partitionedBy.join(', ')}), FILENAME_PATTERN 'part-{uuid}', OVERWRITE_OR_IGNORE`
          : '';
      const copied = await duckdb.rows(
        `COPY (${query}) TO ${quoteLiteral(target)} (FORMAT parquet, RETURN_STATS${options})`,
      );
      const files = (copied as unknown as CopiedFile[]).map((file) =>
        dataFileFromCopy(file, file.filename.slice(folder.length + 1), schema, indexedColumns(fields, layout)),
      );
      return { schema, files };
    },
    async rows(snapshot, tail = '') {
      const sql = await scanSql(snapshot, (path) => Promise.resolve(join(folder, path)));
      return await duckdb.rows(`FROM (${sql}) ${tail}`);
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** What the engine does for checkpoints, as a test needs it. */
export function parquetRowsWriter(duckdb: TestDuckDb, folder: string): WriteParquetRows {
  return async ({ jsonLines, columns }) => {
    const { readFile, writeFile, rm } = await import('node:fs/promises');
    const source = join(folder, '.rows.json');
    const target = join(folder, '.rows.parquet');
    await writeFile(source, jsonLines);
    const types = Object.entries(columns).map(([name, type]) => `${quoteLiteral(name)}: ${quoteLiteral(type)}`);
    await duckdb.run(
      `COPY (FROM read_json(${quoteLiteral(source)}, format = 'newline_delimited', columns = {${types.join(', ')}})) TO ${quoteLiteral(target)} (FORMAT parquet)`,
    );
    const bytes = await readFile(target);
    await Promise.all([rm(source), rm(target)]);
    return bytes;
  };
}
