import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabricksClient } from '@medallion/core/azure/databricks.ts';
import { createStorageClient } from '@medallion/core/azure/storage.ts';
import type { LocalAzure } from '@medallion/local/start.ts';
import { npmPackage } from '../../tools/npm-package.mjs';
import { credentialFor, databricksScope } from '../../emulator/test/support/control-client.ts';
import { emptyLocalAzure } from './support/empty-local-azure.ts';

interface Operation {
  fetchAll(options?: { readonly maxRows: number }): Promise<readonly Readonly<Record<string, unknown>>[]>;
  getSchema(): Promise<{ readonly columns: readonly { readonly columnName: string }[] } | null>;
  cancel(): Promise<unknown>;
  close(): Promise<unknown>;
}

interface Session {
  executeStatement(statement: string, options?: Readonly<Record<string, unknown>>): Promise<Operation>;
  getInfo(type: number): Promise<{ getValue(): unknown }>;
  getCatalogs(): Promise<Operation>;
  getSchemas(request: Readonly<Record<string, string>>): Promise<Operation>;
  getTables(request: Readonly<Record<string, string>>): Promise<Operation>;
  getColumns(request: Readonly<Record<string, string>>): Promise<Operation>;
  getFunctions(request: Readonly<Record<string, string>>): Promise<Operation>;
  close(): Promise<unknown>;
}

interface Client {
  on(event: 'error', listener: (error: Error) => void): void;
  connect(options: Readonly<Record<string, unknown>>): Promise<unknown>;
  openSession(options?: Readonly<Record<string, unknown>>): Promise<Session>;
  close(): Promise<void>;
}

interface ClientModule {
  readonly DBSQLClient: new (options: Readonly<Record<string, unknown>>) => Client;
}

describe('@databricks/sql, the client of warehouses for Node', function () {
  this.timeout(180_000);
  let state: string;
  let azure: LocalAzure;
  let client: Client;
  let session: Session;

  before(async () => {
    const { DBSQLClient } = npmPackage('@databricks/sql', '2.1.0') as ClientModule;
    state = mkdtempSync(join(tmpdir(), 'medallion-databricks-sql-'));
    azure = await emptyLocalAzure(state);
    await createStorageClient(azure.environment).createContainer('lake');
    const body = { name: 'main', storage_root: 'abfss://lake@devstoreaccount1.dfs.core.windows.net/' };
    await createDatabricksClient(azure.environment).request('POST', '/api/2.1/unity-catalog/catalogs', { body });
    client = new DBSQLClient({ logger: { log: () => undefined } });
    client.on('error', () => undefined);
    await client.connect(await connection());
    session = await client.openSession({ initialCatalog: 'main', initialSchema: 'default' });
  });
  after(async () => {
    await session.close();
    await client.close();
    await azure[Symbol.asyncDispose]();
    rmSync(state, { recursive: true, force: true });
  });

  /** As a tool is set up: the host, the warehouse's path, and a token of the authority. */
  async function connection(): Promise<Readonly<Record<string, unknown>>> {
    const { endpoints, caFile } = azure.description;
    const ca = readFileSync(caFile, 'utf8');
    const { token } = await credentialFor(azure.description).getToken(databricksScope);
    const { hostname, port } = new URL(endpoints.control);
    const path = '/sql/1.0/warehouses/00000000d0c00001';
    return { host: hostname, port: Number(port), path, token, customCaCert: ca, telemetryEnabled: false };
  }

  async function all(operation: Promise<Operation>): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const started = await operation;
    const rows = await started.fetchAll({ maxRows: 10_000 });
    await started.close();
    return rows;
  }
  const rows = (statement: string, options?: Readonly<Record<string, unknown>>) =>
    all(session.executeStatement(statement, options));

  it('reads every type as the service gives it', async () => {
    const [found] =
      await rows(`SELECT true AS b, 1Y AS t, 2S AS s, 3 AS i, -4L AS l, 1.5F AS f, double('-Infinity') AS d,
      CAST(1.20 AS DECIMAL(10,2)) AS e, 'ü' AS x, X'6162' AS y, DATE'2024-01-02' AS da,
      TIMESTAMP'2024-01-02 03:04:05.5' AS ts, TIMESTAMP_NTZ'2024-01-02 03:04:05' AS nt, array(1, 2) AS a, map('k', 1) AS m,
      struct(1 AS q) AS st, NULL AS n, CAST(NULL AS INT) AS ni`);
    assert.deepEqual(found, {
      b: true,
      t: 1,
      s: 2,
      i: 3,
      l: -4,
      f: 1.5,
      d: -Infinity,
      e: 1.2,
      x: 'ü',
      y: Buffer.from('ab'),
      da: '2024-01-02',
      ts: '2024-01-02 03:04:05.5',
      nt: '2024-01-02 03:04:05',
      a: [1, 2],
      m: { k: 1 },
      st: { q: 1 },
      n: null,
      ni: null,
    });
  });

  it('fetches a long result in parts, and NULLs where they are', async () => {
    const found = await rows('SELECT id, nullif(id % 9, 0) AS part FROM range(25000) ORDER BY id');
    assert.equal(found.length, 25_000);
    assert.deepEqual(found[9], { id: 9, part: null });
    assert.deepEqual(found.at(-1), { id: 24_999, part: 6 });
  });

  it('writes, names parameters, and moves its session', async () => {
    assert.deepEqual(await rows('CREATE OR REPLACE TABLE notes (a INT, b STRING)'), []);
    assert.deepEqual(await rows("INSERT INTO notes VALUES (1, 'x'), (2, NULL)"), [
      { num_affected_rows: 2, num_inserted_rows: 2 },
    ]);
    assert.deepEqual(await rows('SELECT b FROM main.default.notes WHERE a = :a', { namedParameters: { a: 1 } }), [
      { b: 'x' },
    ]);
    await rows('CREATE SCHEMA IF NOT EXISTS other');
    await rows('USE other');
    assert.deepEqual(await rows('SELECT current_schema() AS s'), [{ s: 'other' }]);
    await rows('USE main.`default`;');
    assert.deepEqual(await rows('SELECT count(*) AS n FROM notes'), [{ n: 2 }]);
    await rows('-- back\n/* again */ USE SCHEMA `default`');
    assert.deepEqual(await rows('SELECT count(*) AS n FROM notes'), [{ n: 2 }]);
    await assert.rejects(rows('USE CATALOG nowhere'), { message: /NO_SUCH_CATALOG_EXCEPTION.*nowhere/ });
    await assert.rejects(rows('USE SCHEMA nowhere'), { message: /SCHEMA_NOT_FOUND.*nowhere/ });
  });

  it('refuses what only a session of the service would keep', async () => {
    const refused = [
      'SET TIME ZONE LOCAL',
      '-- a comment\nSET spark.sql.ansi.enabled = false',
      'USE IDENTIFIER(:c)',
      'CREATE OR REPLACE TEMP VIEW v AS SELECT 1',
      'DECLARE x INT',
    ];
    for (const statement of refused) await assert.rejects(rows(statement), { message: /is kept by a session/ });
    const configuration = { 'spark.sql.session.timeZone': 'Europe/Paris' };
    await assert.rejects(client.openSession({ configuration }), { message: /timeZone is kept by a session/ });
  });

  it('tells catalogs, schemas, tables and columns by patterns', async () => {
    assert.deepEqual(await all(session.getCatalogs()), [{ TABLE_CAT: 'main' }]);
    const schemas = await all(session.getSchemas({ catalogName: 'main', schemaName: 'def%' }));
    assert.deepEqual(schemas, [{ TABLE_SCHEM: 'default', TABLE_CATALOG: 'main' }]);
    const [table, ...others] = await all(session.getTables({ tableName: 'n_tes' }));
    assert.deepEqual([table?.['TABLE_NAME'], table?.['TABLE_TYPE'], others.length], ['notes', 'TABLE', 0]);
    const columns = await all(session.getColumns({ tableName: 'notes', columnName: 'b' }));
    assert.deepEqual(
      columns.map((column) => [column['COLUMN_NAME'], column['TYPE_NAME'], column['ORDINAL_POSITION']]),
      [['b', 'STRING', 2]],
    );
    assert.equal((await session.getInfo(17)).getValue(), 'Spark SQL');
    await assert.rejects(session.getFunctions({ functionName: '%' }), { message: /GetFunctions .* not emulated/ });
  });

  it('says why a statement failed, takes no parameter by its place, and cancels', async () => {
    await assert.rejects(rows('SELECT nope'), { message: /There is no column nope/ });
    await assert.rejects(rows('SELECT ?', { ordinalParameters: [1] }), { message: /name them/ });
    const endless = await session.executeStatement('SELECT count(*) FROM range(1000000) AS a, range(1000000) AS b');
    await endless.cancel();
    await assert.rejects(endless.fetchAll(), { message: /cancel/i });
    assert.deepEqual(await rows('SELECT 1 AS one'), [{ one: 1 }]);
  });

  it('is told of a warehouse that is not there, and of a session that was closed', async () => {
    const second = await client.openSession();
    assert.deepEqual(await all(second.executeStatement('SELECT 1 AS one')), [{ one: 1 }]);
    await second.close();
    await assert.rejects(second.executeStatement('SELECT 1'));
    const { DBSQLClient } = npmPackage('@databricks/sql', '2.1.0') as ClientModule;
    const lost = new DBSQLClient({ logger: { log: () => undefined } });
    lost.on('error', () => undefined);
    await lost.connect({ ...(await connection()), path: '/sql/1.0/warehouses/feedfeedfeedfeed' });
    await assert.rejects(lost.openSession(), { message: /404|feedfeedfeedfeed/ });
    await lost.close();
  });
});
