import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabricksClient } from '@medallion/core/azure/databricks.ts';
import { createStorageClient } from '@medallion/core/azure/storage.ts';
import { startEngine } from '@medallion/core/engine/client.ts';
import { runJob } from '@medallion/core/jobs/run-job.ts';
import { createResolver } from '@medallion/core/lake/resolver.ts';
import { loadProject, primaryBundle } from '@medallion/core/project/project.ts';
import { resolveBundle } from '@medallion/core/project/resolve-bundle.ts';
import { provision } from '@medallion/local/provision.ts';
import type { LocalAzure } from '@medallion/local/start.ts';
import { emptyLocalAzure } from './support/empty-local-azure.ts';

const sample = join(import.meta.dirname, '..', '..', 'samples', 'shopcom');
const orders =
  'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n1,A,Lamp,2,2025-01-02 10:00:00,1.5,7.0,France\n';
const products = 'StockCode,Description,Category,ListPrice\nA,Lamp,Lighting,1.5\n';
const customers = 'CustomerID,Name,Country,SignupDate,MarketingConsent\n7,Ada,France,2024-01-01,true\n';

/** The part of the job that needs files alone. */
const tasks = [
  'bronze_transactions',
  'bronze_reference',
  'silver_reference',
  'silver_order_lines',
  'gold_daily_revenue',
];

describe('the same bytes in every environment', function () {
  this.timeout(180_000);
  let state: string;
  let azure: LocalAzure;

  // A lake of its own for each: as in the cloud, no two catalogs may have an external volume in one place.
  beforeEach(async () => {
    state = mkdtempSync(join(tmpdir(), 'medallion-names-'));
    azure = await emptyLocalAzure(state);
    const storage = createStorageClient(azure.environment);
    await storage.createContainer('landing');
    const put = (path: string, text: string) =>
      storage.write({ container: 'landing', path }, new TextEncoder().encode(text));
    await put('transactions/2025-01-02.csv', orders);
    await put('reference/products/products.csv', products);
    await put('reference/customers/customers.csv', customers);
  });
  afterEach(async () => {
    await azure[Symbol.asyncDispose]();
    rmSync(state, { recursive: true, force: true });
  });

  async function runIn(catalog: string, target: string, skipPrefix: boolean) {
    const root = mkdtempSync(join(tmpdir(), 'medallion-bundle-'));
    try {
      cpSync(sample, root, { recursive: true, filter: (path) => !path.includes('.medallion') });
      const file = join(root, 'databricks.yml');
      if (!skipPrefix)
        writeFileSync(
          file,
          readFileSync(file, 'utf8').replace('skip_name_prefix_for_schema: true', 'skip_name_prefix_for_schema: false'),
        );
      const project = await loadProject(root);
      const variables = { catalog, account: 'devstoreaccount1' };
      const bundle = resolveBundle(primaryBundle(project), { target, variables });
      const { environment } = azure;
      await provision({ environment, settings: project.settings, bundle, containers: [] });
      const [job] = bundle.jobs;
      assert.ok(job);
      const resolver = createResolver(createDatabricksClient(environment));
      await using engine = await startEngine({ environment, stateFolder: state });
      const record = await runJob({
        root,
        job: { ...job, tasks: job.tasks.filter(({ key }) => tasks.includes(key)) },
        target,
        environment,
        stateFolder: state,
        engine,
        lake: { resolver, storage: createStorageClient(environment) },
        force: true,
      });
      const bytes = createHash('sha256');
      for (const { file } of record.tasks.flatMap(({ files }) => files)) bytes.update(readFileSync(join(root, file)));
      return { record, resolver, sha256: bytes.digest('hex'), jobName: job.name };
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  }

  const seen = new Set<string>();
  for (const catalog of ['shopcom_local', 'shopcom-dev']) {
    for (const [target, skipPrefix] of [
      ['dev', true],
      ['prod', true],
      ['prod', false],
    ] as const) {
      it(`write silver.order_lines of ${catalog}, target ${target}, ${skipPrefix ? 'with' : 'without'} skip_name_prefix_for_schema`, async () => {
        const { record, resolver, sha256, jobName } = await runIn(catalog, target, skipPrefix);
        assert.equal(record.state, 'succeeded', JSON.stringify(record.tasks.flatMap(({ error }) => error ?? [])));
        const table = await resolver.table({ catalog, schema: 'silver', table: 'order_lines' });
        assert.equal(table.location.container, 'silver');
        assert.equal(jobName, target === 'dev' ? '[dev medallion] medallion_daily' : 'medallion_daily');
        const written = record.tasks.flatMap(({ outputs }) => outputs.map((output) => output.table));
        assert.ok(written.includes(`${catalog}.gold.daily_revenue`));
        assert.ok(written.every((name) => name.startsWith(`${catalog}.`)));
        seen.add(sha256);
        assert.equal(seen.size, 1, 'the same bytes ran everywhere');
      });
    }

    it(`are refused in ${catalog} where development mode renames the schemas, as in the cloud`, async () => {
      const { record } = await runIn(catalog, 'dev', false);
      assert.equal(record.state, 'failed');
      const codes = record.tasks.flatMap(({ error }) => error?.code ?? []);
      assert.ok(
        codes.length > 0 &&
          codes.every((code) => code === 'catalog.schema-not-found' || code === 'catalog.volume-not-found'),
        codes.join(),
      );
    });
  }
});
