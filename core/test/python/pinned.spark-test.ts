import assert from 'node:assert/strict';
import { startEngine } from '@medallion/core/engine/client.ts';
import { script, startLake } from '../engine/lake.ts';
import { fixture, runFixture, watched } from './program.ts';

describe('a version of a table that a task is given', function () {
  this.timeout(300_000);

  it('is what it reads and what its record says, though the table has gone on', async () => {
    await using lake = await startLake();
    const { environment } = lake.azure;
    await using engine = await startEngine({ environment, stateFolder: lake.stateFolder, threads: 1 });
    await engine.runScript(script('CREATE OR REPLACE TABLE silver.pinned AS SELECT 1 AS id UNION ALL SELECT 2'));
    await engine.runScript(script('INSERT INTO silver.pinned VALUES (3)'));
    const seen = watched();
    const outcome = await runFixture(lake, { kind: 'script', file: fixture('pinned.py'), arguments: ['0'] }, seen);
    const told = seen.lines.filter((line) => /^(pinned|option|parquet|missing)/.test(line));
    assert.deepEqual(told.slice(0, 3), ['pinned [1, 2]', 'option 2', 'parquet 2'], seen.lines.join('\n'));
    assert.match(told[3] ?? '', /^missing \w+/, 'Spark says so in its own words');
    assert.deepEqual(
      outcome.reads.map(({ table, version }) => [table, version]),
      [['shop.silver.pinned', 0]],
    );
  });
});
