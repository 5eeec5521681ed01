import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createDialect } from '@medallion/core/sql/dialect.ts';
import { startDatabricksLake, type DatabricksLake } from './databricks-lake.ts';

/** Databricks' own sample data is in every workspace; here a folder, or a table, stands for it. */
describe('sample data', function () {
  this.timeout(60_000);
  let lake: DatabricksLake;
  before(async () => {
    lake = await startDatabricksLake();
  });
  after(() => lake[Symbol.asyncDispose]());

  const put = async (path: string, text: string): Promise<void> => {
    const file = join(lake.lake.stateFolder, 'dbfs', path);
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, text);
  };
  const orders =
    "read_files('/databricks-datasets/retail-org/orders/', format => 'csv', header => true, schema => 'id INT, name STRING')";

  it('is named as what a statement needs, with its place, and refuses nothing', async () => {
    const cases: readonly (readonly [string, string, string])[] = [
      ["SELECT * FROM read_files('dbfs:/databricks-datasets/a/', format => 'csv')", '1:15', '/databricks-datasets/a/'],
      ['SELECT\n  t.a FROM samples.nyctaxi.trips AS t', '2:12', 'samples.nyctaxi.trips'],
      ['MERGE INTO t USING samples.a.b s ON t.a = s.a WHEN MATCHED THEN DELETE', '1:20', 'samples.a.b'],
      ['USE CATALOG samples', '1:1', 'samples'],
    ];
    const dialect = await createDialect();
    for (const [text, place, name] of cases) {
      const [statement] = dialect.analyze({ text, file: 'a.sql' });
      assert.equal(statement?.verdict, 'here', text);
      const needs = (statement.needs ?? []).map((need) => {
        const { line, column } = need.range.start;
        return [`${line}:${column}`, need.kind === 'folder' ? need.path : need.name];
      });
      assert.deepEqual(needs, [[place, name]]);
    }
    const [plain] = dialect.analyze({ text: 'SELECT 1', file: 'a.sql' });
    assert.equal(plain?.needs, undefined);
  });

  it('is read from the folder that stands for the file system of a workspace', async () => {
    const refused = await lake.refused(`SELECT * FROM ${orders}`, 'engine.path-not-found');
    assert.match(refused.message, /sample data that Databricks keeps/);
    assert.ok(refused.nextStep.includes(join(lake.lake.stateFolder, 'dbfs/databricks-datasets/retail-org/orders')));
    assert.equal(refused.range?.start.column, 15);
    await put('databricks-datasets/retail-org/orders/part-1.csv', 'id,name\n1,a\n');
    await put('databricks-datasets/retail-org/orders/part-2.csv', 'id,name\n2,b\n');
    await put('databricks-datasets/retail-org/orders/_SUCCESS', '');
    assert.deepEqual(await lake.rows(`SELECT id, name, _metadata.file_path FROM ${orders} ORDER BY id`), [
      [1, 'a', 'dbfs:/databricks-datasets/retail-org/orders/part-1.csv'],
      [2, 'b', 'dbfs:/databricks-datasets/retail-org/orders/part-2.csv'],
    ]);
    const glob =
      "read_files('dbfs:/databricks-datasets/*/orders/*-2.csv', format => 'csv', header => true, schema => 'id INT, name STRING')";
    assert.deepEqual(await lake.rows(`SELECT id FROM ${glob}`), [[2]]);
  });

  it('reads a file that was replaced anew, and a streaming table takes each file once', async () => {
    await put('databricks-datasets/grows/1.csv', 'id\n1\n');
    const grows =
      "read_files('/databricks-datasets/grows', format => 'csv', header => true, schema => 'id INT, name STRING')";
    const refresh = `CREATE OR REFRESH STREAMING TABLE bronze.grown AS SELECT id FROM STREAM ${grows}`;
    await lake.run(refresh);
    await put('databricks-datasets/grows/2.csv', 'id\n2\n');
    await lake.run(refresh);
    await lake.run(refresh);
    assert.deepEqual(await lake.rows('SELECT id FROM bronze.grown ORDER BY id'), [[1], [2]]);
    await put('databricks-datasets/grows/2.csv', 'id\n22\n');
    assert.deepEqual(await lake.rows(`SELECT id FROM ${grows} ORDER BY id`), [[1], [22]]);
  });

  it('is copied into a table, each file once', async () => {
    await put('databricks-datasets/copied/1.csv', 'id\n1\n');
    await lake.run('CREATE TABLE bronze.copied (id STRING)');
    const copy =
      "COPY INTO bronze.copied FROM '/databricks-datasets/copied' FILEFORMAT = CSV FORMAT_OPTIONS ('header' = 'true')";
    await lake.run(copy);
    await lake.run(copy);
    assert.deepEqual(await lake.rows('SELECT id FROM bronze.copied'), [['1']]);
  });

  it('of the catalog samples says how tables are made that stand for it', async () => {
    const refused = await lake.refused('SELECT * FROM samples.nyctaxi.trips', 'catalog.table-not-found');
    assert.match(refused.nextStep, /medallion query --make samples\.nyctaxi "CREATE TABLE samples\.nyctaxi\.trips AS/);
  });

  it('never leaves the folder', async () => {
    await lake.refused(
      "SELECT * FROM read_files('/databricks-datasets/../../x', format => 'csv')",
      'catalog.unsupported-path',
    );
  });
});
