import assert from 'node:assert/strict';
import { createDatabricksClient, type DatabricksClient } from '@medallion/core/azure/databricks.ts';
import { lookUpIds, wantedIds } from '@medallion/core/lake/bundle-lookups.ts';
import { loadBundle } from '@medallion/core/project/bundle.ts';
import { textAt } from '@medallion/core/project/config-node.ts';
import { resolveBundle, type ResolvedBundle } from '@medallion/core/project/resolve-bundle.ts';
import { parseConfig } from '@medallion/core/project/text-file.ts';
import { type LocalAzure, startLocalAzure } from '../azure-storage/emulator.ts';
import { refusal } from '../engine/refusal.ts';

/** What a variable looks up in a workspace is asked of the workspace; the emulated one answers what it has. */
describe('bundle lookups', function () {
  this.timeout(60_000);
  let azure: LocalAzure;
  let databricks: DatabricksClient;
  before(async () => {
    azure = await startLocalAzure();
    databricks = createDatabricksClient(azure.environment);
  });
  after(() => azure[Symbol.asyncDispose]());

  const resolved = async (variables: string, given: Readonly<Record<string, string>> = {}): Promise<ResolvedBundle> => {
    const text = `bundle: {name: shop}\nvariables: ${variables}\nresources: {jobs: {daily: {name: "w \${var.w}"}}}\n`;
    const bundle = await loadBundle('databricks.yml', {
      files: ['databricks.yml'],
      read: (file) => Promise.resolve(parseConfig(file, text)),
    });
    return resolveBundle(bundle, { variables: given });
  };

  it('gives the ids of a warehouse and of a job, whose name may hold another variable', async () => {
    const body = { name: 'nightly prod', tasks: [] };
    const made = await databricks.request<{ job_id: number }>('POST', '/api/2.2/jobs/create', { body });
    const bundle = await resolved(
      '{e: {default: prod}, w: {lookup: {warehouse: Medallion local}}, j: {lookup: {job: "nightly ${var.e}"}}}',
    );
    const found = await lookUpIds(databricks, bundle);
    assert.deepEqual(Object.keys(found), ['w', 'j']);
    assert.equal(found['j'], String(made.job_id));
    const again = await resolved('{w: {lookup: {warehouse: Medallion local}}}', found);
    assert.deepEqual([wantedIds(again), again.diagnostics], [[], []]);
    assert.equal(textAt(again.config, 'resources', 'jobs', 'daily', 'name'), `w ${found['w']}`);
  });

  it('says what is not there, twice there, or not asked for', async () => {
    const gone = await resolved('{w: {lookup: {warehouse: Medalion local}}}');
    const refused = await refusal(lookUpIds(databricks, gone), 'bundle.lookup-not-found');
    assert.match(refused.message, /The variable w looks up the warehouse 'Medalion local'/);
    assert.match(refused.nextStep, /Medallion local/);
    assert.equal(refused.range?.start.line, 2);
    for (const name of ['twice', 'twice']) {
      await databricks.request('POST', '/api/2.2/jobs/create', { body: { name, tasks: [] } });
    }
    const twice = await refusal(
      lookUpIds(databricks, await resolved('{w: {lookup: {job: twice}}}')),
      'bundle.lookup-not-found',
    );
    assert.match(twice.message, /2 have this name/);
    await refusal(lookUpIds(databricks, await resolved('{w: {lookup: {dashboard: x}}}')), 'bundle.lookup-not-emulated');
  });
});
