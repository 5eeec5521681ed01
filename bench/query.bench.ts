import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runningLocalAzure } from '@medallion/cli/running-azure.ts';
import { startEngine } from '@medallion/core/engine/client.ts';
import { load, type Measured, medianMs } from './measure.ts';

const bin = fileURLToPath(new URL('../cli/bin/medallion.js', import.meta.url));
const rounds = 7;
const wanted = { coldMs: 1000, warmMs: 200 };

/** A query over a table of the lake from a shell, process and engine started for it, and one asked of an engine that runs. */
export async function query(): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'medallion-bench-'));
  const state = join(folder, 'state');
  const medallion = async (...args: readonly string[]): Promise<void> => {
    const child = spawn(process.execPath, [bin, ...args, '--project', folder, '--state', state], { stdio: 'ignore' });
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`medallion ${args.join(' ')} ended with ${code ?? 'a signal'}`);
  };
  const text = 'SELECT k, count(*), sum(v) FROM shop.gold.facts GROUP BY k';
  try {
    writeFileSync(join(folder, 'databricks.yml'), 'bundle: {name: shop}\n');
    await medallion('up', '--detach', '--port-base', '0');
    const facts = 'SELECT id % 10 AS k, id AS v FROM range(1000000)';
    await medallion('query', '--make', 'shop.gold', `CREATE TABLE shop.gold.facts AS ${facts}`);
    const cold = await medianMs(rounds, () => medallion('query', text));
    const busy = load();
    const { environment } = await runningLocalAzure(state);
    await using engine = await startEngine({ environment, stateFolder: state });
    const request = {
      source: { text, file: 'query' },
      parameters: {},
      profile: { ansi: true, timeZone: 'Etc/UTC', decidedBy: 'SQL warehouse' },
      maxRows: 100,
    };
    await engine.query(request);
    const warm = await medianMs(rounds, () => engine.query(request));
    const name = 'a query over a table of 1,000,000 rows';
    return {
      comparisons: [
        { name: `${name}, from a shell`, ours: cold, theirs: wanted.coldMs, unit: 'ms', against: 'wanted', load: busy },
        { name: `${name}, warm`, ours: warm, theirs: wanted.warmMs, unit: 'ms', against: 'wanted', load: busy },
      ],
      notes: [
        `${name}: the first row is \`medallion query\` whole, from the start of its process to its end; the second an engine that runs, as the editor has one. Medians of ${rounds}.`,
      ],
    };
  } finally {
    await medallion('down');
    rmSync(folder, { recursive: true, force: true });
  }
}
