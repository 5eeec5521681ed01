import { runningLocalAzure } from '@medallion/cli/running-azure.ts';
import { startEngine } from '@medallion/core/engine/client.ts';
import { load, type Measured, medianMs } from './measure.ts';
import { smallProject } from './small-project.ts';

const rounds = 7;
const wanted = { coldMs: 1000, warmMs: 200, rerunMs: 1000 };

const bundle = `bundle: {name: shop}
resources:
  jobs:
    daily:
      tasks:
        - {task_key: a, sql_task: {warehouse_id: w, file: {path: a.sql}}}
`;

/** What a person waits for at a shell: a query, cold and warm, a job that has nothing to do, and one task that is run again. */
export async function query(): Promise<Measured> {
  const facts = 'SELECT id % 10 AS k, id AS v FROM range(1000000)';
  const task = 'CREATE OR REPLACE TABLE shop.gold.sums AS SELECT k, sum(v) AS v FROM shop.gold.facts GROUP BY k;';
  await using project = await smallProject({ 'databricks.yml': bundle, 'a.sql': task });
  await project.medallion('query', '--make', 'shop.gold', `CREATE TABLE shop.gold.facts AS ${facts}`);
  await project.medallion('run', 'daily');
  const text = 'SELECT k, count(*), sum(v) FROM shop.gold.facts GROUP BY k';
  const cold = await medianMs(rounds, () => project.medallion('query', text));
  const busy = load();
  const unchanged = await medianMs(rounds, () => project.medallion('run', 'daily'));
  const again = await medianMs(rounds, () => project.medallion('run', 'daily', '--task', 'a', '--force'));
  const warm = await warmMs(project.state, text);
  const name = 'a query over a table of 1,000,000 rows';
  const row = (what: string, ours: number, theirs: number) =>
    ({ name: what, ours, theirs, unit: 'ms', against: 'wanted', load: busy }) as const;
  return {
    comparisons: [
      row(`${name}, from a shell`, cold, wanted.coldMs),
      row(`${name}, warm`, warm, wanted.warmMs),
      row('a job of one task that is unchanged, from a shell', unchanged, wanted.rerunMs),
      row('the same task run again, from a shell', again, wanted.rerunMs),
    ],
    notes: [
      `From a shell: the command line whole, from the start of its process to its end, with the engine that it starts. Warm: an engine that runs, as the editor has one. Medians of ${rounds}.`,
    ],
  };
}

async function warmMs(state: string, text: string): Promise<number> {
  const { environment } = await runningLocalAzure(state);
  await using engine = await startEngine({ environment, stateFolder: state });
  const request = {
    source: { text, file: 'query' },
    parameters: {},
    profile: { ansi: true, timeZone: 'Etc/UTC', decidedBy: 'SQL warehouse' },
    maxRows: 100,
  };
  await engine.query(request);
  return await medianMs(rounds, () => engine.query(request));
}
