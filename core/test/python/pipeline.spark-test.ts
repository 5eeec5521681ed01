import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunRecord } from '@medallion/core/jobs/run.generated.ts';
import { pythonEnvironment } from '../../../tools/python-venv.mjs';
import { createProject, type TestProject } from '../jobs/bundle.ts';
import { type JobRunner, startJobRunner } from '../jobs/job-runner.ts';
import { databricksChild } from '../statements/databricks-lake.ts';
import { fixtures } from './program.ts';

const folder = join(fixtures, 'pipeline');

interface ProjectOptions {
  /** The pipeline's sources below `transformations`; each update costs, so tests take what they need. */
  readonly only?: string;
  readonly others?: Readonly<Record<string, string>>;
  readonly fullRefresh?: boolean;
}

/** The fixture's sources in a bundle of their own. */
function project({ only = '**', others = {}, fullRefresh = false }: ProjectOptions = {}): TestProject {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(py|sql)$/.test(name));
  const files = Object.fromEntries(names.map((name) => [`etl/${name}`, readFileSync(join(folder, name), 'utf8')]));
  const task = `{task_key: refresh, pipeline_task: {pipeline_id: "\${resources.pipelines.etl.id}", full_refresh: ${fullRefresh}}}`;
  const made = createProject(`tasks: [${task}]`, { ...files, ...others });
  made.write('medallion.yaml', `python:\n  interpreter: ${pythonEnvironment()}\n`);
  made.write(
    'pipeline.yml',
    `resources:
  pipelines:
    etl:
      catalog: shop
      schema: silver
      root_path: etl
      libraries: [{glob: {include: etl/transformations/${only}}}]
      configuration: {shop.minimum: "2"}
`,
  );
  made.include('pipeline.yml');
  return made;
}

describe('a pipeline in Python, on local Spark', function () {
  this.timeout(900_000);
  let runner: JobRunner;
  before(async () => {
    runner = await startJobRunner(databricksChild);
  });
  after(() => runner[Symbol.asyncDispose]());

  const rows = (text: string) => runner.rows(text);
  const update = async (made: TestProject): Promise<RunRecord['tasks'][number]> => {
    const { record } = await runner.run(made);
    const log = record.tasks[0]?.log;
    const output = log === undefined ? '' : readFileSync(join(runner.lake.stateFolder, log), 'utf8');
    assert.equal(record.tasks[0]?.error, undefined, `${JSON.stringify(record.tasks[0]?.error)}\n${output}`);
    return record.tasks[0]!;
  };

  it('fills streaming tables and materialized views in the order of what they read, and counts expectations', async () => {
    using made = project();
    await runner.lake.land(
      'orders/1.json',
      '{"id":1,"country":"no","amount":2.5}\n{"id":2,"country":"dk","amount":-3}\n',
    );
    await runner.lake.land('changes/1.csv', 'id,city,op,n\n1,Oslo,U,1\n2,Bergen,U,2\n1,Tromsø,U,5\n');
    const task = await update(made);
    assert.deepEqual(await rows('SELECT country, amount, n FROM silver.report'), [['no', '2.50', 4]]);
    assert.deepEqual(await rows('SELECT id, city FROM silver.customers ORDER BY id'), [
      [1, 'Tromsø'],
      [2, 'Bergen'],
    ]);
    assert.deepEqual(await rows('SELECT id, country FROM silver.copied'), [[1, 'no']]);
    assert.deepEqual(await rows('SELECT count(*), count(_rescued_data) FROM silver.lines'), [[3, 0]]);
    assert.deepEqual(
      task.checks.map(({ table, name, passed, violations, onViolation }) => [
        table,
        name,
        passed,
        violations,
        onViolation,
      ]),
      [
        ['shop.silver.clean', 'has an id', 2, 0, 'dropRow'],
        ['shop.silver.clean', 'positive', 1, 1, 'dropRow'],
        ['shop.silver.clean', 'known country', 1, 1, 'keep'],
        ['shop.silver.report', 'large', 1, 0, 'keep'],
      ],
    );
    const written = Object.fromEntries(task.outputs.map(({ table, rows: count }) => [table, count]));
    assert.equal(written['shop.silver.landed'], 2);
    assert.equal(written['shop.silver.everything'], 4);
    assert.deepEqual(task.inputs.tables, []);
  });

  it('reads only what is new in the next update: files, changes, and rows of its own streaming tables', async () => {
    using made = project();
    await runner.lake.land('orders/2.json', '{"id":3,"country":"no","amount":4,"note":"new"}\n');
    await runner.lake.land('changes/2.csv', 'id,city,op,n\n1,Bodø,U,3\n2,,D,4\n');
    const task = await update(made);
    assert.deepEqual(await rows('SELECT country, amount, n FROM silver.report'), [['no', '6.50', 5]]);
    // The change that came late is older than what is there; the deletion is not.
    assert.deepEqual(await rows('SELECT id, city FROM silver.customers ORDER BY id'), [[1, 'Tromsø']]);
    assert.deepEqual(
      await rows('SELECT id, city, __START_AT, __END_AT FROM silver.customer_history ORDER BY id, __START_AT'),
      [
        [1, 'Oslo', 1, 3],
        [1, 'Bodø', 3, 5],
        [1, 'Tromsø', 5, null],
        [2, 'Bergen', 2, 4],
      ],
    );
    assert.deepEqual(await rows('SELECT id, note, _rescued_data FROM silver.landed ORDER BY id'), [
      [1, null, null],
      [2, null, null],
      [3, 'new', null],
    ]);
    const clean = task.checks.find(({ name }) => name === 'positive');
    assert.deepEqual([clean?.passed, clean?.violations], [1, 0], 'what is new is counted, and nothing else');
  });

  it('fills streaming tables anew at a full refresh', async () => {
    using made = project({ only: 'b_*.py', fullRefresh: true });
    await update(made);
    assert.deepEqual(await rows('SELECT count(*) FROM silver.landed'), [[3]]);
    assert.deepEqual(await rows('SELECT count(*) FROM silver.everything'), [[5]]);
  });

  it('of SQL alone with flows runs here too: AUTO CDC of both types, appended rows, private tables', async () => {
    const changes = (op: string, id: number, name: string, n: number) => `${JSON.stringify({ op, id, name, n })}\n`;
    await runner.lake.land('moved/1.json', changes('U', 1, 'a', 1) + changes('U', 2, 'b', 2) + changes('U', 1, 'c', 3));
    const made = project({
      only: 'flows/*.sql',
      others: {
        'etl/transformations/flows/a.sql': `APPLY CHANGES INTO LIVE.now FROM STREAM(moved) KEYS (id)
  APPLY AS DELETE WHEN op = 'D' SEQUENCE BY n COLUMNS * EXCEPT (op, n) STORED AS SCD TYPE 1;
CREATE OR REFRESH STREAMING LIVE TABLE now;
CREATE OR REFRESH STREAMING TABLE was COMMENT 'all of it'
  FLOW AUTO CDC FROM (SELECT * FROM STREAM moved WHERE n >= \${shop.minimum}) KEYS (id) APPLY AS DELETE WHEN op = 'D'
  SEQUENCE BY n COLUMNS (id, name) STORED AS SCD TYPE 2;`,
        'etl/transformations/flows/b.sql': `CREATE OR REFRESH PRIVATE STREAMING TABLE moved
  AS SELECT * FROM STREAM read_files('/Volumes/shop/bronze/landing/moved', format => 'json', schema => 'op STRING, id INT, name STRING, n INT');
CREATE STREAMING TABLE names (name STRING, CONSTRAINT short EXPECT (length(name) < 2) ON VIOLATION DROP ROW);
CREATE FLOW some AS INSERT INTO names BY NAME SELECT name FROM STREAM(moved);
CREATE FLOW others AS INSERT INTO ONCE names BY NAME SELECT 'z' AS name;
CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS n FROM names`,
      },
    });
    await update(made);
    assert.deepEqual(await rows('SELECT * FROM shop.silver.now ORDER BY id'), [
      [1, 'c'],
      [2, 'b'],
    ]);
    await runner.lake.land('moved/2.json', changes('D', 2, 'b', 4) + changes('U', 3, 'long', 5));
    await update(made);
    assert.deepEqual(await rows('SELECT * FROM shop.silver.now ORDER BY id'), [
      [1, 'c'],
      [3, 'long'],
    ]);
    assert.deepEqual(await rows('SELECT id, name, __START_AT, __END_AT FROM shop.silver.was ORDER BY id, __START_AT'), [
      [1, 'c', 3, null],
      [2, 'b', 2, 4],
      [3, 'long', 5, null],
    ]);
    assert.deepEqual(await rows('SELECT name FROM shop.silver.names ORDER BY name'), [
      ['a'],
      ['b'],
      ['b'],
      ['c'],
      ['z'],
    ]);
    assert.deepEqual(await rows('SELECT n FROM shop.silver.counted'), [[5]]);
    const own = await runner.lake.resolver.findTable({ catalog: 'shop', schema: 'silver', table: 'moved' });
    assert.equal(own, undefined);
  });

  it('tells what is wrong in its file and line before anything is written, and which expectation failed', async () => {
    const failing = async (text: string): Promise<RunRecord['tasks'][number]> => {
      using made = project({ only: 'failing.py', others: { 'etl/transformations/failing.py': text } });
      const { record } = await runner.run(made);
      return record.tasks[0]!;
    };
    const before = await rows('SELECT count(*) FROM silver.landed');
    const circle = await failing(
      'import dlt\n@dlt.table\ndef a():\n    return dlt.read("b")\n@dlt.table\ndef b():\n    return spark.table("a").select("nope")\n',
    );
    assert.equal(circle.error?.code, 'jobs.invalid-graph', JSON.stringify(circle.error));
    assert.deepEqual(circle.outputs, []);
    const unexpected = await failing(
      'import dlt\n@dlt.table\n@dlt.expect_or_fail("few", "id < 3")\ndef strict():\n    return spark.read.table("landed")\n',
    );
    assert.equal(unexpected.error?.code, 'pipelines.expectation-failed', JSON.stringify(unexpected.error));
    assert.match(unexpected.error.message, /'few' of shop\.silver\.strict .*"id":3/);
    assert.deepEqual([unexpected.error.file, unexpected.error.line], ['etl/transformations/failing.py', 2]);
    assert.equal(
      await runner.lake.resolver.findTable({ catalog: 'shop', schema: 'silver', table: 'strict' }),
      undefined,
    );
    assert.deepEqual(await rows('SELECT count(*) FROM silver.landed'), before);
  });
});
