import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { geoEvents, interactionEvents, planDataSet } from '@medallion/shopcom/generator/main.ts';
import { json, medallion, temporaryState } from '../cli/test/support/medallion.ts';
import type { Comparison } from './measure.ts';

interface StartResult {
  readonly steps: readonly { readonly name: string; readonly seconds: number }[];
}

/**
 * The sample's job from landing to gold on the emulated lake (names, contracts, Delta commits), against the same transformations
 * hand-written in DuckDB's dialect over the same files on the local disk, written as plain Parquet.
 */
export async function shopcom(): Promise<readonly Comparison[]> {
  await using state = temporaryState();
  const ended = await medallion('start', '--port-base', '0', '--json', '--state', state.path);
  if (ended.code !== 0) throw new Error(ended.stderr);
  const { steps } = json<StartResult>(ended);
  const ours = steps.find(({ name }) => name === 'job')?.seconds ?? 0;
  const total = steps.reduce((sum, { seconds }) => sum + seconds, 0);
  const sources = join(state.path, 'sources');
  await writeBodies(sources);
  const theirs = await plainRun(sources);
  const again = await medallion('start', '--port-base', '0', '--json', '--state', state.path);
  const repeated = json<StartResult>(again)
    .steps.filter(({ name }) => name !== 'azure')
    .reduce((sum, { seconds }) => sum + seconds, 0);
  return [
    {
      name: 'ShopCom job, landing to gold (20,000 orders, 200,000 events)',
      ours,
      theirs,
      unit: 's',
      against: 'plain DuckDB on local files',
    },
    {
      name: 'the whole of `npm start`, the same',
      ours: total,
      theirs,
      unit: 's',
      against: 'plain DuckDB on local files',
    },
    {
      name: 'a second `npm start` without changes, after start-up',
      ours: repeated,
      theirs: ours,
      unit: 's',
      against: 'the first job',
    },
  ];
}

/** The events' bodies, a line each, as plain DuckDB reads them; writing them is not measured. */
async function writeBodies(sources: string): Promise<void> {
  const plan = await planDataSet({ orders: 20_000, events: 200_000 });
  for (const [name, events] of [
    ['interactions', interactionEvents(plan)],
    ['geo', geoEvents(plan)],
  ] as const) {
    writeFileSync(join(sources, `${name}.txt`), [...events].map(({ body }) => `${body}\n`).join(''));
  }
}

/** The job's steps in plain DuckDB: read, classify, deduplicate, aggregate, write Parquet. Events come from the JSON bodies. */
async function plainRun(sources: string): Promise<number> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  const folder = join(import.meta.dirname, 'plain');
  const start = performance.now();
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()) {
    await connection.run(readFileSync(join(folder, file), 'utf8').replaceAll('{sources}', sources));
  }
  const seconds = (performance.now() - start) / 1000;
  connection.closeSync();
  instance.closeSync();
  return seconds;
}
