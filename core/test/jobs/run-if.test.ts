import assert from 'node:assert/strict';
import { decide } from '@medallion/core/jobs/run-if.ts';
import { emptyRecord } from '@medallion/core/jobs/task-record.ts';
import type { TaskRecord } from '@medallion/core/jobs/run.generated.ts';
import { createProject } from './bundle.ts';

type State = TaskRecord['state'] | boolean;

/** What a task with this `run_if` becomes, under tasks that ended so; true and false are conditions that came to that. */
async function decided(runIf: string | undefined, above: readonly State[], outcome?: string): Promise<string> {
  const keys = above.map((_state, index) => `t${index}`);
  const condition = '{op: EQUAL_TO, left: a, right: a}';
  const edges = keys.map((key) => `{task_key: ${key}${outcome === undefined ? '' : `, outcome: "${outcome}"`}}`);
  using project = createProject(
    `tasks:\n${keys.map((key) => `  - {task_key: ${key}, condition_task: ${condition}}`).join('\n')}
  - {task_key: it, ${runIf === undefined ? '' : `run_if: ${runIf}, `}depends_on: [${edges.join(', ')}], condition_task: ${condition}}`,
  );
  const { tasks } = await project.job();
  const prepared = { files: [], profile: '', fingerprint: null, run: () => Promise.reject(new Error('not run')) };
  const records = new Map(
    keys.map((key, index) => {
      const state = above[index] ?? 'succeeded';
      const task = tasks.find((one) => one.key === key)!;
      const record = emptyRecord({ task, prepared }, typeof state === 'boolean' ? 'succeeded' : state);
      return [key, typeof state === 'boolean' ? { ...record, condition: state } : record];
    }),
  );
  const decision = decide(tasks.at(-1)!, (key) => records.get(key));
  return decision.runs ? 'runs' : decision.state;
}

/** Databricks, "Configure task dependencies": each run_if with what its dependencies came to. */
const table: readonly (readonly [string | undefined, readonly State[], string])[] = [
  [undefined, ['succeeded', 'skipped'], 'runs'],
  [undefined, ['succeeded', 'failed'], 'upstreamFailed'],
  [undefined, ['succeeded', 'excluded'], 'runs'],
  ['ALL_SUCCESS', ['succeeded', 'timedOut'], 'upstreamFailed'],
  ['ALL_SUCCESS', ['succeeded', 'upstreamFailed'], 'upstreamFailed'],
  ['NONE_FAILED', ['succeeded', 'excluded'], 'runs'],
  ['NONE_FAILED', ['succeeded', 'failed'], 'upstreamFailed'],
  ['AT_LEAST_ONE_SUCCESS', ['failed', 'succeeded'], 'runs'],
  ['AT_LEAST_ONE_SUCCESS', ['failed', 'failed'], 'upstreamFailed'],
  ['AT_LEAST_ONE_SUCCESS', ['failed', 'excluded'], 'upstreamFailed'],
  ['ALL_DONE', ['failed', 'upstreamFailed'], 'runs'],
  ['AT_LEAST_ONE_FAILED', ['succeeded', 'failed'], 'runs'],
  ['AT_LEAST_ONE_FAILED', ['succeeded', 'succeeded'], 'excluded'],
  ['ALL_FAILED', ['failed', 'timedOut'], 'runs'],
  ['ALL_FAILED', ['failed', 'succeeded'], 'excluded'],
  ['ALL_DONE', ['excluded', 'excluded'], 'excluded'],
  ['AT_LEAST_ONE_FAILED', ['excluded'], 'excluded'],
];

describe('run_if', () => {
  for (const [runIf, above, expected] of table) {
    it(`${runIf ?? 'unset'} after ${above.join(', ')}: ${expected}`, async () => {
      assert.equal(await decided(runIf, above), expected);
    });
  }

  it('follows the outcome of a condition, also beside dependencies that succeeded', async () => {
    assert.equal(await decided(undefined, [true], 'true'), 'runs');
    assert.equal(await decided(undefined, [false], 'true'), 'excluded');
    assert.equal(await decided(undefined, [true, false], 'true'), 'excluded');
    assert.equal(await decided('AT_LEAST_ONE_SUCCESS', [true, false], 'true'), 'runs');
    assert.equal(await decided(undefined, ['failed'], 'true'), 'upstreamFailed');
  });
});
