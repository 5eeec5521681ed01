import assert from 'node:assert/strict';
import { databricksChild } from '../statements/databricks-lake.ts';
import { refusal } from '../engine/refusal.ts';
import { createProject, type TestProject } from './bundle.ts';
import { type JobRunner, startJobRunner } from './job-runner.ts';

const job = 'tasks: [{task_key: refresh, pipeline_task: {pipeline_id: "${resources.pipelines.etl.id}"}}]';

const pipeline = (libraries = '[{glob: {include: "src/**"}}]'): string =>
  `catalog: \${resources.schemas.silver.catalog_name}\nschema: silver\nlibraries: ${libraries}`;

const files = {
  'src/a_totals.sql': `-- what comes last stands first
CREATE MATERIALIZED VIEW totals AS
SELECT country, sum(amount) AS amount FROM LIVE.clean
GROUP BY country;`,
  'src/b/clean.sql': `CREATE OR REFRESH MATERIALIZED VIEW clean (
  CONSTRAINT positive EXPECT (amount > 0) ON VIOLATION DROP ROW
) AS SELECT id, country, CAST(amount AS DECIMAL(10, 2)) AS amount FROM landed`,
  'src/c_landed.sql': `create or refresh streaming table landed as
select id, country, amount from stream read_files('/Volumes/shop/bronze/landing/pipeline', format => 'csv', header => true, schema => 'id INT, country STRING, amount STRING')`,
};

function project(sources: Readonly<Record<string, string>> = files, libraries?: string): TestProject {
  const made = createProject(job, sources);
  const resources = `resources:\n  schemas: {silver: {catalog_name: shop, name: silver}}\n  pipelines:\n    etl:\n`;
  made.write('pipeline.yml', resources + pipeline(libraries).replaceAll(/^/gm, '      '));
  made.include('pipeline.yml');
  return made;
}

describe('a pipeline of SQL', function () {
  this.timeout(60_000);
  let runner: JobRunner;
  before(async () => {
    runner = await startJobRunner(databricksChild);
  });
  after(() => runner[Symbol.asyncDispose]());

  const totals = () => runner.rows('SELECT country, amount FROM silver.totals ORDER BY country');

  it('refreshes its datasets in the order of what they read, and streams each file once', async () => {
    using made = project();
    await runner.lake.land('pipeline/1.csv', 'id,country,amount\n1,no,1.50\n2,se,-3\n');
    const first = await runner.run(made);
    assert.equal(first.record.state, 'succeeded', JSON.stringify(first.record));
    assert.equal(first.statements, 3);
    const [task] = first.record.tasks;
    assert.deepEqual(
      task?.outputs.map(({ table, rows }) => [table, rows]),
      [
        ['shop.silver.landed', 2],
        ['shop.silver.clean', 1],
        ['shop.silver.totals', 1],
      ],
    );
    assert.deepEqual(
      task.checks.map(({ name, violations }) => [name, violations]),
      [['positive', 1]],
    );
    assert.deepEqual(await totals(), [['no', '1.50']]);
    await runner.lake.land('pipeline/2.csv', 'id,country,amount\n3,no,2.50\n');
    const second = await runner.run(made);
    assert.equal(second.record.state, 'succeeded', JSON.stringify(second.record));
    assert.deepEqual(await totals(), [['no', '4.00']]);
  });

  it('begins its streaming tables anew in a full refresh, in one commit, but for those that must keep their rows', async () => {
    const stream = (name: string, more = ''): string =>
      `CREATE OR REFRESH STREAMING TABLE ${name} ${more} AS SELECT id FROM STREAM read_files('/Volumes/shop/bronze/landing/anew', format => 'csv', header => true, schema => 'id INT');`;
    const sources = {
      'src/s.sql': [stream('anew'), stream('lasting', "TBLPROPERTIES ('pipelines.reset.allowed' = 'false')")].join(
        '\n',
      ),
      'src/t.sql': 'CREATE OR REFRESH STREAMING TABLE after AS SELECT id FROM STREAM(anew);',
    };
    const ids = async (table: string) => (await runner.rows(`SELECT id FROM silver.${table} ORDER BY id`)).flat();
    const refresh = async (full: boolean) => {
      using made = project(sources);
      const other = job.replace('.id}"}', `.id}", full_refresh: ${full}}`);
      made.write(
        'databricks.yml',
        `bundle: {name: shop}\ninclude: [pipeline.yml]\nresources:\n  jobs:\n    daily:\n      ${other}\n`,
      );
      const { record } = await runner.run(made);
      assert.equal(record.state, 'succeeded', JSON.stringify(record));
      return record.tasks[0]?.outputs.map(({ version }) => version);
    };
    await runner.lake.land('anew/1.csv', 'id\n1\n');
    await refresh(false);
    await runner.lake.land('anew/1.csv', 'id\n10\n');
    await runner.lake.land('anew/2.csv', 'id\n2\n');
    assert.deepEqual(await refresh(true), [1, 1, 1]);
    assert.deepEqual(
      [await ids('anew'), await ids('lasting'), await ids('after')],
      [
        [2, 10],
        [1, 2],
        [2, 10],
      ],
    );
    await runner.lake.land('anew/3.csv', 'id\n3\n');
    await refresh(false);
    assert.deepEqual(
      [await ids('anew'), await ids('lasting'), await ids('after')],
      [
        [2, 3, 10],
        [1, 2, 3],
        [2, 3, 10],
      ],
    );
    await runner.lake.land('anew/1.csv', 'id\n7\n');
    await refresh(true);
    assert.deepEqual(
      [await ids('anew'), await ids('after')],
      [
        [2, 3, 7],
        [2, 3, 7],
      ],
    );
  });

  it('brings a full refresh that never committed to its end at the next refresh, whatever that one is', async () => {
    const source = (more: string): string =>
      `CREATE OR REFRESH STREAMING TABLE begun ${more} AS SELECT id FROM STREAM read_files('/Volumes/shop/bronze/landing/begun', format => 'csv', header => true, schema => 'id INT');`;
    const ids = async () => (await runner.rows('SELECT id FROM silver.begun ORDER BY id')).flat();
    const refresh = async (full: boolean, more = '') => {
      using made = project({ 'src/s.sql': source(more) });
      const other = job.replace('.id}"}', `.id}", full_refresh: ${full}}`);
      made.write(
        'databricks.yml',
        `bundle: {name: shop}\ninclude: [pipeline.yml]\nresources:\n  jobs:\n    daily:\n      ${other}\n`,
      );
      return (await runner.run(made)).record;
    };
    await runner.lake.land('begun/1.csv', 'id\n1\n');
    assert.equal((await refresh(false)).state, 'succeeded');
    await runner.lake.land('begun/1.csv', 'id\n10\n');
    await runner.lake.land('begun/2.csv', 'id\n-2\n');
    const failed = await refresh(true, '(CONSTRAINT positive EXPECT (id > 0) ON VIOLATION FAIL UPDATE)');
    assert.equal(failed.state, 'failed', JSON.stringify(failed));
    assert.deepEqual(await ids(), [1], 'until it commits the table is as it was');
    await runner.lake.land('begun/3.csv', 'id\n3\n');
    assert.equal((await refresh(false)).state, 'succeeded');
    assert.deepEqual(await ids(), [-2, 10], 'the rows from before are gone, as the full refresh would have it');
    assert.equal((await refresh(false)).state, 'succeeded');
    assert.deepEqual(await ids(), [-2, 3, 10], 'and what came after it is taken next, once');
    assert.equal((await refresh(false)).state, 'succeeded');
    assert.deepEqual(await ids(), [-2, 3, 10]);
  });

  it('tells an error in the file and line of its dataset', async () => {
    using made = project({ ...files, 'src/b/clean.sql': 'CREATE MATERIALIZED VIEW clean AS\nSELECT nope FROM landed' });
    const { record } = await runner.run(made);
    const { error } = record.tasks[0]!;
    assert.deepEqual([error?.file, error?.line], ['src/b/clean.sql', 2]);
  });

  it('is refused by name where it is neither SQL nor Python, or goes in circles', async () => {
    const refused = async (made: TestProject, code: string, message: RegExp): Promise<void> => {
      try {
        assert.match((await refusal(runner.run(made), code)).message, message);
      } finally {
        made[Symbol.dispose]();
      }
    };
    await refused(
      project({ ...files, 'src/d.scala': 'val n = 1' }, '[{file: {path: src/d.scala}}]'),
      'jobs.task-not-emulated',
      /etl has src\/d\.scala: its sources are SQL and Python/,
    );
    const circle = {
      'src/a.sql': 'CREATE MATERIALIZED VIEW a AS SELECT * FROM b',
      'src/b.sql': 'CREATE MATERIALIZED VIEW b AS SELECT * FROM a',
    };
    await refused(project(circle), 'jobs.invalid-graph', /in a circle: shop\.silver\.a, shop\.silver\.b/);
    await refused(project({ 'src/a.sql': 'SELECT 1' }), 'jobs.task-not-emulated', /defines no dataset: SELECT 1/);
    await refused(
      project(files, '[{file: {path: src/gone.sql}}]'),
      'jobs.missing-file',
      /src\/gone\.sql does not exist/,
    );
    await refused(
      createProject('tasks: [{task_key: t, pipeline_task: {pipeline_id: "123"}}]'),
      'jobs.task-not-emulated',
      /the pipeline 123 is none of this bundle/,
    );
  });
});
