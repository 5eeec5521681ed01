import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { changesSql } from '@medallion/core/delta/change-feed.ts';
import { localTableStore } from '@medallion/core/delta/local-store.ts';
import { latestVersion, listLog } from '@medallion/core/delta/log.ts';
import { scanSql } from '@medallion/core/delta/scan.ts';
import { readSnapshot } from '@medallion/core/delta/snapshot.ts';
import { pythonEnvironment } from '../../../tools/python-venv.mjs';
import { type DatabricksLake, startDatabricksLake } from '../statements/databricks-lake.ts';
import { openDuckDb } from './duckdb.ts';

const judge = fileURLToPath(new URL('./spark-judge.py', import.meta.url));

/** Tables that our statements write. */
const ours: Readonly<Record<string, readonly string[]>> = {
  ruled: [
    "CREATE TABLE silver.ruled (id BIGINT GENERATED ALWAYS AS IDENTITY, t TIMESTAMP, d DATE GENERATED ALWAYS AS (CAST(t AS DATE)), v STRING DEFAULT 'none') PARTITIONED BY (d) TBLPROPERTIES ('delta.feature.allowColumnDefaults' = 'supported', 'delta.enableInCommitTimestamps' = 'true')",
    "INSERT INTO silver.ruled (t) VALUES (TIMESTAMP'2024-05-01 10:00:00.123456'), (NULL)",
    "UPDATE silver.ruled SET t = TIMESTAMP'1969-12-31 23:59:59' WHERE t IS NULL",
  ],
  feed: [
    'CREATE TABLE silver.feed (k INT, v STRING, p STRING) PARTITIONED BY (p) TBLPROPERTIES (delta.enableChangeDataFeed = true, delta.checkpointInterval = 2)',
    "INSERT INTO silver.feed VALUES (1, 'a', 'x y/%'), (2, 'b', 'x y/%'), (3, NULL, NULL)",
    "MERGE INTO silver.feed t USING (SELECT * FROM VALUES (1, 'm'), (9, 'n') AS s(k, v)) s ON t.k = s.k WHEN MATCHED THEN UPDATE SET v = s.v WHEN NOT MATCHED THEN INSERT (k, v, p) VALUES (s.k, s.v, 'ä')",
    'DELETE FROM silver.feed WHERE k = 2',
    'UPDATE silver.feed SET k = k + 10',
  ],
  mapped: [
    "CREATE TABLE silver.mapped (id INT, `odd name` STRUCT<a: INT, l: ARRAY<STRUCT<c: STRING>>, m: MAP<STRING, STRUCT<d: INT>>>, v STRING, p STRING) PARTITIONED BY (p) TBLPROPERTIES ('delta.columnMapping.mode' = 'name')",
    "INSERT INTO silver.mapped VALUES (1, struct(2, array(struct('x')), map('k', struct(3))), 'v', 'one'), (2, NULL, NULL, NULL)",
    'ALTER TABLE silver.mapped RENAME COLUMN id TO key',
    'ALTER TABLE silver.mapped RENAME COLUMN p TO part',
    'ALTER TABLE silver.mapped DROP COLUMN v',
    'ALTER TABLE silver.mapped ADD COLUMN id STRING',
    "INSERT INTO silver.mapped (key, part, id) VALUES (3, 'two', 'new')",
  ],
  upgraded: [
    "CREATE TABLE silver.upgraded (id INT, s STRUCT<a: INT, b: STRING>) TBLPROPERTIES ('delta.enableTypeWidening' = 'true')",
    "INSERT INTO silver.upgraded VALUES (1, struct(2, 'x'))",
    "ALTER TABLE silver.upgraded SET TBLPROPERTIES ('delta.columnMapping.mode' = 'name')",
    'ALTER TABLE silver.upgraded RENAME COLUMN s.a TO first',
    'ALTER TABLE silver.upgraded ALTER COLUMN s.first TYPE BIGINT',
    'ALTER TABLE silver.upgraded ALTER COLUMN id TYPE BIGINT',
    'ALTER TABLE silver.upgraded DROP COLUMN s.b',
    'INSERT INTO silver.upgraded VALUES (5000000000, struct(5000000000))',
  ],
  restored: [
    'CREATE TABLE silver.restored (k INT, v STRING) CLUSTER BY (k)',
    'ALTER TABLE silver.restored ADD CONSTRAINT positive CHECK (k > 0)',
    "INSERT INTO silver.restored VALUES (1, 'a'), (2, 'b')",
    'DELETE FROM silver.restored WHERE k = 1',
    'OPTIMIZE silver.restored',
    'RESTORE TABLE silver.restored TO VERSION AS OF 2',
  ],
  parts: [
    'CREATE TABLE silver.parts (id INT, b BOOLEAN, f DOUBLE, m DECIMAL(10,2), d DATE, t TIMESTAMP, n TIMESTAMP_NTZ, s STRING) PARTITIONED BY (b, f, m, d, t, n, s)',
    "INSERT INTO silver.parts VALUES (1, true, 1.5, 2.50, DATE'0001-01-01', TIMESTAMP'2024-05-01 01:02:03.000004', TIMESTAMP_NTZ'1969-05-01 01:02:03', 'a=b/%ü '), (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL), (3, false, -0.25, -1, DATE'2024-05-01', TIMESTAMP'1900-01-01 00:00:00', TIMESTAMP_NTZ'2024-05-01 00:00:00.1', '#')",
  ],
};

/** What Spark does with our tables once it has read them: a table that only looks right would fail here. */
const continued: Readonly<Record<string, readonly string[]>> = {
  ruled: ["INSERT INTO $T (t) VALUES (TIMESTAMP'2025-01-01 00:00:00')"],
  mapped: ["UPDATE $T SET part = 'three' WHERE key = 1"],
  upgraded: ['DELETE FROM $T WHERE id = 1'],
  restored: ["INSERT INTO $T VALUES (9, 'spark')"],
};

/** Tables that Spark writes, with what Delta can do. */
const theirs: Readonly<Record<string, readonly string[]>> = {
  vectors: [
    "CREATE TABLE $T (id BIGINT, p STRING) USING DELTA PARTITIONED BY (p) TBLPROPERTIES ('delta.enableDeletionVectors' = 'true', 'delta.enableRowTracking' = 'true')",
    'INSERT INTO $T SELECT id, CAST(id % 2 AS STRING) FROM range(100)',
    'DELETE FROM $T WHERE id % 7 = 0',
    'UPDATE $T SET id = id + 1000 WHERE id < 5',
  ],
  feed_vectors: [
    "CREATE TABLE $T (id INT, v STRING) USING DELTA TBLPROPERTIES ('delta.enableDeletionVectors' = 'true', 'delta.enableChangeDataFeed' = 'true')",
    "INSERT INTO $T SELECT id, concat('v', id) FROM range(0, 20, 1, 1)",
    'DELETE FROM $T WHERE id IN (3, 4)',
    'DELETE FROM $T WHERE id = 5',
    "UPDATE $T SET v = 'x' WHERE id = 6",
  ],
  mapped: [
    "CREATE TABLE $T (id INT, s STRUCT<a: INT, b: STRING>, `odd name` STRING) USING DELTA TBLPROPERTIES ('delta.columnMapping.mode' = 'name')",
    "INSERT INTO $T VALUES (1, struct(1, 'x'), 'o')",
    'ALTER TABLE $T RENAME COLUMN id TO key',
    'ALTER TABLE $T RENAME COLUMN s.a TO first',
    'ALTER TABLE $T DROP COLUMN s.b',
    'ALTER TABLE $T ADD COLUMN id STRING',
    "INSERT INTO $T VALUES (2, struct(2), 'p', 'new')",
  ],
  widened: [
    "CREATE TABLE $T (a SMALLINT, b INT, c FLOAT, d DECIMAL(5,2), e DATE, n STRUCT<x: INT>, l ARRAY<INT>) USING DELTA TBLPROPERTIES ('delta.enableTypeWidening' = 'true', 'delta.feature.timestampNtz' = 'supported')",
    "INSERT INTO $T VALUES (1, 2, 3.25, 4.56, DATE'2024-05-01', struct(7), array(1, NULL))",
    'ALTER TABLE $T ALTER COLUMN a TYPE INT',
    'ALTER TABLE $T ALTER COLUMN b TYPE BIGINT',
    'ALTER TABLE $T ALTER COLUMN c TYPE DOUBLE',
    'ALTER TABLE $T ALTER COLUMN d TYPE DECIMAL(10,4)',
    'ALTER TABLE $T ALTER COLUMN e TYPE TIMESTAMP_NTZ',
    'ALTER TABLE $T ALTER COLUMN n.x TYPE BIGINT',
    'ALTER TABLE $T ALTER COLUMN l.element TYPE BIGINT',
    "INSERT INTO $T VALUES (100000, 9999999999, 0.1, 123456.7891, TIMESTAMP_NTZ'2024-05-01 01:02:03', struct(9999999999), array(9999999999))",
  ],
  v2checkpoint: [
    "CREATE TABLE $T (id INT, t TIMESTAMP_NTZ) USING DELTA PARTITIONED BY (t) TBLPROPERTIES ('delta.checkpointPolicy' = 'v2', 'delta.checkpointInterval' = '2', 'delta.enableInCommitTimestamps' = 'true')",
    "INSERT INTO $T VALUES (1, TIMESTAMP_NTZ'2024-05-01 01:02:03.5'), (2, NULL)",
    "INSERT INTO $T VALUES (3, TIMESTAMP_NTZ'1969-05-01 01:02:03')",
    'DELETE FROM $T WHERE id = 1',
  ],
  clustered: [
    'CREATE TABLE $T (id INT, v STRING) USING DELTA CLUSTER BY (id)',
    "INSERT INTO $T VALUES (1, 'a')",
    "INSERT INTO $T VALUES (2, 'b')",
    'OPTIMIZE $T',
  ],
  partitions: [
    'CREATE TABLE $T (id INT, b BOOLEAN, y BINARY, f DOUBLE, m DECIMAL(10,2), t TIMESTAMP, s STRING) USING DELTA PARTITIONED BY (b, y, f, m, t, s)',
    "INSERT INTO $T VALUES (1, true, X'61', 1.5, 2.50, TIMESTAMP'2024-05-01 01:02:03.000004', 'a=b/%ü '), (2, NULL, NULL, NULL, NULL, NULL, NULL), (3, false, X'62', double('NaN'), -1, TIMESTAMP'1900-01-01 00:00:00', '#')",
  ],
};

describe('Spark reads what our statements write, and what Spark writes is read here', function () {
  this.timeout(900_000);
  const home = mkdtempSync(join(tmpdir(), 'medallion-judge-'));
  const answers = new Map<string, string[]>();
  let lake: DatabricksLake;
  before(async () => {
    lake = await startDatabricksLake();
    for (const [name, statements] of Object.entries(ours)) {
      await lake.run(statements.join(';\n'));
      await download(lake, name, join(home, 'ours', name));
    }
    writeFileSync(join(home, 'after.json'), JSON.stringify(continued));
    writeFileSync(join(home, 'theirs.json'), JSON.stringify(theirs));
    const output = execFileSync(pythonEnvironment(), [judge, home], {
      encoding: 'utf8',
      // What Spark says of a failure belongs to the failure's message.
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 2 ** 26,
    });
    for (const line of output.split('\n').filter((text) => text.startsWith('{'))) {
      const { table, rows } = JSON.parse(line) as { table: string; rows: string[] };
      answers.set(table, rows);
    }
  });
  after(async () => {
    await lake[Symbol.asyncDispose]();
    rmSync(home, { recursive: true, force: true });
  });

  for (const name of Object.keys(ours)) {
    it(`ours: ${name}`, async () => {
      const { schema } = await lake.snapshot(`silver.${name}`);
      const texts = schema.fields.map(({ name: column }) => `CAST(\`${column}\` AS STRING)`).join(', ');
      assert.deepEqual(sorted(await lake.rows(`SELECT ${texts} FROM silver.${name}`)), answers.get(`ours/${name}`));
      if (continued[name]) {
        // What Spark has written into the folder since is read here too.
        const rows = await readHere(join(home, 'ours', name));
        assert.deepEqual(rows, answers.get(`ours/${name}/after`));
      }
      if (!name.startsWith('feed')) return;
      const feed = `${texts}, _change_type, CAST(_commit_version AS STRING)`;
      const rows = await lake.rows(`SELECT ${feed} FROM table_changes('silver.${name}', 0)`);
      assert.deepEqual(sorted(rows), answers.get(`ours/${name}/changes`));
    });
  }

  for (const name of Object.keys(theirs)) {
    it(`theirs: ${name}`, async () => {
      const folder = join(home, 'theirs', name);
      const store = localTableStore(folder);
      const at = (path: string) => Promise.resolve(join(folder, path));
      assert.deepEqual(await readHere(folder), answers.get(`theirs/${name}`));
      if (!name.startsWith('feed')) return;
      const duckdb = await openDuckDb();
      try {
        const snapshot = await readSnapshot(store);
        const log = await listLog(store);
        const sql = await changesSql(store, log, snapshot, { from: 0, to: latestVersion(log) }, at);
        const rows = await sparkTexts(duckdb, `SELECT * EXCLUDE _commit_timestamp FROM (${sql})`);
        assert.deepEqual(rows, answers.get(`theirs/${name}/changes`));
      } finally {
        duckdb.close();
      }
    });
  }
});

/** The rows of a table in a folder, as our reader has them. */
async function readHere(folder: string): Promise<string[]> {
  const duckdb = await openDuckDb();
  try {
    const snapshot = await readSnapshot(localTableStore(folder));
    return await sparkTexts(duckdb, await scanSql(snapshot, (path) => Promise.resolve(join(folder, path))));
  } finally {
    duckdb.close();
  }
}

function sorted(rows: readonly (readonly unknown[])[]): string[] {
  return rows.map((row) => `[${row.map((cell) => JSON.stringify(cell)).join(', ')}]`).sort();
}

/** Rows as Spark's casts to STRING write them, for the types that these tables have. */
async function sparkTexts(duckdb: Awaited<ReturnType<typeof openDuckDb>>, sql: string): Promise<string[]> {
  const described = await duckdb.rows(`DESCRIBE (${sql})`);
  const columns = described.map(({ column_name: name, column_type: type }) => ({
    name: String(name),
    type: String(type),
  }));
  const rows = await duckdb.rows(sql);
  return sorted(rows.map((row) => columns.map(({ name, type }) => sparkText(row[name], type))));
}

function sparkText(value: unknown, type: string): unknown {
  if (value === null || value === undefined) return null;
  if (typeof value === 'object') return nestedText(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (type === 'DOUBLE') return /^-?\d+$/.test(text) ? `${text}.0` : text;
  return type.startsWith('TIMESTAMP') ? text.replace(/\+00$/, '') : text;
}

/** A struct, an array or a map, which comes as a list of pairs, as Spark's cast writes it. */
function nestedText(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string') return value;
  if (typeof value !== 'object') return JSON.stringify(value);
  const pairs = Array.isArray(value) ? (value as ({ key?: unknown; value?: unknown } | null)[]) : [];
  if (pairs.length > 0 && pairs.every((pair) => typeof pair === 'object' && pair && 'key' in pair && 'value' in pair))
    return `{${pairs.map((pair) => `${nestedText(pair?.key)} -> ${nestedText(pair?.value)}`).join(', ')}}`;
  if (Array.isArray(value)) return `[${value.map(nestedText).join(', ')}]`;
  return `{${Object.values(value).map(nestedText).join(', ')}}`;
}

async function download(lake: DatabricksLake, table: string, to: string): Promise<void> {
  const { storage, resolver } = lake.lake;
  const { location } = await resolver.table({ catalog: 'shop', schema: 'silver', table });
  for await (const entry of storage.list(location, { recursive: true })) {
    if (entry.isDirectory) continue;
    const local = join(to, entry.path.slice(location.path.length + 1));
    mkdirSync(dirname(local), { recursive: true });
    writeFileSync(local, await storage.read({ container: location.container, path: entry.path }));
  }
}
