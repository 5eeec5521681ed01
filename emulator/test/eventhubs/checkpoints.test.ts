import assert from 'node:assert/strict';
import {
  type Checkpoint,
  type CheckpointStore,
  EventHubConsumerClient,
  type PartitionOwnership,
} from '@azure/event-hubs';
import { startEmulatorProcess, temporaryFolder } from '../support/emulator-process.ts';
import { configOf, producerOf } from './support.ts';

/** A checkpoint store as the SDK asks for one, kept over consumers. */
class MemoryCheckpoints implements CheckpointStore {
  readonly checkpoints = new Map<string, Checkpoint>();
  readonly #owners = new Map<string, PartitionOwnership>();

  async listOwnership(): Promise<PartitionOwnership[]> {
    return [...this.#owners.values()];
  }

  async claimOwnership(claims: PartitionOwnership[]): Promise<PartitionOwnership[]> {
    return claims.map((claim) => {
      const claimed = { ...claim, etag: String(Math.random()), lastModifiedTimeInMs: Date.now() };
      this.#owners.set(claim.partitionId, claimed);
      return claimed;
    });
  }

  async updateCheckpoint(checkpoint: Checkpoint): Promise<void> {
    this.checkpoints.set(checkpoint.partitionId, checkpoint);
  }

  async listCheckpoints(): Promise<Checkpoint[]> {
    return [...this.checkpoints.values()];
  }
}

describe('Event Hubs: a consumer with checkpoints', () => {
  it('owns all partitions, and another one goes on where it stopped, also after a restart of the emulator', async () => {
    using folder = temporaryFolder();
    const options = { stateFolder: folder.path, eventHubsConfig: configOf({ name: 'orders', partitions: 3 }) };
    const checkpoints = new MemoryCheckpoints();
    const rounds: string[][] = [];
    for (const round of [1, 2]) {
      await using emulator = await startEmulatorProcess(options);
      await using producer = producerOf(emulator.description, 'orders');
      for (const partitionId of ['0', '1', '2']) {
        await producer.sendBatch([{ body: `${round}a${partitionId}` }, { body: `${round}b${partitionId}` }], {
          partitionId,
        });
      }
      rounds.push(await consume(emulator.description.connectionStrings.eventHubs, checkpoints, 6));
    }
    assert.deepEqual(rounds, [
      ['1a0', '1a1', '1a2', '1b0', '1b1', '1b2'],
      ['2a0', '2a1', '2a2', '2b0', '2b1', '2b2'],
    ]);
  });
});

async function consume(connectionString: string, store: CheckpointStore, count: number): Promise<string[]> {
  const client = new EventHubConsumerClient('$Default', connectionString, 'orders', store, {
    loadBalancingOptions: { strategy: 'greedy', updateIntervalInMs: 100 },
  });
  const bodies: string[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const subscription = client.subscribe(
    {
      processEvents: async (events, context) => {
        for (const event of events) bodies.push(String(event.body));
        const last = events.at(-1);
        if (last) await context.updateCheckpoint(last);
        if (bodies.length >= count) resolve(undefined);
      },
      processError: async (error) => {
        reject(error);
      },
    },
    { startPosition: { sequenceNumber: -1 }, maxWaitTimeInSeconds: 1 },
  );
  try {
    await promise;
  } finally {
    await subscription.close();
    await client.close();
  }
  return bodies.sort();
}
