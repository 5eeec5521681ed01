import assert from 'node:assert/strict';
import type { HttpMethods } from '@azure/core-rest-pipeline';
import { at, type CallAnswer, databricksScope, type Json, listAt } from '../support/control-client.ts';
import { useControlPort } from '../support/control-suite.ts';

const account = 'devstoreaccount1.dfs.core.windows.net';
const columns = [
  { name: 'Id', type_text: 'bigint', nullable: false },
  { name: 'price', type_text: 'decimal(10,2)' },
  { name: 'tags', type_text: 'array<struct<a:int>>' },
];

describe('unity catalog', () => {
  const suite = useControlPort(databricksScope);

  const uc = (method: HttpMethods, path: string, body?: Json): Promise<CallAnswer> =>
    suite.call(method, `/api/2.1/unity-catalog/${path}`, body ? { body } : {});
  const refusal = ({ status, json }: CallAnswer) => [status, json['error_code']];
  const made = async (path: string, body: Json): Promise<Json> => {
    const answer = await uc('POST', path, body);
    assert.equal(answer.status, 200, answer.text);
    return answer.json;
  };
  const catalog = async (name: string): Promise<void> => {
    await made('catalogs', { name, storage_root: `abfss://bronze@${account}/` });
    await made('schemas', { catalog_name: name, name: 'bronze' });
    await made('schemas', { catalog_name: name, name: 'silver', storage_root: `abfss://silver@${account}/` });
  };
  const stage = (catalog_name: string, schema_name: string, name: string): Promise<Json> =>
    made('staging-tables', { catalog_name, schema_name, name });
  const managed = (catalog_name: string, schema_name: string, name: string, storage_location: unknown): Json => {
    return {
      catalog_name,
      schema_name,
      name,
      storage_location,
      table_type: 'MANAGED',
      data_source_format: 'DELTA',
      columns,
    };
  };

  it('puts managed tables under the root of the schema, else of the catalog, in a place of their own', async () => {
    await catalog('places');
    const bronze = await stage('places', 'bronze', 'orders');
    assert.equal(bronze['staging_location'], `abfss://bronze@${account}/places.bronze/orders`);
    const silver = await stage('places', 'silver', 'orders');
    assert.equal(silver['staging_location'], `abfss://silver@${account}/places.silver/orders`);
    assert.deepEqual(refusal(await uc('GET', 'tables/places.silver.orders')), [404, 'TABLE_DOES_NOT_EXIST']);
    const table = await made('tables', managed('places', 'silver', 'orders', silver['staging_location']));
    assert.equal(table['table_id'], silver['id']);
    assert.equal(table['storage_location'], silver['staging_location']);
    assert.equal((await uc('DELETE', 'tables/places.silver.orders')).status, 200);
    const again = await stage('places', 'silver', 'orders');
    assert.equal(again['staging_location'], `abfss://silver@${account}/places.silver/orders-2`);
  });

  it('keeps views and datasets with their queries', async () => {
    await catalog('views');
    const base = { catalog_name: 'views', schema_name: 'silver', columns };
    const properties = { 'view.catalogAndNamespace.part.0': 'views' };
    const view = { ...base, name: 'v', table_type: 'VIEW', view_definition: 'SELECT 1', properties };
    const made1 = await made('tables', view);
    assert.deepEqual(
      [made1['table_type'], made1['view_definition'], made1['storage_location'], made1['properties']],
      ['VIEW', 'SELECT 1', undefined, properties],
    );
    assert.deepEqual(refusal(await uc('POST', 'tables', view)), [400, 'TABLE_ALREADY_EXISTS']);
    const changed = await uc('PATCH', 'tables/views.silver.v', { view_definition: 'SELECT 2' });
    assert.equal(changed.json['view_definition'], 'SELECT 2');
    const staged = await stage('views', 'silver', 'm');
    const dataset = { ...managed('views', 'silver', 'm', staged['staging_location']), table_type: 'MATERIALIZED_VIEW' };
    assert.equal((await uc('POST', 'tables', dataset)).status, 400, 'a dataset has a query');
    const table = await made('tables', { ...dataset, view_definition: 'SELECT 3' });
    assert.deepEqual([table['table_id'], table['table_type']], [staged['id'], 'MATERIALIZED_VIEW']);
  });

  it('publishes a staged table with its columns, and takes new columns', async () => {
    await catalog('columns');
    const staged = await stage('columns', 'silver', 'T');
    await made('tables', managed('columns', 'silver', 'T', staged['staging_location']));
    const { json } = await uc('GET', 'tables/COLUMNS.silver.t');
    assert.equal(json['full_name'], 'columns.silver.t');
    assert.deepEqual(json['columns'], [
      { name: 'Id', type_text: 'bigint', type_name: 'LONG', position: 0, nullable: false },
      { name: 'price', type_text: 'decimal(10,2)', type_name: 'DECIMAL', position: 1, nullable: true },
      { name: 'tags', type_text: 'array<struct<a:int>>', type_name: 'ARRAY', position: 2, nullable: true },
    ]);
    const fewer = await uc('PATCH', 'tables/columns.silver.t', { columns: columns.slice(0, 1), comment: 'one' });
    assert.equal(listAt(fewer.json, 'columns').length, 1);
    assert.equal(fewer.json['table_id'], json['table_id']);
    const listed = await uc('GET', 'tables?catalog_name=columns&schema_name=silver&omit_columns=true');
    assert.deepEqual(
      listAt(listed.json, 'tables').map((one) => [one['name'], one['comment'], one['columns']]),
      [['t', 'one', undefined]],
    );
  });

  it('takes no place for a managed table but a staged one of the same name, once', async () => {
    await catalog('strict');
    const guessed = `abfss://silver@${account}/strict.silver/guessed`;
    assert.deepEqual(refusal(await uc('POST', 'tables', managed('strict', 'silver', 'guessed', guessed))), [
      400,
      'INVALID_PARAMETER_VALUE',
    ]);
    const staged = await stage('strict', 'silver', 'a');
    const other = managed('strict', 'silver', 'b', staged['staging_location']);
    assert.deepEqual(refusal(await uc('POST', 'tables', other)), [400, 'INVALID_PARAMETER_VALUE']);
    const body = managed('strict', 'silver', 'a', staged['staging_location']);
    await made('tables', body);
    assert.deepEqual(refusal(await uc('POST', 'tables', body)), [400, 'TABLE_ALREADY_EXISTS']);
    const staging = { catalog_name: 'strict', schema_name: 'silver', name: 'A' };
    assert.deepEqual(refusal(await uc('POST', 'staging-tables', staging)), [400, 'TABLE_ALREADY_EXISTS']);
  });

  it('knows names with special characters, percent-encoded or not', async () => {
    await catalog('shopcom-dev');
    const staged = await stage('shopcom-dev', 'bronze', 'straße');
    await made('tables', managed('shopcom-dev', 'bronze', 'straße', staged['staging_location']));
    const found = await uc('GET', `tables/${encodeURIComponent('shopcom-dev.bronze.straße')}`);
    assert.equal(found.json['name'], 'straße');
    assert.equal((await uc('GET', 'schemas/shopcom%2Ddev%2Ebronze')).status, 200);
    for (const name of ['a.b', 'a b', 'a/b']) {
      const answer = await uc('POST', 'schemas', { catalog_name: 'shopcom-dev', name });
      assert.deepEqual(refusal(answer), [400, 'INVALID_PARAMETER_VALUE']);
    }
  });

  it('says which part of a name does not exist', async () => {
    await catalog('levels');
    for (const [path, code, message] of [
      ['catalogs/none', 'CATALOG_DOES_NOT_EXIST', "Catalog 'none' does not exist."],
      ['schemas/none.bronze', 'CATALOG_DOES_NOT_EXIST', "Catalog 'none' does not exist."],
      ['schemas/levels.none', 'SCHEMA_DOES_NOT_EXIST', "Schema 'levels.none' does not exist."],
      ['tables/levels.none.t', 'SCHEMA_DOES_NOT_EXIST', "Schema 'levels.none' does not exist."],
      ['tables/levels.bronze.t', 'TABLE_DOES_NOT_EXIST', "Table 'levels.bronze.t' does not exist."],
      ['volumes/levels.bronze.v', 'VOLUME_DOES_NOT_EXIST', "Volume 'levels.bronze.v' does not exist."],
    ] as const) {
      const answer = await uc('GET', path);
      assert.deepEqual([...refusal(answer), answer.json['message']], [404, code, message]);
    }
  });

  it('has managed and external volumes, and no two things in one place', async () => {
    await catalog('volumes');
    const base = { catalog_name: 'volumes', schema_name: 'bronze' };
    const landing = await made('volumes', {
      ...base,
      name: 'landing',
      volume_type: 'EXTERNAL',
      storage_location: `abfss://landing@${account}/`,
    });
    assert.equal(landing['storage_location'], `abfss://landing@${account}`);
    const own = await made('volumes', { ...base, name: 'own', volume_type: 'MANAGED' });
    assert.equal(own['storage_location'], `abfss://bronze@${account}/volumes.bronze/own`);
    const inside = { ...base, name: 't', table_type: 'EXTERNAL', data_source_format: 'PARQUET', columns };
    const overlap = await uc('POST', 'tables', { ...inside, storage_location: `abfss://landing@${account}/t` });
    assert.deepEqual(refusal(overlap), [400, 'LOCATION_OVERLAP']);
    const beside = await made('tables', { ...inside, storage_location: `abfss://landing2@${account}/t` });
    assert.equal(beside['table_type'], 'EXTERNAL');
    assert.deepEqual(refusal(await uc('POST', 'tables', { ...inside, name: 'u', storage_location: 's3://a/b' })), [
      400,
      'INVALID_PARAMETER_VALUE',
    ]);
    const changed = await uc('PATCH', 'volumes/volumes.bronze.landing', { comment: 'arrivals' });
    assert.equal(changed.json['comment'], 'arrivals');
    const listed = await uc('GET', 'volumes?catalog_name=volumes&schema_name=bronze');
    assert.deepEqual(
      listAt(listed.json, 'volumes').map((one) => one['name']),
      ['landing', 'own'],
    );
  });

  it('deletes what is not empty only by force, and comes with a default schema', async () => {
    await catalog('full');
    await made('volumes', { catalog_name: 'full', schema_name: 'bronze', name: 'v', volume_type: 'MANAGED' });
    const schemas = await uc('GET', 'schemas?catalog_name=full');
    assert.deepEqual(
      listAt(schemas.json, 'schemas').map((one) => one['name']),
      ['bronze', 'default', 'silver'],
    );
    assert.deepEqual(refusal(await uc('DELETE', 'schemas/full.bronze')), [400, 'INVALID_STATE']);
    assert.deepEqual(refusal(await uc('DELETE', 'catalogs/full')), [400, 'INVALID_STATE']);
    assert.equal((await uc('DELETE', 'catalogs/full?force=true')).status, 200);
    assert.deepEqual(refusal(await uc('GET', 'volumes/full.bronze.v')), [404, 'CATALOG_DOES_NOT_EXIST']);
  });

  it('wants a storage root for a catalog, keeps properties, and pages its lists', async () => {
    assert.deepEqual(refusal(await uc('POST', 'catalogs', { name: 'rootless' })), [400, 'INVALID_STATE']);
    await catalog('props');
    const changed = await uc('PATCH', 'schemas/props.silver', { properties: { owner: 'team' }, comment: 'clean' });
    assert.deepEqual([changed.json['properties'], changed.json['comment']], [{ owner: 'team' }, 'clean']);
    assert.deepEqual(refusal(await uc('POST', 'schemas', { catalog_name: 'props', name: 'SILVER' })), [
      400,
      'SCHEMA_ALREADY_EXISTS',
    ]);
    const first = await uc('GET', 'schemas?catalog_name=props&max_results=2');
    const rest = await uc(
      'GET',
      `schemas?catalog_name=props&max_results=2&page_token=${String(at(first.json, 'next_page_token'))}`,
    );
    assert.deepEqual([listAt(first.json, 'schemas').length, listAt(rest.json, 'schemas').length], [2, 1]);
    assert.equal(rest.json['next_page_token'], undefined);
  });

  it('keeps what it acknowledged over a crash, and the places that were given out', async () => {
    await catalog('durable');
    const staged = await stage('durable', 'bronze', 'kept');
    await made('tables', managed('durable', 'bronze', 'kept', staged['staging_location']));
    const pending = await stage('durable', 'bronze', 'pending');
    const before = (await uc('GET', 'tables/durable.bronze.kept')).json;
    await suite.crashAndRestart();
    assert.deepEqual((await uc('GET', 'tables/durable.bronze.kept')).json, before);
    await made('tables', managed('durable', 'bronze', 'pending', pending['staging_location']));
    await uc('DELETE', 'tables/durable.bronze.kept');
    const again = await stage('durable', 'bronze', 'kept');
    assert.equal(again['staging_location'], `${String(staged['staging_location'])}-2`);
  });
});
