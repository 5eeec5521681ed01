import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { pythonEnvironment } from '../../tools/python-venv.mjs';
import type { BothRuns } from '../src/run-engine.ts';
import { json, medallion, temporaryState } from './support/medallion.ts';

describe('ShopCom on DuckDB and on Spark', function () {
  this.timeout(1_200_000);
  const active = process.env['VIRTUAL_ENV'];
  before(() => {
    process.env['VIRTUAL_ENV'] = dirname(dirname(pythonEnvironment()));
  });
  after(() => {
    if (active === undefined) delete process.env['VIRTUAL_ENV'];
    else process.env['VIRTUAL_ENV'] = active;
  });

  it('makes the same tables, row by row, types included', async () => {
    await using state = temporaryState();
    const place = ['--state', state.path, '--port-base', '0', '--json'];
    const landed = await medallion('start', '--keep', '--orders', '200', '--events', '1500', ...place);
    assert.equal(landed.code, 0, landed.stderr);
    const ended = await medallion('run', 'medallion_daily', '--engine', 'both', ...place);
    const both = json<BothRuns>(ended);
    const different = both.tables.filter(({ same }) => !same);
    assert.deepEqual(different, [], ended.stderr);
    assert.equal(ended.code, 0);
    // Every table of the job, none of them empty by accident: each holds what the first run wrote.
    const written = both.duckdb.tasks.flatMap(({ outputs }) =>
      outputs.map(({ table, rows }) => [table, rows] as const),
    );
    assert.deepEqual(
      both.tables.map(({ table, leftRows, rightRows }) => [table, leftRows, rightRows]),
      written.map(([table, rows]) => [table, rows, rows]).toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
    );
    assert.ok(written.length >= 20 && written.filter(([, rows]) => rows > 0).length >= 15);
    // The only columns that are not compared are the ingestion times of bronze.
    const byTheClock = both.tables.flatMap(({ table, clockColumns = [] }) =>
      clockColumns.map((name) => `${table.split('.').slice(1).join('.')}.${name}`),
    );
    assert.deepEqual(
      byTheClock,
      ['customers', 'geo', 'interactions', 'products', 'transactions'].map((name) => `bronze.${name}._ingested_at`),
    );
    assert.ok(both.spark?.tasks.every(({ statements }) => statements.length > 0));
  });
});
