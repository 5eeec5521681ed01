import type { EventDataBatch, EventHubProducerClient } from '@azure/event-hubs';
import type { AzureEnvironment } from '../azure/environment.ts';
import { createEventHubProducer } from '../azure/event-hubs.ts';
import { ExpectedError } from '../base/expected-error.ts';
import { eventHubError } from '../azure/event-hub-errors.ts';
import { partitionOfKey } from './partition-of-key.ts';

export interface OutgoingEvent {
  /** Text is sent as its UTF-8 bytes. */
  readonly body: string | Uint8Array;
  /** Events of one key keep their order. Without a key partitions take turns. */
  readonly partitionKey?: string | undefined;
  readonly properties?: Readonly<Record<string, string | number | boolean>> | undefined;
}

export interface SendOptions {
  /** Events a batch at most; the service's limit in bytes holds in any case. */
  readonly maxBatchEvents?: number;
  /** After each batch, with the events acknowledged so far. */
  readonly onSent?: (events: number) => void;
  readonly signal?: AbortSignal | undefined;
}

export interface SendSummary {
  /** Acknowledged by the service. */
  readonly events: number;
  /** Of bodies. */
  readonly bytes: number;
  readonly batches: number;
}

const defaultBatchEvents = 1000;

/**
 * Sends with the official producer: one batch being filled and one in flight a partition, so that a slow namespace slows the
 * source down and memory stays bounded. Rejects at the first batch that fails, with an ExpectedError `event-hubs.hub-not-found`,
 * `event-hubs.unauthorized`, `event-hubs.unreachable`, `event-hubs.event-too-large`; an aborted call with the signal's reason.
 * What was acknowledged before stays sent.
 */
export async function sendEvents(
  environment: AzureEnvironment,
  hub: string,
  events: Iterable<OutgoingEvent> | AsyncIterable<OutgoingEvent>,
  options: SendOptions = {},
): Promise<SendSummary> {
  const producer = createEventHubProducer(environment, hub);
  try {
    options.signal?.throwIfAborted();
    const ids = await producer.getPartitionIds(abort(options.signal));
    const totals = { events: 0, bytes: 0, batches: 0 };
    const lanes = ids.map((id) => new PartitionLane(producer, hub, id, totals, options));
    await fill(lanes, events, options.signal);
    return totals;
  } catch (error) {
    if (options.signal?.aborted) throw options.signal.reason;
    throw eventHubError(hub, error);
  } finally {
    await producer.close();
  }
}

async function fill(
  lanes: readonly PartitionLane[],
  events: Iterable<OutgoingEvent> | AsyncIterable<OutgoingEvent>,
  signal: AbortSignal | undefined,
): Promise<void> {
  let turn = 0;
  try {
    for await (const event of events) {
      signal?.throwIfAborted();
      const { partitionKey } = event;
      const index = partitionKey === undefined ? turn++ % lanes.length : partitionOfKey(partitionKey, lanes.length);
      const lane = lanes[index];
      if (!lane?.addNow(event)) await lane?.add(event);
    }
    await Promise.all(lanes.map((lane) => lane.finish()));
  } finally {
    // A batch in flight must not outlive the producer, whatever happened to the others.
    await Promise.allSettled(lanes.map((lane) => lane.settled()));
  }
}

/** One partition: its batches go out one after the other, so that its order is the order of the calls. */
class PartitionLane {
  readonly #producer: EventHubProducerClient;
  readonly #hub: string;
  readonly #partitionId: string;
  readonly #totals: { events: number; bytes: number; batches: number };
  readonly #options: SendOptions;
  #batch: EventDataBatch | undefined;
  #bodyBytes = 0;
  #inFlight: Promise<void> = Promise.resolve();

  constructor(
    producer: EventHubProducerClient,
    hub: string,
    partitionId: string,
    totals: { events: number; bytes: number; batches: number },
    options: SendOptions,
  ) {
    this.#producer = producer;
    this.#hub = hub;
    this.#partitionId = partitionId;
    this.#totals = totals;
    this.#options = options;
  }

  /** The usual case, without a promise: there is room in the batch. */
  addNow(event: OutgoingEvent): boolean {
    const batch = this.#batch;
    if (!batch || batch.count >= (this.#options.maxBatchEvents ?? defaultBatchEvents)) return false;
    const body = typeof event.body === 'string' ? Buffer.from(event.body, 'utf8') : Buffer.from(event.body);
    if (!batch.tryAdd({ body, ...(event.properties ? { properties: { ...event.properties } } : {}) })) return false;
    this.#bodyBytes += body.byteLength;
    return true;
  }

  async add(event: OutgoingEvent): Promise<void> {
    await this.flush();
    this.#batch = await this.#producer.createBatch({ partitionId: this.#partitionId, ...abort(this.#options.signal) });
    if (!this.addNow(event)) throw tooLarge(this.#hub, event);
  }

  /** Sends what is gathered, once the batch before it is acknowledged. */
  async flush(): Promise<void> {
    const batch = this.#batch;
    const bytes = this.#bodyBytes;
    this.#batch = undefined;
    this.#bodyBytes = 0;
    await this.#inFlight;
    if (!batch || batch.count === 0) return;
    this.#inFlight = this.#send(batch, bytes);
    // Its failure is met by whoever waits for the lane next; until then it is no unhandled rejection.
    this.#inFlight.catch(() => undefined);
  }

  /** Resolves when everything is acknowledged. */
  async finish(): Promise<void> {
    await this.flush();
    await this.#inFlight;
  }

  async settled(): Promise<void> {
    await this.#inFlight;
  }

  async #send(batch: EventDataBatch, bytes: number): Promise<void> {
    await this.#producer.sendBatch(batch, abort(this.#options.signal));
    this.#totals.events += batch.count;
    this.#totals.bytes += bytes;
    this.#totals.batches += 1;
    this.#options.onSent?.(this.#totals.events);
  }
}

function abort(signal: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal };
}

function tooLarge(hub: string, event: OutgoingEvent): ExpectedError {
  return new ExpectedError({
    code: 'event-hubs.event-too-large',
    message: `An event of ${Buffer.byteLength(event.body)} bytes does not fit into a batch for event hub "${hub}".`,
    nextStep: 'Send less in one event: the limit is 1 MB with all properties.',
  });
}
