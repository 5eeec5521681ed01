import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { missingForPython, pythonEnvironment, virtualEnvironment } from '../tools/python-venv.mjs';
import { capturedEvents } from './captured-events.ts';
import { load, type Measured } from './measure.ts';
import { ShopcomLake } from './shopcom-lake.ts';

const limit = 2e9;
const sail = ['pysail==0.7.2', 'pyspark-client==4.0.1'];
const sources = join(import.meta.dirname, '..', 'samples', 'shopcom', 'src');

/** The same job on the engines that run it here, one after the other on one lake; and what Sail says to its statements. */
export async function engines(events = 1_000_000): Promise<Measured> {
  const missing = missingForPython();
  if (missing !== undefined) {
    const note = `The job on Spark was NOT measured: ${missing}.`;
    process.stderr.write(`engines: ${note}\n`);
    return { comparisons: [], notes: [note] };
  }
  const onSail = sailNote();
  const orders = 40_000;
  await using lake = await ShopcomLake.startCaptured(orders, await capturedEvents({ orders, events }));
  await lake.runJob('cold', limit);
  const duckdb = await lake.runJob('warm', limit);
  const busy = load();
  const spark = await lake.runJobOnSpark(pythonEnvironment());
  assert.deepEqual(new Map([...spark.rows].sort()), new Map([...duckdb.rows].sort()));
  const size = `(${orders.toLocaleString('en')} orders, ${events.toLocaleString('en')} events)`;
  return {
    comparisons: [
      {
        name: `ShopCom job on DuckDB ${size}, warm`,
        ours: duckdb.seconds,
        theirs: spark.seconds,
        unit: 's',
        against: 'Spark local',
        load: busy,
      },
    ],
    notes: [
      'The job on DuckDB and on local Spark (`run --engine spark`), the start of each engine included, contracts checked on both, the same row count in every table.',
      onSail,
    ],
  };
}

interface SailAnswer {
  readonly run: number;
  readonly refused: readonly { readonly file: string; readonly statement: string; readonly error: string }[];
}

/** Sail is no engine of the product; its statements are counted, so that the sentence about it stays true. */
function sailNote(): string {
  const files = ['bronze', 'silver', 'gold'].flatMap((layer) =>
    readdirSync(join(sources, layer)).map((name) => join(sources, layer, name)),
  );
  const python = virtualEnvironment('sail-venv', sail);
  const answer = execFileSync(python, [join(import.meta.dirname, 'sail', 'probe.py'), 'shopcom_local', ...files], {
    stdio: ['ignore', 'pipe', 2],
  });
  const { run, refused } = JSON.parse(answer.toString().trim().split('\n').at(-1) ?? '{}') as SailAnswer;
  const errors = Map.groupBy(refused, ({ error }) => error.replaceAll(/[`'"][^`'"]*[`'"]/g, '…'));
  const most = [...errors].sort(([, a], [, b]) => b.length - a.length).slice(0, 4);
  const why = most.map(([error, those]) => `${those.length} × "${error}" (first: \`${those[0]?.statement ?? ''}\`)`);
  return `Sail (${sail.join(', ')}) runs ${run} of the job's ${run + refused.length} statements as they are written, so the job cannot be timed on it: ${why.join('; ')}. docs/python.md has the verdict.`;
}
