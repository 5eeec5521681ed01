import type { LastEnqueued } from '../log/partition-log.ts';
import { mapSectionStart, symbol, writeLong, writeText } from './encoding.ts';
import { sectionCode } from './sections.ts';

const start = mapSectionStart(sectionCode.deliveryAnnotations);
const sequenceKey = symbol('last_enqueued_sequence_number');
const offsetKey = symbol('last_enqueued_offset');
const timeKey = symbol('last_enqueued_time_utc');
const retrievedKey = symbol('runtime_info_retrieval_time_utc');

/** The delivery annotations of a reader that tracks the partition's last event. The partition is not empty. */
export function encodeLastEnqueued(last: LastEnqueued, now: number): Buffer {
  const target = Buffer.allocUnsafe(256);
  let position = start.copy(target) + 4;
  target.writeUInt32BE(8, position);
  position += 4;
  position = writeLong(target, position + sequenceKey.copy(target, position), 'long', last.sequence);
  position = writeText(target, position + offsetKey.copy(target, position), String(last.offset));
  position = writeLong(target, position + timeKey.copy(target, position), 'timestamp', last.enqueuedTime);
  position = writeLong(target, position + retrievedKey.copy(target, position), 'timestamp', now);
  target.writeUInt32BE(position - start.length - 4, start.length);
  return target.subarray(0, position);
}
