import assert from 'node:assert/strict';
import { startEmulatorProcess, temporaryFolder } from '../support/emulator-process.ts';
import { configOf, consumerOf, producerOf, read } from './support.ts';

describe('sending and receiving', () => {
  it('gives back a batch in order, with its properties, keys and annotations', async () => {
    using folder = temporaryFolder();
    const eventHubsConfig = configOf({ name: 'orders', partitions: 2 });
    await using emulator = await startEmulatorProcess({ stateFolder: folder.path, eventHubsConfig });
    await using producer = producerOf(emulator.description, 'orders');
    await using consumer = consumerOf(emulator.description, 'orders');
    const before = Date.now();
    await producer.sendBatch(
      [
        {
          body: { id: 1 },
          properties: { kind: 'created', weight: 2.5, tries: 3 },
          messageId: 'm1',
          contentType: 'application/json',
        },
        { body: Buffer.from([0, 1, 255]) },
      ],
      { partitionId: '1' },
    );
    const [first, second] = await read(consumer, { partition: '1', count: 2 });
    assert.deepEqual(first?.body, { id: 1 });
    assert.deepEqual(first.properties, { kind: 'created', weight: 2.5, tries: 3 });
    assert.equal(first.messageId, 'm1');
    assert.equal(first.contentType, 'application/json');
    assert.deepEqual(second?.body, Buffer.from([0, 1, 255]));
    assert.deepEqual([first.sequenceNumber, second.sequenceNumber], [0, 1]);
    assert.equal(first.offset, '0');
    assert.ok(Number(second.offset) > 0);
    assert.ok(first.enqueuedTimeUtc.getTime() >= before);
  });
});
