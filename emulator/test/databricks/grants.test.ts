import assert from 'node:assert/strict';
import { BlobServiceClient } from '@azure/storage-blob';
import { databricksScope, type Json, listAt, at } from '../support/control-client.ts';
import { useControlPort } from '../support/control-suite.ts';
import { blobClient, makeCatalog } from './catalog-suite.ts';

const root = '/api/2.1/unity-catalog';

describe('unity catalog', () => {
  const suite = useControlPort(databricksScope);
  const { call } = suite;
  before(async () => {
    await blobClient(suite.emulator).createContainer('lake');
    await makeCatalog(call);
  });

  const grant = (securable: string, ...changes: readonly Json[]) =>
    call('PATCH', `${root}/permissions/${securable}`, { body: { changes } });

  it('keeps grants, shows which of them come from around, and forgets those of what is dropped', async () => {
    await grant('catalog/main', { principal: 'analysts', add: ['USE_CATALOG'] });
    await grant('schema/main.sales', { principal: 'analysts', add: ['USE SCHEMA', 'SELECT'] });
    const changed = await grant(
      'volume/main.sales.raw',
      { principal: 'analysts', add: ['READ_VOLUME', 'WRITE_VOLUME'] },
      { principal: 'analysts', remove: ['WRITE_VOLUME'] },
    );
    assert.deepEqual(changed.json, {
      privilege_assignments: [{ principal: 'analysts', privileges: ['READ_VOLUME'] }],
    });
    await suite.crashAndRestart();
    const { json } = await call('GET', `${root}/effective-permissions/volume/main.sales.raw?principal=analysts`);
    assert.deepEqual(at(json, 'privilege_assignments', 0, 'privileges'), [
      { privilege: 'USE_CATALOG', inherited_from_type: 'CATALOG', inherited_from_name: 'main' },
      { privilege: 'SELECT', inherited_from_type: 'SCHEMA', inherited_from_name: 'main.sales' },
      { privilege: 'USE_SCHEMA', inherited_from_type: 'SCHEMA', inherited_from_name: 'main.sales' },
      { privilege: 'READ_VOLUME' },
    ]);
    const others = await call('GET', `${root}/permissions/schema/main.sales?principal=somebody`);
    assert.deepEqual(others.json, { privilege_assignments: [] });
    const body = { name: 'gone', catalog_name: 'main' };
    await call('POST', `${root}/schemas`, { body });
    await grant('schema/main.gone', { principal: 'analysts', add: ['SELECT'] });
    await call('DELETE', `${root}/schemas/main.gone`);
    await call('POST', `${root}/schemas`, { body });
    assert.deepEqual((await call('GET', `${root}/permissions/schema/main.gone`)).json, { privilege_assignments: [] });
  });

  it('refuses grants on what is not there', async () => {
    const change = { principal: 'p', add: ['SELECT'] };
    assert.equal((await grant('table/main.sales.absent', change)).json['error_code'], 'TABLE_DOES_NOT_EXIST');
    assert.equal((await grant('spaceship/main', change)).status, 400);
    assert.equal((await grant('catalog/main', { principal: 'p', add: ['drop; table'] })).status, 400);
  });

  it('keeps tags of objects and columns, and keys that nothing enforces', async () => {
    const column = (name: string) => ({ name, type_text: 'int', type_name: 'INT', nullable: false });
    for (const [name, columns] of Object.entries({ days: ['id'], sales: ['sale', 'day'] })) {
      const place = { storage_location: `abfss://lake@devstoreaccount1.dfs.core.windows.net/${name}` };
      const body = { name, catalog_name: 'main', schema_name: 'sales', table_type: 'EXTERNAL', ...place };
      const made = { ...body, data_source_format: 'DELTA', columns: columns.map(column) };
      assert.equal((await call('POST', `${root}/tables`, { body: made })).status, 200);
    }
    const tag = { entity_type: 'columns', entity_name: 'main.sales.days.id', tag_key: 'pii', tag_value: 'no' };
    const tags = `${root}/entity-tag-assignments`;
    assert.deepEqual((await call('POST', tags, { body: tag })).json, tag);
    assert.equal((await call('POST', tags, { body: tag })).json['error_code'], 'ALREADY_EXISTS');
    const one = `${tags}/columns/main.sales.days.id/tags/pii`;
    await call('PATCH', `${one}?update_mask=tag_value`, { body: { tag_value: 'yes' } });
    await suite.crashAndRestart();
    assert.equal((await call('GET', one)).json['tag_value'], 'yes');
    await call('DELETE', one);
    assert.equal((await call('GET', one)).status, 404);
    assert.equal((await call('POST', tags, { body: { ...tag, entity_name: 'main.sales.days.no' } })).status, 404);

    const key = (table: string, constraint: Json) =>
      call('POST', `${root}/constraints`, { body: { full_name_arg: `main.sales.${table}`, constraint } });
    const primary = { primary_key_constraint: { name: 'pk', child_columns: ['id'] } };
    const parent = { parent_table: 'main.sales.days', parent_columns: ['id'] };
    const foreign = { foreign_key_constraint: { name: 'fk', child_columns: ['day'], ...parent } };
    assert.equal((await key('sales', foreign)).status, 400, 'the parent has no key yet');
    assert.equal((await key('days', primary)).status, 200);
    assert.equal((await key('sales', foreign)).status, 200);
    const { json } = await call('GET', `${root}/tables/main.sales.sales`);
    assert.deepEqual(json['table_constraints'], [foreign]);
    const drop = `${root}/constraints/main.sales.days?constraint_name=pk&cascade=`;
    assert.equal((await call('DELETE', `${drop}false`)).status, 400, 'a foreign key names it');
    assert.equal((await call('DELETE', `${drop}true`)).status, 200);
    assert.equal((await call('GET', `${root}/tables/main.sales.sales`)).json['table_constraints'], undefined);
  });

  it('keeps functions beside tables and volumes', async () => {
    const info = {
      name: 'Net',
      catalog_name: 'main',
      schema_name: 'sales',
      data_type: 'DOUBLE',
      routine_body: 'SQL',
      routine_definition: 'gross / 1.2',
    };
    const created = await call('POST', `${root}/functions`, { body: { function_info: info } });
    assert.deepEqual(
      [created.json['full_name'], created.json['routine_definition']],
      ['main.sales.net', 'gross / 1.2'],
    );
    const again = await call('POST', `${root}/functions`, { body: { function_info: info } });
    assert.equal(again.json['error_code'], 'FUNCTION_ALREADY_EXISTS');
    const listed = await call('GET', `${root}/functions?catalog_name=main&schema_name=sales`);
    assert.deepEqual(
      listAt(listed.json, 'functions').map(({ name }) => name),
      ['net'],
    );
    assert.match((await call('DELETE', `${root}/schemas/main.sales`)).text, /1 function\(s\), 2 volume\(s\)/);
    await call('DELETE', `${root}/functions/main.sales.net`);
    assert.equal((await call('GET', `${root}/functions/main.sales.net`)).json['error_code'], 'FUNCTION_DOES_NOT_EXIST');
  });

  it('vends credentials that read, that write only where they may, and that reach one container', async () => {
    const blobs = blobClient(suite.emulator);
    await blobs.createContainer('other');
    await blobs.getContainerClient('lake').getBlockBlobClient('raw/a.txt').upload('hello', 5);
    const volume = await call('GET', `${root}/volumes/main.sales.raw`);
    const vend = async (operation: string) => {
      const body = { volume_id: volume.json['volume_id'], operation };
      return (await call('POST', '/api/2.0/unity-catalog/temporary-volume-credentials', { body })).json;
    };
    const clientOf = (credentials: Json) =>
      new BlobServiceClient(
        `${suite.emulator.description.endpoints.blob}?${String(at(credentials, 'azure_user_delegation_sas', 'sas_token'))}`,
        undefined,
        { retryOptions: { maxTries: 1 } },
      );
    const read = await vend('READ_VOLUME');
    assert.equal(read['url'], 'abfss://lake@devstoreaccount1.dfs.core.windows.net/raw');
    assert.ok(Number(read['expiration_time']) > Date.now());
    const reader = clientOf(read).getContainerClient('lake');
    assert.equal((await reader.getBlobClient('raw/a.txt').downloadToBuffer()).toString(), 'hello');
    await assert.rejects(reader.getBlockBlobClient('raw/b.txt').upload('no', 2), { statusCode: 403 });
    const writer = clientOf(await vend('WRITE_VOLUME'));
    await writer.getContainerClient('lake').getBlockBlobClient('raw/b.txt').upload('yes', 3);
    const elsewhere = writer.getContainerClient('other').getBlockBlobClient('b.txt');
    await assert.rejects(elsewhere.upload('no', 2), { statusCode: 403 });
    const wrong = await vend('EVERYTHING');
    assert.equal(wrong['error_code'], 'INVALID_PARAMETER_VALUE');
  });

  it('vends credentials for a table before and after it is published, and for a path', async () => {
    const staged = await call('POST', `${root}/staging-tables`, {
      body: { name: 'orders', catalog_name: 'main', schema_name: 'sales' },
    });
    const forTable = (operation: string, id = staged.json['id']) =>
      call('POST', `${root}/temporary-table-credentials`, { body: { table_id: id, operation } });
    assert.equal((await forTable('READ_WRITE')).json['url'], staged.json['staging_location']);
    assert.equal((await forTable('READ', 'no-such-table')).json['error_code'], 'TABLE_DOES_NOT_EXIST');
    const url = 'abfss://lake@devstoreaccount1.dfs.core.windows.net/raw/x';
    const path = await call('POST', `${root}/temporary-path-credentials`, { body: { url, operation: 'PATH_READ' } });
    assert.deepEqual([path.status, path.json['url']], [200, url]);
  });
});
