import assert from 'node:assert/strict';
import { EventHubBufferedProducerClient } from '@azure/event-hubs';
import { type EmulatorProcess, startEmulatorProcess, temporaryFolder } from '../support/emulator-process.ts';
import { configOf, consumerOf, operationsOf, producerOf, read, startReading } from './support.ts';

describe('Event Hubs: sending and receiving', () => {
  const folder = temporaryFolder();
  let emulator: EmulatorProcess;
  before(async () => {
    const names = ['orders', 'keys', 'turns', 'positions', 'live', 'tracked'];
    const hubs = names.map((name) => ({ name, partitions: 4, groups: ['other'] }));
    emulator = await startEmulatorProcess({ stateFolder: folder.path, eventHubsConfig: configOf(...hubs) });
  });
  after(async () => {
    await emulator[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  it('gives back a batch in order, with its properties and what the service adds', async () => {
    await using producer = producerOf(emulator.description, 'orders');
    await using consumer = consumerOf(emulator.description, 'orders', 'other');
    const before = Date.now();
    const properties = { kind: 'created', weight: 2.5, tries: 3, negative: -7, flag: true };
    await producer.sendBatch(
      [
        { body: { id: 1 }, properties, messageId: 'm1', contentType: 'application/json', correlationId: 'c1' },
        { body: Buffer.from([0, 1, 255]) },
        { body: 'plain text' },
      ],
      { partitionId: '1' },
    );
    const [first, second, third] = await read(consumer, { partition: '1', count: 3 });
    assert.deepEqual(first?.body, { id: 1 });
    assert.deepEqual(first.properties, properties);
    assert.deepEqual([first.messageId, first.contentType, first.correlationId], ['m1', 'application/json', 'c1']);
    assert.deepEqual(second?.body, Buffer.from([0, 1, 255]));
    assert.equal(third?.body, 'plain text');
    assert.deepEqual(
      [first, second, third].map((event) => event.sequenceNumber),
      [0, 1, 2],
    );
    assert.equal(first.offset, '0');
    assert.ok(Number(first.offset) < Number(second.offset) && Number(second.offset) < Number(third.offset));
    assert.ok(first.enqueuedTimeUtc.getTime() >= before && first.enqueuedTimeUtc.getTime() <= Date.now());
    assert.equal(first.partitionKey, undefined);
  });

  it('puts a key into the partition that the buffered producer of the SDK computes for it', async () => {
    const keys = Array.from({ length: 60 }, (_, index) => `${'käse-'.repeat(index % 7)}${index * 7919}`.slice(0, 120));
    await using producer = producerOf(emulator.description, 'keys');
    for (const key of keys) await producer.sendBatch([{ body: `direct ${key}` }], { partitionKey: key });
    const buffered = new EventHubBufferedProducerClient(emulator.description.connectionStrings.eventHubs, 'keys', {
      // What is lost here is missed below.
      onSendEventsErrorHandler: () => undefined,
    });
    for (const key of keys) await buffered.enqueueEvent({ body: `buffered ${key}` }, { partitionKey: key });
    await buffered.close();

    await using consumer = consumerOf(emulator.description, 'keys');
    const partitionOf = new Map<string, string>();
    for (const partition of await producer.getPartitionIds()) {
      const { lastEnqueuedSequenceNumber } = await producer.getPartitionProperties(partition);
      for (const event of await read(consumer, { partition, count: lastEnqueuedSequenceNumber + 1 })) {
        partitionOf.set(String(event.body), partition);
        if (String(event.body).startsWith('direct')) assert.equal(`direct ${event.partitionKey}`, event.body);
      }
    }
    assert.equal(partitionOf.size, keys.length * 2);
    assert.equal(new Set(partitionOf.values()).size, 4);
    for (const key of keys) assert.equal(partitionOf.get(`direct ${key}`), partitionOf.get(`buffered ${key}`), key);
  });

  it('takes the partitions in turn where neither id nor key is given, one request a batch', async () => {
    await using producer = producerOf(emulator.description, 'turns');
    const sendsBefore = (await operationsOf(emulator.description))['amqp.send'] ?? 0;
    for (let index = 0; index < 8; index++) await producer.sendBatch([{ body: index }, { body: index }]);
    const counts = await Promise.all(
      ['0', '1', '2', '3'].map(
        async (id) => (await producer.getPartitionProperties(id)).lastEnqueuedSequenceNumber + 1,
      ),
    );
    assert.deepEqual(counts, [4, 4, 4, 4]);
    assert.equal((await operationsOf(emulator.description))['amqp.send'], sendsBefore + 8);
  });

  it('starts at each kind of position', async () => {
    await using producer = producerOf(emulator.description, 'positions');
    await using consumer = consumerOf(emulator.description, 'positions');
    for (let index = 0; index < 5; index++) await producer.sendBatch([{ body: index }], { partitionId: '0' });
    const all = await read(consumer, { partition: '0', count: 5 });
    const third = all[2]!;
    const firstFrom = async (position: Parameters<typeof read>[1]['position']): Promise<unknown> =>
      (await read(consumer, { partition: '0', count: 1, position: position! }))[0]?.body;
    assert.equal(await firstFrom({ offset: third.offset }), 3);
    assert.equal(await firstFrom({ offset: third.offset, isInclusive: true }), 2);
    assert.equal(await firstFrom({ sequenceNumber: third.sequenceNumber }), 3);
    assert.equal(await firstFrom({ sequenceNumber: third.sequenceNumber, isInclusive: true }), 2);
    assert.equal(await firstFrom({ enqueuedOn: all[0]!.enqueuedTimeUtc.getTime() - 1 }), 0);
    const later = all.find((event) => event.enqueuedTimeUtc.getTime() > all[0]!.enqueuedTimeUtc.getTime());
    if (later) assert.equal(await firstFrom({ enqueuedOn: all[0]!.enqueuedTimeUtc }), later.body);
  });

  it('gives a reader at @latest what is sent from then on, and nothing older', async () => {
    await using producer = producerOf(emulator.description, 'live');
    await using consumer = consumerOf(emulator.description, 'live');
    await producer.sendBatch([{ body: 'old' }], { partitionId: '2' });
    await using reading = startReading(consumer, { partition: '2', count: 2, position: { offset: '@latest' } });
    await reading.attached;
    await producer.sendBatch([{ body: 'new 1' }], { partitionId: '2' });
    await producer.sendBatch([{ body: 'new 2' }], { partitionId: '2' });
    assert.deepEqual(
      (await reading.events).map((event) => String(event.body)),
      ['new 1', 'new 2'],
    );
  });

  it("tells a reader that asks for it the partition's last event", async () => {
    await using producer = producerOf(emulator.description, 'tracked');
    await using consumer = consumerOf(emulator.description, 'tracked');
    await producer.sendBatch([{ body: 1 }, { body: 2 }, { body: 3 }], { partitionId: '0' });
    await using reading = startReading(consumer, { partition: '0', count: 3, trackLastEnqueued: true });
    const events = await reading.events;
    assert.equal(reading.lastEnqueued()?.sequenceNumber, 2);
    assert.equal(reading.lastEnqueued()?.offset, events[2]?.offset);
  });

  it('describes hubs and partitions', async () => {
    await using producer = producerOf(emulator.description, 'tracked');
    const hub = await producer.getEventHubProperties();
    assert.equal(hub.name, 'tracked');
    assert.deepEqual(hub.partitionIds, ['0', '1', '2', '3']);
    assert.ok(Math.abs(hub.createdOn.getTime() - Date.now()) < 3_600_000);
    const empty = await producer.getPartitionProperties('3');
    assert.equal(empty.isEmpty, true);
    assert.equal(empty.lastEnqueuedSequenceNumber, -1);
    assert.equal(empty.lastEnqueuedOffset, '-1');
    await producer.sendBatch([{ body: 1 }], { partitionId: '3' });
    const filled = await producer.getPartitionProperties('3');
    assert.equal(filled.isEmpty, false);
    assert.equal(filled.beginningSequenceNumber, 0);
    assert.equal(filled.lastEnqueuedSequenceNumber, 0);
    assert.equal(filled.eventHubName, 'tracked');
  });
});
