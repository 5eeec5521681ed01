import assert from 'node:assert/strict';
import { join } from 'node:path';
import { createDatabricksClient } from '@medallion/core/azure/databricks.ts';
import { loadProject, primaryBundle, primaryFactory } from '@medallion/core/project/project.ts';
import { resolveBundle } from '@medallion/core/project/resolve-bundle.ts';
import { jobContents } from '@medallion/core/promote/job-content.ts';
import { promote } from '@medallion/core/promote/promote.ts';
import { renderPlan } from '@medallion/core/promote/render-plan.ts';
import type { PromotionInput } from '@medallion/core/promote/session.ts';
import { startEmulatorProcess, temporaryFolder } from '../../../emulator/test/support/emulator-process.ts';
import { environmentOf } from './rehearsal.ts';

const root = join(import.meta.dirname, '../../../samples/shopcom');

describe('ShopCom', () => {
  it('is promoted whole, and the plan after it is empty', async () => {
    using state = temporaryFolder();
    await using emulator = await startEmulatorProcess({ stateFolder: state.path });
    const environment = environmentOf(emulator);
    const project = await loadProject(root);
    const variables = { catalog: 'shopcom_local', account: 'devstoreaccount1', warehouse_id: 'local' };
    const bundle = resolveBundle(primaryBundle(project), { target: 'dev', variables });
    const databricks = createDatabricksClient(environment);
    const catalog = { name: 'shopcom_local', storage_root: 'abfss://lake@devstoreaccount1.dfs.core.windows.net/' };
    await databricks.request('POST', '/api/2.1/unity-catalog/catalogs', { body: catalog });
    const input: PromotionInput = { environment, project, bundle, factory: primaryFactory(project) };
    const { contents, blocked } = await jobContents(project.root, bundle);
    const validated = contents.map(
      ({ job, hash, files }) => [job, { validated: { job, contentHash: hash, files } }] as const,
    );
    const gate = { contents, blocked, evidence: Object.fromEntries(validated) };
    const { plan } = await promote(input, { gate });
    const sqlFiles = project.files.filter((file) => file.startsWith('src/')).length;
    assert.deepEqual(plan.warnings, []);
    // 3 schemas and a volume, the job; global parameters, linked service, dataset, pipeline and trigger.
    assert.equal(plan.counts.create, sqlFiles + 3 + 1 + 1 + 5, renderPlan(plan));
    const again = await promote(input, { gate });
    assert.deepEqual([again.calls, again.plan.counts.same], [0, plan.counts.create], renderPlan(again.plan));
  });
});
