import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabricksClient } from '@medallion/core/azure/databricks.ts';
import { createStorageClient } from '@medallion/core/azure/storage.ts';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { startEngine } from '@medallion/core/engine/client.ts';
import { warehouseProfile } from '@medallion/core/jobs/compute-profile.ts';
import { createResolver } from '@medallion/core/lake/resolver.ts';
import { loadProject, primaryBundle } from '@medallion/core/project/project.ts';
import { resolveBundle, type ResolvedBundle } from '@medallion/core/project/resolve-bundle.ts';
import { createDialect } from '@medallion/core/sql/dialect.ts';
import { namesUsed } from '@medallion/local/names-used.ts';
import { provision } from '@medallion/local/provision.ts';
import type { LocalAzure } from '@medallion/local/start.ts';
import { undeclaredNames, withUndeclaredNames } from '@medallion/local/undeclared-names.ts';
import { emptyLocalAzure } from './support/empty-local-azure.ts';

/** A script, and the names that must be there before it. */
const scripts: readonly (readonly [sql: string, catalogs: string, schemas: string])[] = [
  ['USE CATALOG a; USE b; SELECT 1', 'a', 'a.b'],
  ['USE CATALOG a', 'a', ''],
  ['USE CATALOG a; CREATE TABLE t (x INT)', 'a', 'a.default'],
  ['CREATE OR REPLACE TABLE a.b.t AS SELECT 1 AS x', 'a', 'a.b'],
  ['CREATE VIEW A.B.v AS SELECT 1 AS x; CREATE TABLE a.b.t (x INT)', 'a', 'a.b'],
  ['CREATE SCHEMA a.b; USE CATALOG a; USE SCHEMA b', 'a', ''],
  ['USE CATALOG a; CREATE SCHEMA IF NOT EXISTS b; CREATE TABLE b.t (x INT)', 'a', ''],
  ['SELECT * FROM a.b.t', '', ''],
  ['INSERT INTO a.b.t SELECT 1', '', ''],
];

describe('the names that a script takes to be there', () => {
  for (const [sql, catalogs, schemas] of scripts) {
    it(`of ${sql}`, async () => {
      const compiled = (await createDialect()).compile({ text: sql, file: 'a.sql' }, new Map(), warehouseProfile);
      assert.ok(compiled.ok);
      const used = namesUsed(compiled.statements, {});
      assert.equal(used.catalogs.map((name) => name.toLowerCase()).join(), catalogs);
      assert.equal(used.schemas.map(({ catalog, schema }) => `${catalog}.${schema}`.toLowerCase()).join(), schemas);
    });
  }

  it('are those of its pipeline before it begins', () => {
    const used = namesUsed([], { catalog: 'a', schema: 'b' });
    assert.deepEqual(used, { catalogs: ['a'], schemas: [{ catalog: 'a', schema: 'b' }] });
  });
});

const databricksYml = `bundle: {name: shop}
resources:
  schemas:
    bronze: {name: bronze, catalog_name: shop}
targets:
  dev: {mode: development, default: true}
`;

describe('names that the bundle does not declare', function () {
  this.timeout(120_000);
  let root: string;
  let azure: LocalAzure;
  let bundle: ResolvedBundle;

  before(async () => {
    root = mkdtempSync(join(tmpdir(), 'medallion-undeclared-'));
    writeFileSync(join(root, 'databricks.yml'), databricksYml);
    bundle = resolveBundle(primaryBundle(await loadProject(root)), {});
    azure = await emptyLocalAzure(join(root, '.medallion'));
    await provision({ environment: azure.environment, settings: undefined, bundle, containers: [] });
  });
  after(async () => {
    await azure[Symbol.asyncDispose]();
    rmSync(root, { recursive: true, force: true });
  });

  const namesThere = (made: string[]) =>
    undeclaredNames({ environment: azure.environment, settings: undefined, bundle, made: (what) => made.push(what) });

  it('are made before the script that uses them, once, and a table is written there', async () => {
    const { environment } = azure;
    const said: string[] = [];
    await using duckdb = await startEngine({ environment, stateFolder: join(root, '.medallion') });
    const engine = withUndeclaredNames(duckdb, namesThere(said));
    const run = (text: string) =>
      engine.runScript({
        source: { text, file: 'a.sql' },
        parameters: { catalog: 'cloud', schema: 'me' },
        profile: warehouseProfile,
        checks: {},
      });
    const use = 'USE CATALOG {{catalog}}; USE IDENTIFIER({{schema}});';
    await Promise.all([run(`${use} CREATE TABLE a AS SELECT 1 AS x`), run(`${use} CREATE TABLE b AS SELECT 1 AS x`)]);
    assert.deepEqual(said, ['catalog cloud', 'schema cloud.me']);
    const resolver = createResolver(createDatabricksClient(environment));
    const { location } = await resolver.table({ catalog: 'cloud', schema: 'me', table: 'b' });
    assert.equal(location.account, createStorageClient(environment).accountName);
    const again: string[] = [];
    await namesThere(again).schema('CLOUD', 'me');
    assert.deepEqual(again, []);
  });

  it('are not made for what is only read, nor where the target deploys the schema under another name', async () => {
    const said: string[] = [];
    const { environment } = azure;
    await using duckdb = await startEngine({ environment, stateFolder: join(root, '.medallion') });
    const engine = withUndeclaredNames(duckdb, namesThere(said));
    const refused = async (text: string): Promise<string> => {
      const source = { text, file: 'a.sql' };
      const running = engine.runScript({ source, parameters: {}, profile: warehouseProfile, checks: {} });
      const error: unknown = await running.then(
        () => undefined,
        (reason: unknown) => reason,
      );
      assert.ok(error instanceof ExpectedError, String(error));
      return error.code;
    };
    assert.equal(await refused('SELECT * FROM elsewhere.b.t'), 'catalog.catalog-not-found');
    assert.equal(await refused('USE CATALOG shop; CREATE TABLE bronze.t AS SELECT 1 AS x'), 'catalog.schema-not-found');
    assert.equal(await refused('CREATE TABLE SHOP.Bronze.t AS SELECT 1 AS x'), 'catalog.schema-not-found');
    assert.deepEqual(said, []);
  });
});
