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
});
