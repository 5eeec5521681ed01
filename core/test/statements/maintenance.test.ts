import assert from 'node:assert/strict';
import { type DatabricksLake, startDatabricksLake } from './databricks-lake.ts';

describe('DESCRIBE, OPTIMIZE, VACUUM, time travel and settings', function () {
  this.timeout(60_000);
  let lake: DatabricksLake;
  before(async () => {
    lake = await startDatabricksLake();
  });
  after(() => lake[Symbol.asyncDispose]());

  it('show what a table is and what was done to it', async () => {
    await lake.run(
      "CREATE TABLE silver.t (k INT COMMENT 'key', d DATE) PARTITIONED BY (d) COMMENT 'c'; INSERT INTO silver.t VALUES (1, DATE'2024-05-01')",
    );
    await lake.run('UPDATE silver.t SET k = 2');
    const history = await lake.rows('DESCRIBE HISTORY silver.t LIMIT 2');
    assert.deepEqual(
      history.map(([version, , operation]) => [version, operation]),
      [
        [2, 'UPDATE'],
        [1, 'WRITE'],
      ],
    );
    assert.equal((JSON.parse(String(history[0]?.[6])) as Record<string, string>)['numUpdatedRows'], '1');
    const [detail] = await lake.rows('DESCRIBE DETAIL silver.t');
    assert.deepEqual([detail?.[0], detail?.[2], detail?.[7], detail?.[8]], ['delta', 'shop.silver.t', '["d"]', 1]);
    assert.deepEqual((await lake.rows('DESCRIBE silver.t')).slice(0, 2), [
      ['k', 'int', 'key'],
      ['d', 'date', null],
    ]);
    const { rows } = await lake.engine.query({
      source: { text: 'DESC HISTORY shop.silver.t', file: 'q' },
      parameters: {},
      profile: { ansi: true, timeZone: 'UTC', decidedBy: 'test' },
      maxRows: 1,
      offset: 1,
    });
    assert.equal(rows[0]?.[0], 1);
  });

  it('read a table as it was', async () => {
    await lake.run('CREATE TABLE silver.v AS SELECT 1 AS a');
    await lake.run('INSERT INTO silver.v VALUES (2)');
    assert.deepEqual(await lake.rows('SELECT a FROM silver.v VERSION AS OF 0'), [[1]]);
    assert.deepEqual(
      await lake.rows('SELECT count(*) AS n FROM silver.v FOR VERSION AS OF 1 AS x JOIN silver.v USING (a)'),
      [[2]],
    );
    const [newest] = await lake.rows('DESCRIBE HISTORY silver.v');
    assert.deepEqual(await lake.rows(`SELECT count(*) AS n FROM silver.v TIMESTAMP AS OF '${String(newest?.[1])}'`), [
      [2],
    ]);
    await lake.refused('SELECT a FROM silver.v VERSION AS OF 9', 'delta.version-not-found');
    await lake.refused("SELECT a FROM silver.v TIMESTAMP AS OF '2001-01-01'", 'delta.timestamp-out-of-range');
  });

  it('compact small files without changing a row, beside a writer that appends', async () => {
    await lake.run('CREATE TABLE silver.small (k INT, p STRING) PARTITIONED BY (p)');
    for (let k = 0; k < 3; k++) await lake.run(`INSERT INTO silver.small VALUES (${k}, 'a'), (${k}, 'b')`);
    await lake.run("INSERT INTO silver.small VALUES (9, 'c')");
    const before = await lake.rows('SELECT k, p FROM silver.small ORDER BY p, k');
    const { statements } = await lake.run('OPTIMIZE silver.small');
    assert.equal(statements[0]?.written?.files, 2, 'the partition with one file is left alone');
    assert.equal((await lake.snapshot('silver.small')).files.length, 3);
    assert.deepEqual(await lake.rows('SELECT k, p FROM silver.small ORDER BY p, k'), before);
    assert.equal((await lake.run('OPTIMIZE silver.small')).statements[0]?.written, undefined);
    await lake.run('OPTIMIZE silver.small ZORDER BY (k)');
    assert.deepEqual(await lake.rows('SELECT k, p FROM silver.small ORDER BY p, k'), before);
    await lake.refused('OPTIMIZE silver.small ZORDER BY (p)', 'delta.invalid-z-order');
  });

  it('order by a Z-curve, so that a range of either column lies in few places', async () => {
    await lake.run(
      'CREATE TABLE silver.z AS SELECT CAST(id % 64 AS INT) AS x, CAST(id DIV 64 AS INT) AS y FROM range(4096)',
    );
    await lake.run('OPTIMIZE silver.z ZORDER BY (x, y)');
    const rows = await lake.rows('SELECT x, y FROM silver.z LIMIT 64');
    assert.ok(
      rows.every(([x, y]) => Number(x) < 8 && Number(y) < 8),
      'the first 64 of 64 x 64 rows are a square of 8 x 8',
    );
  });

  it('vacuum only what no version within the retention needs', async () => {
    await lake.run('CREATE TABLE silver.old AS SELECT 1 AS a');
    await lake.run('UPDATE silver.old SET a = 2');
    await lake.refused('VACUUM silver.old RETAIN 0 HOURS', 'delta.retention-too-short');
    assert.deepEqual(await lake.rows('VACUUM silver.old DRY RUN'), []);
    await lake.run('VACUUM silver.old');
    assert.deepEqual(await lake.rows('SELECT a FROM silver.old VERSION AS OF 0'), [[1]]);
    const unchecked =
      'SET spark.databricks.delta.retentionDurationCheck.enabled = false; VACUUM silver.old RETAIN 0 HOURS';
    assert.equal((await lake.rows(`${unchecked} DRY RUN`)).length, 1);
    await lake.run(unchecked);
    assert.deepEqual(await lake.rows('SELECT a FROM silver.old'), [[2]]);
    const { location } = await lake.lake.resolver.table({ catalog: 'shop', schema: 'silver', table: 'old' });
    const files = [];
    for await (const entry of lake.lake.storage.list(location, { recursive: false }))
      if (!entry.isDirectory) files.push(entry);
    assert.equal(files.length, 1);
  });

  it('overwrite dynamically the partitions that the rows bring', async () => {
    await lake.run(
      "CREATE TABLE silver.dyn (k INT, p STRING) PARTITIONED BY (p); INSERT INTO silver.dyn VALUES (1, 'a'), (2, 'b')",
    );
    await lake.run(
      "SET spark.sql.sources.partitionOverwriteMode = dynamic; INSERT OVERWRITE silver.dyn VALUES (20, 'b'), (30, 'c')",
    );
    assert.deepEqual(await lake.rows('SELECT k FROM silver.dyn ORDER BY k'), [[1], [20], [30]]);
    await lake.run("INSERT OVERWRITE silver.dyn VALUES (40, 'b')");
    assert.deepEqual(await lake.rows('SELECT k FROM silver.dyn'), [[40]]);
    await lake.refused('SET spark.sql.ansi.enabled = false', 'sql.not-emulated');
  });
});
