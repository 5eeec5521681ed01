import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { type ArmClient, createArmClient, factoryId } from '@medallion/core/azure/arm.ts';
import { createDatabricksClient, type DatabricksClient } from '@medallion/core/azure/databricks.ts';
import { createStorageClient } from '@medallion/core/azure/storage.ts';
import type { LocalAzure } from '@medallion/local/start.ts';

export type Json = Readonly<Record<string, unknown>>;

export interface PipelineRun {
  readonly runId: string;
  readonly status: string;
  readonly message: string;
}

/** A factory on local Azure with the linked service `dbx` of a workspace, and a catalog `main` with a schema `sales`. */
export interface DeployedFactory {
  readonly arm: ArmClient;
  readonly databricks: DatabricksClient;
  /** Puts a pipeline of these activities and runs it to its end. */
  run(pipeline: string, activities: readonly Json[], parameters?: Json): Promise<PipelineRun>;
  activitiesOf(run: PipelineRun): Promise<readonly Json[]>;
  /** A notebook in source form, below /Shared. */
  importNotebook(name: string, language: 'SQL' | 'PYTHON', text: string): Promise<void>;
  rows(statement: string): Promise<unknown>;
}

export async function deployFactory({ environment }: LocalAzure): Promise<DeployedFactory> {
  const arm = createArmClient(environment);
  const databricks = createDatabricksClient(environment);
  assert.ok(environment.dataFactory);
  const factory = factoryId(environment.dataFactory);
  await createStorageClient(environment).createContainer('lake');
  const post = (path: string, body: unknown) => databricks.request('POST', path, { body });
  const storage = 'abfss://lake@devstoreaccount1.dfs.core.windows.net/';
  await post('/api/2.1/unity-catalog/catalogs', { name: 'main', storage_root: storage });
  await post('/api/2.1/unity-catalog/schemas', { name: 'sales', catalog_name: 'main' });
  await post('/api/2.0/workspace/mkdirs', { path: '/Shared' });
  const typeProperties = { domain: 'https://adb-1.azuredatabricks.net', newClusterVersion: '16.4.x-scala2.12' };
  const body = { properties: { type: 'AzureDatabricks', typeProperties } };
  await arm.request('PUT', `${factory}/linkedservices/dbx`, { body });
  return {
    arm,
    databricks,
    async run(pipeline, activities, parameters = {}) {
      const declared = Object.fromEntries(Object.keys(parameters).map((key) => [key, { type: 'string' }]));
      const properties = { activities, parameters: declared };
      await arm.request('PUT', `${factory}/pipelines/${pipeline}`, { body: { properties } });
      const path = `${factory}/pipelines/${pipeline}/createRun`;
      const { runId } = await arm.request<PipelineRun>('POST', path, { body: parameters });
      for (;;) {
        const found = await arm.request<PipelineRun>('GET', `${factory}/pipelineruns/${runId}`);
        if (!['InProgress', 'Queued', 'Canceling'].includes(found.status)) return found;
        await setTimeout(50);
      }
    },
    async activitiesOf({ runId }) {
      const window = { lastUpdatedAfter: '2000-01-01T00:00:00Z', lastUpdatedBefore: '2100-01-01T00:00:00Z' };
      const path = `${factory}/pipelineruns/${runId}/queryActivityruns`;
      return (await arm.request<{ readonly value: readonly Json[] }>('POST', path, { body: window })).value;
    },
    async importNotebook(name, language, text) {
      const content = Buffer.from(text).toString('base64');
      const notebook = { path: `/Shared/${name}`, format: 'SOURCE', language, content, overwrite: true };
      await databricks.request('POST', '/api/2.0/workspace/import', { body: notebook });
    },
    async rows(statement) {
      const asked = { statement, warehouse_id: '00000000d0c00001', wait_timeout: '30s' };
      const path = '/api/2.0/sql/statements';
      const answer = await databricks.request<{ readonly result?: { readonly data_array?: unknown } }>('POST', path, {
        body: asked,
      });
      return answer.result?.data_array ?? answer;
    },
  };
}

export const linkedService = { referenceName: 'dbx', type: 'LinkedServiceReference' };
