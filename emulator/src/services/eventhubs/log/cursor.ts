import type { PartitionLog } from './partition-log.ts';
import { readRecord, recordHeaderSize, recordSize, type LogRecord } from './record.ts';

const chunkBytes = 256 * 1024;

/** Reads a partition in order from one position. It holds one chunk of the file at a time and none when it has caught up. */
export class LogCursor {
  readonly #log: PartitionLog;
  #offset: number;
  #chunk: { readonly offset: number; readonly bytes: Buffer } | undefined;

  constructor(log: PartitionLog, offset: number) {
    this.#log = log;
    this.#offset = offset;
  }

  /** Position of the record that `next` will return. */
  get offset(): number {
    return this.#offset;
  }

  /** The next record, or undefined at the end of the log (there may be one later). */
  next(): LogRecord | undefined {
    const record = this.#fromChunk() ?? this.#readOn(chunkBytes);
    if (record) this.#offset = record.end;
    else this.#chunk = undefined;
    return record;
  }

  #readOn(length: number): LogRecord | undefined {
    if (this.#offset >= this.#log.endOffset) return undefined;
    this.#chunk = this.#log.read(this.#offset, length);
    this.#offset = this.#chunk.offset;
    const record = this.#fromChunk();
    if (record) return record;
    const size = recordSize(this.#chunk.bytes, 0);
    if (size === undefined || size <= length) throw new Error(`the log is damaged at offset ${this.#offset}`);
    return this.#readOn(size);
  }

  #fromChunk(): LogRecord | undefined {
    if (!this.#chunk) return undefined;
    const position = this.#offset - this.#chunk.offset;
    if (position + recordHeaderSize > this.#chunk.bytes.length) return undefined;
    const size = recordSize(this.#chunk.bytes, position);
    if (size === undefined || position + size > this.#chunk.bytes.length) return undefined;
    return readRecord(this.#chunk.bytes, position, this.#chunk.offset);
  }
}
