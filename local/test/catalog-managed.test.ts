import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabricksClient, type DatabricksClient } from '@medallion/core/azure/databricks.ts';
import { createStorageClient, type StorageClient } from '@medallion/core/azure/storage.ts';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { startEngine } from '@medallion/core/engine/client.ts';
import { createResolver, type ResolvedTable } from '@medallion/core/lake/resolver.ts';
import { formatLakePath } from '@medallion/core/lake/names.ts';
import type { LocalAzure } from '@medallion/local/start.ts';
import { emptyLocalAzure } from './support/empty-local-azure.ts';

const name = { catalog: 'main', schema: 'default', table: 'owned' };

/**
 * The catalog owns the commits of such a table: the newest of them may lie in `_staged_commits`, where only the catalog tells which
 * of them holds. A reader of the folder would see two rows where the table has three.
 */
describe('a table whose commits the catalog manages', () => {
  let state: string;
  let azure: LocalAzure;
  let databricks: DatabricksClient;
  let storage: StorageClient;
  let table: ResolvedTable;

  before(async () => {
    state = mkdtempSync(join(tmpdir(), 'medallion-owned-'));
    azure = await emptyLocalAzure(state);
    databricks = createDatabricksClient(azure.environment);
    storage = createStorageClient(azure.environment);
    await storage.createContainer('lake');
    const body = { name: 'main', storage_root: 'abfss://lake@devstoreaccount1.dfs.core.windows.net/' };
    await databricks.request('POST', '/api/2.1/unity-catalog/catalogs', { body });
    await execute('CREATE TABLE owned AS SELECT 1 AS id UNION ALL SELECT 2');
    table = await createResolver(databricks).table(name);
    await handOverToTheCatalog();
  });
  after(async () => {
    await azure[Symbol.asyncDispose]();
    rmSync(state, { recursive: true, force: true });
  });

  async function execute(statement: string): Promise<{ readonly state: string; readonly message: string }> {
    const { warehouses } = await databricks.request<{ readonly warehouses: readonly { readonly id: string }[] }>(
      'GET',
      '/api/2.0/sql/warehouses',
    );
    const { status } = await databricks.request<{
      readonly status: { readonly state: string; readonly error?: { readonly message: string } };
    }>('POST', '/api/2.0/sql/statements', {
      body: { warehouse_id: warehouses[0]?.id, catalog: 'main', schema: 'default', statement, wait_timeout: '50s' },
    });
    return { state: status.state, message: status.error?.message ?? '' };
  }

  const logFile = (file: string) => ({ ...table.location, path: `${table.location.path}/_delta_log/${file}` });
  const lines = (...actions: readonly unknown[]) =>
    new TextEncoder().encode(actions.map((action) => `${JSON.stringify(action)}\n`).join(''));

  /** A published commit that turns the feature on, and one after it that is staged only: it adds the data file once more. */
  async function handOverToTheCatalog(): Promise<void> {
    const features = ['catalogManaged', 'inCommitTimestamp'];
    const protocol = {
      minReaderVersion: 3,
      minWriterVersion: 7,
      readerFeatures: ['catalogManaged'],
      writerFeatures: features,
    };
    await storage.write(
      logFile('00000000000000000001.json'),
      lines({ commitInfo: { operation: 'UPGRADE' } }, { protocol }),
    );
    const first = Buffer.from(await storage.read(logFile('00000000000000000000.json'))).toString('utf8');
    const added = first.split('\n').find((line) => line.startsWith('{"add"')) ?? '';
    const { add } = JSON.parse(added) as { readonly add: { readonly path: string } };
    const copy = `${table.location.path}/more.parquet`;
    await storage.write(
      { ...table.location, path: copy },
      await storage.read({ ...table.location, path: `${table.location.path}/${decodeURIComponent(add.path)}` }),
    );
    const staged = '_staged_commits/00000000000000000002.4d0b5f0e-8a64-4d3b-9f43-0b2d0f1a7c11.json';
    await storage.write(logFile(staged), lines({ add: { ...add, path: 'more.parquet' } }));
  }

  it('is not read by its name', async () => {
    const { state: outcome, message } = await execute('SELECT count(*) FROM owned');
    assert.equal(outcome, 'FAILED');
    assert.match(message, /delta\.unsupported.*catalogManaged/);
  });

  it('is not read by its path', async () => {
    await using engine = await startEngine({ environment: azure.environment, stateFolder: state });
    await assert.rejects(engine.previewTable({ path: formatLakePath(table.location), maxRows: 10 }), refused);
  });

  it('is not written, also where nothing of it is read', async () => {
    for (const statement of ['INSERT INTO owned VALUES (3)', 'INSERT OVERWRITE owned SELECT 3', 'DELETE FROM owned']) {
      const { state: outcome, message } = await execute(statement);
      assert.equal(outcome, 'FAILED', statement);
      assert.match(message, /catalogManaged/);
    }
    const log = await Array.fromAsync(storage.list(logFile(''), { recursive: false }), ({ path }) => path);
    assert.ok(!log.some((path) => path.endsWith('/00000000000000000002.json')), 'no commit of ours stands in its log');
  });
});

function refused(error: unknown): boolean {
  assert.ok(error instanceof ExpectedError, String(error));
  assert.equal(error.code, 'delta.unsupported');
  assert.match(error.message, /catalogManaged/);
  return true;
}
