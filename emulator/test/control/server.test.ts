import assert from 'node:assert/strict';
import { armScope, controlClient, databricksScope, type Json } from '../support/control-client.ts';
import { useControlPort } from '../support/control-suite.ts';

describe('control port', () => {
  const suite = useControlPort(databricksScope);

  const counts = async (): Promise<Json> => {
    const response = await fetch(`${suite.emulator.description.endpoints.admin}/operations`);
    return (await response.json()) as Json;
  };

  it('counts each operation by its name, reads and writes apart', async () => {
    const body = { name: 'counted', tasks: [{ task_key: 'a', notebook_task: { notebook_path: '/n' } }] };
    await suite.call('POST', '/api/2.2/jobs/create', { body });
    await suite.call('GET', '/api/2.2/jobs/list');
    await suite.call('GET', '/api/2.2/jobs/list');
    const arm = controlClient(suite.emulator.description, armScope);
    const { subscriptionId, resourceGroup, factoryName } = suite.emulator.description.arm;
    const factory = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.DataFactory/factories/${factoryName}`;
    const path = `${factory}/pipelines/p?api-version=2018-06-01`;
    await arm('PUT', path, { body: { properties: { activities: [] } } });
    await arm('GET', path);
    const seen = Object.entries(await counts()).filter(([name]) => /^(databricks|arm|identity)\./.test(name));
    assert.deepEqual(Object.fromEntries(seen), {
      'arm.datafactory/pipelines/get': 1,
      'arm.datafactory/pipelines/put': 1,
      'databricks.jobs/create': 1,
      'databricks.jobs/list': 2,
      // The credential of each of the two clients asks once for metadata and once for a token.
      'identity.openid-configuration': 2,
      'identity.token': 2,
    });
  });

  it('refuses a body that is too large in the words of the service, and goes on answering', async () => {
    const raw = Buffer.alloc(24 * 1024 * 1024 + 1, 0x20);
    const answer = await suite.call('POST', '/api/2.2/jobs/create', { raw });
    assert.deepEqual([answer.status, answer.json['error_code']], [413, 'MAX_REQUEST_SIZE_EXCEEDED']);
    assert.equal((await suite.call('GET', '/api/2.2/jobs/list')).status, 200);
  });

  it('speaks https only to who trusts its authority', async () => {
    await assert.rejects(fetch(`${suite.emulator.description.endpoints.control}/common`), { name: 'TypeError' });
    assert.match(suite.emulator.description.endpoints.control, /^https:\/\/127\.0\.0\.1:\d+$/);
  });
});
