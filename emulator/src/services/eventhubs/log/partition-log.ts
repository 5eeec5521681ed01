import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { recordHeaderSize, sealRecord, type LogRecord } from './record.ts';
import { Segment } from './segment.ts';

/** What the log assigns to an event. */
export interface Stamp {
  readonly sequence: number;
  readonly offset: number;
  readonly enqueuedTime: number;
}

/** Writes one event's payload at `position` and returns where it ends. */
export type PayloadWriter = (target: Buffer, position: number, index: number, stamp: Stamp) => number;

export interface LogOptions {
  /** A segment that reached this size is closed and the next one begun. */
  readonly segmentBytes: number;
}

/** The last event ever appended; `sequence` is -1 in a partition that never had one. */
export interface LastEnqueued {
  readonly sequence: number;
  readonly offset: number;
  readonly enqueuedTime: number;
}

const neverEnqueued: LastEnqueued = { sequence: -1, offset: -1, enqueuedTime: 0 };

/** The events of one partition, in order, in segment files of one folder. One process at a time may open it. */
export class PartitionLog {
  readonly #folder: string;
  readonly #options: LogOptions;
  readonly #segments: Segment[];
  #last: LastEnqueued;

  constructor(folder: string, options: LogOptions) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#folder = folder;
    this.#options = options;
    this.#segments = readdirSync(folder)
      .sort()
      .flatMap((name) => Segment.ofFile(path.join(folder, name)) ?? []);
    if (this.#segments.length === 0) this.#segments.push(Segment.create(folder, 0, 0));
    this.#last = this.#recover();
  }

  get last(): LastEnqueued {
    return this.#last;
  }

  /** Where the next event will stand. */
  get endOffset(): number {
    return this.#active.endOffset;
  }

  /** The oldest retained position; equal to the end in an empty log. */
  get begin(): { readonly offset: number; readonly sequence: number } {
    const { baseOffset, baseSequence } = this.#segments[0] ?? this.#active;
    return { offset: baseOffset, sequence: baseSequence };
  }

  get isEmpty(): boolean {
    return this.begin.offset === this.endOffset;
  }

  get #active(): Segment {
    const active = this.#segments.at(-1);
    if (!active) throw new Error('a partition log has always a segment');
    return active;
  }

  /**
   * Appends `count` events in one write, which has reached the operating system when this returns.
   * @param room upper bound of the payloads' bytes together
   * @param now milliseconds since 1970; enqueued times never go back
   */
  append(count: number, room: number, write: PayloadWriter, now: number): void {
    if (this.#active.size >= this.#options.segmentBytes) {
      this.#segments.push(Segment.create(this.#folder, this.endOffset, this.#last.sequence + 1));
    }
    const buffer = Buffer.allocUnsafe(room + count * recordHeaderSize);
    const base = this.endOffset;
    const enqueuedTime = Math.max(now, this.#last.enqueuedTime);
    let last = this.#last;
    let position = 0;
    for (let index = 0; index < count; index++) {
      const stamp = { sequence: last.sequence + 1, offset: base + position, enqueuedTime };
      const end = write(buffer, position + recordHeaderSize, index, stamp);
      sealRecord(buffer, position, end, stamp);
      position = end;
      last = stamp;
    }
    this.#active.append(buffer.subarray(0, position));
    this.#last = last;
  }

  /** Reads up to `length` bytes from `offset` on, at most to the end of one segment; a position that is gone is the oldest. */
  read(offset: number, length: number): { readonly offset: number; readonly bytes: Buffer } {
    const from = Math.max(offset, this.begin.offset);
    const segment = this.#segments.findLast((candidate) => candidate.baseOffset <= from) ?? this.#active;
    return { offset: from, bytes: segment.read(from, length) };
  }

  /** Offset of the first event for which `wanted` holds (it must stay true once true); the end when there is none. */
  findOffset(wanted: (record: Stamp) => boolean): number {
    for (const [index, segment] of this.#segments.entries()) {
      const next = this.#segments[index + 1]?.first();
      if (next && !wanted(next)) continue;
      const found = segment.find(wanted);
      if (found) return found.offset;
    }
    return this.endOffset;
  }

  /**
   * Deletes whole segments whose youngest event is older than `before` (milliseconds since 1970).
   * @param keepFrom offset from which on nothing may be deleted, such as what Capture has not written
   * @returns the number of deleted segments
   */
  applyRetention(before: number, keepFrom: number): number {
    if (this.#active.size > 0 && this.#last.enqueuedTime < before) {
      this.#segments.push(Segment.create(this.#folder, this.endOffset, this.#last.sequence + 1));
    }
    let deleted = 0;
    for (;;) {
      const [oldest, next] = this.#segments;
      if (!oldest || !next || next.baseOffset > keepFrom) return deleted;
      const youngest = oldest.find((record) => record.sequence >= next.baseSequence - 1);
      if (youngest && youngest.enqueuedTime >= before) return deleted;
      oldest.delete();
      this.#segments.shift();
      deleted += 1;
    }
  }

  close(): void {
    for (const segment of this.#segments) segment.close();
  }

  #recover(): LastEnqueued {
    const stamp = (record: LogRecord): LastEnqueued => ({
      sequence: record.sequence,
      offset: record.offset,
      enqueuedTime: record.enqueuedTime,
    });
    const last = this.#active.recover();
    if (last) return stamp(last);
    const { baseSequence, baseOffset } = this.#active;
    if (baseSequence === 0) return neverEnqueued;
    const before = this.#segments.at(-2)?.find((record) => record.sequence >= baseSequence - 1);
    // Where retention has deleted the last event, its number still counts, and its position is unknown but before the end.
    return before ? stamp(before) : { sequence: baseSequence - 1, offset: baseOffset - 1, enqueuedTime: 0 };
  }
}
