import assert from 'node:assert/strict';
import { type DatabricksLake, startDatabricksLake } from './databricks-lake.ts';

describe('The change data feed', function () {
  this.timeout(300_000);
  let lake: DatabricksLake;
  before(async () => {
    lake = await startDatabricksLake();
  });
  after(() => lake[Symbol.asyncDispose]());
  const feed = 'TBLPROPERTIES (delta.enableChangeDataFeed = true)';
  const changes = async (table: string, range: string): Promise<string[]> => {
    const columns = 'CAST(k AS STRING), v, _change_type, CAST(_commit_version AS STRING)';
    const rows = await lake.rows(`SELECT ${columns} FROM table_changes('${table}', ${range})`);
    return rows.map((row) => row.join(' ')).sort();
  };

  it('tells what each kind of statement changed', async () => {
    await lake.run(`CREATE TABLE silver.f (k INT, v STRING, p STRING) PARTITIONED BY (p) ${feed}`);
    await lake.run("INSERT INTO silver.f VALUES (1, 'a', 'x'), (2, 'b', 'x'), (3, 'c', 'y'), (4, 'd', 'y')");
    await lake.run("UPDATE silver.f SET v = 'A' WHERE k = 1");
    await lake.run('DELETE FROM silver.f WHERE k = 3');
    await lake.run(
      "MERGE INTO silver.f t USING (SELECT * FROM VALUES (1, 'm'), (2, 'gone'), (9, 'n') AS s(k, v)) s ON t.k = s.k WHEN MATCHED AND s.v = 'gone' THEN DELETE WHEN MATCHED THEN UPDATE SET v = s.v WHEN NOT MATCHED THEN INSERT (k, v, p) VALUES (s.k, s.v, 'z') WHEN NOT MATCHED BY SOURCE THEN UPDATE SET v = 'old'",
    );
    await lake.run("INSERT INTO silver.f REPLACE WHERE k = 9 VALUES (9, 'r', 'z')");
    await lake.run('TRUNCATE TABLE silver.f');
    assert.deepEqual(await changes('silver.f', '0'), [
      '1 A update_postimage 2',
      '1 A update_preimage 4',
      '1 a insert 1',
      '1 a update_preimage 2',
      '1 m delete 6',
      '1 m update_postimage 4',
      '2 b delete 4',
      '2 b insert 1',
      '3 c delete 3',
      '3 c insert 1',
      '4 d insert 1',
      '4 d update_preimage 4',
      '4 old delete 6',
      '4 old update_postimage 4',
      '9 n delete 5',
      '9 n insert 4',
      '9 r delete 6',
      '9 r insert 5',
    ]);
    assert.deepEqual(await changes('silver.f', '2, 3'), [
      '1 A update_postimage 2',
      '1 a update_preimage 2',
      '3 c delete 3',
    ]);
    const { columns } = (await lake.run("SELECT * FROM table_changes('silver.f', 1, 1)")).lastQuery ?? { columns: [] };
    assert.deepEqual(
      columns.map(({ name, typeText }) => `${name}:${typeText}`),
      ['k:int', 'v:string', 'p:string', '_change_type:string', '_commit_version:bigint', '_commit_timestamp:timestamp'],
    );
    const at = "SELECT count(*) FROM table_changes('silver.f', '2000-01-01', '2099-01-01 00:00:00')";
    assert.deepEqual(await lake.rows(at), [[18]]);
  });

  it('is refused where the table kept none, and outside of its versions', async () => {
    await lake.run('CREATE TABLE silver.h (k INT, v STRING); INSERT INTO silver.h VALUES (1, NULL)');
    await lake.run("ALTER TABLE silver.h SET TBLPROPERTIES ('delta.enableChangeDataFeed' = 'true')");
    await lake.run("INSERT INTO silver.h VALUES (2, 'b')");
    await lake.refused("SELECT * FROM table_changes('silver.h', 1)", 'delta.no-change-feed');
    assert.deepEqual(await changes('silver.h', '2'), ['2 b insert 3']);
    assert.deepEqual(await changes('silver.h', '2, 99'), ['2 b insert 3']);
    await lake.refused("SELECT * FROM table_changes('silver.h', 9)", 'delta.invalid-change-range');
    await lake.refused("SELECT * FROM table_changes('silver.h', 3, 2)", 'delta.invalid-change-range');
    await lake.refused("SELECT * FROM table_changes('silver.h')", 'sql.not-emulated');
  });
});
