/**
 * Runs every job and pipeline of public bundles as they are, each bundle in a copy of its own with a local Azure of its own, and writes
 * down which of them run here and why the others do not.
 *
 *   MEDALLION_PUBLIC_BUNDLES=<folder> node tools/public-bundles.mjs [--only TEXT]... [--judge] [--record]
 *
 * `--judge` runs nothing: it says what `scan` says. `--record` keeps the rows that it made, with those that it did not make again, in docs/public-bundles.md. Databricks' sample tables, which the examples read, are stood for by a few rows made here.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import packages from '../core/src/python/tested-packages.json' with { type: 'json' };
import { virtualEnvironment } from './python-venv.mjs';

const root = join(import.meta.dirname, '..');
const medallion = join(root, 'cli/bin/medallion.js');
const flag = { type: 'boolean', default: false };
const { values } = parseArgs({ options: { only: { type: 'string', multiple: true }, judge: flag, record: flag } });
const pageFile = join(root, 'docs/public-bundles.md');
const folder = process.env.MEDALLION_PUBLIC_BUNDLES;
if (!folder) throw new Error('Set MEDALLION_PUBLIC_BUNDLES to a folder of bundles; see the head of this file.');

/** Nothing of it is refused, and it was not run. */
const judgedOnly = 'judged';

/** What stands for tables of Databricks' catalog `samples`. */
const samples = {
  'samples.nyctaxi': `CREATE TABLE IF NOT EXISTS samples.nyctaxi.trips AS SELECT
    timestamp'2016-02-13 21:47:53' AS tpep_pickup_datetime, timestamp'2016-02-13 21:57:15' AS tpep_dropoff_datetime,
    1.4D AS trip_distance, 8.0D AS fare_amount, 10103 AS pickup_zip, 10110 AS dropoff_zip`,
};

const bundles = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => /(^|\/)databricks\.ya?ml$/.test(file) && (values.only ?? ['']).some((text) => file.includes(text)))
  .map((file) => dirname(file))
  .sort();
const rows = bundles.flatMap((bundle) => inCopy(bundle, runBundle));
if (values.record) writeFileSync(pageFile, page([...rows, ...recorded()]));
console.log(totals(rows));

/** Rows of the page as it is, of bundles that were not asked for now. */
function recorded() {
  const lines = existsSync(pageFile) ? readFileSync(pageFile, 'utf8').split('\n') : [];
  const cells = lines
    .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()))
    .filter((row) => row.length === 6);
  return cells
    .slice(2)
    .map(([, bundle, name, verdict, reason]) => ({ bundle, name, verdict, reason }))
    .filter(({ bundle, name }) => !rows.some((row) => row.bundle === bundle && row.name === name));
}

function totals(all) {
  return Object.entries(Object.groupBy(all, ({ verdict }) => verdict))
    .map(([verdict, of]) => `${of.length} ${verdict}`)
    .sort()
    .join(', ');
}

function inCopy(bundle, work) {
  const copy = mkdtempSync(join(tmpdir(), 'medallion-public-'));
  try {
    // A bundle may read beside itself (`../common`): what it lies in comes along.
    const isShared = /^ *- *\.\.\//m.test(readFileSync(join(folder, bundle, 'databricks.yml'), 'utf8'));
    const from = isShared ? dirname(bundle) : bundle;
    cpSync(join(folder, from), join(copy, from), { recursive: true });
    return work(bundle, join(copy, bundle));
  } finally {
    rmSync(copy, { recursive: true, force: true, maxRetries: 5 });
  }
}

function runBundle(bundle, project) {
  if (!existsSync(join(project, 'medallion.yaml')))
    writeFileSync(join(project, 'medallion.yaml'), `python:\n  interpreter: ${developersEnvironment()}\n`);
  if (/^python:|^ +python:/m.test(readFileSync(join(project, 'databricks.yml'), 'utf8')))
    symlinkSync(bundlesEnvironment(), join(project, '.venv'), 'dir');
  const names = runnable(project);
  if (names.length === 0) return [];
  const judged = judge(bundle, project, names);
  // What is refused as a whole is refused before anything of it runs.
  const open = judged.filter(({ verdict }) => verdict === judgedOnly);
  if (values.judge || open.length === 0) return judged;
  const up = call(project, ['up', '--detach', '--port-base', '0']);
  if (up.status !== 0)
    return names.map((name) => ({ bundle, name, ...verdictOf(up.json?.error ?? { code: 'up', message: up.stderr }) }));
  try {
    for (const [schema, text] of Object.entries(samples)) call(project, ['query', '--make', schema, text]);
    return judged.map((row0) => {
      if (row0.verdict !== judgedOnly) return row0;
      const row = { ...row0, ...run(project, row0.name) };
      console.log(`${row.verdict.padEnd(8)} ${bundle} ${row.name} ${row.reason}`);
      return row;
    });
  } finally {
    call(project, ['down']);
  }
}

/** A developer's own Python: Spark's packages, and what the bundles ask for one after the other. */
function developersEnvironment() {
  return virtualEnvironment(
    'public-venv',
    Object.entries(packages).map(([name, version]) => `${name}==${version}`),
  );
}

/** Does what a refusal says to do where packages are missing; undefined for any other, or where it cannot be done. */
function installed({ code, nextStep = '' }) {
  const wanted = /^python\.packages?-missing$/.test(code ?? '') && / -m pip install (.+)$/.exec(nextStep)?.[1];
  if (!wanted) return undefined;
  const words = [...wanted.matchAll(/'([^']+)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...words];
  return spawnSync(developersEnvironment(), pip, { stdio: ['ignore', 2, 2] }).status === 0
    ? words.join(', ')
    : undefined;
}

/** The environment that loads resources which are written in Python, as the bundle's own `.venv` does. */
function bundlesEnvironment() {
  const environment = join(root, '.cache/bundles-venv');
  if (existsSync(environment)) return environment;
  execFileSync('python3', ['-m', 'venv', environment], { stdio: ['ignore', 2, 2] });
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', 'databricks-bundles==1.22.1'];
  execFileSync(join(environment, 'bin/python'), pip, { stdio: ['ignore', 2, 2] });
  return environment;
}

/** Jobs and pipelines of the bundle's default target: what `run` offers where it is asked for none of them. */
function runnable(project) {
  const { json } = call(project, ['run', '(none)', '--json']);
  const { code, nextStep } = json?.error ?? {};
  if (code !== 'jobs.not-found') return [];
  return /^Name one of: (.*)\.$/.exec(nextStep)?.[1]?.split(', ') ?? [];
}

/** What `scan` says of each, without running it. */
function judge(bundle, project, names) {
  const items = call(project, ['scan', '.', '--python', '--json']).json?.items ?? [];
  return names.map((name) => {
    const bad = items.find(
      (item) =>
        item.verdict === 'refused' &&
        (item.name === `pipeline ${name}` || (item.kind === 'task' && item.name.startsWith(`${name}/`))),
    );
    if (!bad) return { bundle, name, verdict: judgedOnly, reason: '' };
    return { bundle, name, verdict: 'refused', reason: `${bad.reason} [${bad.code}]` };
  });
}

/**
 * As it is; where packages are missing, again once they are installed as the refusal says; and where a name is missing that only its
 * program knows, again with the names that its parameters say (`--make`).
 */
function run(project, name) {
  const done = [];
  const more = [];
  for (;;) {
    const last = runOnce(project, name, more);
    const words = last.verdict === 'runs' ? undefined : installed(last.error);
    const { catalog, schema } = last.json?.parameters ?? {};
    const isUnnamed =
      last.verdict === 'fails' && /NOT_FOUND\]|find a catalog|no catalog/.test(last.reason) && catalog && schema;
    if (words !== undefined && !done.includes(words)) done.push(words);
    else if (isUnnamed && more.length === 0) more.push('--make', `${catalog}.${schema}`);
    else return told(last, done, more);
  }
}

function told({ verdict, reason }, installedPackages, more) {
  const steps = [
    ...(installedPackages.length > 0 ? [`with ${installedPackages.join(', ')} installed, as told`] : []),
    ...(more.length > 0 ? ['with `--make`, for names that only its program says'] : []),
  ];
  return { verdict, reason: [...(verdict === 'runs' ? [] : [reason]), ...steps].join('; ') };
}

function runOnce(project, name, more) {
  const { status, json, stderr } = call(project, ['run', name, '--json', ...more]);
  if (status === 0) return { verdict: 'runs', reason: '', json, error: {} };
  const failed = json?.tasks?.find((task) => task.error)?.error;
  const error = json?.error ?? failed ?? { code: '?', message: stderr.slice(-300) };
  return { ...verdictOf(error), json, error };
}

function verdictOf({ code, message }) {
  const [first = ''] = message.split('\n');
  const line = first.replaceAll(/\S*\/medallion-public-\w+\//g, '…/');
  // A name that only the team's own workspace has is no refusal of ours.
  const isMissing = /^catalog\..*-not-found$/.test(code);
  const refused =
    !isMissing &&
    /^(jobs|sql|pipelines|catalog|names|bundle)\.|^python\.(cell|sql|magic|not|packages-missing)/.test(code);
  return { verdict: refused ? 'refused' : 'fails', reason: `${line.slice(0, 200)} [${code}]` };
}

function call(project, args) {
  const done = spawnSync(process.execPath, [medallion, ...args], {
    cwd: project,
    encoding: 'utf8',
    maxBuffer: 1e9,
    timeout: 1_800_000,
  });
  let json;
  try {
    json = JSON.parse(done.stdout);
  } catch {
    json = undefined;
  }
  return { status: done.status, json, stderr: done.stderr };
}

function page(all) {
  const sorted = all.toSorted((a, b) => (`${a.bundle} ${a.name}` < `${b.bundle} ${b.name}` ? -1 : 1));
  const cell = (text) => text.replaceAll(/(?<!\\)\|/g, '\\|');
  const lines = sorted.map(
    ({ bundle, name, verdict, reason }) => `| ${bundle} | ${name} | ${verdict} | ${cell(reason)} |`,
  );
  return `# Public bundles, read as they are

Generated by \`MEDALLION_PUBLIC_BUNDLES=<folder> node tools/public-bundles.mjs --record\` from a clone of
[databricks/bundle-examples](https://github.com/databricks/bundle-examples), which stays out of this repository. Each bundle is taken as
it is, in a copy with a local Azure of its own, its default target, packages as a refusal says to install them, and one row in place of Databricks' table \`samples.nyctaxi.trips\`.

- \`runs\`: the job or pipeline was run and succeeded.
- \`refused\`: it does not run here, for the one reason that is told before anything of it runs.
- \`fails\`: it was run, and the program failed for the reason that is told: a package that the environment lacks, a table that only the
  team's workspace has.
- \`judged\`: nothing of it is refused, and it was not run for this page.

${totals(all)}.

| Bundle | Job or pipeline | Verdict | Reason |
| ------ | --------------- | ------- | ------ |
${lines.join('\n')}
`;
}
