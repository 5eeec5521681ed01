import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabricksClient } from '@medallion/core/azure/databricks.ts';
import { createStorageClient } from '@medallion/core/azure/storage.ts';
import { createResolver } from '@medallion/core/lake/resolver.ts';
import { emptyLocalAzure } from './support/empty-local-azure.ts';

/** The real Databricks CLI. Its `direct` engine deploys without downloading anything. */
const cli = process.env['MEDALLION_DATABRICKS_CLI'];

const sample = join(import.meta.dirname, '..', '..', 'samples', 'shopcom');

const sources = {
  'transactions/2025-01-02.csv':
    'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n1,A,Lamp,2,2025-01-02 10:00:00,1.5,7.0,France\n',
  'reference/products/products.csv': 'StockCode,Description,Category,ListPrice\nA,Lamp,Lighting,1.5\n',
  'reference/customers/customers.csv':
    'CustomerID,Name,Country,SignupDate,MarketingConsent\n7,Ada,France,2024-01-01,true\n',
};

describe('the Databricks CLI [data: MEDALLION_DATABRICKS_CLI]', function () {
  this.timeout(180_000);

  it('deploys the sample, deploys it again without a change, runs its job, copies files, and destroys it', async function () {
    if (cli === undefined) return this.skip();
    const folder = mkdtempSync(join(tmpdir(), 'medallion-databricks-cli-'));
    try {
      await using azure = await emptyLocalAzure(join(folder, 'state'));
      const { endpoints, identity, caFile } = azure.description;
      const bundle = join(folder, 'bundle');
      cpSync(sample, bundle, { recursive: true, filter: (path) => !path.includes('.medallion') });
      const file = join(bundle, 'databricks.yml');
      const host = /https:\/\/adb-1111111111111111\.1\.azuredatabricks\.net/;
      writeFileSync(file, readFileSync(file, 'utf8').replace(host, endpoints.control));

      const storage = createStorageClient(azure.environment);
      for (const container of ['lake', 'landing', 'bronze', 'silver', 'gold']) await storage.createContainer(container);
      for (const [path, text] of Object.entries(sources)) {
        await storage.write({ container: 'landing', path }, new TextEncoder().encode(text));
      }
      const databricks = async (...args: readonly string[]): Promise<string> => {
        const child = spawn(cli, args, {
          cwd: bundle,
          stdio: ['ignore', 'pipe', 'pipe'],
          env: {
            PATH: process.env['PATH'],
            HOME: folder,
            DATABRICKS_HOST: endpoints.control,
            DATABRICKS_CLIENT_ID: identity.clientId,
            DATABRICKS_CLIENT_SECRET: identity.clientSecret,
            DATABRICKS_BUNDLE_ENGINE: 'direct',
            SSL_CERT_FILE: caFile,
            BUNDLE_VAR_account: 'devstoreaccount1',
            BUNDLE_VAR_catalog: 'shopcom_cli',
          },
        });
        let output = '';
        for (const stream of [child.stdout, child.stderr])
          stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
        const [code] = (await once(child, 'close')) as [number | null];
        assert.equal(code, 0, `databricks ${args.join(' ')}: ${output}`);
        return output;
      };

      await databricks(
        'catalogs',
        'create',
        'shopcom_cli',
        '--storage-root',
        'abfss://lake@devstoreaccount1.dfs.core.windows.net/',
      );
      assert.match(await databricks('bundle', 'deploy'), /5 created, 0 changed, 0 deleted/);
      assert.match(await databricks('bundle', 'deploy'), /0 created, 0 changed, 0 deleted, 5 unchanged/);
      assert.match(await databricks('bundle', 'summary'), /medallion_daily/);
      const volume = 'dbfs:/Volumes/shopcom_cli/bronze/landing';
      assert.match(await databricks('fs', 'cat', `${volume}/transactions/2025-01-02.csv`), /^InvoiceNo/);
      const only = 'bronze_transactions,bronze_reference,silver_reference,silver_order_lines,gold_daily_revenue';
      assert.match(await databricks('bundle', 'run', 'medallion_daily', '--only', only), /TERMINATED SUCCESS/);
      const resolver = createResolver(createDatabricksClient(azure.environment));
      const table = await resolver.table({ catalog: 'shopcom_cli', schema: 'gold', table: 'daily_revenue' });
      assert.equal(table.location.container, 'gold');
      await databricks('bundle', 'destroy', '--auto-approve');
      assert.equal(
        await resolver.findTable({ catalog: 'shopcom_cli', schema: 'gold', table: 'none' }).catch(() => 'gone'),
        'gone',
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
