import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabricksClient, type DatabricksClient } from '@medallion/core/azure/databricks.ts';
import { createStorageClient } from '@medallion/core/azure/storage.ts';
import { startEngine } from '@medallion/core/engine/client.ts';
import type { LocalAzure } from '@medallion/local/start.ts';
import { emptyLocalAzure } from './support/empty-local-azure.ts';
import { childrenOf, gone } from './support/processes.ts';

type Json = Readonly<Record<string, unknown>>;

interface Run {
  readonly run_id: number | bigint;
  readonly state: { readonly life_cycle_state: string; readonly result_state?: string; readonly state_message: string };
  readonly tasks: readonly (Run & {
    readonly task_key: string;
    readonly start_time: number;
    readonly end_time: number;
  })[];
}

const files = '/Workspace/Shared/fixture/files';

const scripts = {
  'orders.sql': 'CREATE OR REPLACE TABLE main.sales.orders AS SELECT 1 AS id, :day AS day UNION ALL SELECT 2, :day;',
  'totals.sql':
    'CREATE OR REPLACE TABLE main.sales.totals AS SELECT day, count(*) AS orders FROM main.sales.orders GROUP BY day;',
  'notebook.sql': '-- Databricks notebook source\nCREATE OR REPLACE TABLE main.sales.from_notebook AS SELECT 1 AS id',
  'broken.sql': 'CREATE OR REPLACE TABLE main.sales.broken AS SELECT * FROM main.sales.nowhere;',
  'endless.sql': `CREATE OR REPLACE TABLE main.sales.endless AS
WITH digits AS (SELECT n FROM VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9) AS t(n))
SELECT sum(a1.n * a2.n) AS n FROM digits a1 ${Array.from({ length: 12 }, (_, index) => `CROSS JOIN digits a${index + 2}`).join(' ')};`,
};

const sqlTask = (name: string, dependsOn: readonly string[] = []): Json => ({
  task_key: name,
  sql_task: { warehouse_id: '0', file: { path: `${files}/${name}.sql`, source: 'WORKSPACE' } },
  ...(dependsOn.length > 0 ? { depends_on: dependsOn.map((task_key) => ({ task_key })) } : {}),
});

describe('jobs that are deployed on the emulated Databricks', () => {
  let state: string;
  let azure: LocalAzure;
  let databricks: DatabricksClient;

  before(async () => {
    state = mkdtempSync(join(tmpdir(), 'medallion-compute-'));
    await start();
    await createStorageClient(azure.environment).createContainer('lake');
    const post = (path: string, body: unknown) => databricks.request('POST', path, { body });
    await post('/api/2.1/unity-catalog/catalogs', {
      name: 'main',
      storage_root: 'abfss://lake@devstoreaccount1.dfs.core.windows.net/',
    });
    await post('/api/2.1/unity-catalog/schemas', { name: 'sales', catalog_name: 'main' });
    await post('/api/2.0/workspace/mkdirs', { path: files });
    for (const [name, text] of Object.entries(scripts)) {
      const path = `/api/2.0/workspace-files/import-file${files}/${name}`;
      await databricks.request('POST', path, { query: { overwrite: true }, body: Buffer.from(text) });
    }
  });

  async function start(): Promise<void> {
    azure = await emptyLocalAzure(state);
    databricks = createDatabricksClient(azure.environment);
  }

  after(async () => {
    await azure[Symbol.asyncDispose]();
    rmSync(state, { recursive: true, force: true });
  });

  async function create(name: string, tasks: readonly Json[]): Promise<unknown> {
    const parameters = [{ name: 'day', default: '2026-01-01' }];
    const job = await databricks.request<Json>('POST', '/api/2.2/jobs/create', { body: { name, tasks, parameters } });
    return job['job_id'];
  }

  async function runNow(name: string, tasks: readonly Json[], jobParameters: Json = {}): Promise<number | bigint> {
    const body = { job_id: await create(name, tasks), job_parameters: jobParameters };
    return (await databricks.request<Run>('POST', '/api/2.2/jobs/run-now', { body })).run_id;
  }

  const getRun = (runId: number | bigint): Promise<Run> =>
    databricks.request('GET', '/api/2.2/jobs/runs/get', { query: { run_id: String(runId) } });

  const over = ({ state: { life_cycle_state: life } }: Run) =>
    ['TERMINATED', 'INTERNAL_ERROR', 'SKIPPED'].includes(life);

  /** Asks until the run is as wanted, or has ended otherwise. */
  async function until(runId: number | bigint, wanted: (run: Run) => boolean): Promise<Run> {
    for (;;) {
      const run = await getRun(runId);
      if (wanted(run)) return run;
      assert.ok(!over(run), `it ended: ${JSON.stringify(run.state)}`);
    }
  }

  const ended = (runId: number | bigint): Promise<Run> => until(runId, over);

  const taskStates = (run: Run) => run.tasks.map((task) => [task.task_key, task.state.result_state]);

  it('need no process before the first run', () => {
    assert.deepEqual(childrenOf(azure.description.pid), []);
  });

  it('run on the engine: their files from the workspace, their tables in the lake, a record in the history', async () => {
    const runId = await runNow('daily', [sqlTask('totals', ['orders']), sqlTask('orders')], { day: '2026-02-03' });
    const run = await ended(runId);
    assert.deepEqual(run.state, {
      life_cycle_state: 'TERMINATED',
      result_state: 'SUCCESS',
      state_message: '',
      user_cancelled_or_timedout: false,
    });
    assert.deepEqual(taskStates(run), [
      ['totals', 'SUCCESS'],
      ['orders', 'SUCCESS'],
    ]);
    const [totals, orders] = run.tasks;
    assert.ok(
      totals && orders && totals.start_time >= orders.end_time,
      'the graph is kept, and each task has its own times',
    );
    await using engine = await startEngine({ environment: azure.environment, stateFolder: state });
    const { rows } = await engine.query({
      source: { text: 'SELECT day, orders FROM main.sales.totals', file: 'query.sql' },
      parameters: {},
      profile: { ansi: true, timeZone: 'Etc/UTC', decidedBy: 'test' },
      maxRows: 10,
    });
    assert.deepEqual(rows, [['2026-02-03', 2]]);
    const [file = ''] = readdirSync(join(state, 'runs'));
    const record = JSON.parse(readFileSync(join(state, 'runs', file), 'utf8')) as Json;
    assert.deepEqual([record['job'], record['state']], ['daily', 'succeeded']);
    assert.deepEqual(readdirSync(join(state, 'compute')), [], 'the run leaves no files behind');
  });

  it('run notebooks of the workspace, and other jobs by their ids', async () => {
    const child = await create('child', [sqlTask('orders')]);
    const runId = await runNow('parent', [
      { task_key: 'notebook', notebook_task: { notebook_path: '/Workspace/Shared/fixture/files/notebook' } },
      { task_key: 'child', depends_on: [{ task_key: 'notebook' }], run_job_task: { job_id: child } },
    ]);
    const run = await ended(runId);
    assert.deepEqual(
      taskStates(run),
      [
        ['notebook', 'SUCCESS'],
        ['child', 'SUCCESS'],
      ],
      run.state.state_message,
    );
  });

  it('say which task failed and why, and what was not run for that', async () => {
    const run = await ended(await runNow('failing', [sqlTask('broken'), sqlTask('totals', ['broken'])]));
    assert.deepEqual([run.state.life_cycle_state, run.state.result_state], ['TERMINATED', 'FAILED']);
    assert.deepEqual(taskStates(run), [
      ['broken', 'FAILED'],
      ['totals', 'UPSTREAM_FAILED'],
    ]);
    const [broken] = run.tasks;
    const output = await databricks.request<Json>('GET', '/api/2.2/jobs/runs/get-output', {
      query: { run_id: String(broken?.run_id) },
    });
    assert.match(String(output['error']), /no table main\.sales\.nowhere.*\[catalog\.table-not-found\]/);
  });

  it('fail where a file is not in the workspace, before anything runs', async () => {
    const run = await ended(await runNow('fileless', [sqlTask('orders'), sqlTask('absent')]));
    assert.equal(run.state.result_state, 'FAILED');
    assert.match(run.state.state_message, /absent/);
  });

  const running = (run: Run) => run.tasks.every((task) => task.state.life_cycle_state === 'RUNNING');

  it('are cancelled in the middle of a statement', async () => {
    const runId = await runNow('cancelled', [sqlTask('endless')]);
    await until(runId, running);
    await databricks.request('POST', '/api/2.2/jobs/runs/cancel', { body: { run_id: runId } });
    const run = await ended(runId);
    assert.deepEqual([run.state.life_cycle_state, run.state.result_state], ['TERMINATED', 'CANCELED']);
    assert.deepEqual(taskStates(run), [['endless', 'CANCELED']]);
  });

  it('end with an internal error where the compute dies, and the next one runs on a new one', async () => {
    const runId = await runNow('orphaned', [sqlTask('endless')]);
    await until(runId, running);
    const [compute = 0] = childrenOf(azure.description.pid);
    const engines = childrenOf(compute);
    assert.equal(engines.length, 1);
    process.kill(compute, 'SIGKILL');
    const run = await ended(runId);
    assert.equal(run.state.life_cycle_state, 'INTERNAL_ERROR');
    assert.match(run.state.state_message, /was ended by SIGKILL/);
    await gone(engines);
    assert.equal((await ended(await runNow('next', [sqlTask('orders')]))).state.result_state, 'SUCCESS');
  });

  it('leave no process behind where the emulator is killed, and are shown as cut off after the next start', async () => {
    const runId = await runNow('cut off', [sqlTask('endless')]);
    await until(runId, running);
    const [compute = 0] = childrenOf(azure.description.pid);
    const processes = [azure.description.pid, compute, ...childrenOf(compute)];
    assert.equal(processes.length, 3);
    process.kill(azure.description.pid, 'SIGKILL');
    await gone(processes);
    assert.equal(existsSync(join(state, 'compute')), false);
    await start();
    const run = await getRun(runId);
    assert.equal(run.state.life_cycle_state, 'INTERNAL_ERROR');
    assert.match(run.state.state_message, /stopped during this run/);
  });

  it('are cancelled where the emulator is stopped', async () => {
    const runId = await runNow('stopped', [sqlTask('endless')]);
    await until(runId, running);
    const [compute = 0] = childrenOf(azure.description.pid);
    const processes = [compute, ...childrenOf(compute)];
    await azure[Symbol.asyncDispose]();
    await gone(processes);
    await start();
    assert.equal((await getRun(runId)).state.result_state, 'CANCELED');
  });
});
