import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toPlain } from '@medallion/core/project/config-node.ts';
import type { Project } from '@medallion/core/project/project.ts';

/** The hubs and their capture as the emulator takes them; a project without hubs has none. */
export function hubsOf(project: Project): { readonly eventHubsConfig: unknown; readonly captureConfig?: unknown } {
  const [hubs] = project.hubs;
  if (!hubs) {
    const NamespaceConfig = [{ Type: 'EventHub', Name: 'emulatorNs1', Entities: [] }];
    return { eventHubsConfig: { UserConfig: { NamespaceConfig, LoggingConfig: { Type: 'File' } } } };
  }
  const eventHubsConfig = toPlain(hubs.node);
  if (hubs.captureFile === undefined) return { eventHubsConfig };
  return {
    eventHubsConfig,
    captureConfig: JSON.parse(readFileSync(join(project.root, hubs.captureFile), 'utf8')) as unknown,
  };
}
