import type { EventHubConsumerClient, ReceivedEventData } from '@azure/event-hubs';
import { ExpectedError } from '../base/expected-error.ts';
import type { AzureEnvironment } from './environment.ts';
import { eventHubError } from './event-hub-errors.ts';
import { createEventHubConsumer } from './event-hubs.ts';

/** What a partition holds: sequence numbers `begin` to `end`, exclusive; the same where it holds nothing. */
export interface PartitionBounds {
  readonly partition: string;
  readonly begin: number;
  readonly end: number;
}

/** Events of one partition by their sequence numbers, `from` to `to`, exclusive. */
export interface EventRange {
  readonly partition: string;
  readonly from: number;
  readonly to: number;
}

/** One event as the service keeps it. */
export interface StoredEvent {
  readonly partition: string;
  readonly sequenceNumber: number;
  readonly body: Uint8Array;
  /** Undefined where it was sent without one. */
  readonly partitionKey: string | undefined;
  readonly enqueuedAt: Date;
}

/** Milliseconds without an event, where one is known to be there, after which the namespace counts as unreachable. */
const stalledMilliseconds = 30_000;

/** What each partition of a hub holds now. Rejects with `event-hubs.hub-not-found`, `.unauthorized`, `.unreachable`. */
export async function partitionBounds(
  environment: AzureEnvironment,
  hub: string,
  signal?: AbortSignal,
): Promise<readonly PartitionBounds[]> {
  return await withConsumer(environment, hub, signal, async (consumer) => {
    const ids = await consumer.getPartitionIds(abort(signal));
    return await Promise.all(
      ids.map(async (partition) => {
        const found = await consumer.getPartitionProperties(partition, abort(signal));
        const end = found.lastEnqueuedSequenceNumber + 1;
        return { partition, begin: found.isEmpty ? end : found.beginningSequenceNumber, end };
      }),
    );
  });
}

/**
 * Reads ranges of a hub's partitions side by side, in order within each. `take` is given a batch at a time, and no partition is asked
 * for more before it returns, so that memory stays bounded. Rejects as `partitionBounds` does, or as `take` does.
 */
export async function readEvents(
  environment: AzureEnvironment,
  hub: string,
  ranges: readonly EventRange[],
  take: (events: readonly StoredEvent[]) => void,
  signal?: AbortSignal,
): Promise<void> {
  const wanted = ranges.filter(({ from, to }) => from < to);
  if (wanted.length === 0) return;
  await withConsumer(environment, hub, signal, async (consumer) => {
    await Promise.all(wanted.map((range) => readRange(consumer, hub, range, take, signal)));
  });
}

async function readRange(
  consumer: EventHubConsumerClient,
  hub: string,
  { partition, from, to }: EventRange,
  take: (events: readonly StoredEvent[]) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const done = Promise.withResolvers<undefined>();
  const cancel = (): void => done.reject(signal?.reason as Error);
  const timer = setTimeout(() => done.reject(stalled(hub, partition)), stalledMilliseconds);
  let next = from;
  const subscription = consumer.subscribe(
    partition,
    {
      processEvents: async (events) => {
        const fresh = events.filter(({ sequenceNumber }) => sequenceNumber >= next && sequenceNumber < to);
        if (fresh.length === 0) return;
        timer.refresh();
        try {
          take(fresh.map((event) => storedEvent(partition, event)));
        } catch (error) {
          done.reject(error);
          return;
        }
        next = (fresh.at(-1)?.sequenceNumber ?? next) + 1;
        if (next >= to) done.resolve(undefined);
      },
      processError: async (error) => done.reject(error),
    },
    { startPosition: { sequenceNumber: from, isInclusive: true }, maxBatchSize: 500, maxWaitTimeInSeconds: 1 },
  );
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    await done.promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', cancel);
    await subscription.close();
  }
}

function storedEvent(partition: string, event: ReceivedEventData): StoredEvent {
  const { sequenceNumber, partitionKey, enqueuedTimeUtc: enqueuedAt } = event;
  return { partition, sequenceNumber, body: bytesOf(event.body), partitionKey: partitionKey ?? undefined, enqueuedAt };
}

/** The client decodes what another client has sent as a value rather than as bytes. */
function bytesOf(body: unknown): Uint8Array {
  if (body instanceof Uint8Array) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

async function withConsumer<T>(
  environment: AzureEnvironment,
  hub: string,
  signal: AbortSignal | undefined,
  work: (consumer: EventHubConsumerClient) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const consumer = createEventHubConsumer(environment, hub);
  try {
    return await work(consumer);
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw eventHubError(hub, error);
  } finally {
    await consumer.close();
  }
}

function abort(signal: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal };
}

function stalled(hub: string, partition: string): ExpectedError {
  return new ExpectedError({
    code: 'event-hubs.unreachable',
    message: `Event hub "${hub}" has events in partition ${partition} and sends none for ${stalledMilliseconds / 1000} s.`,
    nextStep: 'Run it again; where it stays so, restart local Azure or look at the namespace.',
    kind: 'environment',
  });
}
