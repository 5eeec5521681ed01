import { readFileSync } from 'node:fs';
import type { AzureEnvironment } from '@medallion/core/azure/environment.ts';
import { createStorageClient, type StorageClient } from '@medallion/core/azure/storage.ts';
import { startEmulatorProcess, temporaryFolder } from '../../../emulator/test/support/emulator-process.ts';

/** A local Azure in a process of its own and a client of its storage. */
export interface LocalAzure extends AsyncDisposable {
  readonly environment: AzureEnvironment;
  readonly storage: StorageClient;
}

/**
 * @param hubs event hubs, each with its partitions.
 * @param sharedFolder see the emulator's option of that name.
 */
export async function startLocalAzure(
  hubs: Readonly<Record<string, number>> = {},
  sharedFolder?: string,
): Promise<LocalAzure> {
  await using starting = new AsyncDisposableStack();
  const folder = starting.use(temporaryFolder());
  const emulator = starting.use(
    await startEmulatorProcess({
      stateFolder: folder.path,
      eventHubsConfig: hubsConfig(hubs),
      ...(sharedFolder === undefined ? {} : { sharedFolder }),
    }),
  );
  const { description } = emulator;
  const environment: AzureEnvironment = {
    name: 'local',
    credential: {
      kind: 'clientSecret',
      authorityHost: description.endpoints.control,
      ...description.identity,
      disableInstanceDiscovery: true,
    },
    caPem: readFileSync(description.caFile, 'utf8'),
    storage: {
      ...description.storage,
      dfsEndpoint: description.endpoints.dfs,
      blobEndpoint: description.endpoints.blob,
    },
    databricks: { host: description.endpoints.control },
    eventHubs: {
      fullyQualifiedNamespace: new URL(description.endpoints.amqp).host,
      connectionString: description.connectionStrings.eventHubs,
    },
  };
  const running = starting.move();
  return {
    environment,
    storage: createStorageClient(environment),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function hubsConfig(hubs: Readonly<Record<string, number>>): unknown {
  const Entities = Object.entries(hubs).map(([Name, PartitionCount]) => ({ Name, PartitionCount, ConsumerGroups: [] }));
  const NamespaceConfig = [{ Type: 'EventHub', Name: 'emulatorNs1', Entities }];
  return { UserConfig: { NamespaceConfig, LoggingConfig: { Type: 'File' } } };
}
