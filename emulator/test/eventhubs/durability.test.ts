import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { startEmulatorProcess, temporaryFolder } from '../support/emulator-process.ts';
import { configOf, consumerOf, producerOf, read } from './support.ts';

const eventHubsConfig = configOf({ name: 'orders', partitions: 1 });

describe('Event Hubs: durability', () => {
  it('has after kill -9 every event that it acknowledged, and goes on counting', async () => {
    using folder = temporaryFolder();
    let acknowledged = 0;
    {
      await using emulator = await startEmulatorProcess({ stateFolder: folder.path, eventHubsConfig });
      await using producer = producerOf(emulator.description, 'orders');
      for (; acknowledged < 20; acknowledged++) await producer.sendBatch([{ body: acknowledged }]);
      await emulator.kill();
    }
    await using emulator = await startEmulatorProcess({ stateFolder: folder.path, eventHubsConfig });
    await using producer = producerOf(emulator.description, 'orders');
    await producer.sendBatch([{ body: 'after' }]);
    await using consumer = consumerOf(emulator.description, 'orders');
    const events = await read(consumer, { partition: '0', count: acknowledged + 1 });
    assert.deepEqual(
      events.map((event) => [event.sequenceNumber, String(event.body)]),
      [...Array.from({ length: 20 }, (_, index) => [index, String(index)]), [20, 'after']],
    );
  });

  it('refuses events on a full disk, stores no part of them, and takes them again when there is space', async function () {
    // A limit on the size of files stands for the full disk: both let a write fail half way.
    if (process.platform === 'win32') return void this.skip();
    using folder = temporaryFolder();
    const spawnLimited = (entry: string) =>
      spawn('bash', ['-c', 'ulimit -f 8192; exec "$0" "$1"', process.execPath, entry], {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      });
    const options = { stateFolder: folder.path, eventHubsConfig };
    let stored = 0;
    {
      await using emulator = await startEmulatorProcess(options, spawnLimited);
      await using producer = producerOf(emulator.description, 'orders');
      const fill = async (): Promise<void> => {
        for (; stored < 100; stored++) await producer.sendBatch([{ body: Buffer.alloc(900_000, stored) }]);
      };
      await assert.rejects(fill(), { code: 'QuotaExceededError' });
      assert.ok(stored > 0);
      await producer.sendBatch([{ body: 'small' }]);
      assert.equal((await producer.getPartitionProperties('0')).lastEnqueuedSequenceNumber, stored);
    }
    await using emulator = await startEmulatorProcess(options);
    await using producer = producerOf(emulator.description, 'orders');
    await producer.sendBatch([{ body: Buffer.alloc(900_000) }]);
    assert.equal((await producer.getPartitionProperties('0')).lastEnqueuedSequenceNumber, stored + 1);
  });
});
