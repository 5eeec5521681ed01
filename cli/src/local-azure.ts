import { findLocalAzure } from '@medallion/local/find.ts';
import { movingTakenPorts, portsFrom } from '@medallion/local/ports.ts';
import { provision, type Provisioned } from '@medallion/local/provision.ts';
import { startLocalAzure, type LocalAzure } from '@medallion/local/start.ts';
import type { AzureEnvironment } from '@medallion/core/azure/environment.ts';
import type { LoadedProject } from '@medallion/core/project/loaded-project.ts';
import type { CommandContext } from './command.ts';
import { hubsOf } from './hubs.ts';

export interface StartRequest {
  readonly startedBy: string;
  readonly detach: boolean;
  /** True: a default port that is taken is replaced by a free one, and that is said. False: it is refused. */
  readonly moveTakenPorts: boolean;
}

/** Starts or finds the project's local Azure. */
export async function openLocalAzure(
  context: CommandContext,
  loaded: LoadedProject,
  request: StartRequest,
): Promise<LocalAzure> {
  const wanted = portsFrom(context.portBase);
  const running = await findLocalAzure(context.state);
  const { ports, moved } =
    running || !request.moveTakenPorts ? { ports: wanted, moved: [] } : await movingTakenPorts(wanted);
  for (const { endpoint, port, holder } of moved) {
    context.say(`Port ${port} (${endpoint}) is held by ${holder}: a free port is used instead.`);
  }
  return startLocalAzure({
    stateFolder: context.state,
    ports,
    ...hubsOf(loaded.project),
    startedBy: request.startedBy,
    detach: request.detach,
  });
}

/** What an administrator and a first deployment would have made in this environment. */
export function provisionLocal(
  environment: AzureEnvironment,
  loaded: LoadedProject,
  extra: readonly string[] = [],
): Promise<Provisioned> {
  const { captureConfig } = hubsOf(loaded.project);
  return provision({
    environment,
    settings: loaded.project.settings,
    bundle: loaded.bundle,
    containers: [...captureContainers(captureConfig), ...extra],
  });
}

function captureContainers(config: unknown): readonly string[] {
  const hubs = Object.values(
    (config ?? {}) as Record<string, { destination?: { properties?: { blobContainer?: string } } }>,
  );
  return hubs.flatMap((hub) => hub.destination?.properties?.blobContainer ?? []);
}
