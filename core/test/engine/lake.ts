import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createDatabricksClient } from '@medallion/core/azure/databricks.ts';
import { createStorageClient, type StorageClient } from '@medallion/core/azure/storage.ts';
import { type SupervisedEngine, startEngine } from '@medallion/core/engine/client.ts';
import type { EngineOptions, ScriptRequest } from '@medallion/core/engine/contract.ts';
import { type CachingResolver, createResolver } from '@medallion/core/lake/resolver.ts';
import type { ComputeProfile } from '@medallion/core/sql/contract.ts';
import { type LocalAzure, startLocalAzure } from '../azure-storage/emulator.ts';

export const warehouse: ComputeProfile = { ansi: true, timeZone: 'Etc/UTC', decidedBy: 'SQL warehouse' };

/** The engine's child with the plain dialect in place of Databricks'. */
export const plainChild = fileURLToPath(new URL('./plain-child.ts', import.meta.url));
/** A clock that runs so fast that nothing is remembered: tests see what engines did. */
const uncached = (): number => performance.now() * 1e9;
const account = 'devstoreaccount1';

/** A local Azure with the catalog `shop`, its layers, and a volume `/Volumes/shop/bronze/landing` over the container `landing`. */
export interface TestLake extends AsyncDisposable {
  readonly azure: LocalAzure;
  readonly storage: StorageClient;
  readonly resolver: CachingResolver;
  readonly stateFolder: string;
  engine(options?: Partial<EngineOptions>): Promise<SupervisedEngine>;
  /** Writes a file below the landing volume. */
  land(path: string, content: string | Uint8Array): Promise<void>;
}

/** @param hubs event hubs, each with its partitions. */
export async function startLake(hubs: Readonly<Record<string, number>> = {}): Promise<TestLake> {
  const stateFolder = mkdtempSync(join(tmpdir(), 'medallion-engine-'));
  const azure = await startLocalAzure(hubs, stateFolder);
  const storage = createStorageClient(azure.environment);
  const databricks = createDatabricksClient(azure.environment);
  const post = (kind: string, body: unknown): Promise<unknown> =>
    databricks.request('POST', `/api/2.1/unity-catalog/${kind}`, { body });
  for (const container of ['landing', 'bronze', 'silver', 'gold']) await storage.createContainer(container);
  const root = (container: string): string => `abfss://${container}@${account}.dfs.core.windows.net/`;
  await post('catalogs', { name: 'shop', storage_root: `${root('bronze')}catalog` });
  for (const name of ['bronze', 'silver', 'gold'])
    await post('schemas', { name, catalog_name: 'shop', storage_root: root(name) });
  await post('volumes', {
    name: 'landing',
    catalog_name: 'shop',
    schema_name: 'bronze',
    volume_type: 'EXTERNAL',
    storage_location: root('landing'),
  });
  return {
    azure,
    storage,
    stateFolder,
    resolver: createResolver(databricks, uncached),
    engine: (options = {}) =>
      startEngine({ environment: azure.environment, stateFolder, childEntry: plainChild, threads: 2, ...options }),
    land: async (path, content) => {
      await storage.write({ container: 'landing', path }, Buffer.from(content));
    },
    [Symbol.asyncDispose]: async () => {
      await azure[Symbol.asyncDispose]();
      rmSync(stateFolder, { recursive: true, force: true });
    },
  };
}

export function script(
  text: string,
  parameters: Record<string, string> = {},
  rest: Partial<ScriptRequest> = {},
): ScriptRequest {
  return { source: { text, file: 'script.sql' }, parameters, profile: warehouse, catalog: 'shop', checks: {}, ...rest };
}
