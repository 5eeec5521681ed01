import assert from 'node:assert/strict';
import { armScope, at, type CallAnswer, type Json, listAt } from '../support/control-client.ts';
import { type ControlSuite, scriptedExecutors, useControlPort } from '../support/control-suite.ts';
import { eventually } from '../support/eventually.ts';

const always = { lastUpdatedAfter: '2000-01-01T00:00:00Z', lastUpdatedBefore: '2100-01-01T00:00:00Z' };

const pipeline: Json = {
  properties: {
    activities: [{ name: 'wait', type: 'Wait', typeProperties: { waitTimeInSeconds: 1 } }],
    parameters: { day: { type: 'string' }, outcome: { type: 'string', defaultValue: 'Succeeded' } },
  },
};

/** Calls below the emulator's own factory. */
function factoryOf({ call, emulator }: ControlSuite) {
  const { subscriptionId, resourceGroup, factoryName } = emulator.description.arm;
  const home = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.DataFactory/factories/${factoryName}`;
  const path = (rest: string): string => `${home}/${rest}?api-version=2018-06-01`;
  return {
    put: (rest: string, body: Json) => call('PUT', path(rest), { body }),
    get: (rest: string) => call('GET', path(rest)),
    post: (rest: string, body: Json = {}) => call('POST', path(rest), { body }),
  };
}

const ended = (suite: ControlSuite, runId: unknown): Promise<CallAnswer> =>
  eventually(
    () => factoryOf(suite).get(`pipelineruns/${String(runId)}`),
    ({ json }) => json['runEnd'] !== null,
  );

describe('arm pipeline runs', () => {
  const suite = useControlPort(armScope, scriptedExecutors);

  it('hands the whole factory, secrets included, to the executor, and shows run and activities', async () => {
    const factory = factoryOf(suite);
    const secret = { type: 'SecureString', value: 'only-for-the-executor' };
    await factory.put('linkedservices/store', {
      properties: { type: 'AzureBlobFS', typeProperties: { accountKey: secret } },
    });
    await factory.put('pipelines/load', pipeline);
    const { json: created } = await factory.post('pipelines/load/createRun', { day: '2026-01-02' });
    const { json: run } = await ended(suite, created['runId']);
    assert.deepEqual([run['status'], run['pipelineName']], ['Succeeded', 'load']);
    assert.deepEqual(run['parameters'], { day: '2026-01-02', outcome: 'Succeeded' });
    const activities = await factory.post(`pipelineruns/${String(created['runId'])}/queryActivityruns`, always);
    const [only] = listAt(activities.json, 'value');
    assert.equal(at(only, 'pipelineRunId'), created['runId']);
    assert.equal(at(only, 'activityName'), 'copy of load');
    assert.deepEqual(at(only, 'input', 'resources'), [
      'factories/medallion-local',
      'linkedservices/store',
      'pipelines/load',
    ]);
    assert.equal(at(only, 'input', 'secret', 'properties', 'typeProperties', 'accountKey', 'value'), secret.value);
    const found = await factory.post('queryPipelineRuns', {
      ...always,
      filters: [{ operand: 'PipelineName', operator: 'Equals', values: ['load'] }],
    });
    assert.deepEqual(
      listAt(found.json, 'value').map((one) => one['runId']),
      [created['runId']],
    );
    const outside = { lastUpdatedAfter: '2000-01-01T00:00:00Z', lastUpdatedBefore: '2000-01-02T00:00:00Z' };
    const none = await factory.post(`pipelineruns/${String(created['runId'])}/queryActivityruns`, outside);
    assert.deepEqual(none.json['value'], []);
  });

  it('refuses a run without a required parameter, of no pipeline, and a query without a window', async () => {
    const factory = factoryOf(suite);
    await factory.put('pipelines/strict', pipeline);
    const missing = await factory.post('pipelines/strict/createRun');
    assert.equal(missing.status, 400);
    assert.match(missing.text, /parameter 'day'/);
    assert.equal((await factory.post('pipelines/nobody/createRun')).status, 404);
    assert.equal((await factory.get('pipelineruns/nothing')).status, 404);
    assert.match((await factory.post('queryPipelineRuns')).text, /lastUpdatedAfter/);
  });

  it('cancels a run, and ends one that a crash cut off', async () => {
    const factory = factoryOf(suite);
    await factory.put('pipelines/slow', pipeline);
    const start = async () =>
      (await factory.post('pipelines/slow/createRun', { day: 'x', outcome: 'wait' })).json['runId'];
    const first = String(await start());
    assert.equal((await factory.post(`pipelineruns/${first}/cancel`)).status, 200);
    assert.equal((await ended(suite, first)).json['status'], 'Cancelled');
    assert.equal((await factory.post(`pipelineruns/${first}/cancel`)).status, 400);
    const second = await start();
    await suite.crashAndRestart();
    const cut = await ended(suite, second);
    assert.equal(cut.json['status'], 'Failed');
    assert.match(String(cut.json['message']), /stopped during this run/);
  });
});

describe('arm pipeline runs without an executor', () => {
  const suite = useControlPort(armScope);

  it('fail and say why', async () => {
    const factory = factoryOf(suite);
    await factory.put('pipelines/load', pipeline);
    const { json } = await factory.post('pipelines/load/createRun', { day: 'x' });
    const run = await ended(suite, json['runId']);
    assert.equal(run.json['status'], 'Failed');
    assert.match(String(run.json['message']), /without an executor for pipelines/);
  });
});
