import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { AzureEnvironment } from '@medallion/core/azure/environment.ts';
import { loadProject, primaryBundle, primaryFactory } from '@medallion/core/project/project.ts';
import { resolveBundle } from '@medallion/core/project/resolve-bundle.ts';
import { jobContents } from '@medallion/core/promote/job-content.ts';
import type { PromotionInput, PromotionPorts } from '@medallion/core/promote/session.ts';
import { promote, type Promoted } from '@medallion/core/promote/promote.ts';
import { armScope, type Call, controlClient, databricksScope } from '../../../emulator/test/support/control-client.ts';
import {
  type EmulatorProcess,
  startEmulatorProcess,
  temporaryFolder,
} from '../../../emulator/test/support/emulator-process.ts';
import { projectFolder, type ProjectFolder } from './project-files.ts';

/** Operations that change something in Databricks or Data Factory, as the admin endpoint counts them. */
const writeOperation =
  /^(databricks\.(jobs\/(create|reset|update|delete)|workspace\/(import|mkdirs|delete)|workspace-files\/|unity-catalog\/.*\/(create|update|delete))|arm\..*\/(put|delete|start|stop)$)/;

/** A local Azure in a process of its own, a project, and clients that play somebody else. */
export interface Rehearsal extends AsyncDisposable {
  readonly folder: ProjectFolder;
  readonly environment: AzureEnvironment;
  readonly emulator: EmulatorProcess;
  readonly databricks: Call;
  readonly arm: Call;
  /** `/subscriptions/.../factories/<name>/pipelines/work`, with the api-version. */
  inFactory(path: string): string;
  input(options?: { deleteRemoved?: boolean }): Promise<PromotionInput>;
  /** With evidence for the files as they are. */
  promote(ports?: PromotionPorts, options?: { deleteRemoved?: boolean }): Promise<Promoted>;
  /** Counts of operations that changed something, since the emulator started. */
  writes(): Promise<Readonly<Record<string, number>>>;
  restart(): Promise<void>;
}

export async function startRehearsal(changes: Readonly<Record<string, string | object>> = {}): Promise<Rehearsal> {
  await using starting = new AsyncDisposableStack();
  const state = starting.use(temporaryFolder());
  const folder = starting.use(projectFolder(changes));
  let emulator = await startEmulatorProcess({ stateFolder: state.path });
  starting.defer(() => emulator[Symbol.asyncDispose]());
  let databricks = controlClient(emulator.description, databricksScope);
  let arm = controlClient(emulator.description, armScope);
  const catalog = { name: 'shop_dev', storage_root: 'abfss://lake@devstoreaccount1.dfs.core.windows.net/' };
  assert.equal((await databricks('POST', '/api/2.1/unity-catalog/catalogs', { body: catalog })).status, 200);
  const running = starting.move();
  const rehearsal: Rehearsal = {
    folder,
    get environment() {
      return environmentOf(emulator);
    },
    get emulator() {
      return emulator;
    },
    databricks: (...call) => databricks(...call),
    arm: (...call) => arm(...call),
    inFactory(path) {
      const { subscriptionId, resourceGroup, factoryName } = emulator.description.arm;
      const group = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`;
      return `${group}/providers/Microsoft.DataFactory/factories/${factoryName}/${path}?api-version=2018-06-01`;
    },
    async input(options = {}) {
      const project = await loadProject(folder.path);
      const bundle = resolveBundle(primaryBundle(project));
      return { environment: environmentOf(emulator), project, bundle, factory: primaryFactory(project), ...options };
    },
    async promote(ports, options) {
      const input = await rehearsal.input(options);
      const contents = await validated(input);
      return await promote(input, { gate: contents, ...(ports ? { ports } : {}) });
    },
    async writes() {
      const answer = await fetch(`${emulator.description.endpoints.admin}/operations`);
      const counts = (await answer.json()) as Record<string, number>;
      return Object.fromEntries(Object.entries(counts).filter(([name]) => writeOperation.test(name)));
    },
    async restart() {
      await emulator.kill();
      emulator = await startEmulatorProcess({ stateFolder: state.path });
      databricks = controlClient(emulator.description, databricksScope);
      arm = controlClient(emulator.description, armScope);
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
  return rehearsal;
}

/** The gate's input where a run has just vouched for the SQL jobs. */
export async function validated(input: PromotionInput) {
  const sql = input.bundle.jobs.filter(({ tasks }) => tasks.every(({ kind }) => kind === 'sql_task'));
  const { contents } = await jobContents(input.project.root, { ...input.bundle, jobs: sql });
  const evidence = contents.map(({ job, hash, files }) => [job, { validated: { job, contentHash: hash, files } }]);
  return { contents, blocked: [], evidence: Object.fromEntries(evidence) as Record<string, never> };
}

export function environmentOf({ description }: EmulatorProcess): AzureEnvironment {
  const { endpoints, identity, storage, arm, caFile } = description;
  return {
    name: 'local',
    credential: {
      kind: 'clientSecret',
      authorityHost: endpoints.control,
      disableInstanceDiscovery: true,
      ...identity,
    },
    caPem: readFileSync(caFile, 'utf8'),
    storage: { ...storage, dfsEndpoint: endpoints.dfs, blobEndpoint: endpoints.blob },
    databricks: { host: endpoints.control },
    dataFactory: { armEndpoint: endpoints.control, ...arm },
  };
}

export const code = (expected: string) => (error: unknown) => {
  assert.equal((error as { code?: unknown }).code, expected, String(error));
  return true;
};
