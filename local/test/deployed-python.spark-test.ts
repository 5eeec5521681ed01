import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalAzure } from '@medallion/local/start.ts';
import { pythonEnvironment } from '../../tools/python-venv.mjs';
import { type DeployedFactory, deployFactory, type Json, linkedService } from './support/deployed-factory.ts';
import { emptyLocalAzure } from './support/empty-local-azure.ts';

const notebook = `# Databricks notebook source
# MAGIC %run ./common

# COMMAND ----------
dbutils.widgets.text("day", "none")
spark.createDataFrame([(1, named(dbutils.widgets.get("day")))], "id int, day string").write.saveAsTable("main.sales.seen")
dbutils.notebook.exit('{"rows": 1}')
`;

const common = `# Databricks notebook source
def named(day):
    return f"day {day}"
`;

describe('Python that is deployed on local Azure', function () {
  this.timeout(300_000);
  let project: string;
  let azure: LocalAzure;
  let factory: DeployedFactory;

  before(async () => {
    project = mkdtempSync(join(tmpdir(), 'medallion-deployed-python-'));
    // What runs there is the Python of the project that the state folder stands in.
    writeFileSync(join(project, 'medallion.yaml'), `python:\n  interpreter: ${pythonEnvironment()}\n`);
    azure = await emptyLocalAzure(join(project, '.medallion'));
    factory = await deployFactory(azure);
    await factory.importNotebook('common', 'PYTHON', common);
    await factory.importNotebook('load', 'PYTHON', notebook);
  });
  after(async () => {
    await azure[Symbol.asyncDispose]();
    rmSync(project, { recursive: true, force: true });
  });

  it('runs as an activity of a deployed factory, in the project’s Python, and hands its exit on', async () => {
    const day = { value: '@pipeline().parameters.day', type: 'Expression' };
    const rows = { value: "@string(activity('Load').output.runOutput.rows)", type: 'Expression' };
    await factory.importNotebook(
      'count',
      'SQL',
      '-- Databricks notebook source\nCREATE OR REPLACE TABLE main.sales.counted AS SELECT :rows AS rows, day FROM main.sales.seen',
    );
    const activity = (name: string, typeProperties: Json, more: Json = {}): Json => {
      return { name, type: 'DatabricksNotebook', linkedServiceName: linkedService, typeProperties, ...more };
    };
    const run = await factory.run(
      'load',
      [
        activity('Load', { notebookPath: '/Shared/load', baseParameters: { day } }),
        activity(
          'Count',
          { notebookPath: '/Shared/count', baseParameters: { rows } },
          { dependsOn: [{ activity: 'Load', dependencyConditions: ['Succeeded'] }] },
        ),
      ],
      { day: '2026-03-01' },
    );
    assert.deepEqual([run.status, run.message], ['Succeeded', '']);
    assert.deepEqual(await factory.rows('SELECT rows, day FROM main.sales.counted'), [['1', 'day 2026-03-01']]);
    const [load] = await factory.activitiesOf(run);
    assert.deepEqual((load?.['output'] as Json)['runOutput'], { rows: 1 });
  });
});
