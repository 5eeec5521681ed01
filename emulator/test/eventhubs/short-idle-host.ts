/** An Event Hubs namespace alone, that waits only a moment for silent clients. It tells its port and stops with its parent. */
import { once } from 'node:events';
import { createOperationCounter } from '@medallion/emulator/kit/operation-counter.ts';
import { startEventHubs } from '@medallion/emulator/services/eventhubs/event-hubs.ts';
import { configOf } from './support.ts';

const [stateFolder = ''] = process.argv.slice(2);
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

const hubs = await startEventHubs({
  stateFolder,
  config: configOf({ name: 'orders', partitions: 1 }),
  captureConfig: undefined,
  key: { keyName: 'key', keyValue: 'value' },
  blobs: { put: () => Promise.reject(new Error('there is no Capture here')) },
  idleTimeout: 100,
  listen: async (server) => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    return { port, [Symbol.asyncDispose]: async () => void server.close() };
  },
  operations: createOperationCounter(),
  logger: silent,
});
process.once('disconnect', () => void hubs[Symbol.asyncDispose]());
process.send?.(hubs.port);
