import assert from 'node:assert/strict';
import { applyPlan } from '@medallion/core/promote/apply-plan.ts';
import { planPromotion } from '@medallion/core/promote/plan-promotion.ts';
import { promote } from '@medallion/core/promote/promote.ts';
import { renderPlan } from '@medallion/core/promote/render-plan.ts';
import type { Plan } from '@medallion/core/promote/plan.generated.ts';
import { at, listAt } from '../../../emulator/test/support/control-client.ts';
import { objectCount } from './project-files.ts';
import { code, type Rehearsal, startRehearsal, validated } from './rehearsal.ts';

const wait = (seconds: number) => ({
  properties: { activities: [{ name: 'w', type: 'Wait', typeProperties: { waitTimeInSeconds: seconds } }] },
});
const actionsOf = (plan: Plan, action: string) =>
  plan.items.filter((item) => item.action === action).map(({ title }) => title);

describe('promotion beside other people', () => {
  let rehearsal: Rehearsal;
  before(async () => {
    rehearsal = await startRehearsal();
    await rehearsal.arm('PUT', rehearsal.inFactory('pipelines/theirs'), { body: wait(7) });
    await rehearsal.promote();
  });
  after(() => rehearsal[Symbol.asyncDispose]());

  const get = async (path: string) => (await rehearsal.arm('GET', rehearsal.inFactory(path))).json;

  it('shows what is not its own and never touches it, also when it deletes', async () => {
    const before = await get('pipelines/theirs');
    const plan = await planPromotion(await rehearsal.input({ deleteRemoved: true }));
    assert.deepEqual(actionsOf(plan, 'foreign'), ['theirs']);
    rehearsal.folder.write('src/silver/b.sql', 'SELECT 20;\n');
    await rehearsal.promote(undefined, { deleteRemoved: true });
    assert.deepEqual(await get('pipelines/theirs'), before);
  });

  it('shows a job of the same name that somebody else made, and leaves it beside its own', async () => {
    const { plan } = await rehearsal.promote();
    const name = plan.items.find(({ name: key }) => key === 'daily')!.title;
    await rehearsal.databricks('POST', '/api/2.2/jobs/create', { body: { name } });
    const again = await rehearsal.promote();
    assert.deepEqual(actionsOf(again.plan, 'foreign').toSorted(), [name, 'theirs']);
    assert.equal(again.calls, 0);
  });

  it('shows what drifted, field by field, and puts it back', async () => {
    const pipeline = await get('pipelines/work');
    const properties = pipeline['properties'] as Record<string, unknown>;
    const drifted = { properties: { ...properties, description: 'changed by hand' } };
    assert.equal((await rehearsal.arm('PUT', rehearsal.inFactory('pipelines/work'), { body: drifted })).status, 200);
    const plan = await planPromotion(await rehearsal.input());
    assert.deepEqual(actionsOf(plan, 'drift'), ['work']);
    assert.match(
      renderPlan(plan),
      /drift +datafactory\/pipeline work: changed outside.*\n +description: "changed by hand" -> \(none\)/,
    );
    await rehearsal.promote();
    assert.equal(at(await get('pipelines/work'), 'properties', 'description'), undefined);
  });

  it('refuses a plan made before somebody else changed something, and changes nothing', async () => {
    rehearsal.folder.write('src/silver/a.sql', 'SELECT 100;\n');
    const input = await rehearsal.input();
    const plan = await planPromotion(input);
    const dataset = (await get('datasets/files'))['properties'] as Record<string, unknown>;
    await rehearsal.arm('PUT', rehearsal.inFactory('datasets/files'), {
      body: { properties: { ...dataset, description: 'x' } },
    });
    const before = await rehearsal.writes();
    await assert.rejects(applyPlan(plan, input), (error: Error) => {
      assert.match(error.message, /files/);
      return code('promote.stale-plan')(error);
    });
    assert.deepEqual(await rehearsal.writes(), before);
    await rehearsal.promote();
  });

  it('refuses a plan made before a file of the project changed', async () => {
    rehearsal.folder.write('src/silver/a.sql', 'SELECT 101;\n');
    const plan = await planPromotion(await rehearsal.input());
    rehearsal.folder.write('src/silver/a.sql', 'SELECT 102;\n');
    await assert.rejects(applyPlan(plan, await rehearsal.input()), code('promote.stale-plan'));
    await rehearsal.promote();
  });

  it('refuses a file that changed after the run that vouches for it, by its name', async () => {
    const input = await rehearsal.input();
    const gate = await validated(input);
    rehearsal.folder.write('src/silver/a.sql', 'SELECT 999;\n');
    const before = await rehearsal.writes();
    const refused = (error: Error) => {
      assert.match(error.message, /src\/silver\/a\.sql/);
      return code('promote.changed-since-validation')(error);
    };
    const { contents } = await validated(await rehearsal.input());
    await assert.rejects(promote(input, { gate: { ...gate, contents } }), refused);
    // Also where it changed after the gate had looked.
    await assert.rejects(promote(input, { gate }), refused);
    assert.deepEqual(await rehearsal.writes(), before);
    rehearsal.folder.write('src/silver/a.sql', 'SELECT 102;\n');
  });

  it('refuses a plan that was applied already', async () => {
    rehearsal.folder.write('src/silver/a.sql', 'SELECT 103;\n');
    const input = await rehearsal.input();
    const plan = await planPromotion(input);
    await applyPlan(plan, input);
    await assert.rejects(applyPlan(plan, input), code('promote.stale-plan'));
  });

  it('refuses a name that is taken, before anything is changed', async () => {
    rehearsal.folder.write('factory/pipeline/theirs.json', { name: 'Theirs', ...wait(1) });
    const before = await rehearsal.writes();
    await assert.rejects(rehearsal.promote(), code('promote.name-taken'));
    assert.deepEqual(await rehearsal.writes(), before);
    rehearsal.folder.remove('factory/pipeline/theirs.json');
  });

  it('keeps what left the project until deleting is asked for, then deletes its own alone, dependents first', async () => {
    rehearsal.folder.remove('factory/trigger/nightly.json');
    rehearsal.folder.remove('factory/pipeline/outer.json');
    const kept = await rehearsal.promote();
    assert.deepEqual(kept.plan.counts.delete, 0);
    assert.equal(kept.calls, 0);
    const { plan } = await rehearsal.promote(undefined, { deleteRemoved: true });
    assert.deepEqual(actionsOf(plan, 'delete'), ['nightly', 'outer']);
    const names = listAt(await get('pipelines'), 'value').map(({ name }) => name);
    assert.deepEqual(names, ['theirs', 'work']);
    const again = await planPromotion(await rehearsal.input({ deleteRemoved: true }));
    assert.deepEqual([again.counts.delete, again.counts.same], [0, objectCount - 2]);
  });

  it('refuses a target that the Databricks CLI has deployed', async () => {
    const { plan } = await rehearsal.promote();
    const file = plan.items.find(({ kind }) => kind === 'databricks/workspace-file')!;
    const state = file.title.replace(/\/files\/.*$/, '/state');
    await rehearsal.databricks('POST', '/api/2.0/workspace/mkdirs', { body: { path: state } });
    const path = `/api/2.0/workspace-files/import-file${state}/terraform.tfstate`;
    assert.equal((await rehearsal.databricks('POST', path, { raw: Buffer.from('{}') })).status, 200);
    rehearsal.folder.write('src/silver/a.sql', 'SELECT 104;\n');
    const before = await rehearsal.writes();
    await assert.rejects(rehearsal.promote(), code('promote.other-engine'));
    assert.deepEqual(await rehearsal.writes(), before);
  });
});
