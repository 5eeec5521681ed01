import assert from 'node:assert/strict';
import { type DatabricksLake, startDatabricksLake } from './databricks-lake.ts';

const folder = '/Volumes/shop/bronze/landing/events';
const stream = `SELECT id, kind FROM STREAM read_files('${folder}', format => 'csv', header => true, schema => 'id INT, kind STRING')`;

describe('materialized views and streaming tables', function () {
  this.timeout(60_000);
  let lake: DatabricksLake;
  before(async () => {
    lake = await startDatabricksLake();
    await lake.lake.land('events/1.csv', 'id,kind\n1,a\n2,b\n');
  });
  after(() => lake[Symbol.asyncDispose]());

  it('a materialized view is computed as a whole whenever its statement runs', async () => {
    await lake.run('CREATE TABLE silver.t AS SELECT 1 AS n');
    const sql =
      "CREATE OR REPLACE MATERIALIZED VIEW gold.sums (total COMMENT 'all') COMMENT 'x' SCHEDULE EVERY 1 HOUR AS SELECT sum(n) FROM silver.t";
    await lake.run(sql);
    await lake.run('INSERT INTO silver.t VALUES (5)');
    assert.deepEqual(await lake.rows('SELECT total FROM gold.sums'), [[1]]);
    await lake.run(sql);
    assert.deepEqual(await lake.rows('SELECT total FROM gold.sums'), [[6]]);
    const found = await lake.lake.resolver.relation({ catalog: 'shop', schema: 'gold', table: 'sums' });
    assert.equal(found.type, 'MATERIALIZED_VIEW');
    await lake.refused('INSERT INTO gold.sums VALUES (1)', 'catalog.not-writable');
    await lake.refused('CREATE MATERIALIZED VIEW gold.sums AS SELECT 1 AS a', 'catalog.table-already-exists');
    await lake.refused('CREATE OR REPLACE TABLE gold.sums AS SELECT 1 AS a', 'catalog.not-writable');
    await lake.run('DROP MATERIALIZED VIEW gold.sums');
  });

  it('expectations drop rows, count them, or fail the update', async () => {
    const { statements } = await lake.run(`CREATE OR REFRESH MATERIALIZED VIEW gold.good (
        CONSTRAINT positive EXPECT (n > 0) ON VIOLATION DROP ROW,
        CONSTRAINT small EXPECT (good.n < 10)
      ) AS SELECT * FROM VALUES (1), (-1), (CAST(NULL AS INT)), (20) AS t(n)`);
    assert.deepEqual(statements[0]?.written?.checks, [
      { name: 'positive', severity: 'warning', violations: 2 },
      { name: 'small', severity: 'warning', violations: 2 },
    ]);
    assert.deepEqual(await lake.rows('SELECT n FROM gold.good ORDER BY n'), [[1], [20]]);
    const { version } = await lake.snapshot('gold.good');
    const error = await lake.refused(
      'CREATE OR REFRESH MATERIALIZED VIEW gold.good (CONSTRAINT never EXPECT (n < 0) ON VIOLATION FAIL UPDATE) AS SELECT 1 AS n',
      'expectation.violated',
    );
    assert.match(error.message, /never by 1 row /);
    assert.equal((await lake.snapshot('gold.good')).version, version);
  });

  it('expectations name a column by its table where the query gives it as it is', async () => {
    const rule = (text: string, query: string): string =>
      `CREATE OR REFRESH MATERIALIZED VIEW gold.placed (CONSTRAINT known EXPECT (${text}) ON VIOLATION DROP ROW) AS ${query}`;
    const from = "FROM VALUES ('a', 1), (NULL, 2) AS f(city, n)";
    await lake.run(rule("f.city IS NOT NULL AND city != 'x'", `SELECT sum(f.n) AS total, f.city ${from} GROUP BY ALL`));
    assert.deepEqual(await lake.rows('SELECT city, total FROM gold.placed'), [['a', 1]]);
    for (const query of [`SELECT f.city AS town ${from}`, `SELECT upper(f.city) AS city ${from}`])
      await lake.refused(rule('f.city IS NOT NULL', query), 'sql.unresolved-column');
    await lake.refused(
      rule('f.city IS NOT NULL', `SELECT f.n, f.city ${from}`).replace('(CONSTRAINT', '(city, m, CONSTRAINT'),
      'sql.unresolved-column',
    );
    await lake.run('DROP MATERIALIZED VIEW gold.placed');
  });

  it('a streaming table reads each file once', async () => {
    const sql = `CREATE OR REFRESH STREAMING TABLE bronze.events AS ${stream}`;
    const first = await lake.run(sql);
    assert.equal(first.statements[0]?.written?.rows, 2);
    const second = await lake.run(sql);
    assert.equal(second.statements[0]?.written, undefined, 'nothing has come, nothing is committed');
    await lake.lake.land('events/2.csv', 'id,kind\n3,c\n');
    await lake.lake.land('events/1.csv', 'id,kind\n9,changed\n');
    const third = await lake.run(sql);
    assert.equal(third.statements[0]?.written?.rows, 1, 'a file that was read and then changed is not read again');
    assert.deepEqual(await lake.rows('SELECT id FROM bronze.events ORDER BY id'), [[1], [2], [3]]);
    await lake.lake.land('events/3.csv', 'id,kind\n4,d\n');
    const runs = await Promise.allSettled([lake.run(sql), lake.run(sql)]);
    assert.ok(runs.some(({ status }) => status === 'fulfilled'));
    assert.deepEqual(await lake.rows('SELECT id FROM bronze.events ORDER BY id'), [[1], [2], [3], [4]]);
  });

  it('a refresh with another query grows the table, and rejects another type', async () => {
    await lake.lake.land('events/4.csv', 'id,kind\n5,e\n');
    await lake.run(
      `CREATE OR REFRESH STREAMING TABLE bronze.events AS ${stream.replace('id, kind', 'id, upper(kind) AS big')}`,
    );
    assert.deepEqual(await lake.rows('SELECT id, kind, big FROM bronze.events WHERE id > 3 ORDER BY id'), [
      [4, 'd', null],
      [5, null, 'E'],
    ]);
    await lake.lake.land('events/5.csv', 'id,kind\n6,f\n');
    await lake.refused(
      `CREATE OR REFRESH STREAMING TABLE bronze.events AS ${stream.replace('id, kind', 'CAST(id AS STRING) AS id')}`,
      'delta.schema-mismatch',
    );
    await lake.run(`CREATE OR REFRESH STREAMING TABLE bronze.events AS ${stream}`);
    assert.deepEqual(
      await lake.rows('SELECT max(id) AS m FROM bronze.events'),
      [[6]],
      'a refused refresh took nothing',
    );
  });

  it('a streaming table reads the rows that were appended to a table', async () => {
    await lake.run('CREATE TABLE silver.grows AS SELECT 1 AS n');
    const sql =
      'CREATE OR REFRESH STREAMING TABLE gold.doubled AS SELECT n, n * 2 AS d FROM STREAM(silver.grows) WHERE n <> 2';
    await lake.run(sql);
    await lake.run('INSERT INTO silver.grows VALUES (2); INSERT INTO silver.grows VALUES (3)');
    await lake.run(sql);
    assert.deepEqual(await lake.rows('SELECT n, d FROM gold.doubled ORDER BY n'), [
      [1, 2],
      [3, 6],
    ]);
    await lake.run('INSERT OVERWRITE silver.grows VALUES (7)');
    await lake.refused(sql, 'engine.stream-source-changed');
  });

  it('a streaming table takes new columns of its files, without a schema and where it says so', async () => {
    const from =
      "STREAM read_files('/Volumes/shop/bronze/landing/grown', format => 'json', schemaEvolutionMode => 'addNewColumns')";
    await lake.lake.land('grown/1.json', '{"id": 1}\n');
    // As Delta Live Tables wrote it, and with columns for its layout that Databricks chooses.
    const sql = `CREATE OR REFRESH STREAMING LIVE TABLE bronze.grown CLUSTER BY AUTO AS SELECT * FROM ${from}`;
    await lake.run(sql);
    await lake.lake.land('grown/2.json', '{"id": 2, "kind": "b"}\n');
    await lake.run(sql);
    assert.deepEqual(await lake.rows('SELECT id, kind FROM bronze.grown ORDER BY id'), [
      [1, null],
      [2, 'b'],
    ]);
    assert.equal((await lake.snapshot('bronze.grown')).metadata.configuration['clusterByAuto'], 'true');
    await lake.run('CREATE LIVE TABLE gold.all AS SELECT count(*) AS n FROM bronze.grown');
    assert.equal(
      (await lake.lake.resolver.relation({ catalog: 'shop', schema: 'gold', table: 'all' })).type,
      'MATERIALIZED_VIEW',
    );
    const given = from.replace("'json',", "'json', schema => 'id INT',");
    await lake.refused(sql.replace(from, given), 'sql.not-emulated');
    await lake.refused(`SELECT * FROM ${from.slice(7)}`, 'sql.not-emulated');
    await lake.refused('CREATE OR REPLACE STREAMING TABLE gold.x AS SELECT 1 AS a', 'sql.not-emulated');
  });

  it('what a pipeline alone has is told as such', async () => {
    for (const text of [
      'CREATE OR REFRESH PRIVATE STREAMING TABLE gold.x AS SELECT 1 AS a',
      'CREATE TEMPORARY LIVE TABLE gold.x AS SELECT 1 AS a',
      'CREATE OR REFRESH STREAMING TABLE gold.x (a INT)',
      'CREATE STREAMING TABLE gold.x FLOW AUTO CDC FROM STREAM y KEYS (a) SEQUENCE BY b',
      'CREATE FLOW f AS INSERT INTO x BY NAME SELECT 1 AS a',
      'APPLY CHANGES INTO LIVE.x FROM STREAM(y) KEYS (a) SEQUENCE BY b STORED AS SCD TYPE 2',
    ])
      await lake.refused(text, 'sql.pipeline-only');
    await lake.refused('CREATE STREAMING TABLE gold.x FLOW AUTO CDC FROM y KEYS (a)', 'sql.syntax');
  });

  it('what would keep state between refreshes is refused', async () => {
    const create = (query: string) => `CREATE OR REFRESH STREAMING TABLE gold.x AS ${query}`;
    await lake.refused(create('SELECT count(*) AS n FROM STREAM silver.grows'), 'sql.not-emulated');
    await lake.refused(create('SELECT DISTINCT n FROM STREAM silver.grows'), 'sql.not-emulated');
    await lake.refused(create('SELECT n FROM STREAM silver.grows ORDER BY n'), 'sql.not-emulated');
    await lake.refused(create('SELECT n FROM silver.grows'), 'sql.not-streaming');
    await lake.refused('SELECT n FROM STREAM silver.grows', 'sql.not-emulated');
  });
});
