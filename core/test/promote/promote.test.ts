import assert from 'node:assert/strict';
import { parseLossless } from '@medallion/core/azure/lossless.ts';
import { planPromotion } from '@medallion/core/promote/plan-promotion.ts';
import { renderPlan } from '@medallion/core/promote/render-plan.ts';
import { verifyPlan } from '@medallion/core/promote/verify-plan.ts';
import { at, listAt } from '../../../emulator/test/support/control-client.ts';
import { objectCount } from './project-files.ts';
import { type Rehearsal, startRehearsal } from './rehearsal.ts';

const nothing = { create: 0, update: 0, delete: 0, same: 0, drift: 0, foreign: 0 };

describe('promotion to the local Azure', () => {
  let rehearsal: Rehearsal;
  before(async () => {
    rehearsal = await startRehearsal();
  });
  after(() => rehearsal[Symbol.asyncDispose]());

  it('makes every object once, and the plan after it is empty without a call that writes', async () => {
    const before = await rehearsal.writes();
    const { plan, calls, verified } = await rehearsal.promote();
    assert.deepEqual(plan.counts, { ...nothing, create: objectCount }, renderPlan(plan));
    assert.deepEqual({ calls, verified }, { calls: objectCount, verified: objectCount });
    const after = await rehearsal.writes();
    const made = Object.fromEntries(
      Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)] as const),
    );
    assert.deepEqual(made, {
      'databricks.unity-catalog/catalogs/create': 0,
      'databricks.unity-catalog/schemas/create': 1,
      'databricks.unity-catalog/volumes/create': 1,
      'databricks.workspace/mkdirs': 1,
      // The first file finds no folder.
      'databricks.workspace-files/import-file': 3,
      'databricks.jobs/create': 2,
      'arm.datafactory/linkedservices/put': 1,
      'arm.datafactory/datasets/put': 1,
      'arm.datafactory/pipelines/put': 2,
      'arm.datafactory/triggers/put': 1,
    });
    const again = await rehearsal.promote();
    assert.deepEqual(again.plan.counts, { ...nothing, same: objectCount }, renderPlan(again.plan));
    assert.equal(again.calls, 0);
    assert.deepEqual(await rehearsal.writes(), after);
  });

  it('sends what a bundle deployment sends, with ids put in across the services', async () => {
    // Ids are int64, which JSON.parse would round.
    const json = parseLossless((await rehearsal.databricks('GET', '/api/2.2/jobs/list?expand_tasks=true')).text);
    const daily = listAt(json, 'jobs').find((job) => String(at(job, 'settings', 'name')).endsWith('daily'));
    const other = listAt(json, 'jobs').find((job) => String(at(job, 'settings', 'name')).endsWith('other'));
    assert.equal(at(daily, 'settings', 'edit_mode'), 'UI_LOCKED');
    assert.equal(at(daily, 'settings', 'deployment', 'kind'), 'BUNDLE');
    assert.match(String(at(daily, 'settings', 'deployment', 'metadata_file_path')), /\/state\/metadata\.json$/);
    assert.equal(at(daily, 'settings', 'parameters', 1, 'default'), '3');
    const tasks = listAt(daily, 'settings', 'tasks');
    const file = String(
      at(
        tasks.find((task) => task['task_key'] === 'b'),
        'sql_task',
        'file',
        'path',
      ),
    );
    assert.match(file, /^\/Workspace\/Users\/[^/]+\/\.bundle\/shop\/dev\/files\/src\/silver\/b\.sql$/);
    const content = await rehearsal.databricks('GET', `/api/2.0/workspace/export?path=${file}&direct_download=true`);
    assert.equal(content.text, 'SELECT 2;\n');
    const call = tasks.find((task) => task['task_key'] === 'c');
    assert.equal(String(at(call, 'run_job_task', 'job_id')), String(at(other, 'job_id')));
    const pipeline = await rehearsal.arm('GET', rehearsal.inFactory('pipelines/work'));
    const id = at(pipeline.json, 'properties', 'activities', 1, 'typeProperties', 'jobId');
    assert.equal(id, String(at(daily, 'job_id')));
    assert.deepEqual(at(pipeline.json, 'properties', 'annotations'), ['theirs', 'medallion:shop']);
  });

  it('verifies by reading back', async () => {
    rehearsal.folder.write('src/silver/a.sql', 'SELECT 10;\n');
    const changed = await rehearsal.input();
    const plan = await planPromotion(changed);
    assert.equal(plan.counts.update, 1, renderPlan(plan));
    await assert.rejects(verifyPlan(plan, changed), { code: 'promote.verify-failed' });
    await rehearsal.promote();
    assert.deepEqual(await verifyPlan(plan, changed), { objects: 1 });
  });
});
