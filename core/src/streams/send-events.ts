import { createBufferedProducer } from '../azure/event-hubs.ts';
import type { AzureEnvironment } from '../azure/environment.ts';
import { ExpectedError } from '../base/expected-error.ts';

/** An event to send: its body as bytes, and the key that keeps related events in one partition and in order. */
export interface OutgoingEvent {
  readonly partitionKey: string;
  readonly body: Uint8Array;
}

export interface SendOptions {
  /** Called with the number of events that the service has acknowledged so far. */
  readonly onSent?: (events: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Events waiting for a partition: a batch of 1 MB of ShopCom's events and a few more, so that memory stays bounded. */
const waitingPerPartition = 4000;

/**
 * Sends events with the official producer and resolves to how many the service has acknowledged: all of them, or it rejects with
 * `event-hubs.send-failed`. What was acknowledged before a failure or a cancellation stays sent.
 * @throws ExpectedError `event-hubs.not-configured`
 */
export async function sendEvents(
  environment: AzureEnvironment,
  hub: string,
  events: Iterable<OutgoingEvent>,
  options: SendOptions = {},
): Promise<number> {
  let acknowledged = 0;
  let failure: unknown;
  const producer = createBufferedProducer(environment, hub, {
    maxWaitTimeInMs: 100,
    maxEventBufferLengthPerPartition: waitingPerPartition,
    onSendEventsSuccessHandler: ({ events: sent }) => {
      acknowledged += sent.length;
      options.onSent?.(acknowledged);
    },
    onSendEventsErrorHandler: ({ error }) => {
      failure ??= error;
    },
  });
  try {
    for (const { body, partitionKey } of events) {
      options.signal?.throwIfAborted();
      if (failure !== undefined) break;
      await producer.enqueueEvent({ body }, { partitionKey });
    }
    await producer.flush();
  } finally {
    await producer.close({ flush: false });
  }
  if (failure !== undefined) throw sendFailed(hub, acknowledged, failure);
  return acknowledged;
}

function sendFailed(hub: string, acknowledged: number, cause: unknown): ExpectedError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new ExpectedError({
    code: 'event-hubs.send-failed',
    message: `Sending to the hub ${hub} failed after ${acknowledged} events: ${message}`,
    nextStep:
      'Check that the namespace answers (medallion status) and that the hub is in its Config.json, then send again.',
    kind: 'environment',
    cause,
  });
}
