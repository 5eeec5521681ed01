import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { databricksScope, type Json, listAt } from '../support/control-client.ts';
import { useControlPort } from '../support/control-suite.ts';

describe('databricks secrets', () => {
  const suite = useControlPort(databricksScope);
  const post = (path: string, body: Json) => suite.call('POST', `/api/2.0/secrets/${path}`, { body });
  const get = (path: string) => suite.call('GET', `/api/2.0/secrets/${path}`);

  it('are kept in scopes, given back, listed without their values, and survive a crash in a private file', async () => {
    await post('scopes/create', { scope: 'vault' });
    await post('put', { scope: 'vault', key: 'text', string_value: 'grüße' });
    await post('put', { scope: 'vault', key: 'bytes', bytes_value: Buffer.from([0, 255]).toString('base64') });
    await suite.crashAndRestart();
    const value = async (key: string) =>
      Buffer.from(String((await get(`get?scope=vault&key=${key}`)).json['value']), 'base64');
    assert.equal((await value('text')).toString('utf8'), 'grüße');
    assert.deepEqual([...(await value('bytes'))], [0, 255]);
    const listed = await get('list?scope=vault');
    assert.deepEqual(
      listAt(listed.json, 'secrets').map(({ key }) => key),
      ['text', 'bytes'],
    );
    assert.doesNotMatch(listed.text, /gr|AP8/);
    const journal = join(suite.emulator.description.caFile, '..', '..', 'databricks', 'journal.jsonl');
    assert.equal(statSync(journal).mode & 0o777, 0o600);
  });

  it('go with their scope', async () => {
    await post('scopes/create', { scope: 'short' });
    await post('put', { scope: 'short', key: 'a', string_value: '1' });
    await post('scopes/delete', { scope: 'short' });
    assert.equal((await get('list?scope=short')).status, 404);
    await post('scopes/create', { scope: 'short' });
    assert.equal((await get('get?scope=short&key=a')).status, 404);
  });

  it('have access lists that are kept', async () => {
    await post('scopes/create', { scope: 'shared' });
    await post('acls/put', { scope: 'shared', principal: 'analysts', permission: 'READ' });
    assert.deepEqual((await get('acls/get?scope=shared&principal=analysts')).json, {
      principal: 'analysts',
      permission: 'READ',
    });
    await post('acls/delete', { scope: 'shared', principal: 'analysts' });
    assert.equal(listAt((await get('acls/list?scope=shared')).json, 'items').length, 1, 'who made it manages it');
  });

  it('are refused where the scope is not there, or what is given is not whole', async () => {
    await post('scopes/create', { scope: 'strict' });
    const rows: readonly (readonly [string, Json, number])[] = [
      ['scopes/create', { scope: 'strict' }, 400],
      ['scopes/create', { scope: 'no/slash' }, 400],
      ['scopes/create', { scope: 'kv', scope_backend_type: 'AZURE_KEYVAULT' }, 501],
      ['put', { scope: 'absent', key: 'a', string_value: '1' }, 404],
      ['put', { scope: 'strict', key: 'a' }, 400],
      ['put', { scope: 'strict', key: 'a', bytes_value: '%' }, 400],
      ['put', { scope: 'strict', key: 'a', string_value: 'x'.repeat(128 * 1024 + 1) }, 400],
      ['delete', { scope: 'strict', key: 'a' }, 404],
      ['acls/put', { scope: 'strict', principal: 'p', permission: 'OWN' }, 400],
    ];
    for (const [path, body, status] of rows) {
      assert.equal((await post(path, body)).status, status, `${path} ${JSON.stringify(body).slice(0, 80)}`);
    }
  });
});
