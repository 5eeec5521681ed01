import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { AzureEnvironment } from '@medallion/core/azure/environment.ts';
import type { BundleJob } from '@medallion/core/project/bundle-job.ts';
import { toPlain } from '@medallion/core/project/config-node.ts';
import { loadFor } from '@medallion/core/project/loaded-project.ts';
import { primaryFactory } from '@medallion/core/project/project.ts';
import type { RunRecord } from '@medallion/core/jobs/run.generated.ts';
import { judgeActivity } from '@medallion/core/pipelines/activities/index.ts';
import { runPipeline } from '@medallion/core/pipelines/run-pipeline.ts';
import { scan } from '@medallion/core/validate/scan.ts';
import { judgeActivity as judgeForScan } from '@medallion/core/validate/activity-verdict.ts';
import { temporaryFolder } from '../../../emulator/test/support/emulator-process.ts';
import { refusal } from '../engine/refusal.ts';
import { lineDialect } from '../validate/line-dialect.ts';

const environment: AzureEnvironment = {
  name: 'local',
  credential: { kind: 'default' },
  storage: {
    accountName: 'a',
    accountKey: 'a2V5',
    dfsEndpoint: 'http://127.0.0.1:1',
    blobEndpoint: 'http://127.0.0.1:1',
  },
};

const databricks = {
  referenceName: 'dbx',
  type: 'LinkedServiceReference',
  parameters: { runtime: '16.4.x-scala2.12' },
};
const follows = (...names: string[]) => names.map((activity) => ({ activity, dependencyConditions: ['Succeeded'] }));

const setFolder = {
  name: 'Set folder',
  type: 'SetVariable',
  typeProperties: {
    variableName: 'folder',
    value: { value: "@concat('day/', pipeline().parameters.day)", type: 'Expression' },
  },
};
const load = {
  name: 'Load',
  type: 'DatabricksNotebook',
  dependsOn: follows('Set folder'),
  linkedServiceName: databricks,
  typeProperties: {
    notebookPath: '',
    baseParameters: { folder: { value: "@variables('FOLDER')", type: 'Expression' }, n: 3 },
    libraries: [{ pypi: { package: 'wheel' } }],
  },
};
const report = {
  name: 'Report',
  type: 'DatabricksSparkPython',
  dependsOn: follows('Load'),
  linkedServiceName: databricks,
  typeProperties: { pythonFile: 'dbfs:/jobs/report.py', parameters: ["@{activity('Load').output.runOutput.rows}"] },
};

const service = {
  type: 'AzureDatabricks',
  parameters: { runtime: { type: 'String' } },
  typeProperties: {
    newClusterVersion: { value: '@linkedService().runtime', type: 'Expression' },
    newClusterSparkConf: { 'spark.sql.ansi.enabled': 'true' },
  },
};

const settings = `environments:
  local:
    templateParameters:
      p_properties_1_typeProperties_notebookPath: /releases/dev/notebooks/02_load
`;

const files: Readonly<Record<string, string>> = {
  'medallion.yaml': settings,
  'adf/linkedService/dbx.json': JSON.stringify({ name: 'dbx', properties: service }),
  'adf/pipeline/p.json': JSON.stringify({
    name: 'p',
    properties: {
      activities: [setFolder, load, report],
      parameters: { day: { type: 'string' } },
      variables: { folder: { type: 'String', defaultValue: 'none' } },
    },
  }),
  'databricks/notebooks/02_load.py': '# Databricks notebook source\nprint(1)\n',
  'databricks/jobs/report.py': 'print(2)\n',
  'one/same.py': 'print(3)\n',
  'two/same.py': 'print(3)\n',
};

describe('activities of Data Factory on Databricks', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  before(async () => {
    folder = temporaryFolder();
    for (const [file, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder.path, file)), { recursive: true });
      await writeFile(join(folder.path, file), text);
    }
  });
  after(() => folder[Symbol.dispose]());

  const run = async (outcome: (job: BundleJob) => Partial<RunRecord>, only?: readonly string[]) => {
    const { project } = await loadFor(folder.path, 'local');
    const factory = primaryFactory(project);
    assert.ok(factory);
    const jobs: BundleJob[] = [];
    const ended = await runPipeline({
      environment,
      factory,
      pipeline: 'p',
      parameters: { day: '7' },
      ...(only ? { only } : {}),
      pause: () => Promise.resolve(),
      programs: {
        folder: project,
        run: (job) => {
          jobs.push(job);
          return Promise.resolve({ id: 'r1', state: 'succeeded', seconds: 2.4, tasks: [], ...outcome(job) } as never);
        },
      },
    });
    return { jobs, activities: ended.activities };
  };

  it('run as tasks of jobs: parameters, cluster and libraries as the service hands them over, and outputs to what follows', async () => {
    const { jobs, activities } = await run((job) =>
      job.key === 'Load' ? { tasks: [{ exitValue: '{"rows": 12}' }] as never } : {},
    );
    assert.deepEqual(
      jobs.map(({ tasks: [task] }) => task && toPlain(task.node)),
      [
        {
          task_key: 'Load',
          notebook_task: {
            notebook_path: './databricks/notebooks/02_load.py',
            base_parameters: { folder: 'day/7', n: '3' },
          },
          new_cluster: { spark_version: '16.4.x-scala2.12', spark_conf: { 'spark.sql.ansi.enabled': 'true' } },
          libraries: [{ pypi: { package: 'wheel' } }],
        },
        {
          task_key: 'Report',
          spark_python_task: { python_file: './databricks/jobs/report.py', parameters: ['12'] },
          new_cluster: { spark_version: '16.4.x-scala2.12', spark_conf: { 'spark.sql.ansi.enabled': 'true' } },
        },
      ],
    );
    assert.deepEqual(
      activities.map(({ output }) => output),
      [
        { name: 'folder', value: 'day/7' },
        { executionDuration: 2, runOutput: { rows: 12 }, medallionRun: 'r1' },
        { executionDuration: 2, medallionRun: 'r1' },
      ],
    );
  });

  it('run alone where they are asked for: the variable keeps its default', async () => {
    const { jobs } = await run(() => ({}), ['Load']);
    const [task] = jobs[0]?.tasks ?? [];
    assert.partialDeepStrictEqual(task && toPlain(task.node), {
      notebook_task: { base_parameters: { folder: 'none' } },
    });
    await refusal(
      run(() => ({}), ['Lod']),
      'pipelines.unknown-activity',
    );
  });

  it('fail with the words of what failed, and its next step', async () => {
    const error = { code: 'python.task-failed', message: 'ValueError: no', nextStep: 'Correct the program.' };
    const failure = await refusal(
      run(() => ({ state: 'failed', tasks: [{ error }] as never })),
      'pipelines.program-failed',
    );
    assert.match(failure.message, /^Load failed: ValueError: no \[python\.task-failed\]$/);
    assert.equal(failure.nextStep, 'Correct the program.');
  });

  it('are judged by the same rule for scan and run: found by the end of their path, refused where that says nothing', async () => {
    const { report: found } = await scan(folder.path, { dialect: lineDialect, judgeActivity: judgeForScan });
    const verdicts = found.items.filter(({ kind }) => kind === 'activity').map(({ name, verdict }) => [name, verdict]);
    assert.deepEqual(verdicts, [
      ['p/Load', 'spark'],
      ['p/Report', 'spark'],
      ['p/Set folder', 'here'],
    ]);
    const { project } = await loadFor(folder.path, 'local');
    const [factory] = project.factories;
    assert.ok(factory);
    const reason = (properties: object, more: object = {}) =>
      judgeActivity(
        'DatabricksNotebook',
        { ...load, typeProperties: { ...load.typeProperties, ...properties }, ...more },
        factory,
        project,
      ).reason;
    assert.match(reason({}), /path is empty, to be filled in when it is deployed/);
    assert.match(reason({ notebookPath: '/Shared/same' }), /may be any of one\/same\.py, two\/same\.py/);
    assert.match(reason({ notebookPath: '/Shared/other' }), /ends like no notebook of this folder/);
    assert.match(reason({ notebookPath: '@pipeline().parameters.day' }), /known when it runs/);
    assert.match(reason({ notebookPath: '/a/02_load', clusterSize: 3 }), /with clusterSize/);
    assert.match(
      reason({ notebookPath: '/a/02_load' }, { linkedServiceName: { referenceName: 'no' } }),
      /linked service no/,
    );
    const alone = judgeActivity('DatabricksNotebook', load, factory);
    assert.match(alone.reason, /no compute of Databricks/);
    const own = { variableName: 'folder', value: "@concat(variables('folder'), 'x')" };
    const itself = judgeActivity('SetVariable', { ...setFolder, typeProperties: own }, factory);
    assert.match(itself.reason, /reads the variable folder that it sets/);
  });

  it('name a template parameter that sets nothing, before anything runs', async () => {
    const wrong = settings.replace('properties_1', 'properties_9');
    await writeFile(join(folder.path, 'medallion.yaml'), wrong);
    try {
      const error = await refusal(loadFor(folder.path, 'local'), 'project.broken');
      assert.match(error.diagnostics[0]?.message ?? '', /p_properties_9_typeProperties_notebookPath/);
      assert.match(error.diagnostics[0]?.nextStep ?? '', /such as p_properties_0_/);
    } finally {
      await writeFile(join(folder.path, 'medallion.yaml'), settings);
    }
  });
});
