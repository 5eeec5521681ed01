import { readFileSync } from 'node:fs';
import type { AzureEnvironment } from '@medallion/core/azure/environment.ts';
import type { EmulatorDescription } from '@medallion/emulator/index.ts';

/** The running local Azure as an environment like any other: same clients, same code, other endpoints. */
export function localEnvironment(description: EmulatorDescription): AzureEnvironment {
  const { endpoints, connectionStrings, storage, identity, arm, caFile } = description;
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
    eventHubs: {
      fullyQualifiedNamespace: new URL(endpoints.amqp.replace(/^sb:/, 'amqp:')).host,
      connectionString: connectionStrings.eventHubs,
    },
    databricks: { host: endpoints.control },
    dataFactory: { armEndpoint: endpoints.control, ...arm },
  };
}
