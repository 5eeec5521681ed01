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
  readonly ownerLevel?: number;
}

export interface Reading extends AsyncDisposable {
  /** Resolves with the first `count` events; rejects with the client's first error. */
  readonly events: Promise<ReceivedEventData[]>;
  /** Resolves when the service has admitted the reader: the client has then asked once without an answer, or has events. */
  readonly attached: Promise<undefined>;
  readonly lastEnqueued: () => { readonly sequenceNumber?: number; readonly offset?: string } | undefined;
}

export function startReading(client: EventHubConsumerClient, options: ReadOptions): Reading {
  const events: ReceivedEventData[] = [];
  let last: ReturnType<Reading['lastEnqueued']>;
  const done = Promise.withResolvers<ReceivedEventData[]>();
  const attached = Promise.withResolvers<undefined>();
  const subscription = client.subscribe(
    options.partition,
    {
      processEvents: async (received, context) => {
        events.push(...received);
        last = context.lastEnqueuedEventProperties;
        attached.resolve(undefined);
        if (events.length >= options.count) done.resolve(events.slice(0, options.count));
      },
      processError: async (error) => {
        attached.reject(error);
        done.reject(error);
      },
    },
    {
      startPosition: options.position ?? earliestEventPosition,
      maxBatchSize: 500,
      maxWaitTimeInSeconds: 0.2,
      trackLastEnqueuedEventProperties: options.trackLastEnqueued ?? false,
      ...(options.ownerLevel === undefined ? {} : { ownerLevel: options.ownerLevel }),
    },
  );
  // A test that waits for one of the two only must not fail on the other.
  done.promise.catch(() => undefined);
  attached.promise.catch(() => undefined);
  return {
    events: done.promise,
    attached: attached.promise,
    lastEnqueued: () => last,
    [Symbol.asyncDispose]: () => subscription.close(),
  };
}

/** Reads the first `count` events from the position on; rejects with the client's error. */
export async function read(client: EventHubConsumerClient, options: ReadOptions): Promise<ReceivedEventData[]> {
  await using reading = startReading(client, options);
  return await reading.events;
}

/** The emulator's counts by operation. */
export async function operationsOf(description: EmulatorDescription): Promise<Readonly<Record<string, number>>> {
  const response = await fetch(`${description.endpoints.admin}/operations`);
  return (await response.json()) as Record<string, number>;
}
