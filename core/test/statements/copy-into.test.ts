import assert from 'node:assert/strict';
import { type DatabricksLake, startDatabricksLake } from './databricks-lake.ts';

const from = "'/Volumes/shop/bronze/landing/copy'";

describe('COPY INTO', function () {
  this.timeout(60_000);
  let lake: DatabricksLake;
  before(async () => {
    lake = await startDatabricksLake();
    await lake.lake.land('copy/1.csv', 'k,v\n1,a\n2,b\n');
    await lake.run('CREATE TABLE bronze.copied (k INT, v STRING)');
  });
  after(() => lake[Symbol.asyncDispose]());

  it('copies each file once, by the names of its columns', async () => {
    const sql = `COPY INTO bronze.copied FROM ${from} FILEFORMAT = CSV FORMAT_OPTIONS ('header' = 'true', 'inferSchema' = 'true')`;
    assert.equal((await lake.run(sql)).statements[0]?.written?.rows, 2);
    assert.equal((await lake.run(sql)).statements[0]?.written, undefined);
    await lake.lake.land('copy/2.csv', 'v,k\nc,3\n');
    await lake.run(
      `COPY INTO bronze.copied FROM (SELECT CAST(k AS INT) * 10 AS k, upper(v) v FROM ${from}) FILEFORMAT = CSV FORMAT_OPTIONS ('header' = 'true', 'schema' = 'k STRING, v STRING', 'enforceSchema' = 'false', 'rescuedDataColumn' = 'r')`,
    );
    assert.deepEqual(await lake.rows('SELECT k, v FROM bronze.copied ORDER BY k'), [
      [1, 'a'],
      [2, 'b'],
      [30, 'C'],
    ]);
    await lake.run(`${sql} COPY_OPTIONS ('force' = 'true')`);
    assert.deepEqual(await lake.rows('SELECT count(*) AS n FROM bronze.copied'), [[6]]);
  });

  it('adds columns only where it may, and a refused copy has copied nothing', async () => {
    await lake.lake.land('more/1.csv', 'k,v,extra\n7,g,x\n');
    const sql =
      "COPY INTO bronze.copied FROM '/Volumes/shop/bronze/landing/more' FILEFORMAT = CSV FORMAT_OPTIONS ('header' = 'true', 'inferSchema' = 'true')";
    await lake.refused(sql, 'delta.schema-mismatch');
    await lake.run(`${sql} COPY_OPTIONS ('mergeSchema' = 'true')`);
    assert.deepEqual(await lake.rows('SELECT k, v, extra FROM bronze.copied WHERE k = 7'), [[7, 'g', 'x']]);
    await lake.refused(`${sql} COPY_OPTIONS ('nope' = 'true')`, 'sql.not-emulated');
    await lake.lake.land('bad/1.csv', 'k,v\nx,y\n');
    await lake.refused(sql.replace('more', 'bad'), 'delta.schema-mismatch');
  });

  it('takes what a copy that failed had noted as not copied: another copy has come between', async () => {
    await lake.lake.land('late/1.csv', 'k,v\n8,h\n');
    await lake.lake.land('worse/1.csv', 'k,v\n1,w\n2,\n');
    await lake.run('CREATE TABLE bronze.strict (k INT, v STRING NOT NULL)');
    const sql =
      "COPY INTO bronze.strict FROM '/Volumes/shop/bronze/landing/late' FILEFORMAT = CSV FORMAT_OPTIONS ('header' = 'true', 'inferSchema' = 'true')";
    await lake.refused(sql.replace('late', 'worse'), 'delta.not-null-violated');
    await lake.run(sql);
    assert.deepEqual(await lake.rows('SELECT k FROM bronze.strict'), [[8]]);
    await lake.run('ALTER TABLE bronze.strict ALTER COLUMN v DROP NOT NULL');
    await lake.run(sql.replace('late', 'worse'));
    await lake.run(sql);
    assert.deepEqual(await lake.rows('SELECT k FROM bronze.strict ORDER BY k'), [[1], [2], [8]]);
  });

  it('numbers rows and computes columns as the table says, and does not guess a default', async () => {
    await lake.run(
      'CREATE TABLE bronze.ruled (id BIGINT GENERATED ALWAYS AS IDENTITY, k INT, v STRING, twice INT GENERATED ALWAYS AS (k * 2))',
    );
    const sql = `COPY INTO bronze.ruled FROM (SELECT CAST(k AS INT) AS k, v FROM ${from}) FILEFORMAT = CSV FORMAT_OPTIONS ('header' = 'true')`;
    await lake.run(sql);
    await lake.lake.land('copy/3.csv', 'k,v\n4,d\n');
    await lake.run(sql);
    assert.deepEqual(await lake.rows('SELECT id, k, twice FROM bronze.ruled ORDER BY k'), [
      ...(await lake.rows('SELECT id, k, k * 2 FROM bronze.ruled WHERE k < 4 ORDER BY k')),
      [4, 4, 8],
    ]);
    assert.deepEqual(await lake.rows('SELECT DISTINCT id FROM bronze.ruled ORDER BY id'), [[1], [2], [3], [4]]);
    await lake.run(
      "CREATE TABLE bronze.filled (k INT, v STRING, d STRING DEFAULT 'x') TBLPROPERTIES ('delta.feature.allowColumnDefaults' = 'supported')",
    );
    const refused = await lake.refused(sql.replace('ruled', 'filled'), 'delta.unsupported');
    assert.match(refused.message, /d DEFAULT/);
  });
});
