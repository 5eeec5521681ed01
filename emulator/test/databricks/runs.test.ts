import assert from 'node:assert/strict';
import { at, type CallAnswer, databricksScope, type Json, listAt } from '../support/control-client.ts';
import { scriptedExecutors, useControlPort } from '../support/control-suite.ts';
import { eventually } from '../support/eventually.ts';

const digits = (text: string, field: string): string => new RegExp(`"${field}":(\\d+)`).exec(text)?.[1] ?? '';
const raw = (text: string) => ({ raw: Buffer.from(text), headers: { 'content-type': 'application/json' } });

const settings = (name: string, more: Json = {}): Json => ({
  name,
  tasks: ['first', 'second'].map((task_key) => ({ task_key, notebook_task: { notebook_path: `/n/${task_key}` } })),
  parameters: [
    { name: 'outcome', default: 'SUCCESS' },
    { name: 'day', default: '2026-01-01' },
  ],
  ...more,
});

describe('databricks runs', () => {
  const suite = useControlPort(databricksScope, scriptedExecutors);
  const { call } = suite;

  const createJob = async (name: string, more?: Json): Promise<string> =>
    digits((await call('POST', '/api/2.2/jobs/create', { body: settings(name, more) })).text, 'job_id');
  const runNow = (jobId: string, parameters: Json = {}, more = ''): Promise<CallAnswer> =>
    call(
      'POST',
      '/api/2.2/jobs/run-now',
      raw(`{"job_id":${jobId},"job_parameters":${JSON.stringify(parameters)}${more}}`),
    );
  const getRun = (runId: string): Promise<CallAnswer> => call('GET', `/api/2.2/jobs/runs/get?run_id=${runId}`);
  const life = ({ json }: CallAnswer): unknown => at(json, 'state', 'life_cycle_state');
  const ended = (runId: string): Promise<CallAnswer> =>
    eventually(
      () => getRun(runId),
      (answer) => at(answer.json, 'status', 'state') === 'TERMINATED',
    );

  it('hands settings and parameters to the executor and shows how the run and its tasks ended', async () => {
    const jobId = await createJob('plain');
    const started = await runNow(jobId, { day: '2026-02-03' });
    assert.equal(started.json['number_in_job'], 1);
    const { json, text } = await ended(digits(started.text, 'run_id'));
    assert.equal(digits(text, 'job_id'), jobId);
    assert.deepEqual(json['state'], {
      life_cycle_state: 'TERMINATED',
      result_state: 'SUCCESS',
      state_message: '{"outcome":"SUCCESS","day":"2026-02-03"}',
      user_cancelled_or_timedout: false,
    });
    assert.deepEqual(json['job_parameters'], [
      { name: 'day', default: '2026-01-01', value: '2026-02-03' },
      { name: 'outcome', default: 'SUCCESS', value: 'SUCCESS' },
    ]);
    const tasks = listAt(json, 'tasks');
    assert.deepEqual(
      tasks.map((task) => [task['task_key'], at(task, 'state', 'state_message')]),
      [
        ['first', '2 tasks'],
        ['second', '{"outcome":"SUCCESS","day":"2026-02-03"}'],
      ],
    );
    const output = await call('GET', `/api/2.2/jobs/runs/get-output?run_id=${digits(text, 'run_id')}`);
    assert.match(String(output.json['message']), /multiple tasks is not supported/);
    const taskRunId = digits(text.slice(text.indexOf('"tasks"')), 'run_id');
    const ofTask = await call('GET', `/api/2.2/jobs/runs/get-output?run_id=${taskRunId}`);
    assert.equal(at(ofTask.json, 'metadata', 'task_key'), 'first');
    assert.equal(ofTask.json['error'], undefined);
  });

  it('starts one run for one idempotency token, however often it is sent', async () => {
    const jobId = await createJob('tokens');
    const first = await runNow(jobId, {}, ',"idempotency_token":"once"');
    const again = await runNow(jobId, {}, ',"idempotency_token":"once"');
    assert.equal(again.text, first.text);
    await suite.crashAndRestart();
    assert.equal((await runNow(jobId, {}, ',"idempotency_token":"once"')).text, first.text);
    const list = await call('GET', `/api/2.2/jobs/runs/list?job_id=${jobId}`);
    assert.equal(listAt(list.json, 'runs').length, 1);
  });

  it('shows a failed run and one whose executor broke apart', async () => {
    const jobId = await createJob('failing', { max_concurrent_runs: 5 });
    const failed = await ended(digits((await runNow(jobId, { outcome: 'FAILED' })).text, 'run_id'));
    assert.equal(at(failed.json, 'state', 'result_state'), 'FAILED');
    assert.equal(at(failed.json, 'status', 'termination_details', 'code'), 'RUN_EXECUTION_ERROR');
    const broken = await ended(digits((await runNow(jobId, { outcome: 'throw' })).text, 'run_id'));
    assert.equal(life(broken), 'INTERNAL_ERROR');
    assert.equal(at(broken.json, 'state', 'state_message'), 'the compute went away');
    const states = listAt(broken.json, 'tasks').map((task) => at(task, 'state', 'life_cycle_state'));
    assert.deepEqual(states, ['INTERNAL_ERROR', 'INTERNAL_ERROR'], 'no task goes on in a run that has ended');
  });

  it('cancels a run, skips one above the limit, and starts a queued one when there is room', async () => {
    const single = await createJob('single');
    const running = digits((await runNow(single, { outcome: 'wait' })).text, 'run_id');
    const skipped = await getRun(digits((await runNow(single)).text, 'run_id'));
    assert.equal(life(skipped), 'SKIPPED');
    await call('POST', '/api/2.2/jobs/runs/cancel', raw(`{"run_id":${running}}`));
    const cancelled = await ended(running);
    assert.equal(at(cancelled.json, 'state', 'result_state'), 'CANCELED');
    assert.equal(at(cancelled.json, 'state', 'state_message'), 'stopped on request');

    const queueing = await createJob('queueing', { queue: { enabled: true } });
    const before = digits((await runNow(queueing, { outcome: 'wait' })).text, 'run_id');
    const queued = digits((await runNow(queueing)).text, 'run_id');
    assert.equal(life(await getRun(queued)), 'QUEUED');
    await call('POST', '/api/2.2/jobs/runs/cancel', raw(`{"run_id":${before}}`));
    assert.equal(at((await ended(queued)).json, 'state', 'result_state'), 'SUCCESS');
  });

  it('ends the runs that a crash cut off, and lists active and completed ones apart', async () => {
    const jobId = await createJob('cut-off');
    const runId = digits((await runNow(jobId, { outcome: 'wait' })).text, 'run_id');
    const active = await call('GET', `/api/2.2/jobs/runs/list?job_id=${jobId}&active_only=true`);
    assert.equal(listAt(active.json, 'runs').length, 1);
    await suite.crashAndRestart();
    const cut = await getRun(runId);
    assert.equal(life(cut), 'INTERNAL_ERROR');
    assert.match(String(at(cut.json, 'state', 'state_message')), /stopped during this run/);
    const completed = await call('GET', `/api/2.2/jobs/runs/list?job_id=${jobId}&completed_only=true`);
    assert.equal(listAt(completed.json, 'runs').length, 1);
  });

  it('runs the tasks alone that run-now names', async () => {
    const depends_on = [{ task_key: 'first' }];
    const tasks = [
      { task_key: 'first', notebook_task: { notebook_path: '/n/a' } },
      { task_key: 'second', notebook_task: { notebook_path: '/n/b' }, depends_on },
    ];
    const jobId = await createJob('some', { tasks });
    const run = await ended(digits((await runNow(jobId, {}, ',"only":["second"]')).text, 'run_id'));
    assert.deepEqual(
      listAt(run.json, 'tasks').map(({ task_key: key, depends_on: above }) => [key, above]),
      [['second', []]],
    );
    assert.equal((await runNow(jobId, {}, ',"only":["third"]')).status, 400);
  });

  it('names the parameters of run-now that it does not have', async () => {
    const answer = await runNow(await createJob('old-style'), {}, ',"notebook_params":{"a":"b"}');
    assert.deepEqual([answer.status, answer.json['error_code']], [501, 'NOT_IMPLEMENTED']);
    assert.match(String(answer.json['message']), /notebook_params/);
    const absent = await getRun('7');
    assert.equal(absent.json['message'], 'Run 7 does not exist.');
  });
});

describe('databricks runs without an executor', () => {
  const { call } = useControlPort(databricksScope);

  it('end with an internal error that says why', async () => {
    const jobId = digits((await call('POST', '/api/2.2/jobs/create', { body: settings('nobody') })).text, 'job_id');
    const runId = digits((await call('POST', '/api/2.2/jobs/run-now', raw(`{"job_id":${jobId}}`))).text, 'run_id');
    const { json } = await eventually(
      () => call('GET', `/api/2.2/jobs/runs/get?run_id=${runId}`),
      (answer) => at(answer.json, 'status', 'state') === 'TERMINATED',
    );
    assert.equal(at(json, 'state', 'life_cycle_state'), 'INTERNAL_ERROR');
    assert.match(String(at(json, 'state', 'state_message')), /without an executor for jobs/);
  });
});
