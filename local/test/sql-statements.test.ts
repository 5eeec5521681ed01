import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabricksClient, type DatabricksClient } from '@medallion/core/azure/databricks.ts';
import { createStorageClient } from '@medallion/core/azure/storage.ts';
import type { LocalAzure } from '@medallion/local/start.ts';
import { emptyLocalAzure } from './support/empty-local-azure.ts';

type Json = Readonly<Record<string, unknown>>;

interface Statement {
  readonly statement_id: string;
  readonly status: { readonly state: string; readonly error?: { readonly message: string } };
  readonly manifest?: {
    readonly schema: { readonly columns: readonly { readonly name: string; readonly type_text: string }[] };
  };
  readonly result?: { readonly data_array?: readonly (readonly (string | null)[])[] };
}

describe('statements of the SQL Statement Execution API', () => {
  let state: string;
  let azure: LocalAzure;
  let databricks: DatabricksClient;
  let warehouse: string;

  before(async () => {
    state = mkdtempSync(join(tmpdir(), 'medallion-statements-'));
    azure = await emptyLocalAzure(state);
    databricks = createDatabricksClient(azure.environment);
    await createStorageClient(azure.environment).createContainer('lake');
    const body = { name: 'main', storage_root: 'abfss://lake@devstoreaccount1.dfs.core.windows.net/' };
    await databricks.request('POST', '/api/2.1/unity-catalog/catalogs', { body });
    const { warehouses } = await databricks.request<{ readonly warehouses: readonly { readonly id: string }[] }>(
      'GET',
      '/api/2.0/sql/warehouses',
    );
    warehouse = warehouses[0]?.id ?? '';
  });
  after(async () => {
    await azure[Symbol.asyncDispose]();
    rmSync(state, { recursive: true, force: true });
  });

  const execute = (statement: string, more: Json = {}): Promise<Statement> =>
    databricks.request('POST', '/api/2.0/sql/statements', {
      body: { warehouse_id: warehouse, catalog: 'main', schema: 'default', statement, wait_timeout: '50s', ...more },
    });

  async function rows(statement: string, more: Json = {}) {
    const answer = await execute(statement, more);
    assert.equal(answer.status.state, 'SUCCEEDED', JSON.stringify(answer.status));
    return answer.result?.data_array ?? [];
  }

  it('create a table, fill it and read it back, by names that the request completes', async () => {
    assert.deepEqual(await rows('CREATE TABLE orders (id BIGINT, price DECIMAL(10,2), day DATE)'), []);
    const inserted = await rows("INSERT INTO orders VALUES (1, 2.50, DATE'2026-01-02'), (2, NULL, NULL);");
    assert.deepEqual(inserted, [['2', '2']]);
    assert.deepEqual(await rows('SELECT * FROM main.default.orders WHERE id > 0'), [
      ['1', '2.50', '2026-01-02'],
      ['2', null, null],
    ]);
  });

  it('show every type as the service does', async () => {
    const answer = await execute(
      "SELECT TIMESTAMP'2026-01-02 03:04:05.6' AS t, TIMESTAMP_NTZ'2026-01-02 03:04:05' AS n, 1D AS d, 1.5E10D AS e, true AS b, array(1, 2) AS a, 'x' AS s, NULL AS z",
    );
    assert.deepEqual(answer.result?.data_array, [
      ['2026-01-02T03:04:05.600Z', '2026-01-02T03:04:05.000', '1.0', '1.5E10', 'true', '[1,2]', 'x', null],
    ]);
    assert.deepEqual(
      answer.manifest?.schema.columns.map(({ type_text: text }) => text),
      ['TIMESTAMP', 'TIMESTAMP_NTZ', 'DOUBLE', 'DOUBLE', 'BOOLEAN', 'ARRAY<INT>', 'STRING', 'VOID'],
    );
  });

  it('take parameters by their types, and leave alone what only looks like one', async () => {
    const parameters = [
      { name: 'n', value: '7', type: 'INT' },
      { name: 's', value: "it's \\ :n" },
      { name: 'd', value: '2026-02-03', type: 'DATE' },
      { name: 'z', type: 'DOUBLE' },
      { name: 't', value: 'main.default.orders' },
    ];
    const [row] = await rows("SELECT :n + 1, :s, date_add(:d, 1), :z, ':n' /* :n */ FROM IDENTIFIER(:t) LIMIT 1", {
      parameters,
    });
    assert.deepEqual(row, ['8', "it's \\ :n", '2026-02-04', null, ':n']);
    const wrong = await execute('SELECT :n', {
      parameters: [{ name: 'n', value: '1; DROP TABLE orders', type: 'INT' }],
    });
    assert.match(wrong.status.error?.message ?? '', /parameter 'n' is no INT/);
  });

  it('say what is wrong with them', async () => {
    const table: readonly (readonly [string, RegExp])[] = [
      ['SELECT * FROM nowhere', /\[catalog\.table-not-found\].*main\.default\.nowhere/],
      ['SELECT 1; SELECT 2', /PARSE_SYNTAX_ERROR|one statement/],
      ['SELEC 1', /\[sql\./],
      ["SELECT CAST('x' AS INT)", /\[.*\]/],
    ];
    for (const [statement, message] of table) {
      const { status } = await execute(statement);
      assert.equal(status.state, 'FAILED', statement);
      assert.match(status.error?.message ?? '', message);
    }
  });

  it('are cancelled on the engine', async () => {
    const digits = '(SELECT n FROM VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9) AS t(n))';
    const joins = Array.from({ length: 12 }, (_, index) => `CROSS JOIN ${digits} a${index}`).join(' ');
    const { statement_id: id } = await execute(`SELECT sum(a.n) FROM ${digits} a ${joins}`, { wait_timeout: '0s' });
    await databricks.request('POST', `/api/2.0/sql/statements/${id}/cancel`);
    const { status } = await databricks.request<Statement>('GET', `/api/2.0/sql/statements/${id}`);
    assert.equal(status.state, 'CANCELED');
    assert.deepEqual(await rows('SELECT 1'), [['1']], 'the next one runs');
  });
});
