import { crc32 } from 'node:zlib';

/** One event as the log keeps it. `offset` is the byte position of the record in its partition, over all segments. */
export interface LogRecord {
  readonly sequence: number;
  readonly offset: number;
  /** Where the next record begins. */
  readonly end: number;
  /** Milliseconds since 1970. */
  readonly enqueuedTime: number;
  /** The event as it goes over the wire. It shares memory with the chunk that was read. */
  readonly payload: Buffer;
}

/** payload length u32, crc32 u32 of all that follows, sequence number f64, enqueued time f64, payload. */
export const recordHeaderSize = 24;

/** Far above the service's largest event, so that a damaged length is recognised at once. */
const largestPayload = 8 * 1024 * 1024;

/** Writes the header of a record whose payload already stands behind it. */
export function sealRecord(
  target: Buffer,
  start: number,
  end: number,
  stamp: { readonly sequence: number; readonly enqueuedTime: number },
): void {
  target.writeUInt32BE(end - start - recordHeaderSize, start);
  target.writeDoubleBE(stamp.sequence, start + 8);
  target.writeDoubleBE(stamp.enqueuedTime, start + 16);
  target.writeUInt32BE(crc32(target.subarray(start + 8, end)), start + 4);
}

/** Bytes that the record at `position` takes; undefined when its header is not wholly in the buffer, or is damaged. */
export function recordSize(source: Buffer, position: number): number | undefined {
  if (position + recordHeaderSize > source.length) return undefined;
  const length = source.readUInt32BE(position);
  return length > largestPayload ? undefined : recordHeaderSize + length;
}

/** Reads the record at `position`, which must be wholly in the buffer. `baseOffset` is the buffer's offset in the partition. */
export function readRecord(source: Buffer, position: number, baseOffset: number): LogRecord {
  const size = recordHeaderSize + source.readUInt32BE(position);
  return {
    sequence: source.readDoubleBE(position + 8),
    offset: baseOffset + position,
    end: baseOffset + position + size,
    enqueuedTime: source.readDoubleBE(position + 16),
    payload: source.subarray(position + recordHeaderSize, position + size),
  };
}

/** Whether the bytes at `position` are what was written. */
export function isIntact(source: Buffer, position: number, size: number): boolean {
  return source.readUInt32BE(position + 4) === crc32(source.subarray(position + 8, position + size));
}
