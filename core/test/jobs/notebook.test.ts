import assert from 'node:assert/strict';
import { prepareJob } from '@medallion/core/jobs/prepared-job.ts';
import { withoutWidgets } from '@medallion/core/project/notebook-widgets.ts';
import { refusal } from '../engine/refusal.ts';
import { createProject, type TestProject } from './bundle.ts';
import { type JobRunner, startJobRunner } from './job-runner.ts';

const notebook = (...cells: readonly string[]): string =>
  ['-- Databricks notebook source', ...cells].join('\n-- COMMAND ----------\n').replace('\n-- COMMAND ----------', '');

const job = (path = './nb/main', more = ''): string =>
  `parameters: [{name: catalog, default: shop}]\ntasks:\n  - {task_key: n, ${more}notebook_task: {notebook_path: ${path}, base_parameters: {who: me}}}`;

const main = notebook(
  '-- MAGIC %md\n-- MAGIC # Not; SQL',
  'CREATE WIDGET TEXT who DEFAULT "nobody"; CREATE WIDGET TEXT how DEFAULT \'so\'',
  '-- MAGIC %run ./names',
  "-- DBTITLE 1,The table\nCREATE OR REPLACE TABLE gold.nb AS SELECT ':who' AS w, ':how' AS h -> w:string, h:string",
  '-- MAGIC %sql SELECT w FROM @{gold.nb} -> w:string',
);

const names = notebook('USE CATALOG :catalog');

describe('a notebook of SQL', function () {
  this.timeout(60_000);
  let runner: JobRunner;
  before(async () => {
    runner = await startJobRunner();
  });
  after(() => runner[Symbol.asyncDispose]());

  it('runs on the engine, with the notebooks that it runs, as one session', async () => {
    using project = createProject(job(), { 'nb/main.sql': main, 'nb/names.sql': names });
    const { record, statements } = await runner.run(project);
    assert.equal(record.state, 'succeeded', JSON.stringify(record));
    assert.equal(statements, 3);
    assert.deepEqual(await runner.rows('SELECT w, h FROM @{gold.nb} -> w:string, h:string'), [['me', 'so']]);
    const [task] = record.tasks;
    assert.deepEqual(
      task?.files.map(({ file }) => file),
      ['nb/main.sql', 'nb/names.sql'],
    );
    assert.equal(task.profile, 'ANSI, Etc/UTC (serverless)');
    assert.deepEqual(
      task.statements.map(({ kind, line }) => [kind, line]),
      [
        ['useCatalog', 2],
        ['createTableAs', 10],
        ['query', 12],
      ],
    );
    assert.equal((await runner.run(project)).statements, 0);
    project.write('nb/names.sql', `${names} `);
    assert.equal((await runner.run(project)).statements, 3);
  });

  it('tells an error at its place, also in a notebook that it runs', async () => {
    using project = createProject(job(), { 'nb/main.sql': main, 'nb/names.sql': `${names}\n\nNOT EMULATED` });
    const { record, statements } = await runner.run(project);
    const { error } = record.tasks[0]!;
    // It begins where the cell does.
    assert.deepEqual([error?.code, error?.file, error?.line], ['sql.not-emulated', 'nb/names.sql', 2]);
    assert.equal(statements, 0);
  });

  it('is the same in Jupyter form', async () => {
    const cells = [
      { cell_type: 'markdown', source: '# Title' },
      { cell_type: 'code', source: ['%sql\n', 'USE CATALOG :catalog\n'] },
      { cell_type: 'code', source: ['%sql\n', 'SELECT 1 AS n -> n:int'] },
    ];
    using project = createProject(job('./j.ipynb'), { 'j.ipynb': JSON.stringify({ cells, metadata: {} }) });
    const { record } = await runner.run(project);
    assert.deepEqual(
      record.tasks[0]?.statements.map(({ kind }) => kind),
      ['useCatalog', 'query'],
    );
  });

  it('is refused by name where it cannot run', async () => {
    const refused = async (files: Readonly<Record<string, string>>, code: string, message: RegExp): Promise<void> => {
      using project = createProject(job(), files);
      const error = await refusal(prepared(project), code);
      assert.match(error.message, message);
    };
    await refused({ 'nb/main.sql': 'SELECT 1' }, 'jobs.task-not-emulated', /n: nb\/main\.sql is no notebook/);
    await refused(
      { 'nb/main.sql': main },
      'jobs.missing-file',
      /the notebook \.\/names, which it runs, does not exist/,
    );
    const back = notebook('-- MAGIC %run ./main');
    await refused(
      { 'nb/main.sql': main, 'nb/names.sql': back },
      'jobs.task-not-emulated',
      /runs the notebook nb\/main\.sql/,
    );
    const withParameters = notebook('-- MAGIC %run ./names $x="1"');
    await refused(
      { 'nb/main.sql': withParameters, 'nb/names.sql': names },
      'jobs.task-not-emulated',
      /hands over parameters/,
    );
  });
});

async function prepared(project: TestProject): Promise<unknown> {
  const job = await project.job();
  return await prepareJob({ root: project.root, job, jobs: [job] });
}

describe('widgets of a SQL notebook', () => {
  it('leave the text at its place, and give defaults', () => {
    const text = `-- why\nCREATE WIDGET DROPDOWN \`a b\` DEFAULT "x;y" CHOICES SELECT * FROM (VALUES ("x;y"), ("z"))`;
    assert.deepEqual([...withoutWidgets(text).defaults], [['a b', 'x;y']]);
    const mixed =
      "SELECT 1;\nCREATE WIDGET TEXT p DEFAULT 'it''s';\nREMOVE WIDGET q;\nSELECT 'CREATE WIDGET TEXT no DEFAULT \"1\"'";
    const { text: left, defaults } = withoutWidgets(mixed);
    assert.deepEqual([...defaults], [['p', "it's"]]);
    assert.deepEqual(
      left.split('\n').map((line) => line.trim()),
      ['SELECT 1;', ';', ';', mixed.split('\n')[3]],
    );
  });
});
