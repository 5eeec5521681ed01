import assert from 'node:assert/strict';
import { missingForPython, pythonEnvironment } from '../tools/python-venv.mjs';
import type { Measured } from './measure.ts';
import { ShopcomLake } from './shopcom-lake.ts';

const limit = 2e9;

/** The same job on the engines that run it here, one after the other on one lake. */
export async function engines(): Promise<Measured> {
  const missing = missingForPython();
  if (missing !== undefined) {
    const note = `The job on Spark was NOT measured: ${missing}.`;
    process.stderr.write(`engines: ${note}\n`);
    return { comparisons: [], notes: [note] };
  }
  const size = { orders: 2_000, events: 20_000 };
  await using lake = await ShopcomLake.start(size);
  const duckdb = await lake.runJob('warm', limit);
  const spark = await lake.runJobOnSpark(pythonEnvironment());
  assert.deepEqual(new Map([...spark.rows].sort()), new Map([...duckdb.rows].sort()));
  const measure = `(${size.orders.toLocaleString('en')} orders, ${size.events.toLocaleString('en')} events)`;
  return {
    comparisons: [
      {
        name: `ShopCom job on DuckDB ${measure}`,
        ours: duckdb.seconds,
        theirs: spark.seconds,
        unit: 's',
        against: 'Spark',
      },
    ],
    notes: [
      'The job on DuckDB and on local Spark (`run --engine spark`), the start of each engine included, contracts checked on both, the same row count in every table. Sail is not offered as an engine and not among them: docs/python.md says why, with figures.',
    ],
  };
}
