import assert from 'node:assert/strict';
import { type DatabricksLake, startDatabricksLake } from './databricks-lake.ts';

describe('statements about schemas and columns', function () {
  this.timeout(60_000);
  let lake: DatabricksLake;
  before(async () => {
    lake = await startDatabricksLake();
    await lake.run(
      "CREATE TABLE silver.visits (id INT, place STRING COMMENT 'where'); INSERT INTO silver.visits VALUES (1, 'x')",
    );
  });
  after(() => lake[Symbol.asyncDispose]());

  it('DROP SCHEMA drops an empty schema, and one that holds something only with CASCADE', async () => {
    await lake.run('CREATE SCHEMA shop.gone; DROP SCHEMA shop.gone');
    await lake.refused('DROP SCHEMA shop.gone', 'catalog.schema-not-found');
    await lake.run('DROP SCHEMA IF EXISTS shop.gone; CREATE DATABASE gone; CREATE TABLE gone.t AS SELECT 1 AS a');
    await lake.refused('DROP DATABASE gone RESTRICT', 'catalog.schema-not-empty');
    assert.deepEqual(await lake.rows('SELECT a FROM gone.t'), [[1]]);
    await lake.run('DROP DATABASE gone CASCADE');
    await lake.refused('SELECT a FROM gone.t', 'catalog.schema-not-found');
  });

  it('a script that uses what it has dropped or made anew is judged by what it will find', async () => {
    await lake.run('CREATE SCHEMA again; CREATE TABLE again.t AS SELECT 1 AS a');
    const script =
      'DROP SCHEMA again CASCADE; CREATE SCHEMA again; CREATE TABLE again.t AS SELECT 2 AS b; SELECT b FROM again.t';
    assert.deepEqual(await lake.rows(script), [[2]]);
  });

  it('SHOW COLUMNS names the columns of tables and views', async () => {
    await lake.run('CREATE VIEW gold.seen (number) AS SELECT id FROM silver.visits');
    assert.deepEqual(await lake.rows('SHOW COLUMNS IN silver.visits'), [['id'], ['place']]);
    assert.deepEqual(await lake.rows('SHOW COLUMNS FROM visits IN silver'), [['id'], ['place']]);
    assert.deepEqual(await lake.rows('SHOW COLUMNS IN gold.seen'), [['number']]);
    const own = 'CREATE TEMPORARY VIEW v AS SELECT 1 AS a; SHOW COLUMNS IN v';
    assert.deepEqual(await lake.rows(own), [['a']]);
    await lake.refused('SHOW COLUMNS IN silver.visits FROM gold', 'sql.syntax');
    await lake.refused('SHOW COLUMNS IN silver.nothing', 'catalog.table-not-found');
  });

  it('DESCRIBE tells the types of a query and of a temporary view, also those that no table keeps', async () => {
    const view =
      "CREATE TEMPORARY VIEW v AS SELECT INTERVAL '1' DAY AS d, NULL AS n, TIME'10:00:00' AS t, id FROM silver.plain; ";
    await lake.run('CREATE TABLE silver.plain (id INT)');
    assert.deepEqual(await lake.rows(`${view}DESCRIBE v`), [
      ['d', 'interval day', null],
      ['n', 'void', null],
      ['t', 'time(6)', null],
      ['id', 'int', null],
    ]);
    assert.deepEqual(await lake.rows(`${view}DESCRIBE QUERY SELECT d * 2 AS e, n FROM v`), [
      ['e', 'interval day to second', null],
      ['n', 'void', null],
    ]);
    assert.deepEqual(await lake.rows('DESCRIBE QUERY SELECT place AS p, upper(place) AS u FROM silver.visits'), [
      ['p', 'string', 'where'],
      ['u', 'string', null],
    ]);
  });

  it('rows of a temporary view with intervals keep their microseconds where several statements read them', async () => {
    const view =
      "CREATE TEMPORARY VIEW kept AS SELECT max(INTERVAL '1.000001' SECOND) AS d, count(*) AS n FROM silver.visits; ";
    const read = 'SELECT CAST(d AS STRING) FROM kept; ';
    assert.deepEqual(await lake.rows(view + read + read), [["INTERVAL '01.000001' SECOND"]]);
  });

  it('a TIME is refused as a column of a table before the first effect', async () => {
    const made = 'CREATE TABLE silver.before_time AS SELECT 1 AS a; ';
    await lake.refused(`${made}CREATE TABLE silver.times (t TIME)`, 'delta.unsupported-type');
    await lake.refused(`${made}CREATE TABLE silver.times AS SELECT TIME'10:00:00' AS t`, 'delta.unsupported-type');
    await lake.refused('SELECT a FROM silver.before_time', 'catalog.table-not-found');
  });
});
