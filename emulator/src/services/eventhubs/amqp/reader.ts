import { LogCursor } from '../log/cursor.ts';
import type { Partition } from '../namespace.ts';
import type { LinkAddress } from './address.ts';
import type { Broker, ConnectionState } from './broker.ts';
import { conditions } from './conditions.ts';
import { encodeLastEnqueued } from './last-enqueued.ts';
import { startOffset } from './position.ts';
import { Pump } from './pump.ts';
import type { CompetingReader } from './readers.ts';
import type { AmqpCondition, RheaSender, RheaSession, RheaSource } from './rhea.ts';

const epochProperty = 'com.microsoft:epoch';
const lastEnqueuedCapability = 'com.microsoft:enable-receiver-runtime-metric';
/** `snd-settle-mode` settled (AMQP 1.0 part 2, section 2.8.2). */
const settledMode = 1;

/** One client that reads one partition in one consumer group. */
export interface Reader {
  readonly session: RheaSession;
  readonly pump: Pump;
  /** Ends it, when the client has gone or closed the link. */
  leave(): void;
}

/** Attaches a reader, or returns the reason for which it is refused. */
export function openReader(
  broker: Broker,
  connection: ConnectionState,
  link: RheaSender,
  address: Extract<LinkAddress, { kind: 'reader' }>,
): Reader | AmqpCondition {
  const path = `${address.hub}/ConsumerGroups/${address.group}/Partitions/${address.partition}`;
  if (!connection.claims.cover(path)) return conditions.unauthorized(path);
  const hub = broker.namespace.hub(address.hub);
  if (!hub?.hasConsumerGroup(address.group)) return conditions.notFound(path);
  const partition = hub.partition(address.partition);
  if (!partition) return conditions.partitionOutOfRange(address.partition, hub.partitions.length);
  const expression = filterExpression(link.source);
  const start = startOffset(partition.log, expression);
  if (start === undefined) return conditions.argumentError(`The filter '${expression ?? ''}' is not supported.`);

  const key = [hub.name, address.group.toLowerCase(), partition.id].join('/');
  const pump = createPump(broker, connection, link, { partition, path, start });
  const stopListening = partition.onAppend(() => pump.run());
  const stop = (): void => {
    stopListening();
    pump.stop();
  };
  const competitor: CompetingReader = {
    name: link.name,
    epoch: epochOf(link),
    disconnect: (reason) => {
      stop();
      link.close(reason);
    },
  };
  const refusal = broker.readers.admit(key, competitor);
  if (refusal) {
    stop();
    return refusal;
  }
  return {
    session: link.session,
    pump,
    leave: () => {
      stop();
      broker.readers.leave(key, competitor);
    },
  };
}

function createPump(
  broker: Broker,
  connection: ConnectionState,
  link: RheaSender,
  at: { readonly partition: Partition; readonly path: string; readonly start: number },
): Pump {
  const settled = link.snd_settle_mode === settledMode;
  const withLastEnqueued = capabilitiesOf(link).includes(lastEnqueuedCapability);
  if (settled) link.local.attach['snd_settle_mode'] = settledMode;
  if (withLastEnqueued) link.local.attach['offered_capabilities'] = lastEnqueuedCapability;
  return new Pump({
    link,
    cursor: new LogCursor(at.partition.log, at.start),
    settled,
    isAuthorized: () => connection.claims.cover(at.path),
    unauthorized: () => link.close(conditions.unauthorized(at.path)),
    lastEnqueued: withLastEnqueued ? () => encodeLastEnqueued(at.partition.log.last, broker.now()) : undefined,
    sent: (events) => broker.operations.add('amqp.receiveEvents', events),
  });
}

function filterExpression(source: RheaSource | null): string | undefined {
  const [filter] = Object.values(source?.filter ?? {});
  // A described value stays wrapped: rhea gives its text as `value`.
  const value = typeof filter === 'object' && filter !== null && 'value' in filter ? filter.value : filter;
  return typeof value === 'string' ? value : undefined;
}

function epochOf(link: RheaSender): number | undefined {
  const epoch = link.properties?.[epochProperty];
  if (Buffer.isBuffer(epoch)) return Number(epoch.readBigInt64BE(0));
  return epoch === undefined || epoch === null ? undefined : Number(epoch);
}

function capabilitiesOf(link: RheaSender): readonly string[] {
  return [link.desired_capabilities].flat().map(String);
}
