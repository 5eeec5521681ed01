import assert from 'node:assert/strict';
import { createDatabricksClient } from '@medallion/core/azure/databricks.ts';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { createResolver } from '@medallion/core/lake/resolver.ts';
import type { DatabricksPort } from '@medallion/core/lake/unity-catalog.ts';
import { type LocalAzure, startLocalAzure } from '../azure-storage/emulator.ts';

const refusal = (code: string, nextStep: RegExp) => (error: unknown) => {
  assert.ok(error instanceof ExpectedError, String(error));
  assert.equal(error.code, code);
  assert.match(error.nextStep, nextStep);
  return true;
};

describe('resolver over the wire', () => {
  let azure: LocalAzure;
  let databricks: DatabricksPort & { calls: number };
  const root = 'abfss://silver@devstoreaccount1.dfs.core.windows.net/';
  const name = (table: string, schema = 'silver', catalog = 'shopcom-dev') => ({ catalog, schema, table });
  const columns = [
    { name: 'id', typeText: 'bigint', nullable: false },
    { name: 'price', typeText: 'decimal(10,2)', nullable: true },
    { name: 'tags', typeText: 'array<string>', nullable: true },
  ];

  before(async () => {
    azure = await startLocalAzure();
    const client = createDatabricksClient(azure.environment);
    databricks = {
      calls: 0,
      request(method, path, options) {
        databricks.calls += 1;
        return client.request(method, path, options);
      },
    };
    const post = (kind: string, body: unknown) => client.request('POST', `/api/2.1/unity-catalog/${kind}`, { body });
    await post('catalogs', { name: 'shopcom-dev', storage_root: `${root}catalog` });
    await post('schemas', { name: 'silver', catalog_name: 'shopcom-dev', storage_root: root });
    await post('volumes', {
      name: 'landing',
      catalog_name: 'shopcom-dev',
      schema_name: 'silver',
      volume_type: 'EXTERNAL',
      storage_location: 'abfss://landing@devstoreaccount1.dfs.core.windows.net/in',
    });
  });
  after(() => azure[Symbol.asyncDispose]());

  it('stages, publishes, finds, lists and drops a table', async () => {
    const resolver = createResolver(databricks);
    assert.equal(await resolver.findTable(name('orders')), undefined);
    const staged = await resolver.stageTable(name('orders'));
    assert.equal(staged.location.container, 'silver');
    assert.equal(await resolver.findTable(name('orders')), undefined);
    const published = await resolver.publishTable(staged, columns);
    assert.deepEqual(published, {
      name: name('orders'),
      tableId: staged.tableId,
      type: 'MANAGED',
      format: 'DELTA',
      location: staged.location,
    });
    assert.deepEqual(await resolver.table(name('ORDERS')), published);
    assert.deepEqual(await resolver.listTables('shopcom-dev', 'silver'), [published]);
    await resolver.updateColumns(published, columns.slice(0, 1));
    await assert.rejects(resolver.stageTable(name('orders')), refusal('catalog.table-already-exists', /OR REPLACE/));
    await resolver.dropTable(name('orders'));
    assert.equal(await resolver.findTable(name('orders')), undefined);
  });

  it('names the nearest existing name', async () => {
    const resolver = createResolver(databricks);
    await resolver.publishTable(await resolver.stageTable(name('customers')), columns);
    await assert.rejects(resolver.table(name('custmers')), refusal('catalog.table-not-found', /customers/));
    await assert.rejects(resolver.table(name('x', 'slver')), refusal('catalog.schema-not-found', /silver/));
    await assert.rejects(resolver.findTable(name('x', 'slver')), refusal('catalog.schema-not-found', /silver/));
    await assert.rejects(
      resolver.listTables('shopcom_dev', 'silver'),
      refusal('catalog.catalog-not-found', /shopcom-dev/),
    );
    await assert.rejects(
      resolver.path('/Volumes/shopcom-dev/silver/landings/x'),
      refusal('catalog.volume-not-found', /landing/),
    );
  });

  it('turns volumes and URLs into places', async () => {
    const resolver = createResolver(databricks);
    const place = { account: 'devstoreaccount1', container: 'landing', path: 'in/orders/2026' };
    assert.deepEqual(await resolver.path('/Volumes/shopcom-dev/silver/landing/orders/2026/'), place);
    assert.deepEqual(await resolver.path('dbfs:/Volumes/shopcom-dev/silver/landing/orders/2026'), place);
    assert.deepEqual(
      await resolver.path('abfss://landing@devstoreaccount1.dfs.core.windows.net/in/orders/2026'),
      place,
    );
    await assert.rejects(resolver.path('/tmp/x'), refusal('catalog.unsupported-path', /Volumes/));
  });

  it('creates a schema once', async () => {
    const resolver = createResolver(databricks);
    await resolver.createSchema('shopcom-dev', 'gold', { ifNotExists: false });
    await resolver.createSchema('shopcom-dev', 'gold', { ifNotExists: true });
    await assert.rejects(
      resolver.createSchema('shopcom-dev', 'gold', { ifNotExists: false }),
      refusal('catalog.schema-already-exists', /IF NOT EXISTS/),
    );
  });

  it('asks once for a while, again after it, and never remembers a failure', async () => {
    let time = 0;
    const resolver = createResolver(databricks, () => time);
    const calls = async (ask: () => Promise<unknown>) => {
      const before = databricks.calls;
      await ask();
      return databricks.calls - before;
    };
    const ask = () => Promise.all([resolver.table(name('customers')), resolver.table(name('customers'))]);
    assert.deepEqual([await calls(ask), await calls(ask)], [1, 0]);
    resolver.invalidate();
    assert.equal(await calls(ask), 1);
    time += 5_001;
    assert.equal(await calls(ask), 1);
    const miss = () => assert.rejects(resolver.table(name('absent')));
    assert.equal(await calls(miss), await calls(miss));
  });
});
