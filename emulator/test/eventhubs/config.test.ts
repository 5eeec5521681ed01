import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readEventHubsConfig } from '@medallion/emulator/services/eventhubs/config.ts';
import { archiveName, readCaptureSettings } from '@medallion/emulator/services/eventhubs/capture/settings.ts';
import { HostError, startEmulatorProcess, temporaryFolder } from '../support/emulator-process.ts';
import { configOf, type HubShape, producerOf } from './support.ts';

const sample = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../samples/shopcom/eventhubs/${name}`, import.meta.url), 'utf8'));

describe('Event Hubs: Config.json', () => {
  it("reads the sample's", () => {
    const { name, hubs } = readEventHubsConfig(sample('Config.json'));
    assert.equal(name, 'emulatorNs1');
    assert.deepEqual(
      hubs.map((hub) => [hub.name, hub.partitionCount]),
      [
        ['interactions', 4],
        ['geo', 2],
      ],
    );
  });

  const groups = Array.from({ length: 21 }, (_, index) => `group${index}`);
  for (const [what, config, expected] of [
    ['no namespace', {}, /exactly one namespace, not 0/],
    ['two namespaces', { UserConfig: { NamespaceConfig: [{}, {}] } }, /not 2/],
    ['no partitions', configOf({ name: 'a', partitions: 0 }), /PartitionCount of 'a' must be 1 to 32, not "0"/],
    ['33 partitions', configOf({ name: 'a', partitions: 33 }), /not "33"/],
    ['half a partition', configOf({ name: 'a', partitions: 1.5 }), /not "1.5"/],
    ['a name with a slash', configOf({ name: 'a/b', partitions: 1 }), /hub name 'a\/b'/],
    ['a name that climbs', configOf({ name: '..', partitions: 1 }), /hub name '..'/],
    ['a hub twice', configOf({ name: 'a', partitions: 1 }, { name: 'A', partitions: 1 }), /'A' stands twice/],
    ['a group twice', configOf({ name: 'a', partitions: 1, groups: ['g', 'G'] }), /'G' of 'a' stands twice/],
    ['too many groups', configOf({ name: 'a', partitions: 1, groups }), /has 21 consumer groups/],
    ['too many hubs', configOf(...groups.map((name) => ({ name, partitions: 1 }))), /at most 10 hubs, not 21/],
  ] as const) {
    it(`refuses ${what}`, () => {
      assert.throws(() => readEventHubsConfig(config), { code: 'emulator.event-hubs-config', message: expected });
    });
  }

  it('names everything that is wrong at once', () => {
    const config = configOf({ name: 'a b', partitions: 0 }, { name: 'c', partitions: 99 });
    assert.throws(
      () => readEventHubsConfig(config),
      (error: Error) => error.message.split(';').length === 3,
    );
  });

  it('adds hubs and partitions to existing state, and refuses to take partitions away', async () => {
    using folder = temporaryFolder();
    const start = (...hubs: HubShape[]) =>
      startEmulatorProcess({ stateFolder: folder.path, eventHubsConfig: configOf(...hubs) });
    {
      await using emulator = await start({ name: 'orders', partitions: 2 });
      await using producer = producerOf(emulator.description, 'orders');
      await producer.sendBatch([{ body: 1 }], { partitionId: '1' });
    }
    await assert.rejects(start({ name: 'orders', partitions: 1 }), (error: unknown) => {
      assert.ok(error instanceof HostError);
      assert.equal(error.code, 'emulator.partition-count-shrinks');
      assert.match(error.message, /'orders' has 2 partitions and cannot be reduced to 1/);
      return true;
    });
    await using emulator = await start({ name: 'Orders', partitions: 3 }, { name: 'geo', partitions: 1 });
    await using producer = producerOf(emulator.description, 'orders');
    assert.equal((await producer.getPartitionProperties('1')).lastEnqueuedSequenceNumber, 0);
    assert.equal((await producer.getPartitionProperties('2')).isEmpty, true);
    await using geo = producerOf(emulator.description, 'geo');
    await geo.sendBatch([{ body: 1 }]);
  });
});

describe('Event Hubs: capture.json', () => {
  const good = (sample('capture.json') as Record<string, Record<string, unknown>>)['geo']!;
  const hubs = ['geo'];
  const destination = (properties: Record<string, unknown>): Record<string, unknown> => {
    const original = good['destination'] as { readonly properties: Record<string, unknown> };
    return { destination: { ...original, properties: { ...original.properties, ...properties } } };
  };

  it("reads the sample's, and nothing for a hub that is not enabled", () => {
    const settings = readCaptureSettings(sample('capture.json'), ['interactions', 'geo']);
    assert.deepEqual(
      settings.map((entry) => [entry.hub, entry.container]),
      [
        ['interactions', 'landing'],
        ['geo', 'landing'],
      ],
    );
    assert.deepEqual(readCaptureSettings({ geo: { ...good, enabled: false } }, hubs), []);
    assert.deepEqual(readCaptureSettings(undefined, hubs), []);
  });

  for (const [what, change, expected] of [
    ['a short interval', { intervalInSeconds: 59 }, /intervalInSeconds of 'geo' must be 60 to 900, not 59/],
    ['a long interval', { intervalInSeconds: 901 }, /not 901/],
    ['a small size', { sizeLimitInBytes: 10_485_759 }, /sizeLimitInBytes of 'geo' must be 10485760 to 524288000/],
    ['a large size', { sizeLimitInBytes: 524_288_001 }, /not 524288001/],
    ['an encoding', { encoding: 'Parquet' }, /encoding of 'geo' must be 'Avro' or 'AvroDeflate', not "Parquet"/],
    [
      'a missing token',
      destination({ archiveNameFormat: '{Namespace}/{EventHub}' }),
      /lacks \{PartitionId\}, \{Year\}/,
    ],
    ['an unknown token', destination({ archiveNameFormat: '{Region}' }), /has the unknown \{Region\}/],
    ['a container name', destination({ blobContainer: 'Landing' }), /not the name of a container: "Landing"/],
  ] as const) {
    it(`refuses ${what}`, () => {
      const config = { geo: { ...good, ...change } };
      assert.throws(() => readCaptureSettings(config, hubs), { code: 'emulator.capture-config', message: expected });
    });
  }

  it('refuses a hub that is not in Config.json', () => {
    assert.throws(() => readCaptureSettings({ clicks: good }, hubs), { message: /there is no hub 'clicks'/ });
  });

  it('names files with zero-padded UTC times, tokens in any order', () => {
    const time = Date.UTC(2026, 0, 2, 3, 4, 5);
    const values = { namespace: 'ns', hub: 'geo', partition: '7', time };
    assert.equal(
      archiveName('x/{EventHub}/{Namespace}-{PartitionId}/{Year}/{Month}/{Day}/{Hour}/{Minute}/{Second}', values),
      'x/geo/ns-7/2026/01/02/03/04/05.avro',
    );
  });
});
