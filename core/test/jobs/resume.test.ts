import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { RunRecord } from '@medallion/core/jobs/run.generated.ts';
import { readRun, readRunHistory, runToResume } from '@medallion/core/observe/run-history.ts';
import { plainChild } from '../engine/lake.ts';
import { refusal } from '../engine/refusal.ts';
import { createProject, sqlTasks, type TestProject } from './bundle.ts';
import { type JobRunner, startJobRunner } from './job-runner.ts';
import type { KilledRunRequest } from './killed-run.ts';

const create = (table: string, from?: string): string =>
  `CREATE OR REPLACE TABLE shop.gold.${table} AS SELECT ${from === undefined ? '1 AS n' : `n + 1 AS n FROM @{shop.gold.${from}}`} -> n:int`;

const endless =
  'SELECT count(*) AS n FROM range(1000000) a, range(1000000) b WHERE hash(a.range + b.range) = 5 -> n:bigint';

/** a, then b, then c; d beside them. */
const chain = (b: string): TestProject =>
  createProject(
    `parameters: [{name: p, default: one}, {name: run, default: "{{job.run_id}}"}]\n${sqlTasks({ a: [], b: ['a'], c: ['b'], d: [] })}`,
    { 'src/a.sql': create('a'), 'src/b.sql': b, 'src/c.sql': create('c', 'b'), 'src/d.sql': create('d') },
  );

describe('a run that is continued', function () {
  this.timeout(60_000);
  let runner: JobRunner;
  before(async () => {
    runner = await startJobRunner();
  });
  after(() => runner[Symbol.asyncDispose]());

  const stateFolder = (): string => runner.lake.stateFolder;

  it('executes what failed and what follows, with the parameters and ids of the first run', async () => {
    using project = chain('SELECT nope FROM @{shop.gold.a} -> n:int');
    const first = await runner.run(project, { parameters: { p: 'two' } });
    assert.deepEqual(first.states, { a: 'succeeded', d: 'succeeded', b: 'failed', c: 'upstreamFailed' });
    project.write('src/b.sql', create('b', 'a'));
    const resume = await runToResume(stateFolder(), 'daily');
    assert.equal(resume.id, first.record.id);
    const second = await runner.run(project, { resume });
    assert.deepEqual(second.states, { a: 'skipped', d: 'skipped', b: 'succeeded', c: 'succeeded' });
    assert.equal(second.statements, 2);
    assert.equal(second.record.tasks.find(({ key }) => key === 'a')?.reason, `succeeded in run ${first.record.id}`);
    assert.deepEqual(second.record.parameters, first.record.parameters);
    assert.deepEqual(second.record.resumes, {
      run: first.record.id,
      first: first.record.id,
      firstStartedAt: first.record.startedAt,
      count: 1,
    });
    assert.equal(second.record.state, 'succeeded');
    await refusal(runToResume(stateFolder(), 'daily'), 'jobs.nothing-to-resume');
  });

  it('runs again what has changed since, and all below it', async () => {
    using project = chain(create('b', 'a'));
    project.write('src/c.sql', 'SELECT nope FROM @{shop.gold.b} -> n:int');
    await runner.run(project);
    project.write('src/a.sql', `${create('a')} `);
    project.write('src/c.sql', create('c', 'b'));
    const again = await runner.run(project, { resume: await runToResume(stateFolder(), 'daily') });
    assert.deepEqual(again.states, { a: 'succeeded', d: 'skipped', b: 'succeeded', c: 'succeeded' });
    assert.equal(again.statements, 3);
  });

  it('runs the tasks alone that were asked for, and such a run is none to continue', async () => {
    using project = chain(create('b', 'a'));
    await runner.run(project);
    const { record, states, statements } = await runner.run(project, { only: ['c', 'd'], force: true });
    assert.deepEqual(states, { a: 'skipped', b: 'skipped', c: 'succeeded', d: 'succeeded' });
    assert.deepEqual(record.only, ['c', 'd']);
    assert.equal(statements, 2);
    assert.equal(record.tasks.find(({ key }) => key === 'b')?.reason, 'not asked for');
    const error = await refusal(runner.run(project, { only: ['c', 'x'] }), 'jobs.unknown-task');
    assert.match(error.nextStep, /a, b, c, d/);
  });

  it('is seen where its process was killed, and goes on from there', async () => {
    using project = chain(endless);
    const child = fork(fileURLToPath(new URL('./killed-run.ts', import.meta.url)));
    const { environment } = runner.lake.azure;
    const request: KilledRunRequest = {
      root: project.root,
      environment,
      stateFolder: stateFolder(),
      childEntry: plainChild,
      task: 'b',
    };
    child.send(request);
    await once(child, 'message');
    const before = await readRunHistory(stateFolder(), { job: 'daily', limit: 1 });
    assert.equal(before.runs[0]?.state, 'running');
    assert.equal(before.runs[0].process, child.pid);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const killed = await runToResume(stateFolder(), 'daily');
    assert.equal(killed.state, 'interrupted');
    assert.equal(killed.error?.code, 'jobs.interrupted');
    assert.match(killed.error.nextStep, /medallion run daily --from-failed/);
    const stateIn = (record: RunRecord, key: string) => record.tasks.find((task) => task.key === key)?.state;
    assert.deepEqual([stateIn(killed, 'a'), stateIn(killed, 'b')], ['succeeded', 'interrupted']);
    project.write('src/b.sql', create('b', 'a'));
    const { states } = await runner.run(project, { resume: killed });
    assert.deepEqual([states['a'], states['b'], states['c']], ['skipped', 'succeeded', 'succeeded']);
  });

  it('leaves a record that says why, where the job was refused', async () => {
    using project = createProject(sqlTasks({ a: ['b'], b: ['a'] }), {
      'src/a.sql': create('a'),
      'src/b.sql': create('b'),
    });
    await refusal(runner.run(project), 'jobs.invalid-graph');
    const { runs } = await readRunHistory(stateFolder(), { limit: 1 });
    assert.deepEqual([runs[0]?.state, runs[0]?.error?.code, runs[0]?.tasks], ['failed', 'jobs.invalid-graph', []]);
    assert.deepEqual(await readRun(stateFolder(), runs[0]!.id), runs[0]);
    await refusal(readRun(stateFolder(), '2'), 'runs.ambiguous');
    await refusal(readRun(stateFolder(), 'x'), 'runs.not-found');
  });
});
