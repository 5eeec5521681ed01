import assert from 'node:assert/strict';
import { join } from 'node:path';
import { loadProject } from '@medallion/core/project/project.ts';
import { validateProject } from '@medallion/core/validate/index.ts';
import { fixtureProject } from '../project/fixture-project.ts';
import { lineDialect } from './line-dialect.ts';

type Files = Readonly<Record<string, string>>;

const job = (tasks: string, more = ''): string =>
  `bundle: {name: x}\nresources:\n  jobs:\n    j:\n${more}      tasks:\n${tasks}`;

const linked = (properties: object): string =>
  JSON.stringify({ name: 'ls', properties: { type: 'X', typeProperties: properties } });

const pipeline = (activities: readonly object[]): string => JSON.stringify({ name: 'p', properties: { activities } });

const hubs = (entities: readonly object[]): string =>
  JSON.stringify({ UserConfig: { NamespaceConfig: [{ Entities: entities }] } });

const schemas = (experimental: string): string =>
  `bundle: {name: x}
experimental: {skip_name_prefix_for_schema: ${experimental}}
targets: {dev: {mode: development}}
resources:
  schemas: {s: {name: silver, catalog_name: c}}
  jobs: {j: {tasks: [{task_key: a, sql_task: {file: {path: a.sql}}}]}}
`;

/** Each case: what it shows, the files, and every diagnostic as `code file:line`. */
const cases: readonly (readonly [string, Files, readonly string[]])[] = [
  [
    'duplicate task keys',
    { 'databricks.yml': job('        - task_key: a\n        - task_key: a\n') },
    ['jobs.duplicate-task-key databricks.yml:7'],
  ],
  [
    'a dependency on a task that is not there',
    { 'databricks.yml': job('        - task_key: a\n          depends_on: [{task_key: b}]\n') },
    ['jobs.dangling-dependency databricks.yml:7'],
  ],
  [
    'tasks in a circle, once',
    {
      'databricks.yml': job(
        '        - {task_key: a, depends_on: [{task_key: b}]}\n        - {task_key: b, depends_on: [{task_key: a}]}\n        - {task_key: c, depends_on: [{task_key: a}]}\n',
      ),
    },
    ['jobs.circular-dependency databricks.yml:6'],
  ],
  [
    'settings of tasks that the service does not know, and none that it does',
    {
      'databricks.yml': job(
        '        - {task_key: a, run_if: ALWAYS}\n        - {task_key: b, max_retries: many}\n        - {task_key: c, max_retries: -1, run_if: ALL_DONE, timeout_seconds: 60, condition_task: {op: EQUAL_TO, left: "{{job.parameters.[p]}}", right: "{{mine}}"}}\n        - {task_key: d, condition_task: {op: EQUAL_TO, left: "{{job.naem}}", right: ""}}\n',
      ),
    },
    [
      'jobs.unknown-run-if databricks.yml:6',
      'jobs.invalid-setting databricks.yml:7',
      'jobs.unknown-reference databricks.yml:9',
    ],
  ],
  [
    'missing files, beside one that is there',
    {
      'databricks.yml': job(
        '        - {task_key: a, sql_task: {file: {path: gone.sql}}}\n        - {task_key: b, notebook_task: {notebook_path: nb}}\n        - {task_key: c, notebook_task: {notebook_path: /Shared/x}}\n',
      ),
      'nb.py': '# Databricks notebook source\n',
    },
    ['jobs.missing-file databricks.yml:6'],
  ],
  [
    'clusters and environments that the job has not',
    {
      'databricks.yml': job(
        '        - {task_key: a, job_cluster_key: main}\n        - {task_key: b, job_cluster_key: other}\n        - {task_key: c, environment_key: e}\n',
        '      job_clusters: [{job_cluster_key: main}]\n',
      ),
    },
    ['jobs.dangling-job-cluster-key databricks.yml:8', 'jobs.dangling-environment-key databricks.yml:9'],
  ],
  [
    'unknown root keys, but none that keeps anchors',
    { 'databricks.yml': 'bundle: {name: x}\nresource: {}\nshared: &s {a: 1}\nx-mine: {}\n' },
    ['bundle.unknown-key databricks.yml:2'],
  ],
  [
    'a mode that does not exist',
    { 'databricks.yml': 'bundle: {name: x}\ntargets:\n  dev:\n    mode: developement\n' },
    ['bundle.unknown-mode databricks.yml:4'],
  ],
  [
    'a variable without a value',
    { 'databricks.yml': 'bundle: {name: x}\nworkspace: {host: "${var.h}"}\n' },
    ['bundle.unresolved-reference databricks.yml:2'],
  ],
  [
    'a schema that development mode renames away from its SQL',
    { 'databricks.yml': schemas('false'), 'a.sql': 'SELECT 1;\nSELECT * FROM silver.orders;\n' },
    ['names.schema-renamed a.sql:2'],
  ],
  [
    'no schema that keeps its name',
    { 'databricks.yml': schemas('true'), 'a.sql': 'SELECT * FROM silver.orders;\n' },
    [],
  ],
  [
    'SQL that is not emulated',
    {
      'databricks.yml': job('        - {task_key: a, sql_task: {file: {path: a.sql}}}\n'),
      'a.sql': 'SELECT 1;\nMERGE INTO x;\n',
      'unused.sql': 'MERGE INTO y;\n',
    },
    ['sql.not-emulated a.sql:2'],
  ],
  [
    'SQL that breaks the parser, and goes on',
    {
      'databricks.yml': job(
        '        - {task_key: a, sql_task: {file: {path: a.sql}}}\n        - {task_key: b, sql_task: {file: {path: b.sql}}}\n',
      ),
      'a.sql': 'THROW;\n',
      'b.sql': 'MERGE INTO y;\n',
    },
    ['sql.unreadable a.sql:1', 'sql.not-emulated b.sql:1'],
  ],
  [
    'dangling references and dependencies in a factory',
    {
      'f/pipeline/p.json': pipeline([
        { name: 'a', type: 'Copy', inputs: [{ referenceName: 'gone', type: 'DatasetReference' }] },
        { name: 'b', type: 'Wait', dependsOn: [{ activity: 'a' }, { activity: 'z' }] },
        {
          name: 'c',
          type: 'ExecutePipeline',
          typeProperties: { pipeline: { referenceName: '@x', type: 'PipelineReference' } },
        },
      ]),
      'f/dataset/d.json': JSON.stringify({
        name: 'd',
        properties: { linkedServiceName: { referenceName: 'LS', type: 'LinkedServiceReference' } },
      }),
      'f/linkedService/ls.json': linked({}),
      'f/trigger/t.json': JSON.stringify({
        name: 't',
        properties: {
          type: 'ScheduleTrigger',
          pipelines: [{ pipelineReference: { referenceName: 'q', type: 'PipelineReference' } }],
        },
      }),
    },
    [
      'factory.dangling-reference f/pipeline/p.json:1',
      'factory.dangling-dependency f/pipeline/p.json:1',
      'factory.dangling-reference f/trigger/t.json:1',
    ],
  ],
  [
    'hubs beyond the limits',
    {
      'eh/Config.json': hubs([
        { Name: 'a', PartitionCount: 33, ConsumerGroups: [] },
        { Name: 'b', PartitionCount: 2, ConsumerGroups: Array.from({ length: 21 }, () => ({ Name: 'g' })) },
      ]),
      'eh/capture.json': '{\n"a": {"intervalInSeconds": 30},\n"gone": {}\n}',
    },
    [
      'hubs.limit eh/Config.json:1',
      'hubs.limit eh/Config.json:1',
      'hubs.limit eh/capture.json:2',
      'hubs.unknown-hub eh/capture.json:3',
    ],
  ],
  [
    'an environment with a target that the bundle has not',
    {
      'databricks.yml': 'bundle: {name: x}\ntargets: {dev: }\n',
      'medallion.yaml': 'environments:\n  qa: {target: test}\n',
    },
    ['settings.unknown-target medallion.yaml:2'],
  ],
  [
    'literal secrets, but no references to them',
    {
      'f/linkedService/a.json': linked({
        connectionString: 'AccountName=x;AccountKey=QUJDREVGR0hJSktMTU5PUFFSU1RVVg==',
      }),
      'f/linkedService/b.json': linked({ password: { type: 'SecureString', value: 'hunter2' } }),
      'f/linkedService/c.json': linked({
        password: { type: 'AzureKeyVaultSecret', secretName: 's' },
        servicePrincipalKey: { type: 'SecureString', value: '**********' },
        connectionString: 'Server=x;Password=@{linkedService().p}',
      }),
      'databricks.yml':
        'bundle: {name: x}\nartifacts: {a: {password: "${var.p}", token_text: dapi0123456789abcdef0123456789abcdef}}\n',
    },
    [
      'secrets.literal databricks.yml:2',
      'secrets.literal f/linkedService/a.json:1',
      'secrets.literal f/linkedService/b.json:1',
    ],
  ],
];

describe('validate', () => {
  for (const [what, files, expected] of cases) {
    it(`tells of ${what}`, async () => {
      await using fixture = await fixtureProject(files);
      const found = await validateProject(await loadProject(fixture.root), { dialect: lineDialect });
      const told = found
        .filter(({ code }) => !(what.startsWith('literal') && code === 'bundle.unresolved-reference'))
        .map(({ code, range }) => `${code} ${range?.file ?? ''}:${range?.start.line ?? 0}`);
      assert.deepEqual(told, expected);
      for (const { message } of found) assert.ok(!/hunter2|QUJD|dapi/.test(message), 'a secret is never repeated');
    });
  }

  it('finds nothing wrong with the sample', async () => {
    const project = await loadProject(join(import.meta.dirname, '../../../samples/shopcom'));
    assert.deepEqual(await validateProject(project, { dialect: lineDialect }), []);
  });
});
