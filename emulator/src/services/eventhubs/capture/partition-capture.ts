import { createReadStream } from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { LogCursor } from '../log/cursor.ts';
import type { EventHub, Partition } from '../namespace.ts';
import { AvroFile } from './avro-file.ts';
import type { BlobWriter } from './blob-writer.ts';
import { toEventData } from './event-data.ts';
import { PositionFile, type CapturePosition, type PendingFile } from './position.ts';
import { archiveName, type CaptureSettings } from './settings.ts';

/** A file that was stored. */
export interface CapturedFile {
  readonly container: string;
  readonly name: string;
  readonly events: number;
  readonly bytes: number;
}

export interface PartitionCaptureOptions {
  readonly namespace: string;
  readonly hub: EventHub;
  readonly partition: Partition;
  readonly settings: CaptureSettings;
  readonly blobs: BlobWriter;
  readonly now: () => number;
}

/** Events between two chances for others to run: encoding must not hold up the clients of the hub. */
const eventsAtATime = 1_000;

/**
 * Captures one partition. A window is written in four steps: encode into a local file, note durably what is about to be stored,
 * store it whole, note that it is stored. A crash between any two is made good by the next run with the same name and bytes.
 */
export class PartitionCapture {
  readonly #options: PartitionCaptureOptions;
  readonly #position: PositionFile;
  readonly #spool: string;
  #running: Promise<unknown> = Promise.resolve();

  constructor(options: PartitionCaptureOptions) {
    const { hub, partition, now } = options;
    this.#options = options;
    this.#spool = path.join(hub.folder, partition.id, 'capture.avro');
    this.#position = new PositionFile(positionFile(hub, partition), {
      offset: partition.log.endOffset,
      openedAt: now(),
      lastFileTime: 0,
    });
  }

  get partitionId(): string {
    return this.#options.partition.id;
  }

  /** From here on the log is still needed. */
  get keepFrom(): number {
    return this.#position.current.offset;
  }

  /** What has to be done now: `all` when the time is over, `full` when there is enough for a file, nothing otherwise. */
  due(): 'all' | 'full' | undefined {
    const { settings, now } = this.#options;
    const { pending, openedAt } = this.#position.current;
    if (pending || now() - openedAt >= settings.intervalInSeconds * 1000) return 'all';
    return this.#waitingBytes() >= settings.sizeLimitInBytes ? 'full' : undefined;
  }

  /** Closes windows one after the other: those that are full, and with `all` the last one too. Calls queue up. */
  close(what: 'all' | 'full'): Promise<readonly CapturedFile[]> {
    const result = this.#running.then(() => this.#closeNow(what));
    this.#running = result.catch(() => undefined);
    return result;
  }

  /** Resolves when nothing is being written. */
  async settled(): Promise<void> {
    await this.#running;
  }

  async #closeNow(what: 'all' | 'full'): Promise<readonly CapturedFile[]> {
    const files: CapturedFile[] = [];
    const { settings, partition } = this.#options;
    const { pending } = this.#position.current;
    if (pending) files.push(await this.#storePending(pending));
    const end = partition.log.endOffset;
    while (end - this.#position.current.offset >= settings.sizeLimitInBytes) files.push(await this.#storeWindow(end));
    if (what === 'full') return files;
    if (end > this.#position.current.offset || (files.length === 0 && !settings.skipEmptyArchives)) {
      files.push(await this.#storeWindow(end));
    }
    this.#position.save({ ...this.#position.current, openedAt: this.#options.now() });
    return files;
  }

  #waitingBytes(): number {
    return this.#options.partition.log.endOffset - this.#position.current.offset;
  }

  /** Stores the next window: events up to the size limit, and none at or behind `end`. */
  async #storeWindow(end: number): Promise<CapturedFile> {
    const { settings, namespace, hub, partition } = this.#options;
    const position = this.#position.current;
    const time = Math.max(Math.floor(position.openedAt / 1000) * 1000, position.lastFileTime + 1000);
    const { container, encoding, archiveNameFormat } = settings;
    const name = archiveName(archiveNameFormat, { namespace, hub: hub.name, partition: partition.id, time });
    const stop = Math.min(end, position.offset + settings.sizeLimitInBytes);
    const encoded = await this.#encode({ name, encoding }, stop);
    const pending: PendingFile = { container, name, encoding, endOffset: encoded.endOffset, time };
    this.#position.save({ ...position, pending });
    return this.#store(pending, encoded);
  }

  async #storePending(pending: PendingFile): Promise<CapturedFile> {
    return this.#store(pending, await this.#encode(pending, pending.endOffset));
  }

  async #store(
    pending: PendingFile,
    encoded: { readonly events: number; readonly bytes: number },
  ): Promise<CapturedFile> {
    const { container, name, endOffset, time } = pending;
    await this.#options.blobs.put({
      container,
      name,
      contentType: 'application/octet-stream',
      length: encoded.bytes,
      open: () => createReadStream(this.#spool),
    });
    const next: CapturePosition = { offset: endOffset, openedAt: this.#options.now(), lastFileTime: time };
    this.#position.save(next);
    return { container, name, events: encoded.events, bytes: encoded.bytes };
  }

  /** Encodes the events from the captured position to `stop` (rounded up to a whole event) into the spool file. */
  async #encode(
    options: Pick<PendingFile, 'name' | 'encoding'>,
    stop: number,
  ): Promise<{ readonly events: number; readonly bytes: number; readonly endOffset: number }> {
    using file = new AvroFile(this.#spool, options);
    const cursor = new LogCursor(this.#options.partition.log, this.#position.current.offset);
    let events = 0;
    while (cursor.offset < stop) {
      const record = cursor.next();
      if (!record) break;
      file.append(toEventData(record));
      events += 1;
      if (events % eventsAtATime === 0) await setImmediate();
    }
    file.finish();
    return { events, bytes: file.length, endOffset: cursor.offset };
  }
}

/** Where a partition's capture position is kept. */
export function positionFile(hub: EventHub, partition: Partition): string {
  return path.join(hub.folder, partition.id, 'capture.json');
}
