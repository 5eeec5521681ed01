import assert from 'node:assert/strict';
import { createDatabricksClient } from '@medallion/core/azure/databricks.ts';
import { script } from '../engine/lake.ts';
import { refusal } from '../engine/refusal.ts';
import { type DatabricksLake, startDatabricksLake } from './databricks-lake.ts';

function kept({ lake }: DatabricksLake, name: string): Promise<Record<string, unknown>> {
  const databricks = createDatabricksClient(lake.azure.environment);
  return databricks.request('GET', `/api/2.1/unity-catalog/functions/${name}`);
}

describe('programs: functions, variables, dynamic SQL and scripts', function () {
  this.timeout(60_000);
  let lake: DatabricksLake;
  before(async () => {
    lake = await startDatabricksLake();
    await lake.run(
      "CREATE TABLE silver.orders AS SELECT * FROM VALUES (1, 'DE', 10), (2, 'FR', 3) AS t(id, country, amount)",
    );
  });
  after(() => lake[Symbol.asyncDispose]());

  it('keep a function in the catalog: later scripts call it, in the names that were current where it was made', async () => {
    await lake.run(
      'USE SCHEMA silver; CREATE FUNCTION gold.total(land STRING DEFAULT :land) RETURNS BIGINT RETURN SELECT sum(amount) FROM orders WHERE country = land',
      { land: 'DE' },
    );
    assert.deepEqual(await lake.rows("SELECT gold.total(), shop.gold.total('FR')"), [[10, 3]]);
    await lake.refused('CREATE FUNCTION gold.total() RETURN 1', 'sql.function-exists');
    const before = await kept(lake, 'shop.gold.total');
    await lake.run(
      "CREATE OR REPLACE FUNCTION gold.total() RETURNS INT COMMENT 'seven' RETURN 7; CREATE TABLE gold.t AS SELECT gold.total() AS n",
    );
    assert.deepEqual(await lake.rows('SELECT n FROM gold.t'), [[7]]);
    const after = await kept(lake, 'shop.gold.total');
    assert.equal(after['function_id'], before['function_id'], 'it was replaced in one step: it was never gone');
    assert.equal(after['comment'], 'seven');
    await lake.run('CREATE OR REPLACE FUNCTION gold.total() RETURNS INT RETURN 8');
    assert.equal((await kept(lake, 'shop.gold.total'))['comment'], undefined, 'nothing of the old one stays');
    await lake.run('DROP FUNCTION gold.total');
    await lake.refused('SELECT gold.total()', 'sql.not-emulated');
  });

  it('read of a kept view what only they ask for', async () => {
    await lake.run(`
      CREATE TEMPORARY VIEW totals AS SELECT id, country, named_struct('a', id, 'b', amount) AS s, sum(amount) AS total FROM silver.orders GROUP BY ALL;
      CREATE OR REPLACE TABLE gold.high AS SELECT s.a FROM totals WHERE total > 5;
      CREATE OR REPLACE TABLE gold.low AS SELECT s.a FROM totals WHERE total <= 5;
      EXECUTE IMMEDIATE 'CREATE OR REPLACE TABLE gold.rest AS SELECT country, s.b FROM totals'`);
    assert.deepEqual(await lake.rows('SELECT * FROM gold.high UNION ALL SELECT * FROM gold.low ORDER BY 1'), [
      [1],
      [2],
    ]);
    assert.deepEqual(await lake.rows('SELECT * FROM gold.rest ORDER BY 1'), [
      ['DE', 10],
      ['FR', 3],
    ]);
  });

  it('put table functions in FROM, with columns to their left as arguments', async () => {
    await lake.run(
      'CREATE FUNCTION gold.twice(x INT) RETURNS TABLE (a INT, b INT) RETURN SELECT x, x * 2 UNION ALL SELECT x + 1, 0',
    );
    assert.deepEqual(
      await lake.rows('SELECT o.id, t.a, t.b FROM silver.orders AS o, LATERAL gold.twice(o.id) AS t ORDER BY 1, 2'),
      [
        [1, 1, 2],
        [1, 2, 0],
        [2, 2, 4],
        [2, 3, 0],
      ],
    );
  });

  it('refuse a function whose body has no such column, and functions in a circle, before anything is made', async () => {
    await lake.refused(
      'CREATE TABLE gold.never (a INT); CREATE FUNCTION gold.f(x INT) RETURN y',
      'sql.unresolved-column',
    );
    await lake.refused('SELECT * FROM gold.never', 'catalog.table-not-found');
    await lake.run(
      'CREATE FUNCTION gold.f(x INT) RETURNS INT RETURN x; CREATE FUNCTION gold.g(x INT) RETURNS INT RETURN gold.f(x)',
    );
    await lake.refused(
      'CREATE OR REPLACE FUNCTION gold.f(x INT) RETURNS INT RETURN gold.g(x)',
      'sql.recursive-function',
    );
    assert.deepEqual(await lake.rows('SELECT gold.g(4)'), [[4]]);
    await lake.refused(
      'CREATE FUNCTION gold.p(x INT) RETURNS INT LANGUAGE PYTHON AS $$ return x; $$',
      'sql.not-emulated',
    );
  });

  it('keep variables for a session, in queries, names and changes of tables', async () => {
    const rows = await lake.rows(
      `DECLARE least INT DEFAULT 5; DECLARE place = 'silver.orders';
       SET VAR least = least - 4;
       SET VAR (least, place) = (SELECT max(id), concat('gold', '.copy') FROM silver.orders WHERE id > session.least);
       CREATE TABLE IDENTIFIER(place) AS SELECT id FROM silver.orders WHERE id >= least;
       INSERT INTO IDENTIFIER(place) VALUES (least + 40);
       SELECT id, place FROM gold.copy ORDER BY id`,
    );
    assert.deepEqual(rows, [
      [2, 'gold.copy'],
      [42, 'gold.copy'],
    ]);
    await lake.refused('SELECT least', 'sql.unresolved-column');
  });

  it('run texts that they compute, with values and into variables', async () => {
    const rows = await lake.rows(
      `DECLARE n BIGINT; DECLARE what = 'SELECT count(*) FROM silver.orders WHERE amount > :least';
       EXECUTE IMMEDIATE what INTO n USING 5 AS least;
       EXECUTE IMMEDIATE 'CREATE OR REPLACE TABLE gold.counted AS SELECT ? AS n' USING n;
       SELECT n FROM gold.counted`,
    );
    assert.deepEqual(rows, [[1]]);
    await lake.refused("EXECUTE IMMEDIATE 'SELECT :a' USING 1 AS b", 'sql.wrong-arguments');
  });

  it('run scripts: conditions, loops, rows, handlers; each of their statements is an outcome of its own', async () => {
    const result = await lake.run(
      `BEGIN
         DECLARE total INT = 0;
         DECLARE EXIT HANDLER FOR DIVIDE_BY_ZERO BEGIN
           INSERT INTO gold.log VALUES ('handled', total);
         END;
         CREATE OR REPLACE TABLE gold.log (what STRING, n INT);
         FOR o AS SELECT id, amount FROM silver.orders ORDER BY id DO
           SET total = total + o.amount;
           IF o.id = 2 THEN INSERT INTO gold.log VALUES ('second', total); END IF;
         END FOR;
         w: WHILE true DO
           SET total = total - 1;
           IF total > 10 THEN ITERATE w; END IF;
           LEAVE w;
         END WHILE;
         SELECT total / 0;
         INSERT INTO gold.log VALUES ('never', 0);
       END;
       SELECT what, n FROM gold.log ORDER BY what`,
    );
    assert.deepEqual(result.lastQuery?.rows, [
      ['handled', 10],
      ['second', 13],
    ]);
    const written = result.statements.filter((one) => one.written).map(({ kind, line }) => ({ kind, line }));
    assert.deepEqual(written, [
      { kind: 'createTable', line: 6 },
      { kind: 'insert', line: 9 },
      { kind: 'insert', line: 4 },
    ]);
  });

  // A loop that asks DuckDB for nothing once kept the engine's process to itself for ever.
  it('can be cancelled in a loop without an end and without a statement', async () => {
    const cancelling = AbortSignal.timeout(300);
    const endless = lake.engine.runScript(script('BEGIN l: LOOP ITERATE l; END LOOP; END'), cancelling);
    await refusal(endless, 'engine.cancelled');
  });

  it('hide no refusal behind a handler: Spark might have answered', async () => {
    const text = "BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION SELECT 'handled'; SELECT rand(1) FROM range(2); END";
    await lake.refused(text, 'sql.not-emulated');
  });

  it('are known before their first effect, as far as they can be', async () => {
    await lake.refused("CREATE TABLE gold.no (a INT); BEGIN SELECT 'a' LIKE; END", 'sql.syntax');
    await lake.refused('SELECT a FROM gold.no', 'catalog.table-not-found');
  });
});
