import path from 'node:path';
import { decodeJwt } from 'jose';
import type { RunningService, ServiceContext, ServiceEntry } from '../../kit/service.ts';
import { createAuthority } from '../identity/authority.ts';
import { loadSigningKey } from '../identity/signing-key.ts';
import { createTokenVerifier } from '../identity/token-verifier.ts';
import { createAdminServer } from '../admin/admin-server.ts';
import type { VerifyBearer } from './amqp/claims.ts';
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
      verifyBearer: await bearerVerifier(context),
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

/** Accepts what the local authority has issued for Event Hubs. */
async function bearerVerifier({ identity, stateFolder }: ServiceContext): Promise<VerifyBearer> {
  const authority = createAuthority(identity.principal, await loadSigningKey(path.join(stateFolder, 'identity')));
  const verify = createTokenVerifier(authority);
  return async (token) => {
    const verdict = await verify(`Bearer ${token}`, 'eventHubs');
    if (verdict.kind !== 'caller') throw new Error(`the token is not accepted: ${verdict.kind}`);
    return { expiresAt: (decodeJwt(token).exp ?? 0) * 1000 };
  };
}
