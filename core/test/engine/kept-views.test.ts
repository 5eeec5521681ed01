import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { SupervisedEngine } from '@medallion/core/engine/client.ts';
import { script, startLake, type TestLake } from './lake.ts';

describe('temporary views that several statements use', function () {
  this.timeout(60_000);
  let lake: TestLake;
  let engine: SupervisedEngine;
  before(async () => {
    lake = await startLake();
    engine = await lake.engine();
    await engine.runScript(
      script(
        'CREATE TABLE bronze.n AS SELECT range::INT AS n FROM range(5) -> n:int; CREATE TABLE bronze.m AS SELECT 1 AS n -> n:int',
      ),
    );
  });
  after(async () => {
    await engine[Symbol.asyncDispose]();
    await lake[Symbol.asyncDispose]();
  });

  /** Runs a script; resolves to how many views' rows it kept, and to its last query's rows. */
  const run = async (text: string): Promise<{ kept: number; rows: unknown }> => {
    const before = await engine.statistics();
    const { lastQuery } = await engine.runScript(script(text));
    const after = await engine.statistics();
    return { kept: after.viewsKept - before.viewsKept, rows: lastQuery?.rows };
  };
  const ranked =
    'CREATE TEMPORARY VIEW v AS SELECT n, row_number() OVER (ORDER BY n DESC) AS r FROM @{bronze.n} -> n:int, r:bigint;';
  const both = `CREATE OR REPLACE TABLE silver.a AS SELECT n, r FROM @{v} WHERE r <= 2 -> n:int, r:bigint;
    CREATE OR REPLACE TABLE silver.b AS SELECT n, r FROM @{v} WHERE r > 2 -> n:int, r:bigint;`;
  const counts =
    'SELECT (SELECT count(*) FROM @{silver.a}) AS a, (SELECT count(*) FROM @{silver.b}) AS b -> a:bigint, b:bigint';

  it('are computed once, and nothing of them stays', async () => {
    assert.deepEqual(await run(ranked + both + counts), { kept: 1, rows: [[2, 3]] });
    assert.deepEqual(readdirSync(join(lake.stateFolder, 'staging', String(engine.pid))), []);
  });

  it('are computed again where what they read has changed', async () => {
    const more = 'INSERT INTO bronze.n SELECT 9 -> n:int;';
    assert.deepEqual(await run(`${ranked}${both}${more}${both}${counts}`), { kept: 2, rows: [[2, 4]] });
  });

  it('are not kept where one statement uses them, or where they only select', async () => {
    const single = 'CREATE OR REPLACE TABLE silver.a AS SELECT n, r FROM @{v} -> n:int, r:bigint;';
    assert.equal((await run(ranked + single)).kept, 0);
    const selecting = 'CREATE TEMPORARY VIEW v AS SELECT n, n + 1 AS r FROM @{bronze.n} WHERE n > 0 -> n:int, r:int;';
    assert.equal((await run(selecting + both)).kept, 0);
  });

  it('answer anew at each use where a function in them does', async () => {
    const lottery = 'CREATE TEMPORARY VIEW v AS SELECT max(random()) AS n, 1 AS r FROM @{bronze.n} -> n:double, r:int;';
    const draws = `CREATE OR REPLACE TABLE silver.a AS SELECT n FROM @{v} -> n:double;
      CREATE OR REPLACE TABLE silver.b AS SELECT n FROM @{v} -> n:double;`;
    const same = 'SELECT (SELECT n FROM @{silver.a}) = (SELECT n FROM @{silver.b}) AS same -> same:boolean';
    assert.deepEqual(await run(lottery + draws + same), { kept: 0, rows: [[false]] });
    // The same through a macro: the plain dialect's `late` calls now().
    const clock = 'CREATE TEMPORARY VIEW v AS SELECT max(late(n)) AS n, 1 AS r FROM @{bronze.n} -> n:timestamp, r:int;';
    assert.equal((await run(clock + draws.replaceAll('double', 'timestamp'))).kept, 0);
  });

  it('fail nobody with a row or a column that no statement asks for', async () => {
    const partly = `CREATE TEMPORARY VIEW v AS SELECT n, row_number() OVER (ORDER BY n) AS r,
      CASE WHEN n > 2 THEN error('beyond two') ELSE n END AS bad FROM @{bronze.n} -> n:int, r:bigint, bad:int;`;
    assert.deepEqual(await run(partly + both + counts), { kept: 1, rows: [[2, 4]] }, 'nobody asks for bad');
    const asking = both.replace('SELECT n, r FROM @{v} WHERE r <= 2', 'SELECT bad AS n, r FROM @{v} WHERE r <= 2');
    assert.deepEqual(await run(partly + asking + counts), { kept: 0, rows: [[2, 4]] });
  });

  it('have what all statements ask for', async () => {
    const wide = `CREATE TEMPORARY VIEW v AS SELECT n, sum(n) AS r, 'x' || n AS other, {'a': n, 'b': n + 1} AS s FROM @{bronze.n} GROUP BY n
      -> n:int, r:hugeint, other:string, s:struct<a:int,b:int>;`;
    const star = 'SELECT count(other) AS c, sum(s.b)::BIGINT AS b FROM @{v} -> c:bigint, b:bigint';
    const fields = both.replaceAll('SELECT n, r', `SELECT n, struct_extract(x."s", 'a')::BIGINT AS r`);
    const read = fields.replaceAll('FROM @{v} WHERE r', 'FROM @{v} AS x WHERE n');
    assert.deepEqual(await run(`${wide}${read}${star}`), { kept: 1, rows: [[6, 25]] });
  });

  it('keep every type as it is', async () => {
    const wide = 'CREATE TEMPORARY VIEW v AS SELECT sum(n) AS n, 1 AS r FROM @{bronze.n} -> n:decimal(38,0), r:int;';
    const sums = both.replaceAll('n:int', 'n:decimal(38,0)').replaceAll('r:bigint', 'r:int');
    const type = 'SELECT typeof(n) AS t FROM @{v} -> t:string';
    assert.deepEqual(await run(`${wide}${sums}${type}`), { kept: 1, rows: [['HUGEINT']] });
  });
});
