import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Cell } from '@medallion/core/engine/contract.ts';
import { pythonEnvironment } from '../../../tools/python-venv.mjs';
import { type DatabricksLake, startDatabricksLake } from './databricks-lake.ts';

const reader = fileURLToPath(new URL('./delta-rs.py', import.meta.url));

/** One statement after the other on one table; delta-rs reads the table after each. */
const story: readonly string[] = [
  'CREATE TABLE silver.told (k INT NOT NULL, v STRING, n DECIMAL(9,2), t TIMESTAMP, p STRING) PARTITIONED BY (p)',
  "INSERT INTO silver.told VALUES (1, 'a', 1.5, TIMESTAMP'2024-05-01 10:00:00.123456', 'x y/z=%'), (2, NULL, NULL, NULL, NULL), (3, 'c', -0.01, TIMESTAMP'1969-12-31 23:59:59', 'ä')",
  "MERGE INTO silver.told t USING (SELECT 2 AS k, 'two' AS v UNION ALL SELECT 9, 'nine') s ON t.k = s.k WHEN MATCHED THEN UPDATE SET v = s.v, p = 'moved' WHEN NOT MATCHED THEN INSERT (k, v, p) VALUES (s.k, s.v, 'new')",
  'UPDATE silver.told SET n = coalesce(n, 0) + 1 WHERE k < 3',
  'DELETE FROM silver.told WHERE k = 3',
  'ALTER TABLE silver.told ADD COLUMN extra DATE',
  'ALTER TABLE silver.told ADD CONSTRAINT positive CHECK (k > 0)',
  "INSERT INTO silver.told (k, extra, p) VALUES (20, DATE'2024-02-29', 'new')",
  'OPTIMIZE silver.told',
  "INSERT OVERWRITE silver.told PARTITION (p = 'new') (k, v) SELECT 21, 'over'",
  'MERGE WITH SCHEMA EVOLUTION INTO silver.told t USING (SELECT 1 AS k, 1.25D AS more) s ON t.k = s.k WHEN MATCHED THEN UPDATE SET *',
  "INSERT INTO silver.told REPLACE WHERE k > 20 VALUES (22, NULL, NULL, NULL, 'r', NULL, 0.5)",
  'OPTIMIZE silver.told ZORDER BY (k, v)',
  'VACUUM silver.told',
  'TRUNCATE TABLE silver.told',
  'INSERT INTO silver.told (k) VALUES (1)',
  "ALTER TABLE silver.told SET TBLPROPERTIES ('delta.enableChangeDataFeed' = 'true', 'delta.feature.allowColumnDefaults' = 'supported')",
  "ALTER TABLE silver.told ALTER COLUMN v SET DEFAULT 'none'",
  "INSERT INTO silver.told (k, p) VALUES (2, 'fed'), (3, 'fed')",
  "UPDATE silver.told SET v = 'fed' WHERE k = 2",
  "ALTER TABLE silver.told SET TBLPROPERTIES ('delta.enableInCommitTimestamps' = 'true')",
  'DELETE FROM silver.told WHERE k = 3',
  'RESTORE TABLE silver.told TO VERSION AS OF 1',
];

/** delta-rs is another implementation of Delta, which must read what is written here. */
describe('delta-rs reads what the statements write', function () {
  this.timeout(300_000);
  let lake: DatabricksLake;
  const folder = mkdtempSync(join(tmpdir(), 'medallion-delta-rs-'));
  before(async () => {
    lake = await startDatabricksLake();
  });
  after(async () => {
    await lake[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const [index, statement] of story.entries()) {
    it(statement.slice(0, 70), async () => {
      await lake.run(statement);
      const { version, schema } = await lake.snapshot('silver.told');
      if (index < 10) assert.ok(version <= index);
      const copy = join(folder, String(index));
      await download(lake, copy);
      const answer = execFileSync(pythonEnvironment(), [reader, copy], { encoding: 'utf8' });
      const read = JSON.parse(answer) as { version: number; rows: string[] };
      assert.equal(read.version, version);
      const rows = await lake.rows('SELECT * FROM silver.told');
      const texts = rows.map((row) =>
        rowText(
          row,
          schema.fields.map(({ type }) => type),
        ),
      );
      assert.deepEqual(read.rows, texts.sort());
    });
  }
});

async function download(lake: DatabricksLake, to: string): Promise<void> {
  const { storage, resolver } = lake.lake;
  const { location } = await resolver.table({ catalog: 'shop', schema: 'silver', table: 'told' });
  for await (const entry of storage.list(location, { recursive: true })) {
    if (entry.isDirectory) continue;
    const local = join(to, entry.path.slice(location.path.length + 1));
    mkdirSync(dirname(local), { recursive: true });
    writeFileSync(local, await storage.read({ container: location.container, path: entry.path }));
  }
}

/** As Python's `str` writes the values. */
function rowText(row: readonly Cell[], types: readonly unknown[]): string {
  const cells = row.map((cell, index) => {
    if (cell === null) return 'null';
    return pythonText(types[index] === 'timestamp' ? `${String(cell)}+00:00` : String(cell));
  });
  return `[${cells.join(', ')}]`;
}

/** A string as `json.dumps` writes it: other characters than ASCII as \u escapes. */
function pythonText(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\u0080-\uffff]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
