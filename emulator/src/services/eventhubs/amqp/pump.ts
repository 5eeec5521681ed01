import type { LogCursor } from '../log/cursor.ts';
import type { LogRecord } from '../log/record.ts';
import { sectionAt, sectionCode } from './sections.ts';
import type { RheaDelivery, RheaSender } from './rhea.ts';

/** Bytes that the socket may hold before the pump waits for it. */
const socketHighWater = 2 * 1024 * 1024;
/** Bytes that may be on their way to one reader without being settled. */
const unsettledHighWater = 8 * 1024 * 1024;

export interface PumpOptions {
  readonly link: RheaSender;
  readonly cursor: LogCursor;
  /** The client asked for settled transfers. */
  readonly settled: boolean;
  /** Whether the client's token still covers the partition; when it does not, `unauthorized` is called. */
  readonly isAuthorized: () => boolean;
  readonly unauthorized: () => void;
  /** Delivery annotations for a client that tracks the partition's last event. */
  readonly lastEnqueued: (() => Buffer) | undefined;
  /** Called with the number of events each time some were sent. */
  readonly sent: (events: number) => void;
}

/**
 * Sends a partition's events over one link as fast as its credit, the session's window, the socket and unsettled transfers
 * allow. Nothing is read from the log before it may be sent, so a slow reader costs no memory.
 */
export class Pump {
  readonly #options: PumpOptions;
  /** Transfers that rhea has not written yet: rhea lowers a link's credit only when it writes. */
  readonly #queued: number[] = [];
  readonly #unsettled = new Map<number, number>();
  #unsettledBytes = 0;
  #waitsForSocket = false;
  #stopped = false;

  constructor(options: PumpOptions) {
    this.#options = options;
  }

  run(): void {
    if (!this.#stopped && !this.#options.isAuthorized()) {
      this.stop();
      this.#options.unauthorized();
    }
    let events = 0;
    let record = this.#maySend() ? this.#options.cursor.next() : undefined;
    while (record) {
      this.#send(record);
      events += 1;
      record = this.#maySend() ? this.#options.cursor.next() : undefined;
    }
    if (events > 0) this.#options.sent(events);
  }

  /** The client has settled a transfer. */
  settled(delivery: RheaDelivery): void {
    this.#unsettledBytes -= this.#unsettled.get(delivery.id) ?? 0;
    this.#unsettled.delete(delivery.id);
    this.run();
  }

  /** The client wants its credit used up or given back (AMQP 1.0 part 2, section 2.6.7). */
  drain(): void {
    this.run();
    this.#options.link.set_drained(true);
  }

  stop(): void {
    this.#stopped = true;
  }

  #maySend(): boolean {
    const { link } = this.#options;
    if (this.#stopped || !link.is_open()) return false;
    const written = link.session.outgoing.next_pending_delivery;
    while (this.#queued[0] !== undefined && this.#queued[0] < written) this.#queued.shift();
    if (link.credit <= this.#queued.length || link.session.outgoing.available() === 0) return false;
    return this.#unsettledBytes < unsettledHighWater && this.#socketTakesMore();
  }

  #socketTakesMore(): boolean {
    const { socket } = this.#options.link.connection;
    if (socket.writableLength < socketHighWater) return true;
    if (!this.#waitsForSocket) {
      this.#waitsForSocket = true;
      socket.once('drain', () => {
        this.#waitsForSocket = false;
        this.run();
      });
    }
    return false;
  }

  #send(record: LogRecord): void {
    const { link, settled } = this.#options;
    const bytes = this.#withLastEnqueued(record.payload);
    const delivery = link.send(bytes, undefined, 0);
    this.#queued.push(delivery.id);
    if (settled) return;
    this.#unsettled.set(delivery.id, bytes.length);
    this.#unsettledBytes += bytes.length;
  }

  /** Delivery annotations stand between header and message annotations. */
  #withLastEnqueued(event: Buffer): Buffer {
    const { lastEnqueued } = this.#options;
    if (!lastEnqueued) return event;
    const first = sectionAt(event, 0);
    const headerEnd = first.code === sectionCode.header ? first.end : 0;
    return Buffer.concat([event.subarray(0, headerEnd), lastEnqueued(), event.subarray(headerEnd)]);
  }
}
