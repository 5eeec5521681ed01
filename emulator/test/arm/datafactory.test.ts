import assert from 'node:assert/strict';
import {
  armScope,
  at,
  type CallAnswer,
  controlClient,
  databricksScope,
  type Json,
  listAt,
} from '../support/control-client.ts';
import { useControlPort } from '../support/control-suite.ts';

const version = 'api-version=2018-06-01';

const store = (key = 'c2VjcmV0'): Json => ({
  properties: {
    type: 'AzureBlobFS',
    typeProperties: { url: 'https://x.dfs.core.windows.net', accountKey: { type: 'SecureString', value: key } },
  },
});
const dataset = (linkedService: string): Json => ({
  properties: {
    type: 'DelimitedText',
    linkedServiceName: { referenceName: linkedService, type: 'LinkedServiceReference' },
    typeProperties: {},
  },
});
const copy = (...datasets: readonly string[]): Json => ({
  properties: {
    activities: [
      {
        name: 'Copy',
        type: 'Copy',
        typeProperties: { source: { type: 'DelimitedTextSource' }, sink: { type: 'DelimitedTextSink' } },
        inputs: datasets.map((referenceName) => ({ referenceName, type: 'DatasetReference' })),
      },
    ],
  },
});
const schedule = (...pipelines: readonly string[]): Json => ({
  properties: {
    type: 'ScheduleTrigger',
    typeProperties: { recurrence: { frequency: 'Day', interval: 1 } },
    pipelines: pipelines.map((referenceName) => ({ pipelineReference: { referenceName, type: 'PipelineReference' } })),
  },
});

describe('arm data factory', () => {
  const suite = useControlPort(armScope);
  const { call } = suite;

  const group = (): string => {
    const { subscriptionId, resourceGroup } = suite.emulator.description.arm;
    return `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`;
  };
  const factory = (): string =>
    `${group()}/providers/Microsoft.DataFactory/factories/${suite.emulator.description.arm.factoryName}`;
  const path = (rest: string): string => `${factory()}/${rest}?${version}`;
  const put = (name: string, body: Json, headers: Record<string, string> = {}): Promise<CallAnswer> =>
    call('PUT', path(name), { body, headers });
  const get = (name: string): Promise<CallAnswer> => call('GET', path(name));
  const remove = (name: string): Promise<CallAnswer> => call('DELETE', path(name));
  const post = (name: string, body?: unknown): Promise<CallAnswer> => call('POST', path(name), { body });
  const created = async (name: string, body: Json): Promise<CallAnswer> => {
    const answer = await put(name, body);
    assert.equal(answer.status, 200, answer.text);
    return answer;
  };
  const refusal = ({ status, json }: CallAnswer) => [status, at(json, 'error', 'code'), at(json, 'error', 'message')];

  it('has its subscription, resource group and factory from the start', async () => {
    const { subscriptionId, factoryName } = suite.emulator.description.arm;
    const subscription = await call('GET', `/subscriptions/${subscriptionId}?api-version=2022-12-01`);
    assert.equal(subscription.json['subscriptionId'], subscriptionId);
    const resourceGroup = await call('GET', `${group()}?api-version=2021-04-01`);
    assert.equal(at(resourceGroup.json, 'properties', 'provisioningState'), 'Succeeded');
    // Names and segments are the same in upper and lower case.
    const answer = await call('GET', `${factory().toUpperCase()}?${version}`);
    assert.equal(answer.json['name'], factoryName);
    assert.match(String(answer.json['eTag']), /^".+"$/);
  });

  it('wants an api-version that the provider has', async () => {
    const without = await call('GET', factory());
    assert.deepEqual(refusal(without).slice(0, 2), [400, 'MissingApiVersionParameter']);
    const wrong = await call('GET', `${factory()}?api-version=2017-09-01-preview`);
    assert.deepEqual(refusal(wrong).slice(0, 2), [400, 'NoRegisteredProviderFound']);
    assert.match(wrong.text, /2018-06-01/);
  });

  it('wants a token, and one for Resource Manager', async () => {
    const anonymous = await controlClient(suite.emulator.description, undefined)('GET', `${factory()}?${version}`);
    assert.deepEqual(refusal(anonymous).slice(0, 2), [401, 'AuthenticationFailed']);
    assert.match(anonymous.headers['www-authenticate'] ?? '', /^Bearer /);
    const other = await controlClient(suite.emulator.description, databricksScope)('GET', `${factory()}?${version}`);
    assert.deepEqual(refusal(other).slice(0, 2), [401, 'InvalidAuthenticationTokenAudience']);
  });

  it('reads back defaults and another order, and never a secret', async () => {
    await created('linkedservices/masked', store('very-secret'));
    await created('linkedservices/connection', {
      properties: {
        type: 'AzureBlobStorage',
        typeProperties: { connectionString: 'DefaultEndpointsProtocol=https;AccountName=a;AccountKey=very-secret;' },
      },
    });
    const masked = await get('linkedservices/masked');
    assert.deepEqual(at(masked.json, 'properties', 'typeProperties', 'accountKey'), {
      type: 'SecureString',
      value: '**********',
    });
    const connection = await get('linkedservices/connection');
    assert.equal(
      at(connection.json, 'properties', 'typeProperties', 'connectionString'),
      'DefaultEndpointsProtocol=https;AccountName=a;',
    );
    assert.ok(!`${masked.text}${connection.text}`.includes('very-secret'));

    await created('datasets/read', dataset('masked'));
    const { json } = await created('pipelines/read-back', copy('read'));
    assert.deepEqual(at(json, 'properties', 'annotations'), []);
    assert.deepEqual(at(json, 'properties', 'activities', 0, 'dependsOn'), []);
    assert.ok(Date.parse(String(at(json, 'properties', 'lastPublishTime'))) > 0);
    assert.deepEqual(Object.keys(at(json, 'properties', 'activities', 0) as object), [
      'dependsOn',
      'inputs',
      'name',
      'type',
      'typeProperties',
      'userProperties',
    ]);
    assert.equal(json['type'], 'Microsoft.DataFactory/factories/pipelines');
  });

  it('changes an object only for who knows its version', async () => {
    const first = await created('linkedservices/tagged', store());
    const etag = String(first.json['etag']);
    const second = await put('linkedservices/tagged', store(), { 'if-match': `"${etag}"` });
    assert.equal(second.status, 200);
    assert.notEqual(second.json['etag'], etag);
    const stale = await put('linkedservices/tagged', store(), { 'if-match': etag });
    assert.deepEqual(refusal(stale).slice(0, 2), [412, 'PreconditionFailed']);
    assert.equal((await get('linkedservices/tagged')).json['etag'], second.json['etag']);
    const absent = await put('linkedservices/absent', store(), { 'if-match': '*' });
    assert.equal(absent.status, 412);
    assert.equal((await get('linkedservices/absent')).status, 404);
    const same = await call('GET', path('linkedservices/tagged'), {
      headers: { 'if-none-match': String(second.json['etag']) },
    });
    assert.equal(same.status, 304);
  });

  it('refuses what names something that does not exist', async () => {
    const invalid = (name: string) => [
      400,
      'BadRequest',
      `The document creation or update failed because of invalid reference '${name}'.`,
    ];
    assert.deepEqual(refusal(await put('datasets/d', dataset('nowhere'))), invalid('nowhere'));
    assert.deepEqual(refusal(await put('pipelines/p', copy('no-dataset'))), invalid('no-dataset'));
    assert.deepEqual(refusal(await put('triggers/t', schedule('no-pipeline'))), invalid('no-pipeline'));
    assert.equal((await get('datasets/d')).status, 404);
  });

  it('refuses to delete what is still named, and then deletes in reverse order', async () => {
    await created('linkedservices/chain-store', store());
    await created('datasets/chain-data', dataset('CHAIN-STORE'));
    await created('pipelines/chain', copy('chain-data'));
    await created('triggers/chain-daily', schedule('chain'));
    const order = ['triggers/chain-daily', 'pipelines/chain', 'datasets/chain-data', 'linkedservices/chain-store'];
    for (const [index, name] of order.toReversed().entries()) {
      if (index === order.length - 1) break;
      const user = order[order.length - 2 - index]!.split('/')[1]!;
      assert.deepEqual(refusal(await remove(name)), [
        400,
        'BadRequest',
        `The document cannot be deleted since it is referenced by ${user}.`,
      ]);
    }
    for (const name of order) assert.equal((await remove(name)).status, 200);
    assert.equal((await remove(order[0]!)).status, 204);
  });

  it('starts and stops triggers, and does not change a started one', async () => {
    await created('linkedservices/t-store', store());
    await created('datasets/t-data', dataset('t-store'));
    await created('pipelines/t-pipeline', copy('t-data'));
    const before = await created('triggers/daily', schedule('t-pipeline'));
    assert.equal(at(before.json, 'properties', 'runtimeState'), 'Stopped');
    assert.equal((await post('triggers/daily/start')).status, 200);
    const started = await get('triggers/daily');
    assert.equal(at(started.json, 'properties', 'runtimeState'), 'Started');
    assert.notEqual(started.json['etag'], before.json['etag']);
    for (const answer of [await put('triggers/daily', schedule('t-pipeline')), await remove('triggers/daily')]) {
      assert.deepEqual(refusal(answer).slice(0, 2), [400, 'TriggerEnabledCannotUpdate']);
    }
    assert.equal((await post('triggers/daily/stop')).status, 200);
    assert.equal((await put('triggers/daily', schedule('t-pipeline'))).status, 200);
    await created('triggers/empty', schedule());
    assert.match(String(refusal(await post('triggers/empty/start'))[2]), /contains no pipelines/);
  });

  it('tells the event subscription of an event trigger', async () => {
    await created('linkedservices/e-store', store());
    await created('datasets/e-data', dataset('e-store'));
    await created('pipelines/e-pipeline', copy('e-data'));
    const events: Json = {
      properties: {
        ...(schedule('e-pipeline')['properties'] as object),
        type: 'BlobEventsTrigger',
        typeProperties: { events: ['Microsoft.Storage.BlobCreated'], scope: '/subscriptions/x' },
      },
    };
    await created('triggers/arrival', events);
    const status = async () => (await post('triggers/arrival/getEventSubscriptionStatus')).json;
    assert.deepEqual(await status(), { triggerName: 'arrival', status: 'Disabled' });
    await post('triggers/arrival/start');
    assert.deepEqual(await status(), { triggerName: 'arrival', status: 'Enabled' });
    await post('triggers/arrival/stop');
    assert.deepEqual(await status(), { triggerName: 'arrival', status: 'Disabled' });
  });

  it('lists on pages that a client follows by nextLink', async () => {
    const names = Array.from({ length: 103 }, (_, index) => `list-${String(index).padStart(3, '0')}`);
    for (const name of names) await created(`linkedservices/${name}`, store());
    const seen: unknown[] = [];
    let next: string | undefined = path('linkedservices');
    let pages = 0;
    while (next !== undefined) {
      const { json }: CallAnswer = await call('GET', next);
      seen.push(...listAt(json, 'value').map((one) => one['name']));
      const link = json['nextLink'] as string | undefined;
      next = link?.slice(suite.emulator.description.endpoints.control.length);
      pages += 1;
    }
    assert.equal(pages, Math.ceil(seen.length / 50));
    assert.deepEqual(
      seen.filter((name) => String(name).startsWith('list-')),
      names,
    );
  });

  for (const [what, name, body, message] of [
    [
      'a pipeline whose activity is unnamed',
      'pipelines/x',
      { properties: { activities: [{ type: 'Wait' }] } },
      /'name'/,
    ],
    [
      'an activity without what its type needs',
      'pipelines/x',
      { properties: { activities: [{ name: 'n', type: 'DatabricksJob', typeProperties: {} }] } },
      /typeProperties\.jobId/,
    ],
    [
      'a dependency on no activity, deep inside',
      'pipelines/x',
      {
        properties: {
          activities: [
            {
              name: 'if',
              type: 'IfCondition',
              typeProperties: {
                expression: {},
                ifTrueActivities: [{ name: 'n', type: 'Fail', dependsOn: [{ activity: 'nobody' }] }],
              },
            },
          ],
        },
      },
      /depends on 'nobody'/,
    ],
    ['a dataset without a linked service', 'datasets/x', { properties: { type: 'Json' } }, /linkedServiceName/],
    ['a body without properties', 'linkedservices/x', {}, /'properties' is required/],
    ['a name with a forbidden character', 'pipelines/a%23b', { properties: {} }, /Invalid resource name 'a#b'/],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const answer = await put(name, body);
      assert.deepEqual(refusal(answer).slice(0, 2), [400, 'BadRequest']);
      assert.match(String(refusal(answer)[2]), message);
    });
  }

  it('names what it does not emulate', async () => {
    for (const [method, rest, name] of [
      ['GET', `${group()}/providers/Microsoft.EventHub/namespaces/n?api-version=2024-01-01`, /Microsoft\.EventHub/],
      ['PUT', path('dataflows/d'), /dataflows/],
      ['DELETE', `${factory()}?${version}`, /emulated on this path: GET, PUT/],
    ] as const) {
      const answer = await call(method, rest);
      assert.deepEqual(refusal(answer).slice(0, 2), [501, 'NotImplemented']);
      assert.match(answer.text, name);
    }
    const other = await call('GET', `${factory()}-other?${version}`);
    assert.deepEqual(refusal(other).slice(0, 2), [404, 'ResourceNotFound']);
  });

  it('keeps acknowledged objects and states over a crash', async () => {
    await created('linkedservices/kept', store('still-here'));
    await created('datasets/kept', dataset('kept'));
    await created('pipelines/kept', copy('kept'));
    await created('triggers/kept', schedule('kept'));
    await post('triggers/kept/start');
    const before = (await get('triggers/kept')).json;
    await suite.crashAndRestart();
    assert.deepEqual((await get('triggers/kept')).json, before);
  });
});
