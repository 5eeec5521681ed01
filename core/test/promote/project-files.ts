import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A small project in a folder of its own: one job of two SQL files, and a factory with one object of each kind. */
export interface ProjectFolder extends Disposable {
  readonly path: string;
  write(file: string, content: string | object): void;
  remove(file: string): void;
}

const bundle = `
bundle: { name: shop }
experimental: { skip_name_prefix_for_schema: true }
variables:
  catalog: { default: shop_dev }
targets:
  dev:
    default: true
    mode: development
resources:
  schemas:
    silver:
      name: Silver
      catalog_name: \${var.catalog}
      comment: Typed.
  volumes:
    drop:
      name: drop
      catalog_name: \${var.catalog}
      schema_name: \${resources.schemas.silver.name}
      volume_type: MANAGED
  jobs:
    daily:
      name: daily
      max_concurrent_runs: 1
      schedule: { quartz_cron_expression: '0 30 4 * * ?', timezone_id: Europe/London }
      parameters:
        - { name: catalog, default: '\${var.catalog}' }
        - { name: days, default: 3 }
      tasks:
        - task_key: b
          depends_on: [{ task_key: c }, { task_key: a }]
          sql_task: { warehouse_id: w, file: { path: src/silver/b.sql } }
        - task_key: a
          sql_task: { warehouse_id: w, file: { path: src/silver/a.sql } }
        - task_key: c
          run_job_task: { job_id: '\${resources.jobs.other.id}' }
    other:
      name: other
      tasks:
        - task_key: only
          sql_task: { warehouse_id: w, file: { path: src/silver/a.sql } }
`;

const reference = (referenceName: string, type: string) => ({ referenceName, type });

const files: Readonly<Record<string, string | object>> = {
  'databricks.yml': bundle,
  'src/silver/a.sql': 'SELECT 1;\n',
  'src/silver/b.sql': 'SELECT 2;\n',
  'README.md': 'not promoted\n',
  'factory/linkedService/lake.json': {
    name: 'lake',
    properties: {
      type: 'AzureBlobFS',
      typeProperties: { url: 'https://st.dfs.core.windows.net', accountKey: { type: 'SecureString', value: 'k3y' } },
    },
  },
  'factory/dataset/files.json': {
    name: 'files',
    properties: {
      linkedServiceName: reference('lake', 'LinkedServiceReference'),
      parameters: { day: { type: 'string' } },
      type: 'DelimitedText',
      typeProperties: { location: { type: 'AzureBlobFSLocation', fileSystem: 'landing' } },
      schema: [],
    },
  },
  'factory/pipeline/outer.json': {
    name: 'outer',
    properties: {
      activities: [
        {
          name: 'inner',
          type: 'ExecutePipeline',
          typeProperties: { pipeline: reference('work', 'PipelineReference'), waitOnCompletion: true },
        },
      ],
    },
  },
  'factory/pipeline/work.json': {
    name: 'work',
    properties: {
      activities: [
        { name: 'pause', type: 'Wait', typeProperties: { waitTimeInSeconds: 1 } },
        {
          name: 'run',
          type: 'DatabricksJob',
          dependsOn: [{ activity: 'pause', dependencyConditions: ['Succeeded'] }],
          typeProperties: { jobId: '${resources.jobs.daily.id}' },
        },
      ],
      annotations: ['theirs'],
    },
  },
  'factory/trigger/nightly.json': {
    name: 'nightly',
    properties: {
      type: 'ScheduleTrigger',
      pipelines: [{ pipelineReference: reference('outer', 'PipelineReference') }],
      typeProperties: { recurrence: { frequency: 'Day', interval: 1 } },
    },
  },
};

export function projectFolder(changes: Readonly<Record<string, string | object>> = {}): ProjectFolder {
  const path = mkdtempSync(join(tmpdir(), 'medallion-promote-'));
  const write = (file: string, content: string | object): void => {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    writeFileSync(join(path, file), typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  };
  for (const [file, content] of Object.entries({ ...files, ...changes })) write(file, content);
  return {
    path,
    write,
    remove: (file) => rmSync(join(path, file)),
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** Objects that a first promotion of the project makes: 2 files, schema, volume, 2 jobs, 5 in the factory. */
export const objectCount = 11;
