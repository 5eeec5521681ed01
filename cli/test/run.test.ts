import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunRecord } from '@medallion/core/jobs/run.generated.ts';
import { json, medallion, start, temporaryState } from './support/medallion.ts';

const job = (tasks: string): string => `bundle: {name: shop}
resources:
  jobs:
    daily:
      parameters: [{name: p, default: one}]
      tasks:
${tasks}`;

const first = '        - {task_key: a, sql_task: {warehouse_id: w, file: {path: a.sql}}}\n';
const second =
  '        - {task_key: b, depends_on: [{task_key: a}], sql_task: {warehouse_id: w, file: {path: b.sql}}}\n';

/** A query that would take days. */
const endless = 'SELECT count(*) FROM range(1000000) AS a CROSS JOIN range(1000000) AS b WHERE (a.id + b.id) % 7 = 9';

interface Project extends Disposable {
  readonly path: string;
  write(file: string, text: string): void;
}

function project(files: Readonly<Record<string, string>>): Project {
  const path = mkdtempSync(join(tmpdir(), 'medallion-run-'));
  const write = (file: string, text: string) => writeFileSync(join(path, file), text);
  for (const [file, text] of Object.entries(files)) write(file, text);
  return { path, write, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

const states = ({ tasks }: RunRecord) => Object.fromEntries(tasks.map(({ key, state }) => [key, state]));

describe('medallion run and history', function () {
  this.timeout(120_000);

  it('fails with the reason, goes on from there, and both runs are told', async () => {
    using folder = project({
      'databricks.yml': job(first + second),
      'a.sql': 'SELECT :p AS p',
      'b.sql': 'SELECT nope',
    });
    await using state = temporaryState();
    const at = ['--project', folder.path, '--state', state.path, '--json'];
    await medallion('up', '--detach', '--port-base', '0', ...at);
    const failed = await medallion('run', 'daily', '--params', 'p=two, three', ...at);
    assert.equal(failed.code, 1, failed.stderr);
    assert.deepEqual(states(json(failed)), { a: 'succeeded', b: 'failed' });
    folder.write('b.sql', 'SELECT 1');
    const resumed = await medallion('run', '--from-failed', ...at);
    assert.equal(resumed.code, 0, resumed.stderr);
    const record = json<RunRecord>(resumed);
    assert.deepEqual(states(record), { a: 'skipped', b: 'succeeded' });
    assert.deepEqual(record.parameters, { p: 'two, three' });
    const nothing = await medallion('run', '--from-failed', ...at);
    assert.deepEqual(
      [nothing.code, json<{ error: { code: string } }>(nothing).error.code],
      [1, 'jobs.nothing-to-resume'],
    );
    const unknown = await medallion('run', '--param', 'q=1', ...at);
    assert.deepEqual(
      [unknown.code, json<{ error: { code: string } }>(unknown).error.code],
      [1, 'jobs.unknown-parameter'],
    );
    const listed = json<{ runs: RunRecord[] }>(await medallion('history', ...at));
    assert.deepEqual(
      listed.runs.map((run) => [run.state, run.error?.code]),
      [
        ['failed', 'jobs.unknown-parameter'],
        ['succeeded', undefined],
        ['failed', undefined],
      ],
    );
    const one = await medallion('history', record.id, '--project', folder.path, '--state', state.path);
    assert.match(one.stdout, new RegExp(`daily succeeded in .*, continuing ${listed.runs[2]?.id ?? ''}`));
    assert.match(one.stdout, /parameters: p=two, three/);
  });

  it('prints where a task went wrong: the file and the line, also in a notebook that the task’s own one runs', async () => {
    const notebook = (file: string): string =>
      `        - {task_key: ${file}, notebook_task: {notebook_path: ./${file}}}\n`;
    using folder = project({
      'databricks.yml': job(first + notebook('n')),
      'a.sql': 'SELECT 1 AS n;\n\nSELECT n,\n  nope\nFROM VALUES (1) AS t(n)',
      'n.sql': '-- Databricks notebook source\n-- MAGIC %run ./inner',
      'inner.sql': '-- Databricks notebook source\nSELECT 1\n\n-- COMMAND ----------\nSELECT other',
    });
    await using state = temporaryState();
    const at = ['--project', folder.path, '--state', state.path];
    await medallion('up', '--detach', '--port-base', '0', ...at);
    const ran = await medallion('run', 'daily', ...at);
    assert.equal(ran.code, 1, ran.stderr);
    const said = ran.stdout + ran.stderr;
    assert.match(said, /^a: .*nope.*\[sql\.unresolved-column\]\n {2}at a\.sql:4\n {2}-> /m);
    assert.match(said, /^n: .*other.*\[sql\.unresolved-column\]\n {2}at inner\.sql:5\n {2}-> /m);
    const told = await medallion('history', ...at, '--json');
    const [{ id } = { id: '' }] = json<{ runs: RunRecord[] }>(told).runs;
    assert.match((await medallion('history', id, ...at)).stdout, /\n {2}at a\.sql:4\n/);
  });

  it('makes the catalog and the schema that the job uses and the bundle does not declare, and says so', async () => {
    using folder = project({
      'databricks.yml': job(first + second),
      'a.sql': 'USE CATALOG shop; USE IDENTIFIER({{p}}); CREATE OR REPLACE TABLE orders AS SELECT 1 AS x',
      'b.sql': 'SELECT * FROM crm.sales.leads',
    });
    await using state = temporaryState();
    const at = ['--project', folder.path, '--state', state.path];
    await medallion('up', '--detach', '--port-base', '0', ...at);
    const ran = await medallion('run', 'daily', '--task', 'a', ...at);
    assert.equal(ran.code, 0, ran.stderr);
    const said = (ended: { stdout: string }) => ended.stdout.split('\n').filter((line) => line.startsWith('Made '));
    const why = 'the job uses it and the bundle does not declare it.';
    assert.deepEqual(said(ran), [`Made catalog shop: ${why}`, `Made schema shop.one: ${why}`]);
    const missing = await medallion('run', 'daily', ...at);
    assert.equal(missing.code, 1);
    assert.match(missing.stdout, /There is no catalog crm\..*medallion run daily --make <catalog>\.<schema>/s);
    assert.deepEqual(said(missing), []);
    const made = await medallion('run', 'daily', '--make', 'crm.sales', ...at);
    assert.deepEqual(said(made), ['Made catalog crm: as asked for.', 'Made schema crm.sales: as asked for.']);
    assert.match(made.stdout, /There is no table crm\.sales\.leads/);
    assert.doesNotMatch(made.stdout, /--make/);
    const wrong = await medallion('run', 'daily', '--make', 'a.b.c', '--json', ...at);
    assert.deepEqual([wrong.code, json<{ error: { code: string } }>(wrong).error.code], [2, 'usage.make']);
  });

  it('updates a pipeline that no job of the bundle names, in the catalog and the schema of its settings', async () => {
    using folder = project({
      'databricks.yml': `bundle: {name: shop}
resources:
  pipelines:
    sums: {name: Sums, catalog: shop, schema: gold, libraries: [{file: {path: a.sql}}]}
`,
      'a.sql': 'CREATE MATERIALIZED VIEW total AS SELECT sum(id) AS total FROM range(5)',
    });
    await using state = temporaryState();
    const at = ['--project', folder.path, '--state', state.path, '--json'];
    const ran = await medallion('run', 'sums', '--port-base', '0', ...at);
    assert.equal(ran.code, 0, ran.stderr);
    const { job: key, tasks } = json<RunRecord>(ran);
    assert.deepEqual([key, tasks.map((task) => task.kind)], ['sums', ['pipeline_task']]);
    assert.deepEqual(
      tasks.flatMap(({ outputs }) => outputs.map(({ table, rows }) => [table, rows])),
      [['shop.gold.total', 1]],
    );
    assert.match(ran.stderr, /Made schema shop\.gold: the job uses it/);
    const unknown = await medallion('run', 'sum', ...at);
    const { error } = json<{ error: { code: string; nextStep: string } }>(unknown);
    assert.deepEqual([error.code, error.nextStep], ['jobs.not-found', 'Name one of: sums.']);
  });

  it('is cancelled by Ctrl-C, and its record says so', async () => {
    using folder = project({ 'databricks.yml': job(first + second), 'a.sql': 'SELECT :p AS p', 'b.sql': endless });
    await using state = temporaryState();
    const at = ['--project', folder.path, '--state', state.path];
    await medallion('up', '--detach', '--port-base', '0', ...at);
    const { child, ended } = start(['run', 'daily', ...at]);
    let said = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      // The line of the first task: the second one is about to begin.
      const before = said;
      said += chunk.toString();
      if (/ s {2}a/.test(said) && !/ s {2}a/.test(before)) child.kill('SIGINT');
    });
    const { code, stderr } = await ended;
    assert.equal(code, 130, stderr);
    const { runs } = json<{ runs: RunRecord[] }>(await medallion('history', '--json', ...at));
    assert.deepEqual(
      runs.map(({ state: how }) => how),
      ['cancelled'],
    );
    assert.deepEqual(states(runs[0]!), { a: 'succeeded', b: 'cancelled' });
  });
});
