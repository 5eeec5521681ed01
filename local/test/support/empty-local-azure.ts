import { type LocalAzure, startLocalAzure } from '@medallion/local/start.ts';
import { portsFrom } from '@medallion/local/ports.ts';

/** A local Azure without hubs, on free ports. */
export function emptyLocalAzure(stateFolder: string): Promise<LocalAzure> {
  const NamespaceConfig = [{ Type: 'EventHub', Name: 'emulatorNs1', Entities: [] }];
  return startLocalAzure({
    stateFolder,
    ports: portsFrom(0),
    eventHubsConfig: { UserConfig: { NamespaceConfig, LoggingConfig: { Type: 'File' } } },
    startedBy: 'test',
    detach: false,
  });
}
