import assert from 'node:assert/strict';
import { type DatabricksLake, startDatabricksLake } from './databricks-lake.ts';

describe('views of the catalog', function () {
  this.timeout(60_000);
  let lake: DatabricksLake;
  before(async () => {
    lake = await startDatabricksLake();
    await lake.run(
      "CREATE TABLE silver.orders AS SELECT * FROM VALUES (1, 'DE', 10.50), (2, 'FR', 3.25) AS t(id, country, amount)",
    );
  });
  after(() => lake[Symbol.asyncDispose]());

  it('keep their text and read what their tables then hold, in the names that were current', async () => {
    await lake.run(
      "USE SCHEMA silver; CREATE VIEW gold.by_country (land COMMENT 'where', total) COMMENT 'c' AS SELECT country, sum(amount) FROM orders WHERE country <> :none GROUP BY country",
      { none: "O'B" },
    );
    await lake.run("INSERT INTO silver.orders VALUES (3, 'DE', 1.00)");
    assert.deepEqual(await lake.rows('SELECT land, total FROM gold.by_country ORDER BY land'), [
      ['DE', '11.50'],
      ['FR', '3.25'],
    ]);
    const view = await lake.lake.resolver.relation({ catalog: 'shop', schema: 'gold', table: 'by_country' });
    assert.equal(view.type, 'VIEW');
    const { definition, catalog, schema } = view.view;
    assert.deepEqual(
      { definition, catalog, schema },
      {
        definition: "SELECT country, sum(amount) FROM orders WHERE country <> 'O\\'B' GROUP BY country",
        catalog: 'shop',
        schema: 'silver',
      },
    );
  });

  it('are replaced, found and dropped by their own statements', async () => {
    await lake.run('CREATE VIEW gold.v AS SELECT 1 AS a');
    await lake.refused('CREATE VIEW gold.v AS SELECT 2 AS a', 'catalog.table-already-exists');
    await lake.run('CREATE VIEW IF NOT EXISTS gold.v AS SELECT 3 AS a');
    assert.deepEqual(await lake.rows('SELECT a FROM gold.v'), [[1]]);
    assert.deepEqual(await lake.rows('CREATE OR REPLACE VIEW gold.v AS SELECT 4 AS a, 5 AS b; SELECT * FROM gold.v'), [
      [4, 5],
    ]);
    await lake.refused('DROP TABLE gold.v', 'catalog.wrong-kind');
    await lake.refused('DROP VIEW silver.orders', 'catalog.wrong-kind');
    await lake.refused('CREATE OR REPLACE VIEW silver.orders AS SELECT 1 AS a', 'catalog.wrong-kind');
    await lake.refused('INSERT INTO gold.v VALUES (1, 2)', 'catalog.not-a-table');
    await lake.refused('SELECT a FROM gold.v VERSION AS OF 1', 'engine.view-without-versions');
    await lake.run('DROP VIEW gold.v; DROP VIEW IF EXISTS gold.v');
    await lake.refused('SELECT a FROM gold.v', 'catalog.table-not-found');
  });

  it('of views are read through, and a circle is told', async () => {
    await lake.run(
      'CREATE VIEW gold.one AS SELECT id FROM silver.orders; CREATE VIEW gold.two AS SELECT max(id) AS m FROM gold.one',
    );
    assert.deepEqual(await lake.rows('SELECT m FROM gold.two'), [[3]]);
    await lake.refused('CREATE OR REPLACE VIEW gold.one AS SELECT m AS id FROM gold.two', 'sql.recursive-view');
    assert.deepEqual(await lake.rows('SELECT m FROM gold.two'), [[3]]);
  });

  it('are inputs of a statement: what stands behind them is too', async () => {
    const { statements } = await lake.run('SELECT m FROM gold.two');
    const names = statements[0]?.reads.map(({ table }) => table);
    assert.deepEqual(names, ['shop.gold.two', 'shop.gold.one', 'shop.silver.orders']);
  });

  it('name parameters: a {{p}} is a text, in a name it is a name', async () => {
    const { lastQuery } = await lake.run(
      'USE CATALOG {{c}}; USE IDENTIFIER({{s}}); SELECT {{word}} = "prod" AS p, count(*) AS n FROM `{{t}}`',
      { c: 'shop', s: 'silver', word: 'dev', t: 'orders' },
    );
    assert.deepEqual(lastQuery?.rows, [[false, 3]]);
  });

  it('follow their tables as WITH SCHEMA says', async () => {
    const change = (columns: string, values: string): Promise<unknown> =>
      lake.run(`CREATE OR REPLACE TABLE silver.wide (${columns}); INSERT INTO silver.wide VALUES ${values}`);
    await change('a INT, b INT', '(1, 2)');
    for (const [name, mode] of [
      ['plain', ''],
      ['bound', 'WITH SCHEMA BINDING'],
      ['typed', 'WITH SCHEMA TYPE EVOLUTION'],
      ['free', 'WITH SCHEMA EVOLUTION'],
    ])
      await lake.run(`CREATE VIEW gold.${name} ${mode} AS SELECT * FROM silver.wide`);
    await change('c STRING, b STRING, a BIGINT', "('x', '7', 3)");
    assert.deepEqual(await lake.rows('SELECT * FROM gold.plain'), [[3, 7]]);
    await lake.refused('SELECT * FROM gold.bound', 'sql.view-schema-change');
    assert.deepEqual(await lake.rows('SELECT * FROM gold.typed'), [[3, '7']]);
    assert.deepEqual(await lake.rows('SELECT * FROM gold.free'), [['x', '7', 3]]);
    const free = await lake.lake.resolver.relation({ catalog: 'shop', schema: 'gold', table: 'free' });
    assert.deepEqual(free.type === 'VIEW' && free.view.columns.map(({ name, typeText }) => `${name} ${typeText}`), [
      'c string',
      'b string',
      'a bigint',
    ]);
    await change('a INT', '(1)');
    await lake.refused('SELECT * FROM gold.plain', 'sql.view-schema-change');
    assert.deepEqual(await lake.rows('ALTER VIEW gold.plain WITH SCHEMA EVOLUTION; SELECT * FROM gold.plain'), [[1]]);
  });

  it('are altered, renamed and listed', async () => {
    await lake.run("CREATE VIEW gold.w COMMENT 'c' TBLPROPERTIES ('k' = 'v') AS SELECT 1 AS a");
    await lake.run("ALTER VIEW gold.w AS SELECT 2 AS b; ALTER VIEW gold.w SET TBLPROPERTIES ('l' = 'm')");
    await lake.run('ALTER VIEW gold.w RENAME TO renamed; ALTER TABLE silver.orders RENAME TO orders_2');
    assert.deepEqual(await lake.rows('SELECT b FROM gold.renamed'), [[2]]);
    assert.deepEqual(await lake.rows('SELECT count(*) FROM silver.orders_2'), [[3]]);
    await lake.refused('ALTER TABLE gold.renamed RENAME TO other', 'catalog.wrong-kind');
    await lake.refused('ALTER VIEW gold.renamed RENAME TO silver.other', 'sql.rename-across-schemas');
    await lake.refused('ALTER VIEW gold.renamed RENAME TO free', 'catalog.table-already-exists');
    assert.deepEqual(await lake.rows("CREATE TEMP VIEW t AS SELECT 1 AS a; SHOW VIEWS IN gold LIKE 'ren*|t'"), [
      ['gold', 'renamed', false],
      ['', 't', true],
    ]);
    await lake.run('ALTER TABLE silver.orders_2 RENAME TO orders');
    const view = await lake.lake.resolver.relation({ catalog: 'shop', schema: 'gold', table: 'renamed' });
    assert.ok(view.type === 'VIEW');
    assert.deepEqual(Object.fromEntries(view.view.properties), { k: 'v', l: 'm' });
    assert.equal(view.view.comment, 'c');
  });

  it('see nothing of the session that makes them', async () => {
    await lake.refused(
      'CREATE TEMP VIEW t AS SELECT 1 AS a; CREATE VIEW gold.of_t AS SELECT a FROM t',
      'sql.temporary-object',
    );
    await lake.refused(
      'CREATE TEMPORARY FUNCTION one() RETURNS INT RETURN 1; CREATE VIEW gold.of_f AS SELECT one() AS a',
      'sql.temporary-object',
    );
    await lake.refused(
      'CREATE GLOBAL TEMP VIEW g AS SELECT 1 AS a; CREATE VIEW gold.of_g AS SELECT a FROM global_temp.g',
      'sql.temporary-object',
    );
    assert.deepEqual(await lake.rows('CREATE GLOBAL TEMP VIEW g AS SELECT 1 AS a; SELECT a FROM global_temp.g'), [[1]]);
    await lake.run(
      'CREATE FUNCTION gold.two() RETURNS INT RETURN 2; CREATE VIEW gold.of_two AS SELECT gold.two() AS a',
    );
    assert.deepEqual(await lake.rows('SELECT a FROM gold.of_two'), [[2]]);
  });

  it('that are temporary have the columns that they were made with, and the types as far as nothing is lost', async () => {
    const made = 'CREATE OR REPLACE TABLE silver.turning (a INT); CREATE TEMP VIEW t AS SELECT * FROM silver.turning;';
    assert.deepEqual(
      await lake.rows(
        `${made} CREATE OR REPLACE TABLE silver.turning (b INT, a SMALLINT); INSERT INTO silver.turning VALUES (5, 6); SELECT * FROM t`,
      ),
      [[6]],
    );
    await lake.refused(
      `${made} CREATE OR REPLACE TABLE silver.turning (a BIGINT); SELECT * FROM t`,
      'sql.view-schema-change',
    );
  });

  it('have a collation of their own', async () => {
    await lake.run("CREATE VIEW gold.folded DEFAULT COLLATION UTF8_LCASE AS SELECT 'a' AS c, 'a' = 'A' AS same");
    assert.deepEqual(await lake.rows("SELECT same, c = 'A', collation(c) LIKE '%UTF8_LCASE' FROM gold.folded"), [
      [true, true, true],
    ]);
    await lake.run("ALTER VIEW gold.folded AS SELECT 'b' AS c");
    assert.deepEqual(await lake.rows("SELECT c = 'B' FROM gold.folded"), [[true]]);
  });
});
