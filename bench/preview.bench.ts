import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { openParquet } from '@medallion/core/formats/parquet.ts';
import { bytesSource, countReads, openLocalFile } from '@medallion/core/formats/range-source.ts';
import { type Measured, medianMs } from './measure.ts';

const rows = 2_000_000;

/** The preview's first hundred rows by range reads, against reading the whole file first and then the same rows. */
export async function preview(): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'medallion-bench-'));
  try {
    const file = join(folder, 'events.parquet');
    await writeEvents(file);
    let bytesByRange = 0;
    const byRange = async () => {
      await using source = await openLocalFile(file);
      const counted = countReads(source);
      const parquet = await openParquet(counted);
      parquet.rowGroups();
      await parquet.readRows(0, 100);
      bytesByRange = counted.bytesRead;
    };
    let wholeBytes = 0;
    const whole = async () => {
      const bytes = await readFile(file);
      wholeBytes = bytes.byteLength;
      const parquet = await openParquet(bytesSource(file, bytes));
      await parquet.readRows(0, 100);
    };
    const ours = await medianMs(5, byRange);
    const theirs = await medianMs(5, whole);
    const name = `Parquet preview, first 100 of ${rows.toLocaleString('en')} rows`;
    return {
      comparisons: [
        {
          name: `${name}: bytes read`,
          ours: bytesByRange,
          theirs: wholeBytes,
          unit: 'bytes',
          against: 'the whole file',
        },
        { name: `${name}: time`, ours, theirs, unit: 'ms', against: 'the whole file' },
      ],
      notes: [
        'The preview reads the footer and the pages of its first rows by ranges; against it stands reading the whole file first.',
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function writeEvents(file: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`
    COPY (
      SELECT i AS id, 'session-' || (i % 50000) AS session_id, md5(i::VARCHAR) AS page, (i % 97) / 7.0 AS value,
        TIMESTAMP '2025-01-01' + INTERVAL (i) SECOND AS event_at, ['page_view', 'search', 'purchase'][1 + i % 3] AS kind
      FROM range(${rows}) AS t(i)
    ) TO '${file}' (FORMAT parquet, ROW_GROUP_SIZE 100000)`);
  connection.closeSync();
  instance.closeSync();
}
