import assert from 'node:assert/strict';
import { databricksChild } from '../statements/databricks-lake.ts';
import { createProject } from './bundle.ts';
import { type JobRunner, startJobRunner } from './job-runner.ts';

const notebook = `-- Databricks notebook source
CREATE WIDGET TEXT catalog DEFAULT 'none';
CREATE WIDGET TEXT least DEFAULT '2';
-- COMMAND ----------
CREATE OR REPLACE TABLE \${catalog}.gold.\${name}_kept AS
SELECT id, 'at least \${least}' AS why FROM VALUES (1), (2), (3) AS t(id) WHERE id >= \${least}`;

const job = (more = ''): string =>
  `tasks: [{task_key: n, ${more}notebook_task: {notebook_path: ./n, base_parameters: {catalog: shop, name: own}}}]`;

describe('${name} in SQL', function () {
  this.timeout(60_000);
  let runner: JobRunner;
  before(async () => {
    runner = await startJobRunner(databricksChild);
  });
  after(() => runner[Symbol.asyncDispose]());

  it('is the text of a widget in a notebook on a cluster: of a name, a number, a part of a string', async () => {
    using project = createProject(job(), { 'n.sql': notebook });
    const { record } = await runner.run(project);
    assert.equal(record.state, 'succeeded', JSON.stringify(record));
    assert.deepEqual(await runner.rows('SELECT id, why FROM gold.own_kept ORDER BY id'), [
      [2, 'at least 2'],
      [3, 'at least 2'],
    ]);
  });

  it('is refused at its place where there is no such widget, and on a SQL warehouse, which knows no such thing', async () => {
    using unknown = createProject(job(), { 'n.sql': notebook.replace('${name}', '${nome}') });
    const { error } = (await runner.run(unknown)).record.tasks[0]!;
    assert.deepEqual([error?.code, error?.file, error?.line], ['sql.syntax', 'n.sql', 5]);
    using warehouse = createProject(job('').replace('base_parameters', 'warehouse_id: w, base_parameters'), {
      'n.sql': notebook,
    });
    const { record } = await runner.run(warehouse);
    assert.equal(record.tasks[0]?.error?.code, 'sql.syntax');
  });

  it('is a value of the configuration in a pipeline', async () => {
    using project = createProject(
      'tasks: [{task_key: refresh, pipeline_task: {pipeline_id: "${resources.pipelines.etl.id}"}}]',
      { 'src/a.sql': 'CREATE MATERIALIZED VIEW ${shop.name} AS SELECT ${shop.n} AS n' },
    );
    project.write(
      'pipeline.yml',
      `resources:
  pipelines:
    etl:
      catalog: shop
      schema: silver
      configuration: {shop.name: configured, shop.n: '7'}
      libraries: [{glob: {include: "src/**"}}]`,
    );
    project.include('pipeline.yml');
    const { record } = await runner.run(project);
    assert.equal(record.state, 'succeeded', JSON.stringify(record));
    assert.deepEqual(await runner.rows('SELECT n FROM silver.configured'), [[7]]);
  });
});
