/**
 * Runs every job and pipeline of public bundles as they are, each bundle in a copy of its own with a local Azure of its own, and writes
 * down which of them run here and why the others do not.
 *
 *   MEDALLION_PUBLIC_BUNDLES=<folder> node tools/public-bundles.mjs [--only TEXT] [--record]
 *
 * `--record` writes docs/public-bundles.md. Databricks' sample tables, which the examples read, are stood for by a few rows made here.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { pythonEnvironment } from './python-venv.mjs';

const root = join(import.meta.dirname, '..');
const medallion = join(root, 'cli/bin/medallion.js');
const { values } = parseArgs({ options: { only: { type: 'string' }, record: { type: 'boolean' } } });
const folder = process.env.MEDALLION_PUBLIC_BUNDLES;
if (!folder) throw new Error('Set MEDALLION_PUBLIC_BUNDLES to a folder of bundles; see the head of this file.');

/** What stands for tables of Databricks' catalog `samples`. */
const samples = {
  'samples.nyctaxi': `CREATE TABLE IF NOT EXISTS samples.nyctaxi.trips AS SELECT
    timestamp'2016-02-13 21:47:53' AS tpep_pickup_datetime, timestamp'2016-02-13 21:57:15' AS tpep_dropoff_datetime,
    1.4D AS trip_distance, 8.0D AS fare_amount, 10103 AS pickup_zip, 10110 AS dropoff_zip`,
};

const bundles = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => /(^|\/)databricks\.ya?ml$/.test(file) && (values.only === undefined || file.includes(values.only)))
  .map((file) => dirname(file))
  .sort();
const rows = bundles.flatMap((bundle) => inCopy(bundle, runBundle));
const counts = Object.groupBy(rows, ({ verdict }) => verdict);
const totals = Object.entries(counts).map(([verdict, of]) => `${of.length} ${verdict}`);
console.log(totals.join(', '));
if (values.record) writeFileSync(join(root, 'docs/public-bundles.md'), page());

function inCopy(bundle, work) {
  const copy = mkdtempSync(join(tmpdir(), 'medallion-public-'));
  try {
    // A bundle may read beside itself (`../common`): what it lies in comes along.
    const from = bundle.startsWith('contrib/databricks_ingestion_monitoring/') ? dirname(bundle) : bundle;
    cpSync(join(folder, from), join(copy, from), { recursive: true });
    return work(bundle, join(copy, bundle));
  } finally {
    rmSync(copy, { recursive: true, force: true, maxRetries: 5 });
  }
}

function runBundle(bundle, project) {
  if (!existsSync(join(project, 'medallion.yaml')))
    writeFileSync(join(project, 'medallion.yaml'), `python:\n  interpreter: ${pythonEnvironment()}\n`);
  const names = runnable(project);
  if (names.length === 0) return [];
  const up = call(project, ['up', '--detach', '--port-base', '0']);
  if (up.status !== 0)
    return names.map((name) => ({ bundle, name, ...verdictOf(up.json?.error ?? { code: 'up', message: up.stderr }) }));
  try {
    for (const [schema, text] of Object.entries(samples)) call(project, ['query', '--make', schema, text]);
    return names.map((name) => {
      const row = { bundle, name, ...run(project, name) };
      console.log(`${row.verdict.padEnd(8)} ${bundle} ${name} ${row.reason}`);
      return row;
    });
  } finally {
    call(project, ['down']);
  }
}

/** Jobs and pipelines of the bundle's default target: what `run` offers where it is asked for none of them. */
function runnable(project) {
  const { json } = call(project, ['run', '(none)', '--json']);
  const { code, nextStep } = json?.error ?? {};
  if (code !== 'jobs.not-found') return [];
  return /^Name one of: (.*)\.$/.exec(nextStep)?.[1]?.split(', ') ?? [];
}

function run(project, name) {
  const { status, json, stderr } = call(project, ['run', name, '--json']);
  if (status === 0) return { verdict: 'runs', reason: '' };
  const error = json?.error ??
    json?.tasks?.find((task) => task.error)?.error ?? { code: '?', message: stderr.slice(-300) };
  return verdictOf(error);
}

function verdictOf({ code, message }) {
  const [line = ''] = message.split('\n');
  const refused = /^(jobs|sql|pipelines|catalog|names|bundle)\.|^python\.(package|packages|cell|sql|magic|not)/.test(
    code,
  );
  return { verdict: refused ? 'refused' : 'fails', reason: `${line.slice(0, 200)} [${code}]` };
}

function call(project, args) {
  const done = spawnSync(process.execPath, [medallion, ...args], {
    cwd: project,
    encoding: 'utf8',
    maxBuffer: 1e9,
    timeout: 600_000,
  });
  let json;
  try {
    json = JSON.parse(done.stdout);
  } catch {
    json = undefined;
  }
  return { status: done.status, json, stderr: done.stderr };
}

function page() {
  const cells = rows.map(
    ({ bundle, name, verdict, reason }) => `| ${bundle} | ${name} | ${verdict} | ${reason.replaceAll('|', '\\|')} |`,
  );
  return `# Public bundles, read as they are

Generated: \`MEDALLION_PUBLIC_BUNDLES=<folder> node tools/public-bundles.mjs --record\`, on a clone of
[databricks/bundle-examples](https://github.com/databricks/bundle-examples) (it stays out of this repository). Each bundle runs in a
copy of its own, with its default target, on a local Azure of its own; one row stands for Databricks' table \`samples.nyctaxi.trips\`.
Bundles that define resources in Python are read with the repository's own virtual environment. \`runs\`: the job or pipeline succeeded. \`refused\`: one
precise refusal. \`fails\`: the program itself failed, with the reason that is told.

${totals.join(', ')}.

| Bundle | Job or pipeline | Verdict | Reason |
| ------ | --------------- | ------- | ------ |
${cells.join('\n')}
`;
}
