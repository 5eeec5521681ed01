import assert from 'node:assert/strict';
import { type DatabricksLake, startDatabricksLake } from './databricks-lake.ts';

describe('a script is checked before its first effect', function () {
  this.timeout(60_000);
  let lake: DatabricksLake;
  before(async () => {
    lake = await startDatabricksLake();
    await lake.run("CREATE TABLE silver.t AS SELECT 1 AS a, DATE'2024-05-01' AS d");
    await lake.lake.land('in/one.csv', 'n,m\n1,2\n');
  });
  after(() => lake[Symbol.asyncDispose]());

  /** Each script begins with an INSERT that would succeed, and ends in what only types or columns tell. */
  const late: readonly (readonly [string, string, string])[] = [
    ['a column of an existing table', 'SELECT b FROM silver.t', 'sql.unresolved-column'],
    ['the type of a column', 'SELECT d + d FROM silver.t', 'sql.not-emulated'],
    ['a table that is not there', 'SELECT 1 FROM silver.nope', 'catalog.table-not-found'],
    ['columns that do not fit the target', 'INSERT INTO silver.t VALUES (1)', 'delta.schema-mismatch'],
    [
      'a temporary view',
      'CREATE TEMPORARY VIEW v AS SELECT a AS x FROM silver.t; SELECT a FROM v',
      'sql.unresolved-column',
    ],
    [
      'a table that the script makes',
      'CREATE TABLE silver.made AS SELECT a AS x FROM silver.t; SELECT a FROM silver.made',
      'sql.unresolved-column',
    ],
    [
      'a table with columns that the script makes',
      'CREATE TABLE silver.made (x INT); INSERT INTO silver.made SELECT a, d FROM silver.t',
      'delta.schema-mismatch',
    ],
    [
      'files by their header',
      "SELECT k FROM read_files('/Volumes/shop/bronze/landing/in', format => 'csv', header => true, inferColumnTypes => false)",
      'sql.unresolved-column',
    ],
    [
      'files by a schema',
      "SELECT m FROM read_files('/Volumes/shop/bronze/landing/in', format => 'csv', schema => 'n INT')",
      'sql.unresolved-column',
    ],
    ['a table that is there', 'CREATE TABLE silver.t (x INT)', 'catalog.table-already-exists'],
    ['a current schema', 'USE SCHEMA gold; SELECT a FROM t', 'catalog.table-not-found'],
    [
      'a view that would be made from itself',
      'CREATE TEMPORARY VIEW v AS SELECT 1 AS x; CREATE OR REPLACE TEMPORARY VIEW v AS SELECT x FROM v',
      'sql.recursive-view',
    ],
    [
      'a view that is there',
      'CREATE TEMPORARY VIEW v AS SELECT 1 AS x; CREATE TEMPORARY VIEW v AS SELECT 2 AS x',
      'sql.view-already-exists',
    ],
  ];
  for (const [what, sql, code] of late) {
    it(`refuses the file by ${what}`, async () => {
      const { version } = await lake.snapshot('silver.t');
      const before = await lake.engine.statistics();
      const error = await lake.refused(`INSERT INTO silver.t VALUES (2, DATE'2024-05-02');\n${sql}`, code);
      assert.ok((error.range?.start.line ?? 0) === 2, 'the place is that of the second statement');
      assert.equal((await lake.snapshot('silver.t')).version, version, 'the INSERT before it was not made');
      assert.equal((await lake.engine.statistics()).statements, before.statements, 'no statement was executed');
    });
  }

  it('leaves to the statement what depends on rows', async () => {
    const { version } = await lake.snapshot('silver.t');
    await lake.refused(
      "INSERT INTO silver.t VALUES (3, DATE'2024-05-03'); SELECT CAST(s AS INT) FROM (VALUES ('x')) AS v(s)",
      'engine.statement-failed',
    );
    assert.equal((await lake.snapshot('silver.t')).version, version + 1);
  });

  it('a table that is dropped and made anew has the new columns', async () => {
    await lake.run('CREATE TABLE gold.again AS SELECT 1 AS a');
    const rows = await lake.rows(
      'DROP TABLE gold.again; CREATE TABLE gold.again AS SELECT 2 AS b; INSERT INTO gold.again VALUES (3); SELECT b FROM gold.again ORDER BY b',
    );
    assert.deepEqual(rows, [[2], [3]]);
    await lake.run('CREATE TABLE IF NOT EXISTS gold.again AS SELECT 9 AS z; SELECT b FROM gold.again');
  });

  it('a view means what its names meant where it was made, and a table may have its name', async () => {
    await lake.run('CREATE OR REPLACE TABLE gold.t AS SELECT 7 AS a');
    const rows = await lake.rows(
      'USE SCHEMA silver; CREATE TEMPORARY VIEW t AS SELECT min(a) AS a FROM t; USE SCHEMA gold; SELECT a FROM t',
    );
    assert.deepEqual(rows, [[1]]);
  });
});
