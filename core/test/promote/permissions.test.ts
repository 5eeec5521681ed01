import assert from 'node:assert/strict';
import { createStorageClient } from '@medallion/core/azure/storage.ts';
import { planPromotion } from '@medallion/core/promote/plan-promotion.ts';
import { renderPlan } from '@medallion/core/promote/render-plan.ts';
import { lakeLedger } from '@medallion/core/promote/ledger.ts';
import { promote } from '@medallion/core/promote/promote.ts';
import { at, listAt } from '../../../emulator/test/support/control-client.ts';
import { parseLossless } from '@medallion/core/azure/lossless.ts';
import { type Rehearsal, startRehearsal, validated } from './rehearsal.ts';

const bundle = (permissions: string, top = '') => `
bundle: { name: shop }
${top}
targets: { dev: { default: true } }
resources:
  jobs:
    daily:
      name: daily
      ${permissions}
      tasks: [{ task_key: a, sql_task: { warehouse_id: w, file: { path: src/silver/a.sql } } }]
`;

const globals = (value: string) => ({
  name: 'adf',
  properties: { globalParameters: { account: { type: 'string', value }, days: { type: 'int', value: 3 } } },
});

describe('permissions of jobs and global parameters', () => {
  let rehearsal: Rehearsal;
  before(async () => {
    rehearsal = await startRehearsal({
      'databricks.yml': bundle('permissions: [{ level: CAN_VIEW, group_name: users }]'),
      'factory/factory/adf.json': globals('st1'),
      'medallion.yaml': 'environments: { local: { globalParameters: { days: 7 } } }\n',
    });
  });
  after(() => rehearsal[Symbol.asyncDispose]());

  const grants = async (): Promise<readonly string[]> => {
    const jobs = parseLossless((await rehearsal.databricks('GET', '/api/2.2/jobs/list')).text);
    const id = String(at(listAt(jobs, 'jobs')[0], 'job_id'));
    const { json } = await rehearsal.databricks('GET', `/api/2.0/permissions/jobs/${id}`);
    return listAt(json, 'access_control_list').map((entry) => {
      const { all_permissions: levels, ...principal } = entry as { all_permissions: { permission_level: string }[] };
      return `${Object.values(principal).join()} ${levels.map((one) => one.permission_level).join()}`;
    });
  };
  const deployed = async () =>
    (await rehearsal.arm('GET', rehearsal.inFactory('globalParameters/default'))).json['properties'];

  it('are promoted, and the plan after that is empty', async () => {
    const { plan } = await rehearsal.promote();
    const kinds = plan.items.map(({ kind, action }) => `${action} ${kind}`);
    assert.ok(kinds.includes('create databricks/job-permissions'), renderPlan(plan));
    assert.ok(kinds.includes('create datafactory/global-parameters'), renderPlan(plan));
    const [viewers, owner, admins] = await grants();
    assert.deepEqual([viewers, admins], ['users CAN_VIEW', 'admins CAN_MANAGE']);
    assert.match(owner ?? '', /IS_OWNER$/);
    assert.deepEqual(await deployed(), { account: { type: 'string', value: 'st1' }, days: { type: 'int', value: 7 } });
    const again = await rehearsal.promote();
    assert.equal(again.calls, 0, renderPlan(again.plan));
  });

  it('are put back where they drifted, and follow the project', async () => {
    const jobs = parseLossless((await rehearsal.databricks('GET', '/api/2.2/jobs/list')).text);
    const path = `/api/2.0/permissions/jobs/${String(at(listAt(jobs, 'jobs')[0], 'job_id'))}`;
    const body = { access_control_list: [{ group_name: 'others', permission_level: 'CAN_MANAGE' }] };
    assert.equal((await rehearsal.databricks('PATCH', path, { body })).status, 200);
    const drifted = await planPromotion(await rehearsal.input());
    assert.deepEqual([drifted.counts.drift, drifted.counts.update], [1, 0], renderPlan(drifted));
    rehearsal.folder.write('factory/factory/adf.json', globals('st2'));
    const top = 'permissions: [{ level: CAN_RUN, group_name: operators }]';
    rehearsal.folder.write('databricks.yml', bundle('permissions: [{ level: CAN_MANAGE, user_name: ann@x.org }]', top));
    await rehearsal.promote();
    assert.deepEqual((await grants()).slice(0, 2), ['ann@x.org CAN_MANAGE', 'operators CAN_MANAGE_RUN']);
    assert.equal(at((await deployed()) as object, 'account', 'value'), 'st2');
  });

  it('go back to what they were where a later step fails', async () => {
    const before = await grants();
    rehearsal.folder.write('databricks.yml', bundle('permissions: [{ level: CAN_VIEW, group_name: everybody }]'));
    rehearsal.folder.write('factory/factory/adf.json', globals('st3'));
    rehearsal.folder.write('factory/pipeline/work.json', { name: 'work', properties: { activities: 'broken' } });
    await assert.rejects(rehearsal.promote(), { code: 'promote.rolled-back' });
    assert.deepEqual(await grants(), before);
    assert.equal(at((await deployed()) as object, 'account', 'value'), 'st2');
  });

  it('a job that cannot run here goes on the word of the user, and the ledger keeps it', async () => {
    rehearsal.folder.write('factory/pipeline/work.json', { name: 'work', properties: { activities: [] } });
    const input = await rehearsal.input();
    const { contents, evidence } = await validated(input);
    const blocked = [{ job: 'train', reason: 'It needs a GPU.' }];
    const planned = { ...input, unvalidated: blocked };
    const refused = promote(planned, { gate: { contents, evidence, blocked } });
    await assert.rejects(refused, { code: 'promote.cannot-validate' });
    const { plan } = await promote(planned, { gate: { contents, evidence, blocked, accepted: ['train'] } });
    assert.match(renderPlan(plan), /without evidence: job train: It needs a GPU\./);
    const store = lakeLedger(createStorageClient(input.environment), 'local', 'shop');
    const kept = (await store.read()).ledger.unvalidated;
    assert.deepEqual(
      kept?.map(({ job, reason }) => ({ job, reason })),
      blocked,
    );
    // With nothing to change, the time at which it was accepted stays.
    await promote(planned, { gate: { contents, evidence, blocked, accepted: ['train'] } });
    assert.deepEqual((await store.read()).ledger.unvalidated, kept);
  });
});
