import assert from 'node:assert/strict';
import { type DatabricksLake, startDatabricksLake } from './databricks-lake.ts';

describe('RESTORE TABLE', function () {
  this.timeout(300_000);
  let lake: DatabricksLake;
  before(async () => {
    lake = await startDatabricksLake();
  });
  after(() => lake[Symbol.asyncDispose]());

  it('makes a table what it was, columns and properties too, without writing a file', async () => {
    await lake.run('CREATE TABLE silver.r (k INT); INSERT INTO silver.r VALUES (1); INSERT INTO silver.r VALUES (2)');
    await lake.run("ALTER TABLE silver.r ADD COLUMN v STRING; ALTER TABLE silver.r SET TBLPROPERTIES ('team' = 'a')");
    await lake.run("UPDATE silver.r SET v = 'x' WHERE k = 1; DELETE FROM silver.r WHERE k = 2");
    const before = await lake.engine.statistics();
    await lake.run('RESTORE TABLE silver.r TO VERSION AS OF 2');
    assert.equal((await lake.engine.statistics()).filesFetched, before.filesFetched, 'no row was read');
    assert.deepEqual(await lake.rows('SELECT * FROM silver.r ORDER BY k'), [[1], [2]]);
    assert.deepEqual((await lake.snapshot('silver.r')).metadata.configuration, {});
    const [last] = await lake.rows('DESCRIBE HISTORY silver.r LIMIT 1');
    assert.equal(last?.[2], 'RESTORE');
    await lake.run('RESTORE silver.r VERSION AS OF 5');
    assert.deepEqual(await lake.rows('SELECT k, v FROM silver.r ORDER BY k'), [
      [1, 'x'],
      [2, null],
    ]);
    await lake.refused('RESTORE TABLE silver.r TO VERSION AS OF 99', 'delta.version-not-found');
    await lake.refused("RESTORE TABLE silver.r TO TIMESTAMP AS OF '2001-01-01'", 'delta.timestamp-out-of-range');
  });

  it('says which file VACUUM has taken', async () => {
    await lake.run('CREATE TABLE silver.gone (k INT); INSERT INTO silver.gone VALUES (1); DELETE FROM silver.gone');
    await lake.run(
      'SET spark.databricks.delta.retentionDurationCheck.enabled = false; VACUUM silver.gone RETAIN 0 HOURS',
    );
    await lake.refused('RESTORE TABLE silver.gone TO VERSION AS OF 1', 'delta.missing-files');
    assert.equal((await lake.snapshot('silver.gone')).version, 2);
  });
});
