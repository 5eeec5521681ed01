import assert from 'node:assert/strict';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import type { EmulatorDescription } from '@medallion/emulator/index.ts';
import { startEmulatorProcess, temporaryFolder } from '../support/emulator-process.ts';
import { captureDescriptionOf, recordsOf } from './capture-support.ts';
import { configOf, operationsOf, producerOf } from './support.ts';

interface FlushedFile {
  readonly container: string;
  readonly name: string;
  readonly events: number;
  readonly bytes: number;
}

interface Flushed {
  readonly hubs: readonly {
    readonly name: string;
    readonly partitions: readonly {
      readonly id: string;
      readonly events: number;
      readonly files: readonly FlushedFile[];
    }[];
  }[];
  readonly error?: { readonly code: string; readonly message: string };
}

async function flush(description: EmulatorDescription): Promise<Flushed> {
  const response = await fetch(`${description.endpoints.admin}/capture/flush`, { method: 'POST' });
  return (await response.json()) as Flushed;
}

async function namesIn(container: ContainerClient): Promise<string[]> {
  const names: string[] = [];
  for await (const blob of container.listBlobsFlat()) names.push(blob.name);
  return names;
}

describe('Event Hubs Capture, over the wire', () => {
  it("writes the service's Avro into the storage account, each event once", async () => {
    using folder = temporaryFolder();
    await using emulator = await startEmulatorProcess({
      stateFolder: folder.path,
      eventHubsConfig: configOf({ name: 'geo', partitions: 2 }, { name: 'plain', partitions: 1 }),
      captureConfig: { geo: captureDescriptionOf({ encoding: 'AvroDeflate' }) },
    });
    const storage = BlobServiceClient.fromConnectionString(emulator.description.connectionStrings.storage);
    const landing = storage.getContainerClient('landing');
    await landing.create();
    await using producer = producerOf(emulator.description, 'geo');
    const properties = { text: 'ä', whole: 7, part: 0.5, raw: Buffer.from([1]), flag: true };
    await producer.sendBatch([{ body: { id: 1 }, properties, messageId: 'm1', contentType: 'application/json' }], {
      partitionKey: 'shop 1',
    });
    const partition = (await producer.getPartitionProperties('0')).isEmpty ? '1' : '0';
    await producer.sendBatch(
      Array.from({ length: 2_500 }, (_, index) => ({ body: Buffer.from(String(index)) })),
      {
        partitionId: partition,
      },
    );
    await using plain = producerOf(emulator.description, 'plain');
    await plain.sendBatch([{ body: 'not captured' }]);

    const { hubs } = await flush(emulator.description);
    assert.deepEqual(
      hubs.map((hub) => hub.name),
      ['geo'],
    );
    const files = hubs[0]!.partitions.flatMap((entry) => entry.files);
    assert.deepEqual(
      hubs[0]!.partitions.map((entry) => entry.events).sort((a, b) => a - b),
      [0, 2_501],
    );
    assert.equal(files.length, 1);
    assert.deepEqual(await namesIn(landing), [files[0]!.name]);
    assert.match(files[0]!.name, /^capture\/emulatorNs1\/geo\/[01](\/\d\d\d\d)(\/\d\d){5}\.avro$/);

    const { schema, codec, records } = await recordsOf(await landing.getBlobClient(files[0]!.name).downloadToBuffer());
    assert.equal(codec, 'deflate');
    assert.match(JSON.stringify(schema), /"name":"Microsoft.ServiceBus.Messaging.EventData"/);
    assert.equal(records.length, 2_501);
    const first = records[0]!;
    assert.equal(first.SequenceNumber, 0);
    assert.equal(first.Offset, '0');
    assert.match(first.EnqueuedTimeUtc, /^\d{1,2}\/\d{1,2}\/\d{4} \d{1,2}:\d\d:\d\d [AP]M$/);
    assert.deepEqual(JSON.parse(first.Body!.bytes.toString()), { id: 1 });
    const { 'x-opt-enqueued-time': enqueued, ...system } = branchesOf(first.SystemProperties);
    assert.ok(Math.abs(Number(Object.values(enqueued!)[0]) - Date.now()) < 3_600_000);
    assert.deepEqual(system, {
      'content-type': { string: 'application/json' },
      'message-id': { string: 'm1' },
      'x-opt-offset': { string: '0' },
      'x-opt-partition-key': { string: 'shop 1' },
      'x-opt-sequence-number': { long: 0 },
    });
    assert.deepEqual(branchesOf(first.Properties), {
      text: { string: 'ä' },
      whole: { long: 7 },
      part: { double: 0.5 },
      raw: { bytes: Buffer.from([1]) },
      flag: { string: 'true' },
    });
    assert.equal(records.at(-1)?.Body?.bytes.toString(), '2499');

    assert.equal((await flush(emulator.description)).hubs[0]!.partitions.flatMap((entry) => entry.files).length, 0);
    const operations = await operationsOf(emulator.description);
    assert.deepEqual([operations['capture.file'], operations['capture.event']], [1, 2_501]);
  });

  it('says that the container is missing, keeps the events and writes them once it is there', async () => {
    using folder = temporaryFolder();
    const options = {
      stateFolder: folder.path,
      eventHubsConfig: configOf({ name: 'geo', partitions: 1 }),
      captureConfig: { geo: captureDescriptionOf() },
    };
    {
      await using emulator = await startEmulatorProcess(options);
      await using producer = producerOf(emulator.description, 'geo');
      await producer.sendBatch([{ body: 1 }, { body: 2 }]);
      const failed = await flush(emulator.description);
      assert.equal(failed.error?.code, 'emulator.capture-container-missing');
      await emulator.kill();
    }
    await using emulator = await startEmulatorProcess(options);
    const storage = BlobServiceClient.fromConnectionString(emulator.description.connectionStrings.storage);
    await storage.getContainerClient('landing').create();
    const { hubs } = await flush(emulator.description);
    assert.equal(hubs[0]?.partitions[0]?.events, 2);
    assert.equal((await namesIn(storage.getContainerClient('landing'))).length, 1);
  });
});

/** avsc's union branches are instances of classes that it makes. */
function branchesOf<T extends object>(branches: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(branches).map(([name, branch]) => [name, { ...branch }]));
}
