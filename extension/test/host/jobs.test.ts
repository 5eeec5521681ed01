import * as assert from 'node:assert/strict';
import type { RunRecord, TaskRecord } from '@medallion/core/jobs/run.generated.ts';
import { childrenOf, type JobNode } from '../../src/jobs/job-nodes.ts';
import { renderJob } from '../../src/jobs/render-job.ts';

const now = new Date('2026-05-01T10:00:00Z');

const task: TaskRecord = {
  key: 'load',
  kind: 'sql_task',
  files: [],
  profile: '',
  state: 'failed',
  startedAt: '2026-05-01T09:55:00Z',
  seconds: 1.25,
  statements: [],
  inputs: { tables: [], files: [], paths: [] },
  outputs: [],
  checks: [],
  warnings: [],
  repeatable: false,
  error: { code: 'sql.not-emulated', message: 'A <b>construct</b>', nextStep: 'Change it.', file: 'a.sql', line: 4 },
};

const run: RunRecord = {
  id: '1',
  job: 'daily',
  environment: 'local',
  engineVersion: '1',
  parameters: {},
  startedAt: '2026-05-01T09:55:00Z',
  seconds: 2,
  state: 'failed',
  tasks: [task, { ...task, key: 'each', state: 'succeeded', iterations: [{ ...task, input: '"a"' }] }],
};

describe('the view Jobs', () => {
  const job = (runs: readonly RunRecord[]): JobNode => ({
    id: 'job:daily',
    kind: 'job',
    key: 'daily',
    name: '[dev] daily',
    range: { file: 'databricks.yml', start: { line: 3, column: 1 } },
    tasks: [],
    runs,
  });

  it('says of a job what its last run came to, and how long ago', () => {
    assert.equal(renderJob(job([]), now).description, 'not run yet');
    const rendered = renderJob(job([run]), now);
    assert.deepEqual(
      [rendered.label, rendered.description, rendered.icon],
      ['daily', 'failed 5 min ago, 2.0 s', 'error'],
    );
    assert.equal(renderJob(job([{ ...run, state: 'running' }]), now).description, 'running');
  });

  it('leads from a job through its runs to tasks and iterations', () => {
    const [runs] = childrenOf(job([run]));
    assert.ok(runs?.kind === 'runs');
    const [shown] = childrenOf(runs);
    assert.ok(shown);
    const [failed, each] = childrenOf(shown);
    assert.ok(failed && each);
    assert.equal(renderJob(failed, now).description, 'failed, 1.3 s');
    assert.deepEqual(renderJob(failed, now).tooltip.at(-2), ['Error', 'A <b>construct</b> [sql.not-emulated]']);
    assert.equal(renderJob(childrenOf(each)[0] ?? failed, now).label, 'load "a"');
  });
});
