import assert from 'node:assert/strict';
import { createDatabricksClient } from '@medallion/core/azure/databricks.ts';
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

  it('keys are kept in the catalog and enforced by nothing', async () => {
    await lake.run(`CREATE TABLE silver.days (id INT, name STRING, CONSTRAINT days_pk PRIMARY KEY (id) RELY);
      CREATE TABLE silver.sales (sale BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, day INT REFERENCES silver.days (id), n INT)`);
    const { schema } = await lake.snapshot('silver.days');
    assert.deepEqual(
      schema.fields.map(({ name, nullable }) => [name, nullable]),
      [
        ['id', false],
        ['name', true],
      ],
    );
    await lake.run('INSERT INTO silver.days VALUES (1, NULL), (1, NULL)');
    const constraints = async (table: string) => {
      const rows = await lake.rows(`DESCRIBE EXTENDED ${table}`);
      const start = rows.findIndex(([title]) => title === '# Constraints');
      return start < 0 ? [] : rows.slice(start + 1).map(([name, text]) => [name, text]);
    };
    assert.deepEqual(await constraints('silver.sales'), [
      ['sales_pk', 'PRIMARY KEY (`sale`)'],
      ['sales_days_fk', 'FOREIGN KEY (`day`) REFERENCES `shop`.`silver`.`days` (`id`)'],
    ]);
    const [[shown] = []] = await lake.rows('SHOW CREATE TABLE silver.days');
    assert.match(String(shown), /name STRING,\n {2}CONSTRAINT `days_pk` PRIMARY KEY \(`id`\)\)/);
    await lake.refused('ALTER TABLE silver.days DROP CONSTRAINT days_pk', 'databricks.invalid-parameter-value');
    await lake.refused(
      'ALTER TABLE silver.days ADD CONSTRAINT two PRIMARY KEY (id)',
      'databricks.invalid-parameter-value',
    );
    await lake.run('ALTER TABLE silver.sales DROP CONSTRAINT SALES_days_fk; ALTER TABLE silver.days DROP PRIMARY KEY');
    assert.deepEqual([await constraints('silver.days'), (await constraints('silver.sales')).length], [[], 1]);
    await lake.run('ALTER TABLE silver.days DROP PRIMARY KEY IF EXISTS');
    await lake.refused('ALTER TABLE silver.days DROP PRIMARY KEY', 'catalog.no-such-key');
    await lake.refused('ALTER TABLE silver.days ADD CONSTRAINT p PRIMARY KEY (name)', 'catalog.nullable-key');
    await lake.refused(
      'CREATE TABLE silver.more (day INT, FOREIGN KEY (day) REFERENCES silver.days)',
      'catalog.no-such-key',
    );
    await lake.refused('SELECT * FROM silver.more', 'catalog.table-not-found');
    await lake.run('CREATE OR REPLACE TABLE silver.sales (sale INT)');
    assert.deepEqual(await constraints('silver.sales'), []);
    await lake.refused('CREATE TABLE silver.more (a INT, CHECK (a > 0))', 'sql.not-emulated');
  });

  it('tags are kept in the catalog', async () => {
    await lake.run(`CREATE TABLE silver.tagged (id INT, name STRING);
      ALTER TABLE silver.tagged SET TAGS ('team' = 'a', 'pii');
      ALTER TABLE silver.tagged SET TAGS ('team' = 'b');
      ALTER TABLE silver.tagged ALTER COLUMN Name SET TAGS ('pii' = 'yes');
      ALTER TABLE silver.tagged ALTER id SET TAGS ('k' = '1');
      ALTER TABLE silver.tagged ALTER COLUMN id UNSET TAGS ('k', 'other');
      ALTER SCHEMA silver SET TAGS ('layer' = 'silver'); ALTER CATALOG shop SET TAGS ('a' = 'b')`);
    const tags = async (kind: string, name: string) => {
      const path = `/api/2.1/unity-catalog/entity-tag-assignments/${kind}/${name}/tags`;
      const answer = await createDatabricksClient(lake.lake.azure.environment).request<{
        tag_assignments: { tag_key: string; tag_value: string }[];
      }>('GET', path);
      return answer.tag_assignments.map(({ tag_key: key, tag_value: value }) => `${key}=${value}`);
    };
    assert.deepEqual(await tags('tables', 'shop.silver.tagged'), ['team=b', 'pii=']);
    assert.deepEqual(await tags('columns', 'shop.silver.tagged.name'), ['pii=yes']);
    assert.deepEqual(await tags('columns', 'shop.silver.tagged.id'), []);
    assert.deepEqual(await tags('schemas', 'shop.silver'), ['layer=silver']);
    await lake.refused("ALTER TABLE silver.tagged ALTER COLUMN no SET TAGS ('a' = 'b')", 'catalog.no-such-column');
    await lake.refused("ALTER TABLE silver.nothing SET TAGS ('a' = 'b')", 'catalog.table-not-found');
  });

  it('row filters and column masks stand between a table and whoever reads it', async () => {
    await lake.run(`CREATE TABLE silver.people (id INT, Email STRING, city STRING);
      INSERT INTO silver.people VALUES (1, 'a@x.no', 'Oslo'), (2, 'b@x.de', 'Bonn'), (3, NULL, 'Oslo');
      CREATE FUNCTION silver.hide(text STRING, id INT) RETURN
        CASE WHEN is_account_group_member('pii') OR id = 2 THEN text ELSE concat('*', right(text, 3)) END;
      CREATE FUNCTION silver.seen(city STRING) RETURN is_member('nobody') OR city = 'Oslo' OR current_date() < DATE'2000-01-01';
      CREATE VIEW gold.people AS SELECT id, email FROM silver.people`);
    await lake.run('ALTER TABLE silver.people ALTER COLUMN email SET MASK silver.hide USING COLUMNS (id)');
    const all = 'SELECT id, email FROM silver.people ORDER BY id';
    assert.deepEqual(await lake.rows(all), [
      [1, '*.no'],
      [2, 'b@x.de'],
      [3, null],
    ]);
    await lake.run('ALTER TABLE silver.people SET ROW FILTER silver.seen ON (city)');
    const masked = [
      [1, '*.no'],
      [3, null],
    ];
    assert.deepEqual(await lake.rows(all), masked);
    assert.deepEqual(await lake.rows('SELECT * FROM gold.people ORDER BY id'), masked);
    assert.deepEqual(await lake.rows('SELECT p.* EXCEPT (city) FROM silver.people p ORDER BY id'), masked);
    assert.deepEqual(await lake.rows("SELECT count(*) FROM silver.people WHERE email = 'a@x.no'"), [[0]]);
    await lake.run(
      "CREATE TABLE gold.copied AS SELECT * FROM silver.people; INSERT INTO silver.people VALUES (4, 'd@x.se', 'Oslo')",
    );
    assert.deepEqual(await lake.rows('SELECT id, Email FROM gold.copied ORDER BY id'), masked);
    assert.deepEqual(await lake.rows('SELECT email FROM silver.people WHERE id = 4'), [['*.se']]);
    // A script is checked ahead by the same names.
    await lake.run('CREATE TABLE gold.more (a STRING); INSERT INTO gold.more SELECT email FROM silver.people');
    for (const sql of [
      'UPDATE silver.people SET id = 2',
      'DELETE FROM silver.people',
      'TRUNCATE TABLE silver.people',
      'MERGE INTO silver.people t USING gold.copied s ON t.id = s.id WHEN MATCHED THEN DELETE',
      'SELECT * FROM silver.people VERSION AS OF 1',
      "SELECT * FROM table_changes('silver.people', 1)",
      'CREATE STREAMING TABLE gold.st AS SELECT * FROM STREAM silver.people',
      'CREATE OR REPLACE TABLE silver.people AS SELECT 1 AS a',
      'ALTER TABLE silver.people DROP COLUMN city',
      "INSERT INTO silver.people REPLACE WHERE id = 1 VALUES (1, 'x', 'y')",
    ])
      await lake.refused(sql, 'catalog.guarded-table');
    await lake.refused('ALTER TABLE silver.people SET ROW FILTER silver.nothing ON (city)', 'sql.function-not-found');
    await lake.refused('ALTER TABLE silver.people SET ROW FILTER silver.seen ON (town)', 'catalog.no-such-column');
    await lake.refused('ALTER TABLE silver.people ALTER COLUMN id SET MASK silver.hide', 'sql.wrong-arguments');
    await lake.refused('CREATE TABLE silver.other (id INT MASK silver.hide)', 'sql.not-emulated');
    await lake.run('ALTER TABLE silver.people ALTER COLUMN email DROP MASK; ALTER TABLE silver.people DROP ROW FILTER');
    assert.deepEqual(await lake.rows('SELECT id, email FROM silver.people ORDER BY id LIMIT 1'), [[1, 'a@x.no']]);
    assert.deepEqual(await lake.rows('SELECT count(*) FROM silver.people'), [[4]]);
  });

  it('CREATE CATALOG and CREATE VOLUME make what later statements name', async () => {
    await lake.run(`CREATE CATALOG IF NOT EXISTS another COMMENT 'a'; CREATE CATALOG IF NOT EXISTS another;
      CREATE SCHEMA another.raw; CREATE VOLUME IF NOT EXISTS another.raw.files COMMENT 'in';
      CREATE VOLUME IF NOT EXISTS another.raw.files; CREATE TABLE another.raw.t AS SELECT 1 AS a`);
    assert.equal(fact(await lake.rows('DESCRIBE CATALOG another'), 'Comment'), 'a');
    assert.match((await lake.lake.resolver.path('/Volumes/another/raw/files/x')).path, /x$/);
    const outside = 'abfss://elsewhere@devstoreaccount1.dfs.core.windows.net/outside';
    await lake.run(`CREATE EXTERNAL VOLUME another.raw.outside LOCATION '${outside}'`);
    assert.equal((await lake.lake.resolver.path('/Volumes/another/raw/outside/x')).path, 'outside/x');
    await lake.refused('CREATE CATALOG another', 'databricks.catalog-already-exists');
    await lake.refused('CREATE VOLUME another.raw.files', 'databricks.volume-already-exists');
    await lake.refused('CREATE VOLUME another.nothing.files', 'catalog.schema-not-found');
    await lake.refused('CREATE EXTERNAL VOLUME another.raw.x', 'sql.syntax');
    await lake.run('DROP VOLUME another.raw.files; DROP VOLUME IF EXISTS another.raw.files');
    await lake.refused('DROP VOLUME another.raw.files', 'catalog.volume-not-found');
  });

  it('is_member knows the groups of whoever is signed in', async () => {
    const groups = "VALUES ('admins'), ('users'), ('ADMINS'), ('x'), (NULL) AS t(g)";
    assert.deepEqual(await lake.rows(`SELECT is_member(g), is_account_group_member(g) FROM ${groups}`), [
      [true, false],
      [true, false],
      [false, false],
      [false, false],
      [null, null],
    ]);
    await lake.run("CREATE TABLE silver.admins AS SELECT is_member('admins') AS yes");
    await lake.run("UPDATE silver.admins SET yes = is_member('others')");
    assert.deepEqual(await lake.rows('SELECT yes FROM silver.admins'), [[false]]);
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
