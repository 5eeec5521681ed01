import type { Stamp } from '../log/partition-log.ts';
import { mapSectionStart, symbol, writeLong, writeText } from './encoding.ts';
import { dataOf, sectionAt, sectionCode, sectionsOf } from './sections.ts';
import { AmqpDecodeError, decodeValue, valueEnd } from './values.ts';

/** An event as a producer sent it, cut where the service writes its annotations. All parts share the message's memory. */
export interface SentEvent {
  readonly header: Buffer | undefined;
  /** The producer's annotations without those that the service sets: key, value, key, value. */
  readonly annotations: readonly Buffer[];
  readonly partitionKey: string | undefined;
  /** Everything behind the annotations: properties, application properties, body, footer. */
  readonly rest: Buffer;
}

const partitionKeyName = 'x-opt-partition-key';
const serviceNames: ReadonlySet<string> = new Set([
  'x-opt-sequence-number',
  'x-opt-offset',
  'x-opt-enqueued-time',
  partitionKeyName,
]);

/**
 * Cuts one event; delivery annotations are for this hop only and are dropped.
 * @throws AmqpDecodeError unless the whole event is well-formed: what is stored, Capture must be able to read
 */
export function readSentEvent(bytes: Buffer): SentEvent {
  const event = cutEvent(bytes);
  for (const section of sectionsOf(event.rest)) {
    if (section.code === sectionCode.data) dataOf(event.rest, section);
    else decodeValue(event.rest, section.value);
  }
  return event;
}

/** Cuts the envelope of a batch, whose data sections are read as events of their own. */
export function readEnvelope(bytes: Buffer): SentEvent {
  return cutEvent(bytes);
}

function cutEvent(bytes: Buffer): SentEvent {
  let header: Buffer | undefined;
  let annotations: Pick<SentEvent, 'annotations' | 'partitionKey'> = { annotations: [], partitionKey: undefined };
  let position = 0;
  while (position < bytes.length) {
    const section = sectionAt(bytes, position);
    if (section.code > sectionCode.messageAnnotations) break;
    if (section.code === sectionCode.header) header = bytes.subarray(section.start, section.end);
    if (section.code === sectionCode.messageAnnotations) annotations = readAnnotations(bytes, section.value);
    position = section.end;
  }
  return { header, ...annotations, rest: bytes.subarray(position) };
}

function readAnnotations(bytes: Buffer, at: number): Pick<SentEvent, 'annotations' | 'partitionKey'> {
  const type = bytes[at];
  if (type === 0x40) return { annotations: [], partitionKey: undefined };
  if (type !== 0xc1 && type !== 0xd1) throw new AmqpDecodeError('message annotations are a map');
  const annotations: Buffer[] = [];
  let partitionKey: string | undefined;
  const end = valueEnd(bytes, at);
  for (let position = at + (type === 0xc1 ? 3 : 9); position < end;) {
    const key = decodeValue(bytes, position);
    const valueStop = valueEnd(bytes, key.end);
    const name = key.value.kind === 'text' ? key.value.value : '';
    const { value } = decodeValue(bytes, key.end);
    if (name === partitionKeyName && value.kind === 'text') partitionKey = value.value;
    if (!serviceNames.has(name))
      annotations.push(bytes.subarray(position, key.end), bytes.subarray(key.end, valueStop));
    position = valueStop;
  }
  return { annotations, partitionKey };
}

const sequenceKey = symbol('x-opt-sequence-number');
const offsetKey = symbol('x-opt-offset');
const timeKey = symbol('x-opt-enqueued-time');
const partitionKeyKey = symbol(partitionKeyName);
const annotationsStart = mapSectionStart(sectionCode.messageAnnotations);
/** Upper bound of what `writeStoredEvent` adds to an event, apart from its partition key. */
const stampRoom = 192;

/** Upper bound of the bytes that `writeStoredEvent` writes. */
export function storedRoom(event: SentEvent, partitionKey: string | undefined): number {
  const own = event.annotations.reduce((sum, part) => sum + part.length, 0);
  const key = partitionKey === undefined ? 0 : Buffer.byteLength(partitionKey) + 8;
  return (event.header?.length ?? 0) + own + event.rest.length + stampRoom + key;
}

/** Writes the event as readers will receive it, with the service's annotations, and returns where it ends. */
export function writeStoredEvent(
  target: Buffer,
  start: number,
  event: SentEvent,
  stamp: Stamp,
  partitionKey: string | undefined,
): number {
  let position = start + (event.header?.copy(target, start) ?? 0);
  position += annotationsStart.copy(target, position);
  const size = position;
  position += 4;
  target.writeUInt32BE(event.annotations.length + (partitionKey === undefined ? 6 : 8), position);
  position += 4;
  for (const part of event.annotations) position += part.copy(target, position);
  position = writeLong(target, position + sequenceKey.copy(target, position), 'long', stamp.sequence);
  position = writeText(target, position + offsetKey.copy(target, position), String(stamp.offset));
  position = writeLong(target, position + timeKey.copy(target, position), 'timestamp', stamp.enqueuedTime);
  if (partitionKey !== undefined) {
    position = writeText(target, position + partitionKeyKey.copy(target, position), partitionKey);
  }
  target.writeUInt32BE(position - size - 4, size);
  return position + event.rest.copy(target, position);
}
