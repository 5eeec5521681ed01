import assert from 'node:assert/strict';
import { type DatabricksLake, startDatabricksLake } from './databricks-lake.ts';

/** Enough that reading a column of few rows twice is cheaper than keeping it. */
const rows = 600_000;

describe('long columns of a view that several statements use', function () {
  this.timeout(120_000);
  let lake: DatabricksLake;
  before(async () => {
    lake = await startDatabricksLake();
    // Two files; every 50th row is wrong, every 100th of the others comes twice.
    const events = (from: number) =>
      `SELECT id % ${rows * 0.99} AS key, id AS place, concat('{"id":', id, ',"bad":', id % 50 = 0, '}') AS body FROM range(${from}, ${from + rows / 2})`;
    await lake.run(`CREATE TABLE bronze.events AS ${events(0)}; INSERT INTO bronze.events ${events(rows / 2)}`);
  });
  after(() => lake[Symbol.asyncDispose]());

  const view = (more = '') => `
    CREATE OR REPLACE TEMPORARY VIEW classified AS
    WITH parsed AS (SELECT *, from_json(body, 'id BIGINT, bad BOOLEAN') AS event ${more} FROM bronze.events),
    reasoned AS (SELECT *, CASE WHEN event.bad THEN 'bad' END AS reason FROM parsed)
    SELECT *, row_number() OVER (PARTITION BY reason, key ORDER BY place) AS copy FROM reasoned;`;
  const tables = (good = 'event.id AS id') => `
    CREATE OR REPLACE TABLE silver.good AS SELECT key, ${good} FROM classified WHERE reason IS NULL AND copy = 1;
    CREATE OR REPLACE TABLE silver.bad AS SELECT reason, body, place FROM classified WHERE reason IS NOT NULL;
    CREATE OR REPLACE TABLE silver.copies AS SELECT copy, body, place FROM classified WHERE reason IS NULL AND copy > 1;`;
  const run = async (sql: string) => {
    const before = await lake.engine.statistics();
    await lake.run(sql);
    const after = await lake.engine.statistics();
    return { kept: after.viewsKept - before.viewsKept, late: after.columnsReadLate - before.columnsReadLate };
  };
  const found = `SELECT (SELECT count(*) FROM silver.good), (SELECT count(*) FROM silver.bad),
    (SELECT count(*) FROM silver.bad WHERE get_json_object(body, '$.id') = place AND body LIKE '%true%' AND reason = 'bad'),
    (SELECT count(*) FROM silver.copies),
    (SELECT count(*) FROM silver.copies WHERE get_json_object(body, '$.id') = place AND body LIKE '%false%')`;
  const expected = [[582_120, 12_000, 12_000, 5_880, 5_880]];

  it('are read from the table again for the few rows of which they are asked', async () => {
    assert.deepEqual(await run(view() + tables()), { kept: 1, late: 1 });
    assert.deepEqual(await lake.rows(found), expected);
  });

  it('are kept where all rows are asked for them, or a column is computed of the whole row', async () => {
    assert.deepEqual(await run(view() + tables('body AS id')), { kept: 1, late: 0 });
    assert.deepEqual(await lake.rows(found), expected);
    assert.deepEqual(await run(view(', md5(to_json(struct(*))) AS digest') + tables('digest AS id')), {
      kept: 1,
      late: 0,
    });
    assert.deepEqual(await lake.rows(found), expected);
    const digest =
      "SELECT count(*) FROM silver.good AS g JOIN bronze.events AS e ON g.id = md5(to_json(named_struct('key', e.key, 'place', e.place, 'body', e.body)))";
    assert.deepEqual(await lake.rows(digest), [[582_120]]);
  });

  it('are kept where a statement counts them', async () => {
    const counting = 'CREATE OR REPLACE TABLE silver.counted AS SELECT count(DISTINCT body) AS n FROM classified;';
    assert.deepEqual(await run(view() + tables() + counting), { kept: 1, late: 0 });
    assert.deepEqual(await lake.rows('SELECT n FROM silver.counted'), [[rows]]);
  });

  it('come from the version that the view read, whatever is written meanwhile', async () => {
    const more = "INSERT INTO bronze.events SELECT -id AS key, -id AS place, 'none' AS body FROM range(1, 11);";
    const [first = '', ...others] = tables().split(/(?<=;)/);
    assert.deepEqual(await run(view() + first + more + others.join('')), { kept: 2, late: 2 });
    assert.deepEqual(await lake.rows('SELECT count(*) FROM silver.bad'), [[12_000]]);
    assert.deepEqual(await lake.rows(found), expected);
  });
});
