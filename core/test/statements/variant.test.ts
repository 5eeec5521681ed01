import assert from 'node:assert/strict';
import { type DatabricksLake, startDatabricksLake } from './databricks-lake.ts';

describe('VARIANT in the engine', function () {
  this.timeout(60_000);
  let lake: DatabricksLake;
  before(async () => {
    lake = await startDatabricksLake();
  });
  after(() => lake[Symbol.asyncDispose]());

  it('lives in a temporary view, is cast, and is shown as its JSON', async () => {
    const view = `CREATE TEMPORARY VIEW v AS SELECT parse_json('{"b":[1.50,"x"],"a":null}') AS j;`;
    assert.deepEqual(await lake.rows(`${view} SELECT j, j:b[0]::double AS n, array(j:b[1]) AS l, j:c AS c FROM v`), [
      ['{"a":null,"b":[1.5,"x"]}', 1.5, '["\\"x\\""]', null],
    ]);
  });

  it('is refused in a table, whose Parquet would need a form of its own', async () => {
    await lake.refused("CREATE TABLE silver.v AS SELECT parse_json('1') AS j", 'delta.unsupported-type');
    await lake.refused('CREATE TABLE silver.v (j VARIANT)', 'sql.not-emulated');
    await lake.refused('CREATE TABLE silver.v (j ARRAY<VARIANT>)', 'sql.not-emulated');
    await lake.refused('SELECT * FROM silver.v', 'catalog.table-not-found');
  });
});
