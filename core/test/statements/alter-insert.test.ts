import assert from 'node:assert/strict';
import { type DatabricksLake, startDatabricksLake } from './databricks-lake.ts';

describe('ALTER TABLE, TRUNCATE and the forms of INSERT', function () {
  this.timeout(60_000);
  let lake: DatabricksLake;
  before(async () => {
    lake = await startDatabricksLake();
  });
  after(() => lake[Symbol.asyncDispose]());

  it('alter what a table is, in the log and in the catalog', async () => {
    await lake.run("CREATE TABLE silver.a (k INT) COMMENT 'kept'; INSERT INTO silver.a VALUES (1)");
    await lake.run(`ALTER TABLE silver.a ADD COLUMNS (v STRING COMMENT 'x', n DECIMAL(5,1));
      ALTER TABLE silver.a ADD CONSTRAINT Positive CHECK (k > 0 AND k < 100);
      ALTER TABLE silver.a ALTER COLUMN k SET NOT NULL;
      ALTER TABLE silver.a ALTER COLUMN k COMMENT 'key';
      ALTER TABLE silver.a SET TBLPROPERTIES ('delta.appendOnly' = 'true', 'team' = 'a');
      INSERT INTO silver.a VALUES (2, 'b', 1.25)`);
    const snapshot = await lake.snapshot('silver.a');
    assert.deepEqual(snapshot.metadata.configuration, {
      'delta.constraints.positive': 'k > 0 AND k < 100',
      'delta.appendOnly': 'true',
      team: 'a',
    });
    assert.equal(snapshot.metadata.description, 'kept');
    assert.deepEqual(snapshot.schema.fields[0], {
      name: 'k',
      type: 'integer',
      nullable: false,
      metadata: { comment: 'key' },
    });
    assert.ok(snapshot.protocol.writerFeatures?.includes('checkConstraints'));
    assert.deepEqual(await lake.rows('SELECT k, v, n FROM silver.a ORDER BY k'), [
      [1, null, null],
      [2, 'b', '1.3'],
    ]);
    await lake.refused('DELETE FROM silver.a WHERE k = 1', 'delta.append-only');
    await lake.refused("INSERT INTO silver.a VALUES (100, 'x', 1)", 'delta.check-violated');
    await lake.refused('INSERT INTO silver.a (v) VALUES (NULL)', 'delta.not-null-violated');
    await lake.run(`ALTER TABLE silver.a UNSET TBLPROPERTIES IF EXISTS ('delta.appendOnly', 'nope');
      ALTER TABLE silver.a DROP CONSTRAINT positive; ALTER TABLE silver.a DROP CONSTRAINT IF EXISTS positive;
      ALTER TABLE silver.a ALTER COLUMN k DROP NOT NULL; INSERT INTO silver.a (k) VALUES (1000), (NULL)`);
    await lake.refused('ALTER TABLE silver.a DROP CONSTRAINT positive', 'delta.no-such-constraint');
    await lake.refused('ALTER TABLE silver.a ALTER COLUMN k SET NOT NULL', 'delta.not-null-violated');
    await lake.refused('ALTER TABLE silver.a ADD CONSTRAINT c CHECK (k > 0)', 'delta.check-violated');
    await lake.refused('ALTER TABLE silver.a ADD CONSTRAINT c CHECK (nope > 0)', 'sql.unresolved-column');
    await lake.refused(
      "ALTER TABLE silver.a SET TBLPROPERTIES ('delta.enableRowTracking' = 'true')",
      'delta.unsupported-property',
    );
    await lake.refused('ALTER TABLE silver.a RENAME COLUMN k TO b', 'delta.column-mapping-needed');
  });

  it('replace a partition, or the rows that a condition names', async () => {
    await lake.run(
      "CREATE TABLE silver.p (k INT, d DATE) PARTITIONED BY (d); INSERT INTO silver.p VALUES (1, DATE'2024-01-01'), (2, DATE'2024-01-02'), (3, NULL)",
    );
    await lake.run("INSERT OVERWRITE silver.p PARTITION (d = '2024-01-02') SELECT 20 UNION ALL SELECT 21");
    await lake.run('INSERT OVERWRITE silver.p PARTITION (d = NULL) VALUES (30)');
    await lake.run("INSERT INTO silver.p PARTITION (d = '2024-01-03') VALUES (4)");
    const all = 'SELECT k, d FROM silver.p ORDER BY k';
    assert.deepEqual(await lake.rows(all), [
      [1, '2024-01-01'],
      [4, '2024-01-03'],
      [20, '2024-01-02'],
      [21, '2024-01-02'],
      [30, null],
    ]);
    await lake.run(
      "INSERT INTO silver.p REPLACE WHERE d >= '2024-01-02' SELECT k + 1, d FROM silver.p WHERE d > '2024-01-01'",
    );
    assert.deepEqual(await lake.rows(all), [
      [1, '2024-01-01'],
      [5, '2024-01-03'],
      [21, '2024-01-02'],
      [22, '2024-01-02'],
      [30, null],
    ]);
    const error = await lake.refused(
      'INSERT INTO silver.p REPLACE WHERE k = 1 VALUES (1, NULL), (2, NULL)',
      'delta.replace-where-violated',
    );
    assert.match(error.message, /1 row of the query/);
    await lake.refused(
      "INSERT OVERWRITE silver.p PARTITION (k = 1) VALUES (DATE'2024-01-01')",
      'delta.not-partitioned',
    );
    await lake.run('TRUNCATE TABLE silver.p');
    assert.deepEqual(await lake.rows('SELECT count(*) AS n FROM silver.p'), [[0]]);
    assert.deepEqual(await lake.rows('SELECT count(*) AS n FROM silver.p VERSION AS OF 1'), [[3]]);
  });
});
