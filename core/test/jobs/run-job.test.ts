import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import type { SupervisedEngine } from '@medallion/core/engine/client.ts';
import type { Engine, TableCheck } from '@medallion/core/engine/contract.ts';
import { runJob, type RunJobOptions } from '@medallion/core/jobs/run-job.ts';
import { prepareJob } from '@medallion/core/jobs/prepared-job.ts';
import type { RunRecord } from '@medallion/core/jobs/run.generated.ts';
import { readRunHistory } from '@medallion/core/observe/run-history.ts';
import { script, startLake, type TestLake } from '../engine/lake.ts';
import { refusal } from '../engine/refusal.ts';
import { createProject, sqlTasks, type TestProject } from './bundle.ts';

const tasks = `parameters:
  - {name: catalog, default: shop}
  - {name: landing, default: /Volumes/shop/bronze/landing}
${sqlTasks({ gold: ['silver'], bronze: [], silver: ['bronze'], other: [] })}`;

const files = {
  'src/bronze.sql': `USE CATALOG :catalog;
CREATE OR REPLACE TABLE bronze.orders AS
SELECT id, amount, _metadata.file_name AS f FROM @files{:landing/orders|format=csv|header=true|schema=id STRING, amount STRING} -> id:string, amount:string, f:string`,
  'src/silver.sql': `USE CATALOG :catalog;
CREATE OR REPLACE TABLE silver.orders AS SELECT CAST(id AS INT) AS id, CAST(amount AS DECIMAL(10,2)) AS amount FROM @{bronze.orders} -> id:int, amount:decimal(10,2)`,
  'src/gold.sql': `USE CATALOG :catalog;
CREATE OR REPLACE TABLE gold.revenue AS SELECT sum(amount) AS revenue FROM @{silver.orders} -> revenue:decimal(20,2)`,
  'src/other.sql': 'USE CATALOG :catalog;\nCREATE OR REPLACE TABLE gold.other AS SELECT 1 AS n -> n:int',
};

describe('runJob', function () {
  this.timeout(60_000);
  let lake: TestLake;
  let engine: SupervisedEngine;
  let project: TestProject;
  before(async () => {
    lake = await startLake();
    engine = await lake.engine();
    project = createProject(tasks, files);
    await lake.land('orders/2024-01-01.csv', 'id,amount\n1,10.50\n2,-0.25\n');
  });
  after(async () => {
    project[Symbol.dispose]();
    await engine[Symbol.asyncDispose]();
    await lake[Symbol.asyncDispose]();
  });

  const run = async (options: Partial<RunJobOptions> = {}): Promise<RunRecord> =>
    await runJob({
      root: project.root,
      job: await project.job(),
      target: 'dev',
      environment: lake.azure.environment,
      stateFolder: lake.stateFolder,
      engine,
      lake: { resolver: lake.resolver, storage: lake.storage },
      ...options,
    });
  /** What a run did, and the statements that it took. */
  const observed = async (options: Partial<RunJobOptions> = {}) => {
    const before = await engine.statistics();
    const record = await run(options);
    const { statements } = await engine.statistics();
    return {
      record,
      states: Object.fromEntries(record.tasks.map(({ key, state }) => [key, state])),
      statements: statements - before.statements,
    };
  };
  const revenue = async () =>
    (await engine.query({ ...script('SELECT revenue FROM @{gold.revenue} -> r:decimal(20,2)'), maxRows: 1 })).rows;

  it('runs tasks in order and records what they read, wrote and were', async () => {
    const { record, states, statements } = await observed();
    assert.deepEqual(states, { bronze: 'succeeded', other: 'succeeded', silver: 'succeeded', gold: 'succeeded' });
    assert.equal(statements, 8);
    assert.deepEqual(await revenue(), [['10.25']]);
    const silver = record.tasks.find(({ key }) => key === 'silver')!;
    const { tableId } = await lake.resolver.table({ catalog: 'shop', schema: 'bronze', table: 'orders' });
    assert.deepEqual(silver.inputs.tables, [{ table: 'shop.bronze.orders', tableId, version: 0 }]);
    assert.deepEqual(
      silver.outputs.map(({ table, version, rows, files: count }) => [table, version, rows, count]),
      [['shop.silver.orders', 0, 2, 1]],
    );
    assert.equal(silver.profile, 'ANSI, Etc/UTC (SQL warehouse)');
    const bronze = record.tasks.find(({ key }) => key === 'bronze')!;
    assert.deepEqual(
      bronze.inputs.files.map(({ path }) => path),
      ['dbfs:/Volumes/shop/bronze/landing/orders/2024-01-01.csv'],
    );
    assert.equal(record.contentHash, await contentHash(project));
    const { runs } = await readRunHistory(lake.stateFolder, { limit: 5 });
    assert.deepEqual(runs, [record]);
    const schema = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../../schemas/run.schema.json'), 'utf8'),
    ) as object;
    const ajv = new Ajv();
    formats.default(ajv);
    assert.ok(ajv.validate(schema, record), JSON.stringify(ajv.errors));
  });

  it('runs no statement where everything would repeat itself', async () => {
    const { record, states, statements } = await observed();
    assert.deepEqual(states, { bronze: 'skipped', other: 'skipped', silver: 'skipped', gold: 'skipped' });
    assert.equal(statements, 0);
    assert.equal(record.state, 'succeeded');
    assert.deepEqual(
      record.tasks.map(({ reason }) => reason),
      Array(4).fill('unchanged'),
    );
    assert.equal((await observed({ force: true })).statements, 8);
  });

  it('runs what a new file, a changed text, a changed table or other checks touch, and nothing else', async () => {
    assert.equal((await observed()).statements, 0);
    await lake.land('orders/2024-01-02.csv', 'id,amount\n3,1.00\n');
    assert.deepEqual((await observed()).states, {
      bronze: 'succeeded',
      other: 'skipped',
      silver: 'succeeded',
      gold: 'succeeded',
    });
    assert.deepEqual(await revenue(), [['11.25']]);
    project.write('src/other.sql', files['src/other.sql'].replace('SELECT 1', 'SELECT 2'));
    assert.deepEqual((await observed()).states, {
      bronze: 'skipped',
      other: 'succeeded',
      silver: 'skipped',
      gold: 'skipped',
    });
    await engine.runScript(script('INSERT INTO silver.orders SELECT 9, 100 -> id:int, amount:int'));
    assert.deepEqual((await observed()).states, {
      bronze: 'skipped',
      other: 'skipped',
      silver: 'succeeded',
      gold: 'succeeded',
    });
    assert.deepEqual(await revenue(), [['11.25']]);
    await engine.runScript(script('DROP TABLE gold.other'));
    assert.equal((await observed()).states['other'], 'succeeded');
    // Dropped and made anew by someone else, the table is at version 0 as recorded, and holds something else.
    await engine.runScript(script('DROP TABLE gold.other; CREATE TABLE gold.other AS SELECT 7 AS n -> n:int'));
    assert.equal((await observed()).states['other'], 'succeeded');
    const check: TableCheck = {
      name: 'few',
      sql: 'SELECT count(*) AS value FROM __staged',
      scope: 'table',
      passes: 'value < 100',
      severity: 'error',
      source: 'c:1',
    };
    const checked = await observed({ checks: { 'gold.other': [check] } });
    assert.deepEqual(Object.values(checked.states), Array(4).fill('succeeded'));
    assert.deepEqual(
      checked.record.tasks.flatMap(({ checks }) => checks),
      [{ table: 'shop.gold.other', name: 'few', severity: 'error', violations: 0 }],
    );
  });

  it('stops below a task that failed and says where', async () => {
    project.write('src/silver.sql', `USE CATALOG :catalog;\n\nSELECT nope FROM @{bronze.orders} -> n:int`);
    const { record, states } = await observed();
    assert.deepEqual(states, { bronze: 'succeeded', other: 'succeeded', silver: 'failed', gold: 'upstreamFailed' });
    assert.equal(record.state, 'failed');
    const { error } = record.tasks.find(({ key }) => key === 'silver')!;
    assert.deepEqual([error?.code, error?.file, error?.line], ['engine.analysis-failed', 'src/silver.sql', 3]);
    assert.equal(record.tasks.find(({ key }) => key === 'gold')?.reason, 'upstream failed: silver');
    project.write('src/silver.sql', files['src/silver.sql']);
    assert.equal((await run()).state, 'succeeded');
  });

  it('is cancelled with what runs, and starts nothing more', async () => {
    project.write(
      'src/silver.sql',
      'SELECT count(*) AS n FROM range(1000000) a, range(1000000) b WHERE hash(a.range + b.range) = 5 -> n:bigint',
    );
    const abort = new AbortController();
    const record = await run({
      signal: abort.signal,
      report: (event) => {
        if (event.kind === 'started' && event.step === 'silver') abort.abort();
      },
    });
    assert.equal(record.state, 'cancelled');
    assert.deepEqual(
      record.tasks.filter(({ key }) => key === 'silver' || key === 'gold').map(({ state }) => state),
      ['cancelled', 'cancelled'],
    );
    project.write('src/silver.sql', files['src/silver.sql']);
  });

  it('fails where the engine is killed, and a retry goes on with a new one', async () => {
    using killed = createProject(
      'tasks: [{task_key: a, max_retries: 1, sql_task: {warehouse_id: w, file: {path: src/a.sql}}}]',
      {
        'src/a.sql':
          'SELECT count(*) AS n FROM range(1000000) a, range(1000000) b WHERE hash(a.range + b.range) = 5 -> n:bigint',
      },
    );
    await engine.statistics();
    const job = await killed.job();
    const first = engine.pid!;
    const record = await run({
      root: killed.root,
      job,
      engine: {
        ...engineCalls(engine),
        runScript: (request, signal, report) => {
          // The first attempt's process goes, the second attempt's text ends at once.
          if (engine.pid === first) {
            const running = engine.runScript(request, signal, report);
            process.kill(first, 'SIGKILL');
            return running;
          }
          return engine.runScript(
            { ...request, source: { ...request.source, text: 'SELECT 1 AS n -> n:int' } },
            signal,
          );
        },
      },
    });
    const [task] = record.tasks;
    assert.equal(task?.state, 'succeeded', JSON.stringify(task));
    assert.deepEqual(
      task.attempts?.map(({ state, error }) => [state, error.code]),
      [['failed', 'engine.died']],
    );
    assert.notEqual(engine.pid, first);
  });

  it('runs an append again, for it gives another table each time', async () => {
    using appending = createProject(sqlTasks({ append: [] }), {
      'src/append.sql': 'INSERT INTO shop.gold.other SELECT 5 -> n:int',
    });
    const job = await appending.job();
    for (const expected of [2, 3]) {
      const { states } = await observed({ root: appending.root, job });
      assert.deepEqual(states, { append: 'succeeded' });
      const counted = await engine.query({
        ...script('SELECT count(*) AS n FROM @{gold.other} -> n:bigint'),
        maxRows: 1,
      });
      assert.deepEqual(counted.rows, [[expected]]);
    }
  });

  it('refuses what cannot run before anything runs', async () => {
    const before = await engine.statistics();
    const refused = async (
      job: string,
      code: string,
      message: RegExp,
      parameters?: Record<string, string>,
    ): Promise<void> => {
      using bad = createProject(job, { 'src/a.sql': 'SELECT 1 AS n -> n:int', 'src/b.sql': 'SELECT 1 AS n -> n:int' });
      const given = parameters ? { parameters } : {};
      const error = await refusal(run({ root: bad.root, job: await bad.job(), ...given }), code);
      assert.match(error.message, message);
    };
    await refused(
      'tasks:\n  - task_key: a\n    dbt_task: {commands: [dbt run]}',
      'jobs.task-not-emulated',
      /a: dbt tasks are not emulated/,
    );
    await refused(
      'tasks:\n  - task_key: a\n    sql_task: {query: {query_id: q}}',
      'jobs.task-not-emulated',
      /a: a sql_task of a query, which lives in a workspace/,
    );
    await refused(sqlTasks({ missing: [] }), 'jobs.missing-file', /missing: the file src\/missing\.sql does not exist/);
    await refused(sqlTasks({ a: ['b'], b: ['a'] }), 'jobs.invalid-graph', /in a circle: a, b/);
    await refused(sqlTasks({ a: ['nope'] }), 'jobs.invalid-graph', /depends on nope/);
    await refused(sqlTasks({ a: [] }), 'jobs.unknown-parameter', /no parameter x/, { x: '1' });
    await refused(
      `parameters: [{name: p, default: "{{tasks.b.values.v}}"}]\n${sqlTasks({ a: [] })}`,
      'jobs.reference-not-emulated',
      /tasks\.b\.values\.v/,
    );
    assert.deepEqual(await engine.statistics(), before);
  });

  it('resolves references in parameters', async () => {
    using referring = createProject(
      `parameters: [{name: day, default: "{{job.start_time.iso_date}}"}, {name: n, default: "7"}]\ntasks:\n  - task_key: a\n    sql_task:\n      warehouse_id: w\n      parameters: {name: "{{job.name}}-{{job.parameters.n}}"}\n      file: {path: src/a.sql}`,
      { 'src/a.sql': "CREATE OR REPLACE TABLE shop.gold.p AS SELECT ':day' AS d, ':name' AS n -> d:string, n:string" },
    );
    await run({ root: referring.root, job: await referring.job(), now: () => new Date('2024-05-06T07:08:09Z') });
    const { rows } = await engine.query({ ...script('SELECT d, n FROM @{gold.p} -> d:string, n:string'), maxRows: 1 });
    assert.deepEqual(rows, [['2024-05-06', 'daily-7']]);
  });
});

/** The engine's calls as an object that a test may change one of. */
function engineCalls(engine: SupervisedEngine): Engine {
  return {
    runScript: (...call) => engine.runScript(...call),
    query: (...call) => engine.query(...call),
    checkCommit: (...call) => engine.checkCommit(...call),
    exportQuery: (...call) => engine.exportQuery(...call),
    previewFile: (...call) => engine.previewFile(...call),
    previewTable: (...call) => engine.previewTable(...call),
    statistics: () => engine.statistics(),
    [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
  };
}

async function contentHash(project: TestProject): Promise<string> {
  const job = await project.job();
  return (await prepareJob({ root: project.root, job, jobs: [job] })).contentHash;
}

describe('the hash of a job', () => {
  it('changes with one byte of a file and with the job, not with the order of its keys', async () => {
    using project = createProject(sqlTasks({ a: [] }), { 'src/a.sql': 'SELECT 1' });
    const hash = () => contentHash(project);
    const first = await hash();
    assert.match(first, /^[0-9a-f]{64}$/);
    project.write('src/a.sql', 'SELECT 1 ');
    assert.notEqual(await hash(), first);
    project.write('src/a.sql', 'SELECT 1');
    assert.equal(await hash(), first);
    const tasksWith = (body: string) => `bundle: {name: shop}\nresources: {jobs: {daily: {tasks: [{${body}}]}}}\n`;
    project.write('databricks.yml', tasksWith('sql_task: {file: {path: src/a.sql}, warehouse_id: w}, task_key: a'));
    assert.equal(await hash(), first);
    project.write('databricks.yml', tasksWith('sql_task: {file: {path: src/a.sql}, warehouse_id: other}, task_key: a'));
    assert.notEqual(await hash(), first);
  });
});
