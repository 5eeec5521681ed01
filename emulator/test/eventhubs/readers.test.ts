import assert from 'node:assert/strict';
import { type EmulatorProcess, startEmulatorProcess, temporaryFolder } from '../support/emulator-process.ts';
import { configOf, consumerOf, producerOf, read, startReading } from './support.ts';

describe('Event Hubs: competing readers', () => {
  const folder = temporaryFolder();
  let emulator: EmulatorProcess;
  before(async () => {
    const hubs = ['owners', 'shared', 'gone'].map((name) => ({ name, partitions: 1, groups: ['other'] }));
    emulator = await startEmulatorProcess({ stateFolder: folder.path, eventHubsConfig: configOf(...hubs) });
    for (const hub of ['owners', 'shared', 'gone']) {
      await using producer = producerOf(emulator.description, hub);
      await producer.sendBatch([{ body: 'first' }]);
    }
  });
  after(async () => {
    await emulator[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  const everything = { partition: '0', count: 1_000 } as const;

  it('disconnects an owner when one of a higher level comes, and admits no lower level', async () => {
    await using one = consumerOf(emulator.description, 'owners');
    await using two = consumerOf(emulator.description, 'owners');
    await using three = consumerOf(emulator.description, 'owners');
    await using first = startReading(one, { ...everything, ownerLevel: 1 });
    await first.attached;
    await using second = startReading(two, { ...everything, ownerLevel: 2 });
    await second.attached;
    await assert.rejects(first.events, { code: 'ReceiverDisconnectedError' });
    await assert.rejects(read(three, { ...everything, ownerLevel: 1 }), { code: 'ReceiverDisconnectedError' });
    await assert.rejects(read(three, everything), { code: 'ReceiverDisconnectedError' });
    await using other = consumerOf(emulator.description, 'owners', 'other');
    assert.equal((await read(other, { partition: '0', count: 1 })).length, 1);
  });

  it('shares a partition between five readers of a group and refuses the sixth', async () => {
    await using resources = new AsyncDisposableStack();
    for (let index = 0; index < 5; index++) {
      const consumer = resources.use(consumerOf(emulator.description, 'shared'));
      await resources.use(startReading(consumer, everything)).attached;
    }
    await using sixth = consumerOf(emulator.description, 'shared');
    await assert.rejects(read(sixth, everything), { code: 'QuotaExceededError' });
    await using other = consumerOf(emulator.description, 'shared', 'other');
    assert.equal((await read(other, { partition: '0', count: 1 })).length, 1);
  });

  it('frees the place of a reader that has gone', async () => {
    for (let index = 0; index < 12; index++) {
      await using consumer = consumerOf(emulator.description, 'gone');
      assert.equal((await read(consumer, { partition: '0', count: 1 })).length, 1);
    }
  });
});
