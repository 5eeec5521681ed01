import assert from 'node:assert/strict';
import type { Cell } from '@medallion/core/engine/contract.ts';
import { type DatabricksLake, startDatabricksLake } from './databricks-lake.ts';

/** The value of a fact that DESCRIBE shows by its name. */
function fact(rows: readonly (readonly Cell[])[], name: string): Cell | undefined {
  return rows.find(([title]) => title === name)?.[1];
}

describe('statements about the catalog', function () {
  this.timeout(60_000);
  let lake: DatabricksLake;
  before(async () => {
    lake = await startDatabricksLake();
  });
  after(() => lake[Symbol.asyncDispose]());

  it('DESCRIBE EXTENDED tells what Unity Catalog and the log keep of a table', async () => {
    await lake.run(
      "CREATE TABLE silver.told (id INT COMMENT 'key', day STRING, c INT) PARTITIONED BY (day) COMMENT 'visits' TBLPROPERTIES ('team' = 'a', 'token' = 'x')",
    );
    const rows = await lake.rows('DESCRIBE TABLE EXTENDED silver.told');
    assert.deepEqual(rows.slice(0, 8), [
      ['id', 'int', 'key'],
      ['day', 'string', null],
      ['c', 'int', null],
      ['# Partition Information', '', ''],
      ['# col_name', 'data_type', 'comment'],
      ['day', 'string', null],
      ['', '', ''],
      ['# Detailed Table Information', '', ''],
    ]);
    const facts = ['Catalog', 'Database', 'Table', 'Type', 'Provider', 'Comment'].map((name) => fact(rows, name));
    assert.deepEqual(facts, ['shop', 'silver', 'told', 'MANAGED', 'delta', 'visits']);
    assert.match(String(fact(rows, 'Table Properties')), /team=a, token=\*+\(redacted\)/);
    assert.match(String(fact(rows, 'Location')), /^abfss:/);
    assert.deepEqual(await lake.rows('DESCRIBE silver.told silver.told.id'), [
      ['col_name', 'id'],
      ['data_type', 'int'],
      ['comment', 'key'],
    ]);
    await lake.refused('DESCRIBE silver.told nothing', 'catalog.no-such-column');
    await lake.refused('DESCRIBE EXTENDED silver.nothing', 'catalog.table-not-found');
  });

  it('COMMENT ON changes what DESCRIBE shows, and a table has a version more', async () => {
    await lake.run('CREATE TABLE silver.noted (a INT); CREATE VIEW gold.noted AS SELECT a FROM silver.noted');
    await lake.run(
      "COMMENT ON TABLE silver.noted IS 'new'; COMMENT ON COLUMN silver.noted.a IS 'first'; COMMENT ON TABLE gold.noted IS 'seen'",
    );
    const rows = await lake.rows('DESCRIBE EXTENDED silver.noted');
    assert.deepEqual(rows[0], ['a', 'int', 'first']);
    assert.equal(fact(rows, 'Comment'), 'new');
    const { metadata, version } = await lake.snapshot('silver.noted');
    assert.deepEqual([metadata.description, version], ['new', 2]);
    const view = await lake.rows('DESCRIBE EXTENDED gold.noted');
    assert.deepEqual(
      ['Comment', 'Type', 'View Text'].map((name) => fact(view, name)),
      ['seen', 'VIEW', 'SELECT a FROM silver.noted'],
    );
    await lake.run("COMMENT ON TABLE silver.noted IS NULL; COMMENT ON CATALOG shop IS 'all'");
    assert.equal(fact(await lake.rows('DESCRIBE EXTENDED silver.noted'), 'Comment'), '');
    assert.equal(fact(await lake.rows('DESCRIBE CATALOG EXTENDED shop'), 'Comment'), 'all');
  });

  it('a schema keeps its comment and properties, and ALTER SCHEMA changes them', async () => {
    await lake.run("CREATE SCHEMA shop.kept COMMENT 'c' WITH DBPROPERTIES (a = '1', b = '2')");
    await lake.run("ALTER SCHEMA kept SET DBPROPERTIES (b = '3'); ALTER DATABASE kept UNSET DBPROPERTIES (a)");
    await lake.run("COMMENT ON SCHEMA kept IS 'd'; ALTER SCHEMA kept OWNER TO `someone@example.com`");
    const rows = await lake.rows('DESCRIBE SCHEMA EXTENDED kept');
    assert.deepEqual(
      ['Catalog Name', 'Namespace Name', 'Comment', 'Owner', 'Properties'].map((name) => fact(rows, name)),
      ['shop', 'kept', 'd', 'someone@example.com', '((b,3))'],
    );
    await lake.refused("ALTER SCHEMA kept SET LOCATION 'x'", 'sql.not-emulated');
    await lake.refused('DESCRIBE SCHEMA nothing', 'catalog.schema-not-found');
  });

  it('SHOW names what there is', async () => {
    await lake.run('CREATE SCHEMA shop.shown; CREATE TABLE shown.b (x INT); CREATE TABLE shown.a1 (x INT)');
    const views = 'USE shown; CREATE TEMPORARY VIEW ab AS SELECT 1 AS x; ';
    assert.deepEqual(await lake.rows(`${views}SHOW TABLES`), [
      ['shown', 'a1', false],
      ['shown', 'b', false],
      ['', 'ab', true],
    ]);
    assert.deepEqual(await lake.rows("SHOW TABLES IN shown LIKE 'A*|c'"), [['shown', 'a1', false]]);
    assert.deepEqual(await lake.rows("SHOW SCHEMAS IN shop LIKE 'show*'"), [['shown']]);
    assert.deepEqual(await lake.rows("SHOW CATALOGS LIKE 'shop'"), [['shop']]);
    assert.deepEqual(await lake.rows('USE shown; SHOW CURRENT SCHEMA'), [['shop', 'shown']]);
    await lake.run("CREATE VIEW shown.v TBLPROPERTIES ('k' = 'v') AS SELECT 1 AS a");
    assert.deepEqual(await lake.rows('SHOW TBLPROPERTIES shown.v'), [['k', 'v']]);
    assert.deepEqual(await lake.rows('SHOW TBLPROPERTIES shown.v(k)'), [['k', 'v']]);
    assert.deepEqual(await lake.rows('SHOW TBLPROPERTIES shown.v(z)'), [
      ['z', 'Table shop.shown.v does not have property: z'],
    ]);
  });

  it('ANALYZE keeps the size and the rows; statistics of columns are not kept, and not shown as missing', async () => {
    await lake.run(
      'CREATE TABLE silver.sized AS SELECT id FROM range(10); ANALYZE TABLE silver.sized COMPUTE STATISTICS',
    );
    assert.match(String(fact(await lake.rows('DESCRIBE EXTENDED silver.sized'), 'Statistics')), /^\d+ bytes, 10 rows$/);
    const before = await lake.rows('DESCRIBE EXTENDED silver.sized id');
    assert.equal(fact(before, 'distinct_count'), 'NULL');
    await lake.run('ANALYZE TABLE silver.sized COMPUTE STATISTICS FOR COLUMNS id');
    await lake.refused('DESCRIBE EXTENDED silver.sized id', 'sql.not-emulated');
    await lake.refused('ANALYZE TABLE silver.sized COMPUTE STATISTICS FOR COLUMNS no', 'catalog.no-such-column');
  });

  it('REFRESH and UNCACHE ask no more than that the table is there', async () => {
    await lake.run('CREATE TABLE silver.cached (a INT); REFRESH TABLE silver.cached; UNCACHE TABLE silver.cached');
    await lake.run('UNCACHE TABLE IF EXISTS silver.nothing; CLEAR CACHE');
    await lake.refused('REFRESH TABLE silver.nothing', 'catalog.table-not-found');
  });
});
