import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createDatabricksClient } from '@medallion/core/azure/databricks.ts';
import { createStorageClient } from '@medallion/core/azure/storage.ts';
import { virtualEnvironment } from '../../tools/python-venv.mjs';
import { credentialFor, databricksScope } from '../../emulator/test/support/control-client.ts';
import { emptyLocalAzure } from './support/empty-local-azure.ts';

const program = join(import.meta.dirname, 'fixtures', 'databricks_sql_connector.py');

describe('databricks-sql-connector, the client of warehouses for Python', function () {
  this.timeout(300_000);

  it('writes, reads every row and type, and is told what failed', async () => {
    const python = virtualEnvironment('sql-connector-venv', ['databricks-sql-connector==4.9.0']);
    const folder = mkdtempSync(join(tmpdir(), 'medallion-sql-connector-'));
    try {
      await using azure = await emptyLocalAzure(join(folder, 'state'));
      await createStorageClient(azure.environment).createContainer('lake');
      const body = { name: 'main', storage_root: 'abfss://lake@devstoreaccount1.dfs.core.windows.net/' };
      await createDatabricksClient(azure.environment).request('POST', '/api/2.1/unity-catalog/catalogs', { body });
      const { endpoints, caFile } = azure.description;
      const { token } = await credentialFor(azure.description).getToken(databricksScope);
      const env = {
        PATH: process.env['PATH'],
        HOME: folder,
        DATABRICKS_HOST: endpoints.control,
        MEDALLION_CA_FILE: caFile,
        TOKEN: token,
      };
      const { stdout } = await promisify(execFile)(python, ['-B', program], { env });
      assert.equal(stdout.trim(), 'all of it');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
