import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type ArmClient, createArmClient, factoryId } from '@medallion/core/azure/arm.ts';
import { createStorageClient, type StorageClient } from '@medallion/core/azure/storage.ts';
import type { LocalAzure } from '@medallion/local/start.ts';
import { emptyLocalAzure } from './support/empty-local-azure.ts';

type Json = Readonly<Record<string, unknown>>;

interface PipelineRun {
  readonly runId: string;
  readonly status: string;
  readonly message: string;
  readonly runStart: string;
}

const sample = join(import.meta.dirname, '..', '..', 'samples', 'shopcom', 'factory');

describe('pipelines that are deployed on the emulated Data Factory', () => {
  let state: string;
  let azure: LocalAzure;
  let arm: ArmClient;
  let factory: string;
  let storage: StorageClient;

  before(async () => {
    state = mkdtempSync(join(tmpdir(), 'medallion-pipelines-'));
    azure = await emptyLocalAzure(state);
    arm = createArmClient(azure.environment);
    assert.ok(azure.environment.dataFactory);
    factory = factoryId(azure.environment.dataFactory);
    storage = createStorageClient(azure.environment);
    for (const container of ['shop-export', 'landing']) await storage.createContainer(container);
    const bytes = new TextEncoder().encode('InvoiceNo\n1\n');
    for (const day of ['01', '02']) {
      await storage.write({ container: 'shop-export', path: `transactions/2025-01-${day}.csv` }, bytes);
    }
    const globals = read('factory/adf-shopcom-dev')['properties'];
    await arm.request('PUT', factory, { body: { location: 'westeurope', properties: globals } });
    for (const file of ['linkedService/ls_lake', 'dataset/ds_lake_folder', 'pipeline/land_transactions']) {
      const [kind = '', name = ''] = file.split('/');
      await arm.request('PUT', `${factory}/${kind}s/${name}`, { body: { properties: read(file)['properties'] } });
    }
  });
  after(async () => {
    await azure[Symbol.asyncDispose]();
    rmSync(state, { recursive: true, force: true });
  });

  const read = (file: string): Json => JSON.parse(readFileSync(join(sample, `${file}.json`), 'utf8')) as Json;

  async function run(pipeline: string, parameters: Json): Promise<PipelineRun> {
    const created = await arm.request<PipelineRun>('POST', `${factory}/pipelines/${pipeline}/createRun`, {
      body: parameters,
    });
    for (;;) {
      const found = await arm.request<PipelineRun>('GET', `${factory}/pipelineruns/${created.runId}`);
      if (!['InProgress', 'Queued', 'Canceling'].includes(found.status)) return found;
      await setTimeout(50);
    }
  }

  async function activitiesOf({ runId }: PipelineRun): Promise<readonly Json[]> {
    const body = { lastUpdatedAfter: '2000-01-01T00:00:00Z', lastUpdatedBefore: '2100-01-01T00:00:00Z' };
    const path = `${factory}/pipelineruns/${runId}/queryActivityruns`;
    return (await arm.request<{ readonly value: readonly Json[] }>('POST', path, { body })).value;
  }

  it('copy the files that they copy in the cloud, with what each activity did', async () => {
    const { status, message, ...rest } = await run('land_transactions', {});
    assert.deepEqual([status, message], ['Succeeded', '']);
    const landed = await Array.fromAsync(
      storage.list({ container: 'landing', path: 'transactions' }, { recursive: true }),
      ({ path }) => path,
    );
    assert.deepEqual(landed, ['transactions/2025-01-01.csv', 'transactions/2025-01-02.csv']);
    const [copy, ...others] = await activitiesOf({ status, message, ...rest });
    assert.equal(others.length, 0);
    assert.deepEqual(
      [copy?.['activityName'], copy?.['activityType'], copy?.['status'], (copy?.['output'] as Json)['filesWritten']],
      ['Copy export to landing', 'Copy', 'Succeeded', 2],
    );
    assert.ok(String(copy?.['activityRunStart']) >= rest.runStart);
  });

  it('fail with what the activity that failed says', async () => {
    // The sample's own policy waits a minute before each of two more attempts.
    const properties = read('pipeline/land_transactions')['properties'] as { readonly activities: readonly Json[] };
    const activities = properties.activities.map((activity) => ({ ...activity, policy: { retry: 0 } }));
    await arm.request('PUT', `${factory}/pipelines/land_once`, { body: { properties: { ...properties, activities } } });
    const found = await run('land_once', { folder: 'nowhere' });
    assert.equal(found.status, 'Failed');
    assert.match(found.message, /nowhere/);
    const [copy] = await activitiesOf(found);
    assert.equal(copy?.['status'], 'Failed');
    assert.match(String((copy['error'] as Json)['message']), /nowhere/);
  });

  it('fail by name where an activity is not emulated', async () => {
    const activities = [
      { name: 'Ask', type: 'WebActivity', typeProperties: { url: 'https://example.org', method: 'GET' } },
    ];
    await arm.request('PUT', `${factory}/pipelines/ask`, { body: { properties: { activities } } });
    const found = await run('ask', {});
    assert.equal(found.status, 'Failed');
    assert.match(found.message, /WebActivity.*\[pipelines\.not-emulated\]/);
  });
});
