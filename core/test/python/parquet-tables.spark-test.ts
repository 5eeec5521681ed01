import assert from 'node:assert/strict';
import { createDatabricksClient } from '@medallion/core/azure/databricks.ts';
import { startLake, type TestLake } from '../engine/lake.ts';
import { fixture, runFixture, watched } from './program.ts';

describe('tables of Parquet files by LOCATION, on local Spark', function () {
  this.timeout(300_000);
  let lake: TestLake;
  before(async () => {
    lake = await startLake();
    await lake.storage.createContainer('datalake');
  });
  after(() => lake[Symbol.asyncDispose]());

  it('are registered in Unity Catalog, appended to and overwritten; what would go elsewhere is refused', async () => {
    const seen = watched();
    const parameters = { account: lake.storage.accountName };
    await runFixture(lake, { kind: 'notebook', file: fixture('parquet_tables.py') }, seen, { parameters });
    const told = seen.lines.filter((line) => /^(empty|appended|overwritten|refused|NOT|read|permissive)/.test(line));
    const expected = [
      /^empty 0$/,
      /^appended \[1, 2\]$/,
      /^overwritten \[\(2, 'b'\)\]$/,
      // Spark itself would write it into a table of its session catalog, which nobody ever sees.
      /^refused .*saveAsTable into bays, a table of Parquet files, is not emulated: use insertInto/,
      /^refused .*Unity Catalog manages Delta tables only/,
      /^refused .*PARTITIONED BY is not emulated/,
      /^refused .*USING csv is not emulated/,
      /^read \[1, 2\]$/,
      // The open Spark does not know badRecordsPath: it would have read a row of NULLs in place of the broken record.
      /^refused .*(MALFORMED_RECORD|FAILED_READ_FILE|Malformed)/,
      /^permissive \['1', 'None'\]$/,
    ];
    assert.equal(told.length, expected.length, seen.lines.join('\n'));
    for (const [index, pattern] of expected.entries()) assert.match(told[index] ?? '', pattern);
    const databricks = createDatabricksClient(lake.azure.environment);
    const table = await databricks.request<{ columns: { name: string; type_text: string }[] }>(
      'GET',
      '/api/2.1/unity-catalog/tables/shop.gold.bays',
    );
    assert.partialDeepStrictEqual(table, {
      table_type: 'EXTERNAL',
      data_source_format: 'PARQUET',
      storage_location: `abfss://datalake@${lake.storage.accountName}.dfs.core.windows.net/lake/bays`,
    });
    assert.deepEqual(
      table.columns.map(({ name, type_text }) => [name, type_text]),
      [
        ['bay', 'int'],
        ['place', 'struct<lat:float,`no-name`:string>'],
      ],
    );
  });
});
