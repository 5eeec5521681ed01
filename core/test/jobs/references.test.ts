import assert from 'node:assert/strict';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { checkReferences, resolveText, type ReferenceScope } from '@medallion/core/jobs/references.ts';
import { emptyRecord } from '@medallion/core/jobs/task-record.ts';
import { createProject, sqlTasks } from './bundle.ts';

const range = { file: 'databricks.yml', start: { line: 3, column: 5 } };

async function scopeOf(): Promise<ReferenceScope> {
  using project = createProject(`name: nightly\n${sqlTasks({ up: [], down: ['up'] })}`);
  const job = await project.job();
  const task = job.tasks.find(({ key }) => key === 'down')!;
  const prepared = { files: [], profile: '', fingerprint: null, run: () => Promise.reject(new Error('not run')) };
  const up = {
    ...emptyRecord({ task, prepared }, 'succeeded'),
    values: { day: '2024-02-03', regions: ['eu', 'us'], n: 3 },
    rows: [
      { id: 1, name: 'a' },
      { id: 2, name: 'b' },
    ],
  };
  return {
    job,
    workspaceUrl: 'https://127.0.0.1:5310',
    runId: 'r1',
    repairCount: 2,
    triggeredBy: 'one_time',
    startedAt: new Date('2024-02-04T05:06:07.089Z'),
    jobParameters: new Map([
      ['catalog', 'shop'],
      ['odd $', 'x'],
    ]),
    task: {
      task,
      executionCount: 2,
      record: (key) => (key === 'up' ? up : undefined),
      input: { country: 'NO', rank: 1 },
    },
  };
}

/** 2024-02-04 is a Sunday. */
const table: readonly (readonly [string, string])[] = [
  ['{{job.name}} {{ job.repair_count }}', 'nightly 2'],
  ['{{job.parameters.catalog}}.{{job.parameters.`odd $`}}', 'shop.x'],
  ['{{job.parameters.[catalog]}} {{tasks.[up].values.[day]}}', 'shop 2024-02-03'],
  ['{{job.start_time.iso_date}} {{job.start_time.iso_weekday}}', '2024-02-04 7'],
  ['{{job.start_time.is_weekday}} {{job.start_time.timestamp_ms}}', 'false 1707023167089'],
  ['{{job.start_time.year}}-{{job.start_time.month}}-{{job.start_time.day}}', '2024-2-4'],
  ['{{job.trigger.type}} {{workspace.url}}', 'one_time https://127.0.0.1:5310'],
  ['{{task.name}} {{task.execution_count}} {{task_retry_count}} {{task_key}}', 'down 2 1 down'],
  ['{{tasks.up.values.day}} {{tasks.up.values.regions}} {{tasks.up.values.n}}', '2024-02-03 ["eu","us"] 3'],
  ['{{tasks.up.result_state}} {{tasks.up.execution_count}}', 'success 1'],
  ['{{tasks.up.output.first_row.name}} {{tasks.up.output.first_row}}', 'a {"id":1,"name":"a"}'],
  ['{{tasks.up.output.rows}}', '[{"id":1,"name":"a"},{"id":2,"name":"b"}]'],
  ['{{input}} {{input.country}} {{input.rank}}', '{"country":"NO","rank":1} NO 1'],
  // What is no name of the service is plain text, there as here.
  ['{{my.value}} {{job.name} {{ds}}', '{{my.value}} {{job.name} {{ds}}'],
];

describe('references in parameters', () => {
  for (const [text, expected] of table) {
    it(`${text} is ${expected}`, async () => {
      assert.equal(resolveText({ text, range }, await scopeOf()), expected);
    });
  }

  it('of resources are their configured values, and ids stay until they are deployed', async () => {
    const { job, ...scope } = await scopeOf();
    const text = `in.\${resources.jobs.${job.key}.name}.{{job.name}} \${resources.jobs.${job.key}.id}`;
    assert.equal(
      resolveText({ text, range }, { job, ...scope }),
      `in.nightly.nightly \${resources.jobs.${job.key}.id}`,
    );
  });

  it('gives ids as whole numbers, the same for the same run', async () => {
    const scope = await scopeOf();
    const ids = resolveText({ text: '{{job.id}} {{job.run_id}} {{task.run_id}}', range }, scope).split(' ');
    assert.equal(new Set(ids).size, 3);
    for (const id of ids) assert.ok(Number.isSafeInteger(Number(id)) && Number(id) > 0, id);
    assert.equal(resolveText({ text: '{{parent_run_id}}', range }, scope), ids[1]);
  });

  it('refuses by name what does not exist, before anything runs, and what has no value when it is met', async () => {
    const scope = await scopeOf();
    const refusedWith = (code: string, name: string) => (error: unknown) => {
      assert.ok(error instanceof ExpectedError && error.code === code, String(error));
      assert.deepEqual(error.range, range);
      return error.message.includes(`{{${name}}}`);
    };
    for (const name of ['job.naem', 'job.start_time.iso_dat', 'tasks.up.value.x', 'task.id', 'workspace.name']) {
      assert.throws(
        () => checkReferences([{ text: `x{{${name}}}`, range }]),
        refusedWith('jobs.unknown-reference', name),
      );
      assert.throws(
        () => resolveText({ text: `{{${name}}}`, range }, scope),
        refusedWith('jobs.unknown-reference', name),
      );
    }
    for (const name of ['tasks.up.values.gone', 'tasks.other.values.day', 'workspace.id', 'job.parameters.gone']) {
      checkReferences([{ text: `{{${name}}}`, range }]);
      const code = 'jobs.reference-not-emulated';
      assert.throws(() => resolveText({ text: `{{${name}}}`, range }, scope), refusedWith(code, name));
    }
  });
});
