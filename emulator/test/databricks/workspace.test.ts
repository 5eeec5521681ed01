import assert from 'node:assert/strict';
import { at, type CallAnswer, databricksScope, type Json, listAt } from '../support/control-client.ts';
import { useControlPort } from '../support/control-suite.ts';

const base64 = (text: string | Buffer): string => Buffer.from(text).toString('base64');
const notebook = '-- Databricks notebook source\nSELECT 1';

describe('databricks workspace', () => {
  const suite = useControlPort(databricksScope);
  const { call } = suite;

  const post = (operation: string, body: Json): Promise<CallAnswer> =>
    call('POST', `/api/2.0/workspace/${operation}`, { body });
  const query = (operation: string, path: string): Promise<CallAnswer> =>
    call('GET', `/api/2.0/workspace/${operation}?path=${encodeURIComponent(path)}`);
  const importFile = (path: string, content: string, more = ''): Promise<CallAnswer> =>
    call('POST', `/api/2.0/workspace-files/import-file/${encodeURIComponent(path)}${more}`, {
      raw: Buffer.from(content),
    });
  const refusal = ({ status, json }: CallAnswer) => [status, json['error_code']];

  it("has the caller's home, under both spellings of its path", async () => {
    const me = suite.emulator.description.identity.clientId;
    for (const path of [`/Users/${me}`, `/Workspace/Users/${me}/`]) {
      const { json } = await query('get-status', path);
      assert.deepEqual([json['object_type'], json['path']], ['DIRECTORY', `/Users/${me}`]);
    }
  });

  it('imports, lists, exports and deletes files byte for byte', async () => {
    const bytes = Buffer.from([0, 255, 13, 10, 0xc3, 0x28]);
    await post('mkdirs', { path: '/Workspace/Shared/a/b c' });
    assert.equal(
      (await post('import', { path: '/Shared/a/b c/x.bin', format: 'AUTO', content: base64(bytes) })).status,
      200,
    );
    const exported = await query('export', '/Shared/a/b c/x.bin');
    assert.deepEqual(Buffer.from(String(exported.json['content']), 'base64'), bytes);
    const list = await query('list', '/Shared/a');
    assert.deepEqual(
      listAt(list.json, 'objects').map((one) => [one['path'], one['object_type']]),
      [['/Shared/a/b c', 'DIRECTORY']],
    );
    const full = await post('delete', { path: '/Shared/a' });
    assert.deepEqual(refusal(full), [400, 'DIRECTORY_NOT_EMPTY']);
    assert.equal((await post('delete', { path: '/Shared/a', recursive: true })).status, 200);
    assert.deepEqual(refusal(await query('get-status', '/Shared/a/b c/x.bin')), [404, 'RESOURCE_DOES_NOT_EXIST']);
  });

  it('tells notebooks from files by their first line, and takes the extension from a notebook', async () => {
    await post('mkdirs', { path: '/Shared/auto' });
    for (const [name, content] of [
      ['query.sql', 'SELECT 1'],
      ['note.sql', notebook],
      ['raw.sql', notebook],
    ] as const) {
      const format = name === 'raw.sql' ? 'RAW' : 'AUTO';
      await post('import', { path: `/Shared/auto/${name}`, format, content: base64(content) });
    }
    await post('import', { path: '/Shared/auto/s', format: 'SOURCE', language: 'PYTHON', content: base64('1') });
    await importFile('Shared/auto/by-file.sql', notebook);
    const { json } = await query('list', '/Shared/auto');
    assert.deepEqual(
      listAt(json, 'objects').map((one) => [one['path'], one['object_type'], one['language']]),
      [
        ['/Shared/auto/by-file', 'NOTEBOOK', 'SQL'],
        ['/Shared/auto/note', 'NOTEBOOK', 'SQL'],
        ['/Shared/auto/query.sql', 'FILE', undefined],
        ['/Shared/auto/raw.sql', 'FILE', undefined],
        ['/Shared/auto/s', 'NOTEBOOK', 'PYTHON'],
      ],
    );
  });

  it('overwrites only when told to, and keeps the object id', async () => {
    const first = await importFile('Shared/one.sql', 'SELECT 1');
    assert.equal(first.status, 200, first.text);
    assert.deepEqual(refusal(await importFile('Shared/one.sql', 'SELECT 2')), [409, 'ALREADY_EXISTS']);
    const again = { path: '/Shared/one.sql', format: 'RAW', content: base64('SELECT 3') };
    assert.deepEqual(refusal(await post('import', again)), [400, 'RESOURCE_ALREADY_EXISTS']);
    assert.equal((await post('import', { ...again, overwrite: true })).status, 200);
    const second = await importFile('Shared/one.sql', 'SELECT 4', '?overwrite=true');
    assert.equal(second.text, first.text);
    const exported = await call('GET', '/api/2.0/workspace/export?path=/Shared/one.sql&direct_download=true');
    assert.equal(exported.text, 'SELECT 4');
    const mismatch = await post('import', { path: '/Shared/one.sql', language: 'SQL', overwrite: true, content: '' });
    assert.match(String(mismatch.json['message']), /type mismatch/);
  });

  it('refuses bad paths, bad content, and what is too large', async () => {
    const content = base64('x');
    for (const [body, status, code] of [
      [{ path: 'relative', format: 'RAW', content }, 400, 'INVALID_PARAMETER_VALUE'],
      [{ path: '/Shared/../x', format: 'RAW', content }, 400, 'INVALID_PARAMETER_VALUE'],
      [{ path: '/Shared/no/parent', format: 'RAW', content }, 404, 'RESOURCE_DOES_NOT_EXIST'],
      [{ path: '/Shared/x', format: 'RAW', content: 'not base64!' }, 400, 'INVALID_PARAMETER_VALUE'],
      [{ path: '/Shared/x', content }, 400, 'INVALID_PARAMETER_VALUE'],
      [{ path: '/Shared/x', format: 'DBC', content }, 501, 'NOT_IMPLEMENTED'],
      [
        { path: '/Shared/x', format: 'RAW', content: base64(Buffer.alloc(10 * 1024 * 1024 + 1)) },
        400,
        'MAX_NOTEBOOK_SIZE_EXCEEDED',
      ],
    ] as const) {
      assert.deepEqual(refusal(await post('import', body)), [status, code]);
    }
    assert.deepEqual(refusal(await query('get-status', '/Shared/x')), [404, 'RESOURCE_DOES_NOT_EXIST']);
  });

  it('keeps acknowledged files over a crash', async () => {
    await importFile('Shared/durable.sql', 'SELECT 42');
    await suite.crashAndRestart();
    const exported = await query('export', '/Shared/durable.sql');
    assert.equal(exported.json['content'], base64('SELECT 42'));
  });

  it('keep the permissions that are set on folders and files, also when a file is written anew', async () => {
    const status = async (path: string) =>
      /"object_id":(\d+)/.exec((await call('GET', `/api/2.0/workspace/get-status?path=${path}`)).text)?.[1] ?? '';
    await call('POST', '/api/2.0/workspace/mkdirs', { body: { path: '/Shared/team' } });
    const write = () =>
      call('POST', '/api/2.0/workspace-files/import-file/Shared/team/a.txt?overwrite=true', { raw: Buffer.from('a') });
    await write();
    const path = `/api/2.0/permissions/files/${await status('/Shared/team/a.txt')}`;
    const put = (level: string) => ({
      body: { access_control_list: [{ group_name: 'users', permission_level: level }] },
    });
    const levels = ({ json }: CallAnswer) =>
      listAt(json, 'access_control_list').map((one) => at(one, 'all_permissions', 0, 'permission_level'));
    assert.deepEqual(levels(await call('PUT', path, put('CAN_READ'))), ['CAN_MANAGE', 'CAN_READ']);
    assert.deepEqual(levels(await call('PATCH', path, put('CAN_EDIT'))), ['CAN_MANAGE', 'CAN_EDIT']);
    await write();
    assert.deepEqual(levels(await call('GET', path)), ['CAN_MANAGE', 'CAN_EDIT']);
    assert.equal((await call('PUT', path, put('IS_OWNER'))).status, 400);
    assert.equal((await call('PUT', '/api/2.0/permissions/directories/7', put('CAN_READ'))).status, 404);
  });
});
