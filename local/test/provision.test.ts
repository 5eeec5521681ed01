import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabricksClient } from '@medallion/core/azure/databricks.ts';
import { loadProject, primaryBundle } from '@medallion/core/project/project.ts';
import { resolveBundle } from '@medallion/core/project/resolve-bundle.ts';
import { provision } from '@medallion/local/provision.ts';
import { emptyLocalAzure } from './support/empty-local-azure.ts';

const bundleText = `bundle: {name: shop}
resources:
  schemas: {landing: {catalog_name: main, name: landing}}
  volumes: {files: {catalog_name: main, schema_name: "\${resources.schemas.landing.name}", name: files}}
`;

describe('what a first deployment makes', function () {
  this.timeout(120_000);

  it('holds a managed volume where the bundle does not say of which type it is, as the Databricks CLI has it', async () => {
    const root = mkdtempSync(join(tmpdir(), 'medallion-provision-'));
    const azure = await emptyLocalAzure(join(root, '.medallion'));
    try {
      writeFileSync(join(root, 'databricks.yml'), bundleText);
      const bundle = resolveBundle(primaryBundle(await loadProject(root)), {});
      const input = { environment: azure.environment, settings: undefined, bundle, containers: [] };
      assert.equal((await provision(input)).volumes, 1);
      const path = '/api/2.1/unity-catalog/volumes/main.landing.files';
      const volume = await createDatabricksClient(azure.environment).request<{ volume_type: string }>('GET', path);
      assert.equal(volume.volume_type, 'MANAGED');
      assert.equal((await provision(input)).volumes, 0, 'a second time there is nothing to make');
    } finally {
      await azure[Symbol.asyncDispose]();
      rmSync(root, { recursive: true, force: true });
    }
  });
});
