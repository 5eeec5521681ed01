import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalAzure } from '@medallion/local/start.ts';
import { type DeployedFactory, deployFactory, type Json, linkedService } from './support/deployed-factory.ts';
import { emptyLocalAzure } from './support/empty-local-azure.ts';

const notebook = `-- Databricks notebook source
CREATE WIDGET TEXT day DEFAULT 'none';
-- COMMAND ----------
CREATE OR REPLACE TABLE main.sales.days AS SELECT :day AS day
`;

/** An expression of the factory. */
const expression = (value: string) => ({ value, type: 'Expression' });

describe('activities of a deployed Data Factory on the emulated Databricks', () => {
  let state: string;
  let azure: LocalAzure;
  let factory: DeployedFactory;

  before(async () => {
    state = mkdtempSync(join(tmpdir(), 'medallion-activities-'));
    azure = await emptyLocalAzure(state);
    factory = await deployFactory(azure);
    await factory.importNotebook('days', 'SQL', notebook);
  });
  after(async () => {
    await azure[Symbol.asyncDispose]();
    rmSync(state, { recursive: true, force: true });
  });

  const activity = (name: string, type: string, typeProperties: Json): Json => ({
    name,
    type,
    linkedServiceName: linkedService,
    typeProperties,
  });
  const runNotebook = (path: string): Json =>
    activity('Load', 'DatabricksNotebook', {
      notebookPath: path,
      baseParameters: { day: expression('@pipeline().parameters.day') },
    });

  it('run a notebook of the workspace as it is when the run starts, with the parameters of the pipeline', async () => {
    const run = await factory.run('load', [runNotebook('/Shared/days')], { day: '2026-03-01' });
    assert.deepEqual([run.status, run.message], ['Succeeded', '']);
    assert.deepEqual(await factory.rows('SELECT day FROM main.sales.days'), [['2026-03-01']]);
    const [load] = await factory.activitiesOf(run);
    assert.deepEqual([load?.['activityType'], load?.['status']], ['DatabricksNotebook', 'Succeeded']);
    await factory.importNotebook('days', 'SQL', notebook.replace(':day AS', "concat(:day, '!') AS"));
    await factory.run('load', [runNotebook('/Workspace/Shared/days')], { day: '2026-03-02' });
    assert.deepEqual(await factory.rows('SELECT day FROM main.sales.days'), [['2026-03-02!']]);
    assert.deepEqual(readdirSync(join(state, 'compute')), [], 'the copies of the workspace are gone');
  });

  it('run a job of the workspace by its id, and tell its run', async () => {
    const task = { task_key: 'days', notebook_task: { notebook_path: '/Shared/days' } };
    const parameters = [{ name: 'day', default: 'never' }];
    const body = { name: 'daily', tasks: [task], parameters };
    const { job_id: id } = await factory.databricks.request<Json>('POST', '/api/2.2/jobs/create', { body });
    const job = activity('Daily', 'DatabricksJob', {
      jobId: String(id),
      jobParameters: { day: expression("@concat('d-', pipeline().parameters.day)") },
    });
    const run = await factory.run('daily', [job], { day: '7' });
    assert.deepEqual([run.status, run.message], ['Succeeded', '']);
    assert.deepEqual(await factory.rows('SELECT day FROM main.sales.days'), [['d-7!']]);
    const [daily] = await factory.activitiesOf(run);
    const { runId } = daily?.['output'] as { readonly runId: string };
    const found = await factory.databricks.request<Json>('GET', '/api/2.2/jobs/runs/get', { query: { run_id: runId } });
    assert.equal((found['state'] as Json)['result_state'], 'SUCCESS');
  });

  it('are refused by name where the workspace has no such notebook, and fail with what failed', async () => {
    const missing = await factory.run('missing', [runNotebook('/Shared/nothing')], { day: '1' });
    assert.equal(missing.status, 'Failed');
    assert.match(
      missing.message,
      /missing\/Load: .*\/Shared\/nothing is not in the workspace.*\[pipelines\.not-emulated\]/,
    );
    await factory.importNotebook(
      'broken',
      'SQL',
      '-- Databricks notebook source\nCREATE OR REPLACE TABLE main.sales.broken AS SELECT * FROM main.sales.nowhere',
    );
    const broken = await factory.run('broken', [{ ...runNotebook('/Shared/broken'), policy: { retry: 0 } }], {
      day: '1',
    });
    assert.equal(broken.status, 'Failed');
    assert.match(broken.message, /Load failed: .*nowhere/);
  });
});
