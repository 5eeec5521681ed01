import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { prepareJob } from '@medallion/core/jobs/prepared-job.ts';
import { loadProject, primaryBundle } from '@medallion/core/project/project.ts';
import { resolveBundle } from '@medallion/core/project/resolve-bundle.ts';
import { refusal } from '../engine/refusal.ts';

const bundle = (sync: string): string => `
bundle: { name: shop }
include: [../common/resources/*.yml]
sync: { paths: [${sync}] }
resources:
  jobs:
    own:
      tasks:
        - { task_key: n, notebook_task: { notebook_path: ../common/sql/first.sql } }
        - { task_key: t, spark_python_task: { python_file: '\${workspace.file_path}/app/src/main.py' } }
        - { task_key: p, pipeline_task: { pipeline_id: '\${resources.pipelines.p.id}' } }
  pipelines:
    p: { catalog: c, schema: s, libraries: [{ glob: { include: ../common/sql/datasets/** } }] }
`;

const files = {
  'app/src/main.py': 'print(1)',
  'common/lib/shared.py': 'x = 1',
  'common/sql/first.sql': '-- Databricks notebook source\nSELECT 1 AS n',
  'common/sql/datasets/a.sql': 'CREATE MATERIALIZED VIEW a AS SELECT 1 AS n',
  'common/resources/job.yml':
    'resources: { jobs: { shared: { tasks: [{ task_key: n, notebook_task: { notebook_path: ../sql/first } }] } } }',
  'elsewhere/x.sql': 'SELECT 1',
};

/** A bundle of databricks/bundle-examples has its notebooks in a folder beside it, which `sync.paths` names: each was refused once. */
describe('files beside the bundle that sync.paths brings', () => {
  const around = mkdtempSync(join(tmpdir(), 'medallion-beside-'));
  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(around, file)), { recursive: true });
    writeFileSync(join(around, file), text);
  };
  for (const [file, text] of Object.entries(files)) write(file, text);
  after(() => rmSync(around, { recursive: true, force: true }));

  const prepared = async (key: string, sync: string) => {
    write('app/databricks.yml', bundle(sync));
    const root = join(around, 'app');
    const { jobs } = resolveBundle(primaryBundle(await loadProject(root)));
    return await prepareJob({ root, jobs, job: jobs.find((one) => one.key === key)! });
  };

  it('are files of its tasks, by the place that names them and by where they will lie in the workspace', async () => {
    const { tasks } = await prepared('own', '., ../common');
    assert.deepEqual(
      tasks.map(({ task, prepared: { files: read } }) => [task.key, read.map(({ file }) => file)]),
      [
        ['n', ['../common/sql/first.sql']],
        ['t', ['src/main.py', '../common/lib/shared.py']],
        ['p', ['../common/sql/datasets/a.sql']],
      ],
    );
    const shared = await prepared('shared', '., ../common');
    assert.deepEqual(
      shared.tasks[0]?.prepared.files.map(({ file }) => file),
      ['../common/sql/first.sql'],
    );
  });

  it('are refused where no path of sync.paths brings them', async () => {
    const { diagnostics } = await refusal(prepared('own', '., ../elsewhere'), 'jobs.file-elsewhere');
    assert.deepEqual(
      diagnostics.map(({ message }) => message),
      [
        "n: ../common/sql/first.sql lies outside the project's folder, and no path of sync.paths brings it",
        "p: ../common/sql/datasets/** lies outside the project's folder, and no path of sync.paths brings it",
      ],
    );
  });
});
