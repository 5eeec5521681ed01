import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Receiver } from 'rhea';
import { type EmulatorProcess, startEmulatorProcess, temporaryFolder } from '../support/emulator-process.ts';
import { connectRaw, wellKnownKey } from './raw-client.ts';
import { configOf, operationsOf, producerOf } from './support.ts';

const password = { username: wellKnownKey.name, password: wellKnownKey.value } as const;
const address = (hub: string): string => `${hub}/ConsumerGroups/$Default/Partitions/0`;

/** Counts what a receiver gets; several messages may come in one turn of the event loop. */
function countMessages(receiver: Receiver): { readonly count: () => number; reach(wanted: number): Promise<void> } {
  let count = 0;
  receiver.on('message', () => receiver.emit('counted', ++count));
  return {
    count: () => count,
    reach: async (wanted) => {
      while (count < wanted) await once(receiver, 'counted');
    },
  };
}

describe('Event Hubs: flow control', () => {
  const folder = temporaryFolder();
  let emulator: EmulatorProcess;
  before(async () => {
    const eventHubsConfig = configOf({ name: 'small', partitions: 1 }, { name: 'large', partitions: 1 });
    emulator = await startEmulatorProcess({ stateFolder: folder.path, eventHubsConfig });
    await using small = producerOf(emulator.description, 'small');
    await small.sendBatch(Array.from({ length: 10 }, (_, index) => ({ body: index })));
    await using large = producerOf(emulator.description, 'large');
    for (let index = 0; index < 80; index++) await large.sendBatch([{ body: Buffer.alloc(900_000, index) }]);
  });
  after(async () => {
    await emulator[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  const sentBy = async (): Promise<number> => (await operationsOf(emulator.description))['amqp.receiveEvents'] ?? 0;

  it('sends exactly what the credit allows, and gives back the rest of a credit that is drained', async () => {
    await using client = await connectRaw(emulator.description, password);
    const before = await sentBy();
    const receiver = client.connection.open_receiver({ source: { address: address('small') }, credit_window: 0 });
    await once(receiver, 'receiver_open');
    const messages = countMessages(receiver);
    receiver.add_credit(3);
    await messages.reach(3);
    assert.equal((await sentBy()) - before, 3);
    receiver.add_credit(100);
    receiver.drain_credit();
    await once(receiver, 'receiver_drained');
    assert.equal(messages.count(), 10);
    assert.equal((await sentBy()) - before, 10);
  });

  it('reads from the log only what a stuck reader may have on the way', async () => {
    await using client = await connectRaw(emulator.description, password);
    const before = await sentBy();
    const options = { source: { address: address('large') }, credit_window: 0, autoaccept: false, autosettle: false };
    const receiver = client.connection.open_receiver(options);
    await once(receiver, 'receiver_open');
    const messages = countMessages(receiver);
    receiver.add_credit(1000);
    // It takes what comes and settles nothing: at 0.9 MB an event and 8 MB unsettled, the tenth is the last.
    await messages.reach(10);
    assert.equal((await sentBy()) - before, 10);
  });
});
