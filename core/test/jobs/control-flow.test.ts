import assert from 'node:assert/strict';
import type { RunRecord } from '@medallion/core/jobs/run.generated.ts';
import { readRunHistory } from '@medallion/core/observe/run-history.ts';
import { createProject } from './bundle.ts';
import { type JobRunner, startJobRunner } from './job-runner.ts';

const sql = (file: string, more = ''): string => `sql_task: {warehouse_id: w, file: {path: src/${file}.sql}${more}}`;

const condition = (left: string, op: string, right: string): string =>
  `condition_task: {op: ${op}, left: "${left}", right: "${right}"}`;

const recordOf = ({ tasks }: RunRecord, key: string) => tasks.find((task) => task.key === key)!;

describe('the flow of a job', function () {
  this.timeout(60_000);
  let runner: JobRunner;
  before(async () => {
    runner = await startJobRunner();
  });
  after(() => runner[Symbol.asyncDispose]());

  it('takes the branch that a condition on a query result decides, and joins the branches', async () => {
    using project = createProject(
      `parameters: [{name: limit, default: "2"}]
tasks:
  - {task_key: count, ${sql('count')}}
  - {task_key: enough, depends_on: [{task_key: count}], ${condition('{{tasks.count.output.first_row.n}}', 'GREATER_THAN_OR_EQUAL', '{{job.parameters.limit}}')}}
  - {task_key: many, depends_on: [{task_key: enough, outcome: "true"}], ${sql('many')}}
  - {task_key: few, depends_on: [{task_key: enough, outcome: "false"}], ${sql('few')}}
  - {task_key: join, depends_on: [{task_key: many}, {task_key: few}], ${sql('join')}}`,
      {
        'src/count.sql': 'SELECT 3 AS n -> n:int',
        'src/many.sql': "CREATE OR REPLACE TABLE shop.gold.branch AS SELECT 'many' AS b -> b:string",
        'src/few.sql': "CREATE OR REPLACE TABLE shop.gold.branch AS SELECT 'few' AS b -> b:string",
        'src/join.sql': 'CREATE OR REPLACE TABLE shop.gold.joined AS SELECT b FROM @{shop.gold.branch} -> b:string',
      },
    );
    const first = await runner.run(project);
    assert.deepEqual(first.states, {
      count: 'succeeded',
      enough: 'succeeded',
      many: 'succeeded',
      few: 'excluded',
      join: 'succeeded',
    });
    assert.equal(recordOf(first.record, 'enough').condition, true);
    assert.equal(recordOf(first.record, 'few').reason, 'the outcome of enough is another');
    assert.deepEqual(recordOf(first.record, 'count').rows, [{ n: 3 }]);
    assert.equal(first.record.state, 'succeeded');
    assert.equal(first.statements, 3);
    const second = await runner.run(project, { parameters: { limit: '4' } });
    assert.equal(second.states['many'], 'excluded');
    assert.deepEqual(await runner.rows('SELECT b FROM @{gold.joined} -> b:string'), [['few']]);
  });

  it('runs a task for each row of a query, skips those that have nothing new, and names the one that fails', async () => {
    using project = createProject(
      `tasks:
  - {task_key: list, ${sql('list')}}
  - task_key: each
    depends_on: [{task_key: list}]
    for_each_task:
      inputs: "{{tasks.list.output.rows}}"
      concurrency: 2
      task: {task_key: one, ${sql('one', ', parameters: {code: "{{input.code}}", n: "{{input.n}}"}')}}`,
      {
        'src/list.sql': "SELECT * FROM (VALUES ('no', 1), ('se', 2)) t(code, n) -> code:string, n:int",
        'src/one.sql': "CREATE OR REPLACE TABLE shop.gold.c_:code AS SELECT ':n' AS n -> n:string",
      },
    );
    const first = await runner.run(project);
    assert.equal(first.record.state, 'succeeded', JSON.stringify(first.record));
    assert.equal(first.statements, 3);
    const each = recordOf(first.record, 'each');
    assert.deepEqual(
      each.iterations?.map(({ key, input, state, parameters }) => [key, input, state, parameters?.['code']]),
      [
        ['one', '{"code":"no","n":1}', 'succeeded', 'no'],
        ['one', '{"code":"se","n":2}', 'succeeded', 'se'],
      ],
    );
    assert.deepEqual(each.outputs.map(({ table }) => table).sort(), ['shop.gold.c_no', 'shop.gold.c_se']);
    assert.deepEqual(await runner.rows('SELECT n FROM @{gold.c_se} -> n:string'), [['2']]);
    const more = "SELECT * FROM (VALUES ('no', 1), ('dk', 3), ('x x', 4)) t(code, n) -> code:string, n:int";
    project.write('src/list.sql', more);
    const second = await runner.run(project);
    const again = recordOf(second.record, 'each');
    assert.deepEqual(
      again.iterations?.map(({ state, reason }) => [state, reason]),
      [
        ['skipped', 'unchanged'],
        ['succeeded', undefined],
        ['failed', undefined],
      ],
    );
    assert.equal(again.error?.code, 'jobs.iteration-failed');
    assert.match(again.error.message, /^1 of 3 iterations failed; \{"code":"x x","n":4\}: /);
    assert.equal(second.record.state, 'failed');
  });

  it('takes inputs from a parameter, to the last digit, and refuses what is no list', async () => {
    using project = createProject(
      `parameters: [{name: ids, default: "[1, 12345678901234567890]"}]
tasks:
  - task_key: each
    for_each_task:
      inputs: "{{job.parameters.ids}}"
      task: {task_key: one, ${sql('one', ', parameters: {n: "{{input}}"}')}}`,
      { 'src/one.sql': "CREATE OR REPLACE TABLE shop.gold.c_:n AS SELECT ':n' AS n -> n:string" },
    );
    const { record } = await runner.run(project);
    assert.equal(record.state, 'succeeded', JSON.stringify(record));
    assert.deepEqual(await runner.rows('SELECT n FROM @{gold.c_12345678901234567890} -> n:string'), [
      ['12345678901234567890'],
    ]);
    const wrong = await runner.run(project, { parameters: { ids: 'no, se' } });
    assert.equal(recordOf(wrong.record, 'each').error?.code, 'jobs.invalid-inputs');
    assert.equal(wrong.statements, 0);
  });

  it('runs another job of the bundle, with parameters and a record of its own', async () => {
    using project = createProject(
      `tasks:
  - {task_key: call, run_job_task: {job_id: "\${resources.jobs.other.id}", job_parameters: {who: "{{job.name}}"}}}`,
      {
        'src/other.sql':
          "CREATE OR REPLACE TABLE shop.gold.other AS SELECT ':who' AS w, ':how' AS h -> w:string, h:string",
      },
      {
        other: `parameters: [{name: who, default: nobody}, {name: how, default: "{{job.trigger.type}}"}]
tasks: [{task_key: t, ${sql('other')}}]`,
      },
    );
    const { record, statements } = await runner.run(project);
    assert.equal(record.state, 'succeeded', JSON.stringify(record));
    assert.equal(statements, 1);
    assert.deepEqual(await runner.rows('SELECT w, h FROM @{gold.other} -> w:string, h:string'), [
      ['daily', 'run_job_task'],
    ]);
    const child = recordOf(record, 'call').ran;
    const { runs } = await readRunHistory(runner.lake.stateFolder, { job: 'other', limit: 5 });
    assert.deepEqual(
      runs.map(({ id, parent, state }) => [id, parent, state]),
      [[child, { run: record.id, task: 'call' }, 'succeeded']],
    );
    project.write('src/other.sql', 'SELECT nope FROM @{shop.gold.other} -> n:int');
    const failed = await runner.run(project);
    const { error } = recordOf(failed.record, 'call');
    assert.equal(error?.code, 'jobs.other-job-failed');
    assert.match(error.nextStep, /medallion history \d/);
  });

  it('tries again as often as the task says, and a handler of failures runs', async () => {
    using project = createProject(
      `tasks:
  - {task_key: shaky, max_retries: 2, min_retry_interval_millis: 1, ${sql('shaky')}}
  - {task_key: refused, max_retries: 2, min_retry_interval_millis: 1, ${sql('refused')}}
  - {task_key: cleanup, run_if: AT_LEAST_ONE_FAILED, depends_on: [{task_key: shaky}, {task_key: refused}], ${sql('cleanup')}}`,
      {
        'src/shaky.sql': 'SELECT n FROM @{shop.gold.nowhere} -> n:int',
        'src/refused.sql': 'NOT EMULATED',
        'src/cleanup.sql': 'CREATE OR REPLACE TABLE shop.gold.cleaned AS SELECT 1 AS n -> n:int',
      },
    );
    const { record } = await runner.run(project);
    const shaky = recordOf(record, 'shaky');
    assert.deepEqual([shaky.state, shaky.attempts?.length], ['failed', 2]);
    assert.deepEqual(new Set(shaky.attempts?.map(({ error }) => error.code)), new Set([shaky.error?.code]));
    assert.equal(recordOf(record, 'refused').attempts, undefined);
    assert.equal(recordOf(record, 'cleanup').state, 'succeeded');
    assert.equal(record.state, 'succeededWithFailures');
  });

  it('stops what runs longer than it may, the task or the job', async () => {
    const endless =
      'SELECT count(*) AS n FROM range(1000000) a, range(1000000) b WHERE hash(a.range + b.range) = 5 -> n:bigint';
    using task = createProject(`tasks: [{task_key: long, timeout_seconds: 1, ${sql('long')}}]`, {
      'src/long.sql': endless,
    });
    const one = await runner.run(task);
    assert.deepEqual([one.record.state, one.states], ['failed', { long: 'timedOut' }]);
    assert.equal(recordOf(one.record, 'long').error?.code, 'jobs.timed-out');
    using job = createProject(
      `timeout_seconds: 1\ntasks: [{task_key: long, ${sql('long')}}, {task_key: next, depends_on: [{task_key: long}], ${sql('long')}}]`,
      { 'src/long.sql': endless },
    );
    const whole = await runner.run(job);
    assert.deepEqual([whole.record.state, whole.states], ['timedOut', { long: 'cancelled', next: 'cancelled' }]);
  });
});
