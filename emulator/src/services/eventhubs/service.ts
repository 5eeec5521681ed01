import type { RunningService, ServiceContext, ServiceEntry } from '../../kit/service.ts';
import { createAdminServer } from '../admin/admin-server.ts';
import { createSignedBlobWriter } from './capture/signed-blob-writer.ts';
import { startEventHubs } from './event-hubs.ts';

/**
 * Event Hubs over AMQP and, as with the official emulator, the admin endpoint beside it. It starts after the storage service,
 * into whose account Capture writes.
 */
export const eventHubsService: ServiceEntry = { name: 'event-hubs', start: startEventHubsService };

/** @throws EmulatorError `emulator.event-hubs-config`, `emulator.capture-config`, `emulator.partition-count-shrinks`. */
async function startEventHubsService(context: ServiceContext): Promise<RunningService> {
  const { identity, operations, logger, stateFolder, endpoints } = context;
  if (endpoints.blob === undefined) throw new Error('Event Hubs starts after the storage service');
  await using started = new AsyncDisposableStack();
  const hubs = started.use(
    await startEventHubs({
      stateFolder,
      config: context.eventHubsConfig,
      captureConfig: context.captureConfig,
      key: identity.eventHubs,
      blobs: createSignedBlobWriter({ endpoint: endpoints.blob, ...identity.storage }),
      listen: (server) => context.listen(server, 'amqp'),
      operations,
      logger,
    }),
  );
  const admin = createAdminServer(
    [
      { method: 'GET', path: '/health', run: async () => ({ status: 'healthy', message: 'Service healthy.' }) },
      { method: 'GET', path: '/operations', run: async () => operations.snapshot() },
      { method: 'POST', path: '/capture/flush', run: () => hubs.capture.flush() },
    ],
    logger,
  );
  const { port } = started.use(await context.listen(admin, 'admin'));
  const running = started.move();
  return {
    endpoints: { amqp: `sb://127.0.0.1:${hubs.port}`, admin: `http://127.0.0.1:${port}` },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
