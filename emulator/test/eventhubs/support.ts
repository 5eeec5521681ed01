import { setTimeout } from 'node:timers/promises';
import {
  earliestEventPosition,
  EventHubConsumerClient,
  EventHubProducerClient,
  type EventPosition,
  type ReceivedEventData,
} from '@azure/event-hubs';
import type { EmulatorDescription } from '@medallion/emulator/index.ts';

export interface HubShape {
  readonly name: string;
  readonly partitions: number;
  readonly groups?: readonly string[];
}

/** The official emulator's `Config.json` with these hubs. */
export function configOf(...hubs: readonly HubShape[]): unknown {
  const entities = hubs.map(({ name, partitions, groups = [] }) => ({
    Name: name,
    PartitionCount: String(partitions),
    ConsumerGroups: groups.map((group) => ({ Name: group })),
  }));
  return { UserConfig: { NamespaceConfig: [{ Type: 'EventHub', Name: 'emulatorNs1', Entities: entities }] } };
}

/** No client retries: a test wants to see the first error. */
const options = { retryOptions: { maxRetries: 0, timeoutInMs: 10_000 } } as const;

export function producerOf(description: EmulatorDescription, hub: string): EventHubProducerClient & AsyncDisposable {
  const client = new EventHubProducerClient(description.connectionStrings.eventHubs, hub, options);
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.close() });
}

export function consumerOf(
  description: EmulatorDescription,
  hub: string,
  group = '$Default',
): EventHubConsumerClient & AsyncDisposable {
  const client = new EventHubConsumerClient(group, description.connectionStrings.eventHubs, hub, options);
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.close() });
}

export interface ReadOptions {
  readonly partition: string;
  readonly count: number;
  readonly position?: EventPosition;
  readonly trackLastEnqueued?: boolean;
}

/** Reads the first `count` events from the position on; rejects with the client's error. */
export async function read(client: EventHubConsumerClient, options: ReadOptions): Promise<ReceivedEventData[]> {
  const events: ReceivedEventData[] = [];
  const { promise: done, resolve, reject } = Promise.withResolvers<undefined>();
  const subscription = client.subscribe(
    options.partition,
    {
      processEvents: async (received) => {
        events.push(...received);
        if (events.length >= options.count) resolve(undefined);
      },
      processError: async (error) => {
        reject(error);
      },
    },
    {
      startPosition: options.position ?? earliestEventPosition,
      maxBatchSize: 100,
      maxWaitTimeInSeconds: 1,
      trackLastEnqueuedEventProperties: options.trackLastEnqueued ?? false,
    },
  );
  try {
    await Promise.race([
      done,
      setTimeout(20_000, undefined, { ref: false }).then(() => reject(new Error(`only ${events.length} events came`))),
    ]);
    await done;
  } finally {
    await subscription.close();
  }
  return events.slice(0, options.count);
}
