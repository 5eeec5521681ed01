import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createStorageClient } from '@medallion/core/azure/storage.ts';
import { virtualEnvironment } from '../../tools/python-venv.mjs';
import { emptyLocalAzure } from './support/empty-local-azure.ts';

const program = join(import.meta.dirname, 'fixtures', 'databricks_sdk.py');

describe('the Databricks SDK for Python', function () {
  this.timeout(300_000);

  it('works on the emulated workspace: catalog, statements, files, secrets, workspace and jobs', async () => {
    const python = virtualEnvironment('sdk-venv', ['databricks-sdk==0.162.0']);
    const folder = mkdtempSync(join(tmpdir(), 'medallion-databricks-sdk-'));
    try {
      await using azure = await emptyLocalAzure(join(folder, 'state'));
      await createStorageClient(azure.environment).createContainer('lake');
      const { endpoints, identity, caFile } = azure.description;
      const env = {
        PATH: process.env['PATH'],
        HOME: folder,
        DATABRICKS_HOST: endpoints.control,
        DATABRICKS_CLIENT_ID: identity.clientId,
        DATABRICKS_CLIENT_SECRET: identity.clientSecret,
        REQUESTS_CA_BUNDLE: caFile,
      };
      const { stdout } = await promisify(execFile)(python, ['-B', program], { env });
      assert.equal(stdout.trim(), 'all of it');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
