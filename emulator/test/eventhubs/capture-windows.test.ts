import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import rhea from 'rhea';
import { createOperationCounter } from '@medallion/emulator/kit/operation-counter.ts';
import { readSentEvent, storedRoom, writeStoredEvent } from '@medallion/emulator/services/eventhubs/amqp/event.ts';
import type { BlobWriter, WholeBlob } from '@medallion/emulator/services/eventhubs/capture/blob-writer.ts';
import { Capture } from '@medallion/emulator/services/eventhubs/capture/capture.ts';
import { readCaptureSettings } from '@medallion/emulator/services/eventhubs/capture/settings.ts';
import { EventHubsNamespace, type Partition } from '@medallion/emulator/services/eventhubs/namespace.ts';
import { applyRetention } from '@medallion/emulator/services/eventhubs/retention.ts';
import { temporaryFolder } from '../support/emulator-process.ts';
import { captureDescriptionOf, recordsOf } from './capture-support.ts';

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** A storage account in memory that can fail before or after it has stored a blob. */
class MemoryBlobs implements BlobWriter {
  readonly files = new Map<string, Buffer>();
  puts = 0;
  fails: 'before' | 'after' | undefined;

  async put(blob: WholeBlob): Promise<void> {
    this.puts += 1;
    if (this.fails === 'before') throw new Error('the storage account does not answer');
    const content = await buffer(blob.open());
    assert.equal(content.length, blob.length);
    this.files.set(blob.name, content);
    if (this.fails === 'after') throw new Error('the connection broke after the blob was stored');
  }

  get names(): readonly string[] {
    return [...this.files.keys()];
  }

  /** The sequence numbers of all files, in order. */
  async sequences(): Promise<number[]> {
    const sequences: number[] = [];
    for (const name of this.names) {
      const { records } = await recordsOf(this.files.get(name)!);
      sequences.push(...records.map((record) => record.SequenceNumber));
    }
    return sequences;
  }
}

/** rhea's typings have no result for `encode`. */
function encoded(body: Buffer): Buffer {
  const bytes: unknown = rhea.message.encode({ body: rhea.message.data_section(body) as unknown });
  assert.ok(Buffer.isBuffer(bytes));
  return bytes;
}

const start = Date.UTC(2026, 7, 15, 13, 2, 3);

/** One captured partition with a clock that stands still until a test moves it. */
class Fixture implements Disposable {
  readonly blobs: MemoryBlobs;
  readonly capture: Capture;
  readonly partition: Partition;
  readonly namespace: EventHubsNamespace;
  now = start;

  constructor(
    folder: string,
    options: { readonly blobs?: MemoryBlobs; readonly change?: Record<string, unknown> } = {},
  ) {
    this.blobs = options.blobs ?? new MemoryBlobs();
    const hubs = [{ name: 'geo', partitionCount: 1, consumerGroups: [] }];
    this.namespace = new EventHubsNamespace(folder, { name: 'ns', hubs }, { segmentBytes: 1024 * 1024 });
    this.partition = this.namespace.hubs[0]!.partitions[0]!;
    this.capture = new Capture({
      namespace: this.namespace,
      settings: readCaptureSettings({ geo: captureDescriptionOf(options.change) }, ['geo']),
      blobs: this.blobs,
      operations: createOperationCounter(),
      logger: silent,
      now: () => this.now,
    });
  }

  append(...bodies: readonly Buffer[]): void {
    const events = bodies.map((body) => readSentEvent(encoded(body)));
    const room = events.reduce((sum, event) => sum + storedRoom(event, undefined), 0);
    this.partition.log.append(
      events.length,
      room,
      (target, position, index, stamp) => writeStoredEvent(target, position, events[index]!, stamp, undefined),
      this.now,
    );
  }

  /** Lets the time pass and waits for what that has started. */
  async pass(seconds: number): Promise<void> {
    this.now += seconds * 1000;
    this.capture.tick();
    await this.capture[Symbol.asyncDispose]();
  }

  [Symbol.dispose](): void {
    this.namespace.close();
  }
}

const event = Buffer.from('{"a":1}');
const name = (time: string): string => `capture/ns/geo/0/2026/08/15/${time}.avro`;

describe('Event Hubs Capture: windows', () => {
  it('closes a window when its time is over, and names it by its beginning', async () => {
    using folder = temporaryFolder();
    using fixture = new Fixture(folder.path);
    fixture.append(event, event);
    await fixture.pass(59);
    assert.deepEqual(fixture.blobs.names, []);
    await fixture.pass(1);
    assert.deepEqual(fixture.blobs.names, [name('13/02/03')]);
    fixture.append(event);
    await fixture.pass(60);
    assert.deepEqual(fixture.blobs.names, [name('13/02/03'), name('13/03/03')]);
    assert.deepEqual(await fixture.blobs.sequences(), [0, 1, 2]);
    const { records } = await recordsOf(fixture.blobs.files.get(name('13/02/03'))!);
    assert.equal(records[0]?.EnqueuedTimeUtc, '8/15/2026 1:02:03 PM');
  });

  it('closes a window when its size is reached, before its time is over', async () => {
    using folder = temporaryFolder();
    using fixture = new Fixture(folder.path);
    for (let index = 0; index < 12; index++) fixture.append(Buffer.alloc(1_000_000, index));
    await fixture.pass(1);
    assert.deepEqual(await fixture.blobs.sequences(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    await fixture.capture.flush();
    assert.equal((await fixture.blobs.sequences()).length, 12);
    assert.equal(fixture.blobs.names.length, 2);
  });

  it('writes empty files unless told to skip them', async () => {
    {
      using folder = temporaryFolder();
      using skipping = new Fixture(folder.path);
      await skipping.pass(60);
      assert.equal(skipping.blobs.puts, 0);
    }
    using folder = temporaryFolder();
    using fixture = new Fixture(folder.path, { change: { skipEmptyArchives: false } });
    await fixture.pass(60);
    await fixture.pass(60);
    assert.equal(fixture.blobs.names.length, 2);
    const { records, schema } = await recordsOf(fixture.blobs.files.get(fixture.blobs.names[0]!)!);
    assert.deepEqual(records, []);
    assert.match(JSON.stringify(schema), /EventData/);
  });

  it('never repeats a name, even when windows are closed within a second', async () => {
    using folder = temporaryFolder();
    using fixture = new Fixture(folder.path);
    for (let index = 0; index < 3; index++) {
      fixture.append(event);
      await fixture.capture.flush();
    }
    assert.deepEqual(fixture.blobs.names, [name('13/02/03'), name('13/02/04'), name('13/02/05')]);
    assert.deepEqual(await fixture.blobs.sequences(), [0, 1, 2]);
  });

  for (const fails of ['before', 'after'] as const) {
    it(`captures each event once when it crashes ${fails} the blob is stored`, async () => {
      using folder = temporaryFolder();
      const blobs = new MemoryBlobs();
      {
        using fixture = new Fixture(folder.path, { blobs });
        fixture.append(event, event);
        blobs.fails = fails;
        await assert.rejects(fixture.capture.flush());
        fixture.append(event);
      }
      const stored = blobs.files.get(name('13/02/03'));
      blobs.fails = undefined;
      using fixture = new Fixture(folder.path, { blobs });
      await fixture.capture.flush();
      assert.deepEqual(await blobs.sequences(), [0, 1, 2]);
      assert.deepEqual(blobs.names, [name('13/02/03'), name('13/02/04')]);
      if (fails === 'after') assert.deepEqual(blobs.files.get(name('13/02/03')), stored);
    });
  }

  it('tries again in the background, but not at every look at the clock', async () => {
    using folder = temporaryFolder();
    using fixture = new Fixture(folder.path);
    fixture.append(event);
    fixture.blobs.fails = 'before';
    await fixture.pass(60);
    await fixture.pass(1);
    assert.equal(fixture.blobs.puts, 1);
    fixture.blobs.fails = undefined;
    await fixture.pass(10);
    assert.deepEqual(await fixture.blobs.sequences(), [0]);
  });

  it('keeps the events that it has not written, whatever their age', async () => {
    using folder = temporaryFolder();
    using fixture = new Fixture(folder.path);
    for (let index = 0; index < 5; index++) fixture.append(Buffer.alloc(900_000));
    const retain = (): number =>
      applyRetention(fixture.namespace, {
        hours: 1,
        now: fixture.now + 7_200_000,
        keepFrom: (hub, partition) => fixture.capture.keepFrom(hub, partition),
      });
    assert.equal(retain(), 0);
    await fixture.capture.flush();
    assert.ok(retain() > 0);
    assert.equal(fixture.partition.log.isEmpty, true);
    assert.deepEqual(await fixture.blobs.sequences(), [0, 1, 2, 3, 4]);
  });
});
