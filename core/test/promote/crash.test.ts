import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createArmClient } from '@medallion/core/azure/arm.ts';
import { createDatabricksClient } from '@medallion/core/azure/databricks.ts';
import { createStorageClient } from '@medallion/core/azure/storage.ts';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { lakeLedger } from '@medallion/core/promote/ledger.ts';
import { planPromotion } from '@medallion/core/promote/plan-promotion.ts';
import { renderPlan } from '@medallion/core/promote/render-plan.ts';
import type { PromotionPorts } from '@medallion/core/promote/session.ts';
import { at, listAt } from '../../../emulator/test/support/control-client.ts';
import type { PromoterMessage } from './killed-promoter.ts';
import { objectCount } from './project-files.ts';
import { code, type Rehearsal, startRehearsal } from './rehearsal.ts';

interface Crash {
  /** Of `<method> <path>`. */
  readonly call: RegExp;
  /** The emulator dies before the call reaches it, or after it has acted and before its answer is read. */
  readonly when: 'before' | 'after';
}

/** Clients that kill the emulator, as a power cut would, around the first call of a kind. */
function crashing(rehearsal: Rehearsal, { call, when }: Crash): PromotionPorts {
  const databricks = createDatabricksClient(rehearsal.environment);
  const arm = createArmClient(rehearsal.environment);
  async function around<T>(method: string, path: string, send: () => Promise<T>): Promise<T> {
    if (!call.test(`${method} ${path}`)) return await send();
    if (when === 'before') await rehearsal.emulator.kill();
    const answer = await send();
    await rehearsal.emulator.kill();
    throw lost(answer);
  }
  return {
    databricks: {
      ...databricks,
      request: (method, path, options) => around(method, path, () => databricks.request(method, path, options)),
    },
    arm: { ...arm, request: (method, id, options) => around(method, id, () => arm.request(method, id, options)) },
  };
}

const lost = (answer: unknown) =>
  new ExpectedError({
    code: 'test.lost',
    message: `No answer, but there was: ${JSON.stringify(answer)}`,
    nextStep: '',
  });

async function crash(rehearsal: Rehearsal, point: Crash): Promise<void> {
  await assert.rejects(rehearsal.promote(crashing(rehearsal, point)), code('promote.interrupted'));
  await rehearsal.restart();
}

describe('a promotion that is killed', () => {
  const points: readonly Crash[] = [
    { call: /POST .*\/mkdirs/, when: 'after' },
    // The job was made and its id never arrived: it is found by its tag.
    { call: /POST .*jobs\/create/, when: 'after' },
    // While it is taken back.
    { call: /POST .*jobs\/delete/, when: 'before' },
    { call: /PUT .*datasets\/files/, when: 'before' },
    { call: /DELETE .*linkedservices\/lake/, when: 'after' },
    { call: /PUT .*triggers\/nightly/, when: 'after' },
  ];

  it('in its first run: the next one takes it back and leaves each object once', async () => {
    await using rehearsal = await startRehearsal();
    for (const point of points) {
      await crash(rehearsal, point);
      const plan = await planPromotion(await rehearsal.input());
      assert.ok(plan.interrupted, renderPlan(plan));
    }
    const { plan, recovered } = await rehearsal.promote();
    assert.deepEqual(recovered?.left, []);
    assert.equal(plan.counts.create, objectCount, renderPlan(plan));
    const jobs = await rehearsal.databricks('GET', '/api/2.2/jobs/list');
    assert.equal(listAt(jobs.json, 'jobs').length, 2);
    assert.equal((await rehearsal.promote()).calls, 0);
  });

  it('with its own process: the next one takes it back at once', async () => {
    await using rehearsal = await startRehearsal();
    const child = fork(join(import.meta.dirname, 'killed-promoter.ts'));
    const ended = once(child, 'exit');
    child.send({ folder: rehearsal.folder.path, environment: rehearsal.environment } satisfies PromoterMessage);
    assert.deepEqual(await ended, [null, 'SIGKILL']);
    const { recovered, plan } = await rehearsal.promote();
    assert.deepEqual([recovered?.left, recovered?.undone], [[], 5]);
    assert.equal(plan.counts.create, objectCount, renderPlan(plan));
    assert.equal(listAt((await rehearsal.databricks('GET', '/api/2.2/jobs/list')).json, 'jobs').length, 2);
  });

  it('between the stop of a trigger and its start: the trigger is started again', async () => {
    await using rehearsal = await startRehearsal();
    await rehearsal.promote();
    await rehearsal.arm('POST', rehearsal.inFactory('triggers/nightly/start'));
    rehearsal.folder.write('src/silver/a.sql', 'SELECT 3;\n');
    rehearsal.folder.write('factory/trigger/nightly.json', {
      name: 'nightly',
      properties: {
        type: 'ScheduleTrigger',
        description: 'new',
        pipelines: [{ pipelineReference: { referenceName: 'outer', type: 'PipelineReference' } }],
        typeProperties: { recurrence: { frequency: 'Day', interval: 2 } },
      },
    });
    const state = async () =>
      at((await rehearsal.arm('GET', rehearsal.inFactory('triggers/nightly'))).json, 'properties', 'runtimeState');
    for (const point of [
      { call: /PUT .*triggers/, when: 'before' },
      { call: /PUT .*triggers/, when: 'after' },
    ] as const) {
      await crash(rehearsal, point);
      assert.equal(await state(), 'Stopped');
    }
    const { recovered, plan } = await rehearsal.promote();
    assert.deepEqual(recovered?.left, []);
    assert.deepEqual([plan.counts.update, plan.counts.drift], [2, 0], renderPlan(plan));
    assert.equal(await state(), 'Started');
  });

  it('waits for a promotion whose process is still at work, and for one on another machine that was heard of lately', async () => {
    await using rehearsal = await startRehearsal();
    await rehearsal.promote();
    const store = lakeLedger(createStorageClient(rehearsal.environment), 'local', 'shop');
    const begin = async (owner: string, renewedAt: Date) => {
      const { ledger, etag } = await store.read();
      const journal = { plan: 'p', owner, renewedAt: renewedAt.toISOString(), entries: [] };
      await store.write({ ...ledger, journal }, etag);
    };
    // Process 1 is always there.
    await begin(`${hostname()}/1`, new Date());
    await assert.rejects(rehearsal.promote(), code('promote.in-progress'));
    await begin('another-machine/77', new Date());
    await assert.rejects(rehearsal.promote(), code('promote.in-progress'));
    await begin('another-machine/77', new Date(Date.now() - 10 * 60_000));
    assert.deepEqual((await rehearsal.promote()).recovered, { undone: 0, left: [], ids: new Map() });
  });
});
