import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import path from 'node:path';
import { isIntact, readRecord, recordSize, type LogRecord } from './record.ts';

const scanChunk = 1024 * 1024;
/** Bytes between two entries of a segment's index. */
const indexStep = 64 * 1024;

interface IndexEntry {
  readonly sequence: number;
  readonly offset: number;
  readonly enqueuedTime: number;
}

/**
 * One append-only file of a partition, named `<first offset>-<first sequence number>.log`, so that opening a partition reads
 * only its last file. Writes go to the operating system before they return: they survive the end of this process, not of the
 * machine.
 */
export class Segment {
  readonly baseOffset: number;
  readonly baseSequence: number;
  readonly file: string;
  #size: number;
  #descriptor: number | undefined;
  readonly #index: IndexEntry[] = [];
  /** Up to here the index is made. */
  #indexedTo: number;

  private constructor(file: string, baseOffset: number, baseSequence: number) {
    this.file = file;
    this.baseOffset = baseOffset;
    this.baseSequence = baseSequence;
    this.#indexedTo = baseOffset;
    this.#size = fstatSync(this.#open()).size;
  }

  static create(folder: string, baseOffset: number, baseSequence: number): Segment {
    const name = `${String(baseOffset).padStart(16, '0')}-${String(baseSequence).padStart(16, '0')}.log`;
    return new Segment(path.join(folder, name), baseOffset, baseSequence);
  }

  /** The segment of an existing file, or undefined when the name is not a segment's. */
  static ofFile(file: string): Segment | undefined {
    const match = /^(\d{16})-(\d{16})\.log$/.exec(path.basename(file));
    return match ? new Segment(file, Number(match[1]), Number(match[2])) : undefined;
  }

  get size(): number {
    return this.#size;
  }

  get endOffset(): number {
    return this.baseOffset + this.#size;
  }

  /** Appends all of `bytes`, or nothing: a write that fails half way (a full disk) is cut off again. */
  append(bytes: Buffer): void {
    const descriptor = this.#open();
    try {
      for (let done = 0; done < bytes.length;) {
        done += writeSync(descriptor, bytes, done, bytes.length - done, this.#size + done);
      }
    } catch (error) {
      ftruncateSync(descriptor, this.#size);
      throw error;
    }
    this.#size += bytes.length;
  }

  /** Reads up to `length` bytes from `offset`; shorter at the segment's end. */
  read(offset: number, length: number): Buffer {
    const position = offset - this.baseOffset;
    const bytes = Buffer.allocUnsafeSlow(Math.max(0, Math.min(length, this.#size - position)));
    let done = 0;
    while (done < bytes.length) {
      const read = readSync(this.#open(), bytes, done, bytes.length - done, position + done);
      if (read === 0) break;
      done += read;
    }
    return bytes.subarray(0, done);
  }

  /** Cuts off what a crash left half-written and returns the last whole record. */
  recover(): LogRecord | undefined {
    let last: LogRecord | undefined;
    let end = this.baseOffset;
    for (const record of this.#scan({ verify: true })) {
      last = { ...record, payload: Buffer.alloc(0) };
      end = record.end;
    }
    if (end < this.endOffset) {
      ftruncateSync(this.#open(), end - this.baseOffset);
      this.#size = end - this.baseOffset;
    }
    return last;
  }

  /** The first record for which `wanted` holds; `wanted` must stay true once it is true. */
  find(wanted: (record: IndexEntry) => boolean): LogRecord | undefined {
    this.#extendIndex();
    const behind = this.#index.findIndex(wanted);
    const from = this.#index.at(behind < 0 ? -1 : Math.max(0, behind - 1));
    for (const record of this.#scan({ from: from?.offset ?? this.baseOffset })) {
      if (wanted(record)) return record;
    }
    return undefined;
  }

  first(): LogRecord | undefined {
    for (const record of this.#scan({})) return record;
    return undefined;
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  delete(): void {
    this.close();
    unlinkSync(this.file);
  }

  /** Sparse: one entry every 64 KiB. Only what was appended since the last call is read. */
  #extendIndex(): void {
    let next = this.#index.length === 0 ? this.baseOffset : this.#indexedTo + indexStep;
    for (const { sequence, offset, enqueuedTime } of this.#scan({ from: this.#indexedTo })) {
      if (offset < next) continue;
      this.#index.push({ sequence, offset, enqueuedTime });
      this.#indexedTo = offset;
      next = offset + indexStep;
    }
  }

  *#scan(options: { readonly from?: number; readonly verify?: boolean }): Generator<LogRecord> {
    let offset = options.from ?? this.baseOffset;
    let chunkSize = scanChunk;
    while (offset < this.endOffset) {
      const chunk = this.read(offset, chunkSize);
      let position = 0;
      for (;;) {
        const size = recordSize(chunk, position);
        if (size === undefined || position + size > chunk.length) break;
        if (options.verify && !isIntact(chunk, position, size)) return;
        yield readRecord(chunk, position, offset);
        position += size;
      }
      if (position === 0) {
        const size = recordSize(chunk, 0);
        // A torn tail: the record claims more than the file holds.
        if (size === undefined || offset + size > this.endOffset) return;
        chunkSize = size;
      }
      offset += position;
    }
  }

  #open(): number {
    this.#descriptor ??= openSync(this.file, constants.O_RDWR | constants.O_CREAT, 0o600);
    return this.#descriptor;
  }
}
