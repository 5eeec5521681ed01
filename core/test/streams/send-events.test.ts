import assert from 'node:assert/strict';
import type { ReceivedEventData } from '@azure/event-hubs';
import { createEventHubConsumer } from '@medallion/core/azure/event-hubs.ts';
import type { AzureEnvironment } from '@medallion/core/azure/environment.ts';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { partitionOfKey } from '@medallion/core/streams/partition-of-key.ts';
import { type OutgoingEvent, sendEvents } from '@medallion/core/streams/send-events.ts';
import {
  type EmulatorProcess,
  startEmulatorProcess,
  temporaryFolder,
} from '../../../emulator/test/support/emulator-process.ts';

const partitionCount = 4;

describe('sendEvents over the wire', () => {
  const folder = temporaryFolder();
  let emulator: EmulatorProcess;
  let environment: AzureEnvironment;
  before(async () => {
    const entity = (name: string) => ({ Name: name, PartitionCount: partitionCount, ConsumerGroups: [] });
    const Entities = ['ordered', 'turns', 'cancelled', 'large'].map(entity);
    const NamespaceConfig = [{ Type: 'EventHub', Name: 'emulatorNs1', Entities }];
    const eventHubsConfig = { UserConfig: { NamespaceConfig, LoggingConfig: { Type: 'File' } } };
    emulator = await startEmulatorProcess({ stateFolder: folder.path, eventHubsConfig });
    environment = {
      name: 'local',
      credential: { kind: 'default' },
      eventHubs: {
        fullyQualifiedNamespace: new URL(emulator.description.endpoints.amqp).host,
        connectionString: emulator.description.connectionStrings.eventHubs,
      },
    };
  });
  after(async () => {
    await emulator[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  const received = async (hub: string): Promise<string[][]> => {
    const consumer = createEventHubConsumer(environment, hub);
    try {
      return await Promise.all(
        (await consumer.getPartitionIds()).map(async (id) => {
          const { isEmpty, lastEnqueuedSequenceNumber } = await consumer.getPartitionProperties(id);
          return isEmpty ? [] : await readTo(consumer, id, lastEnqueuedSequenceNumber);
        }),
      );
    } finally {
      await consumer.close();
    }
  };

  it('keeps the order of each key, on the partition the service would choose, and counts what was acknowledged', async () => {
    const events = Array.from({ length: 5000 }, (_, n) => ({ body: `k${n % 7}:${n}`, partitionKey: `k${n % 7}` }));
    const progress: number[] = [];
    const summary = await sendEvents(environment, 'ordered', events, { onSent: (sent) => progress.push(sent) });
    const bytes = events.reduce((sum, { body }) => sum + body.length, 0);
    assert.equal(summary.events, 5000);
    assert.equal(summary.bytes, bytes);
    assert.ok(summary.batches < 12, `${summary.batches} batches`);
    assert.equal(progress.at(-1), 5000);
    const partitions = await received('ordered');
    for (const [partition, bodies] of partitions.entries()) {
      const wanted = events.filter(({ partitionKey }) => partitionOfKey(partitionKey, partitionCount) === partition);
      assert.deepEqual(
        bodies,
        wanted.map(({ body }) => body),
      );
    }
  });

  it('takes turns among the partitions without a key', async () => {
    await sendEvents(
      environment,
      'turns',
      Array.from({ length: 8 }, (_, n) => ({ body: String(n) })),
    );
    assert.deepEqual(await received('turns'), [
      ['0', '4'],
      ['1', '5'],
      ['2', '6'],
      ['3', '7'],
    ]);
  });

  it('stops drawing events when it is cancelled', async () => {
    const abort = new AbortController();
    let drawn = 0;
    function* endless(): Generator<OutgoingEvent> {
      for (;;) {
        drawn += 1;
        yield { body: 'x'.repeat(100) };
      }
    }
    const reason = new Error('enough');
    const options = { signal: abort.signal, onSent: () => abort.abort(reason), maxBatchEvents: 100 };
    await assert.rejects(sendEvents(environment, 'cancelled', endless(), options), (error) => error === reason);
    assert.ok(drawn < 5000, `${drawn} events drawn`);
  });

  it('refuses an event that no batch can hold, and a hub that is not there', async () => {
    const code = (wanted: string) => (error: unknown) => error instanceof ExpectedError && error.code === wanted;
    const huge = [{ body: Buffer.alloc(2_000_000) }];
    await assert.rejects(sendEvents(environment, 'large', huge), code('event-hubs.event-too-large'));
    await assert.rejects(sendEvents(environment, 'nowhere', [{ body: '' }]), code('event-hubs.hub-not-found'));
  });
});

function readTo(consumer: ReturnType<typeof createEventHubConsumer>, id: string, last: number): Promise<string[]> {
  // The consumer's close ends the subscription: closing it inside its own handler would wait for itself.
  return new Promise((resolve, reject) => {
    const bodies: string[] = [];
    const processEvents = async (events: readonly ReceivedEventData[]) => {
      bodies.push(...events.map(({ body }) => Buffer.from(body as Uint8Array).toString('utf8')));
      if (events.at(-1)?.sequenceNumber === last) resolve(bodies);
    };
    const processError = async (error: Error) => reject(error);
    consumer.subscribe(
      id,
      { processEvents, processError },
      {
        startPosition: { sequenceNumber: 0, isInclusive: true },
        skipParsingBodyAsJson: true,
        maxBatchSize: 500,
        maxWaitTimeInSeconds: 1,
      },
    );
  });
}
