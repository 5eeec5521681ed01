import assert from 'node:assert/strict';
import { script } from '../engine/lake.ts';
import { refusal } from '../engine/refusal.ts';
import { type DatabricksLake, startDatabricksLake } from './databricks-lake.ts';

const everyType = `SELECT id, CAST(id AS BYTE) AS b, CAST(id AS SHORT) AS s, id * 1.25D AS d, CAST(id AS FLOAT) AS f, CAST(id AS DECIMAL(30, 4)) AS c,
  id % 2 = 0 AS t, CAST('x' AS BINARY) AS y, TIMESTAMP'2024-03-31 01:30:00.123456' AS i, TIMESTAMP_NTZ'2024-03-31 02:30:00' AS n,
  named_struct('k', id, 'l', array(map('m', id))) AS o,
  DATE'2024-02-29' AS p, CASE WHEN id % 3 = 0 THEN NULL ELSE concat('a/b=', id % 3) END AS q
  FROM (SELECT explode(sequence(1, 9)) AS id)`;

describe('results of CREATE TABLE AS', function () {
  this.timeout(300_000);
  let lake: DatabricksLake;
  before(async () => {
    lake = await startDatabricksLake();
  });
  after(() => lake[Symbol.asyncDispose]());

  const held = async (): Promise<number> => (await lake.engine.statistics()).resultsHeld;
  const check = (sql: string, scope: 'row' | 'table') =>
    ({ name: sql, sql, scope, severity: 'error', source: 'c.odcs.yaml:3' }) as const;
  /** Rules that look at partition values and at nested ones. */
  const checks = [
    check("q IS NOT NULL AND q NOT IN ('a/b=1', 'a/b=2')", 'row'),
    check("p <> DATE '2024-02-29' OR o.l[1]['m'] <> o.k OR i <> TIMESTAMPTZ '2024-03-31 01:30:00.123456+00'", 'row'),
    check('SELECT abs(count(DISTINCT q) - 2) + abs(count(*) - 9) FROM __staged', 'table'),
  ];

  it('are written once, checked as files, and are in the table what the query gave', async () => {
    const before = await held();
    const sql = `CREATE OR REPLACE TABLE silver.every PARTITIONED BY (p, q) AS ${everyType}`;
    const { statements } = await lake.engine.runScript(script(sql, {}, { checks: { 'silver.every': checks } }));
    const written = statements[0]?.written;
    assert.deepEqual([written?.rows, written?.files], [9, 3]);
    assert.deepEqual(
      written?.checks.map(({ violations }) => violations),
      [0, 0, 0],
    );
    assert.equal(await held(), before);
    const shown = 'id, b, s, d, f, c, t, y, i, n, o, p, q';
    const given = await lake.rows(`SELECT ${shown} FROM (${everyType}) ORDER BY id`);
    assert.equal(given.length, 9);
    assert.deepEqual(await lake.rows(`SELECT ${shown} FROM silver.every ORDER BY id`), given);
  });

  it('that break a rule leave the table as it was', async () => {
    const sql = `CREATE OR REPLACE TABLE silver.every PARTITIONED BY (q) AS ${everyType}`;
    const broken = { 'silver.every': [check("q = 'a/b=2'", 'row')] };
    const error = await refusal(lake.engine.runScript(script(sql, {}, { checks: broken })), 'contract.violated');
    assert.match(error.message, /violated by 3 rows/);
    assert.equal((await lake.snapshot('silver.every')).version, 0);
  });

  it('without rows are no file, and are checked all the same', async () => {
    const sql = `CREATE OR REPLACE TABLE silver.none AS SELECT * FROM (${everyType}) WHERE id > 100`;
    const few = { 'silver.none': [check('SELECT count(*) FROM __staged WHERE q IS NULL', 'table')] };
    const { statements } = await lake.engine.runScript(script(sql, {}, { checks: few }));
    assert.deepEqual([statements[0]?.written?.rows, statements[0]?.written?.files], [0, 0]);
    assert.deepEqual(await lake.rows('SELECT count(*) FROM silver.none'), [[0]]);
  });

  it('are looked at once for all predicates, once for all rules on the table, and not for NULLs that their writer has counted', async () => {
    const queries = async (): Promise<number> => (await lake.engine.statistics()).checkQueries;
    const rules = [
      check('"id" IS NULL', 'row'),
      check('"f" IS NULL', 'row'),
      check('SELECT count(*) - 9 FROM __staged', 'table'),
      check('SELECT count(DISTINCT id) - 9 FROM __staged', 'table'),
    ];
    const sql = `CREATE OR REPLACE TABLE silver.once PARTITIONED BY (q) AS ${everyType}`;
    const run = async (more: readonly ReturnType<typeof check>[], query = sql) => {
      const before = await queries();
      const checks = { 'silver.once': [...rules, ...more] };
      const { statements } = await lake.engine.runScript(script(query, {}, { checks }));
      const violations = statements[0]?.written?.checks.map((one) => one.violations);
      return { violations, queries: (await queries()) - before };
    };
    assert.deepEqual(await run([]), { violations: [0, 0, 0, 0], queries: 1 });
    assert.deepEqual(await run([check('"b" > 100', 'row')]), { violations: [0, 0, 0, 0, 0], queries: 2 });
    const some = sql
      .replace('SELECT id,', 'SELECT nullif(id, 3) AS id,')
      .replace('CAST(id AS FLOAT)', 'nullif(CAST(id AS FLOAT), 2)');
    const error = await refusal(run([], some), 'contract.violated');
    assert.match(error.message, /"id" IS NULL is violated by 1 row .*"f" IS NULL is violated by 1 row /s);
    // A rule that cannot be asked is found among the others.
    const wrong = [check('SELECT count(*) FROM __staged WHERE nowhere = 1', 'table'), check('nowhere = 1', 'row')];
    for (const one of wrong) assert.match((await refusal(run([one]), 'contract.unsupported-check')).message, /nowhere/);
  });
});
