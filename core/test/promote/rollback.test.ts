import assert from 'node:assert/strict';
import { promote } from '@medallion/core/promote/promote.ts';
import { planPromotion } from '@medallion/core/promote/plan-promotion.ts';
import { renderPlan } from '@medallion/core/promote/render-plan.ts';
import { at } from '../../../emulator/test/support/control-client.ts';
import { objectCount } from './project-files.ts';
import { code, type Rehearsal, startRehearsal } from './rehearsal.ts';

const trigger = (changes: object) => ({
  name: 'nightly',
  properties: {
    type: 'ScheduleTrigger',
    pipelines: [{ pipelineReference: { referenceName: 'outer', type: 'PipelineReference' } }],
    typeProperties: { recurrence: { frequency: 'Day', interval: 1 } },
    ...changes,
  },
});
/** Data Factory refuses an event trigger without `events`, and says so only when it is put: after everything else. */
const refused = {
  name: 'refused',
  properties: { type: 'BlobEventsTrigger', pipelines: [], typeProperties: { scope: '/subscriptions/x' } },
};

describe('a promotion that fails', () => {
  let rehearsal: Rehearsal;
  before(async () => {
    rehearsal = await startRehearsal();
  });
  after(() => rehearsal[Symbol.asyncDispose]());

  const state = async () =>
    String(
      at((await rehearsal.arm('GET', rehearsal.inFactory('triggers/nightly'))).json, 'properties', 'runtimeState'),
    );

  it('takes back a first promotion: nothing is left', async () => {
    rehearsal.folder.write('factory/trigger/refused.json', refused);
    await assert.rejects(rehearsal.promote(), (error: Error) => {
      assert.match(error.message, /put back as it was: .*typeProperties\.events/);
      return code('promote.rolled-back')(error);
    });
    const { counts } = await planPromotion(await rehearsal.input());
    assert.deepEqual(counts, { create: objectCount + 1, update: 0, delete: 0, same: 0, drift: 0, foreign: 0 });
    rehearsal.folder.remove('factory/trigger/refused.json');
    assert.equal((await rehearsal.promote()).plan.counts.create, objectCount);
  });

  it('stops a started trigger for its change alone and starts it again', async () => {
    assert.equal((await rehearsal.arm('POST', rehearsal.inFactory('triggers/nightly/start'))).status, 200);
    rehearsal.folder.write('src/silver/a.sql', 'SELECT 11;\n');
    const before = await rehearsal.writes();
    await rehearsal.promote();
    assert.equal((await rehearsal.writes())['arm.datafactory/triggers/stop'], before['arm.datafactory/triggers/stop']);
    rehearsal.folder.write('factory/trigger/nightly.json', trigger({ description: 'at night' }));
    const { plan, calls } = await rehearsal.promote();
    assert.match(renderPlan(plan), /nightly: changed in the project; stopped meanwhile/);
    assert.deepEqual([calls, await state()], [3, 'Started']);
    assert.equal((await rehearsal.promote()).calls, 0);
  });

  it('puts back files, jobs, pipelines and a started trigger with the bodies from before', async () => {
    const input = await rehearsal.input();
    rehearsal.folder.write('src/silver/a.sql', 'SELECT 12;\n');
    rehearsal.folder.write('src/silver/b.sql', 'SELECT 12;\n');
    rehearsal.folder.write('factory/trigger/nightly.json', trigger({ description: 'by day' }));
    rehearsal.folder.write('factory/trigger/refused.json', refused);
    await assert.rejects(rehearsal.promote(), code('promote.rolled-back'));
    assert.equal(await state(), 'Started');
    rehearsal.folder.write('src/silver/a.sql', 'SELECT 11;\n');
    rehearsal.folder.write('src/silver/b.sql', 'SELECT 2;\n');
    rehearsal.folder.write('factory/trigger/nightly.json', trigger({ description: 'at night' }));
    rehearsal.folder.remove('factory/trigger/refused.json');
    const plan = await planPromotion(await rehearsal.input());
    assert.deepEqual(plan.counts.same, objectCount, renderPlan(plan));
    assert.equal(input.bundle.name, 'shop');
  });

  it('puts back a linked service with its secret, and names the one whose secret changed as well', async () => {
    const service = (accountKey: string, url: string) => ({
      name: 'lake',
      properties: {
        type: 'AzureBlobFS',
        typeProperties: { url, accountKey: { type: 'SecureString', value: accountKey } },
      },
    });
    const url = async () =>
      at(
        (await rehearsal.arm('GET', rehearsal.inFactory('linkedservices/lake'))).json,
        ...['properties', 'typeProperties', 'url'],
      );
    const before = await url();
    rehearsal.folder.write('factory/trigger/refused.json', refused);
    rehearsal.folder.write('factory/linkedService/lake.json', service('k3y', 'https://new.dfs.core.windows.net'));
    await assert.rejects(rehearsal.promote(), code('promote.rolled-back'));
    assert.equal(await url(), before);
    rehearsal.folder.write('factory/linkedService/lake.json', service('changed', 'https://new.dfs.core.windows.net'));
    await assert.rejects(rehearsal.promote(), (error: Error) => {
      assert.match(error.message, /lake: its secret cannot be read back/);
      return code('promote.rollback-incomplete')(error);
    });
    rehearsal.folder.remove('factory/trigger/refused.json');
    rehearsal.folder.write('factory/linkedService/lake.json', service('k3y', 'https://st.dfs.core.windows.net'));
    await rehearsal.promote();
    assert.equal(await url(), before);
  });

  it('makes a deleted object again when a later call fails', async () => {
    rehearsal.folder.remove('factory/trigger/nightly.json');
    rehearsal.folder.remove('factory/pipeline/outer.json');
    // Somebody else's pipeline names ours: the service refuses to delete it, after the trigger has gone.
    const body = {
      properties: {
        activities: [
          {
            name: 'x',
            type: 'ExecutePipeline',
            typeProperties: { pipeline: { referenceName: 'outer', type: 'PipelineReference' } },
          },
        ],
      },
    };
    assert.equal((await rehearsal.arm('PUT', rehearsal.inFactory('pipelines/user'), { body })).status, 200);
    await assert.rejects(rehearsal.promote(undefined, { deleteRemoved: true }), code('promote.rolled-back'));
    assert.equal(await state(), 'Started');
  });

  it('a defect of ours is shown as one, after everything was put back', async () => {
    rehearsal.folder.write('src/silver/a.sql', 'SELECT 14;\n');
    const defect = new TypeError('nobody expected this');
    const failing = promote(await rehearsal.input(), {
      gate: { contents: [], evidence: {}, blocked: [] },
      report: (event) => {
        if (event.kind === 'advanced' && event.done === 1) throw defect;
      },
    });
    await assert.rejects(failing, defect);
    assert.equal((await planPromotion(await rehearsal.input())).counts.update, 1);
  });

  it('a promotion that was given up puts everything back and tells the reason', async () => {
    rehearsal.folder.write('src/silver/a.sql', 'SELECT 13;\n');
    rehearsal.folder.write('src/silver/b.sql', 'SELECT 13;\n');
    const stop = new AbortController();
    const reason = new Error('given up');
    const giveUp = promote(await rehearsal.input(), {
      gate: { contents: [], evidence: {}, blocked: [] },
      signal: stop.signal,
      report: (event) => {
        if (event.kind === 'advanced' && event.done === 1) stop.abort(reason);
      },
    });
    await assert.rejects(giveUp, reason);
    const { counts } = await planPromotion(await rehearsal.input());
    assert.equal(counts.update, 2);
  });
});
