import assert from 'node:assert/strict';
import { armScope, controlClient, databricksScope } from '../support/control-client.ts';
import { useControlPort } from '../support/control-suite.ts';

describe('databricks access', () => {
  const suite = useControlPort(databricksScope);

  it('refuses requests without a token, with a token for another service, and with one of its own making', async () => {
    const anonymous = controlClient(suite.emulator.description, undefined);
    const forArm = controlClient(suite.emulator.description, armScope);
    const forged = { headers: { authorization: `Bearer ${'a'.repeat(20)}.b.c` } };
    for (const [answer, message] of [
      [await anonymous('GET', '/api/2.2/jobs/list'), /Credential was not sent/],
      [await forArm('GET', '/api/2.2/jobs/list'), /Expected aud claim to be: 2ff814a6/],
      [await anonymous('GET', '/api/2.2/jobs/list', forged), /Invalid access token/],
    ] as const) {
      assert.deepEqual([answer.status, answer.json['error_code']], [401, 'UNAUTHENTICATED']);
      assert.match(String(answer.json['message']), message);
    }
  });

  it('says who calls and which metastore the workspace has', async () => {
    const me = await suite.call('GET', '/api/2.0/preview/scim/v2/Me');
    assert.equal(me.json['userName'], suite.emulator.description.identity.clientId);
    const metastore = await suite.call('GET', '/api/2.1/unity-catalog/metastore_summary');
    assert.match(String(metastore.json['metastore_id']), /^[0-9a-f-]{36}$/);
  });
});
