import { systemErrorCode } from '../../../kit/emulator-error.ts';
import type { EventHub, Partition } from '../namespace.ts';
import type { LinkAddress } from './address.ts';
import type { Broker, ConnectionState } from './broker.ts';
import { conditions } from './conditions.ts';
import { readEnvelope, readSentEvent, storedRoom, writeStoredEvent, type SentEvent } from './event.ts';
import { messageBytes, type AmqpCondition, type RheaContext, type RheaReceiver } from './rhea.ts';
import { dataOf, sectionCode, sectionsOf } from './sections.ts';
import { AmqpDecodeError } from './values.ts';

/** The service's largest message: an event or a whole batch. */
const maximumMessageBytes = 1024 * 1024;
const maximumPartitionKeyLength = 128;
/** The message format of a batch: its data sections hold one encoded event each. */
const batchFormat = 0x80013700;

/** A full disk, a full quota, a file at its limit. */
const outOfSpace: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** One client that sends to a hub, or to one of its partitions. */
export interface Writer {
  accept(context: RheaContext): void;
}

/** Attaches a writer, or returns the reason for which it is refused. */
export function openWriter(
  broker: Broker,
  connection: ConnectionState,
  link: RheaReceiver,
  address: Extract<LinkAddress, { kind: 'hub' }>,
): Writer | AmqpCondition {
  const path = address.partition === undefined ? address.hub : `${address.hub}/Partitions/${address.partition}`;
  if (!connection.claims.cover(path)) return conditions.unauthorized(path);
  const hub = broker.namespace.hub(address.hub);
  if (!hub) return conditions.notFound(path);
  const fixed = address.partition === undefined ? undefined : hub.partition(address.partition);
  if (address.partition !== undefined && !fixed) {
    return conditions.partitionOutOfRange(address.partition, hub.partitions.length);
  }
  link.local.attach['max_message_size'] = maximumMessageBytes;
  return {
    accept: (context) => {
      if (!connection.claims.cover(path)) {
        link.close(conditions.unauthorized(path));
        return;
      }
      const refusal = append(broker, hub, fixed, context);
      if (refusal) context.delivery.reject(refusal);
      else context.delivery.accept();
    },
  };
}

/** Appends a message's events to one partition. They are in the log when this returns undefined. */
function append(
  broker: Broker,
  hub: EventHub,
  fixed: Partition | undefined,
  context: RheaContext,
): AmqpCondition | undefined {
  const bytes = messageBytes(context.message);
  if (bytes.length > maximumMessageBytes) return conditions.messageTooLarge(bytes.length, maximumMessageBytes);
  try {
    const { events, partitionKey } = readMessage(bytes, context.format === batchFormat);
    if ((partitionKey?.length ?? 0) > maximumPartitionKeyLength) {
      return conditions.argumentOutOfRange(`A partition key has at most ${maximumPartitionKeyLength} characters.`);
    }
    const partition = fixed ?? hub.route(partitionKey);
    const keyOf = (event: SentEvent): string | undefined => event.partitionKey ?? partitionKey;
    const room = events.reduce((sum, event) => sum + storedRoom(event, keyOf(event)), 0);
    const write = (target: Buffer, position: number, index: number, stamp: Parameters<typeof writeStoredEvent>[3]) => {
      const event = events[index];
      if (!event) throw new Error(`there is no event ${index}`);
      return writeStoredEvent(target, position, event, stamp, keyOf(event));
    };
    partition.log.append(events.length, room, write, broker.now());
    broker.operations.add('amqp.send');
    broker.operations.add('amqp.sendEvents', events.length);
    partition.appended();
    return undefined;
  } catch (error) {
    if (error instanceof AmqpDecodeError) return conditions.malformed(error.message);
    if (outOfSpace.has(systemErrorCode(error) ?? '')) return conditions.storageFull();
    broker.logger.error(`events for ${hub.name} could not be stored: ${String(error)}`);
    return conditions.internalError();
  }
}

/** The events of a message: itself, or those of a batch, whose own annotations may carry a partition key for all. */
function readMessage(
  bytes: Buffer,
  isBatch: boolean,
): { readonly events: readonly SentEvent[]; readonly partitionKey: string | undefined } {
  if (!isBatch) {
    const event = readSentEvent(bytes);
    return { events: [event], partitionKey: event.partitionKey };
  }
  const events = sectionsOf(bytes)
    .filter((section) => section.code === sectionCode.data)
    .map((section) => readSentEvent(dataOf(bytes, section)));
  return { events, partitionKey: readEnvelope(bytes).partitionKey };
}
