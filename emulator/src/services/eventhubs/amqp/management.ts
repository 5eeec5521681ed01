import type { EventHub, Partition } from '../namespace.ts';
import type { Broker, ConnectionState } from './broker.ts';
import { conditions } from './conditions.ts';
import { textProperty, type Answer } from './requests.ts';
import { amqpTypes as types, type RheaMessage } from './rhea.ts';

/** `$management`: reads the properties of a hub or partition. */
export function readProperties(broker: Broker, connection: ConnectionState, request: RheaMessage): Answer {
  broker.operations.add('amqp.readProperties');
  const name = textProperty(request, 'name');
  const hub = broker.namespace.hub(name);
  if (!connection.claims.cover(`${name}/$management`)) return { error: conditions.unauthorized(name) };
  if (!hub) return { error: conditions.notFound(name) };
  const operation = textProperty(request, 'operation');
  if (operation.toUpperCase() !== 'READ') {
    return { error: conditions.argumentError(`$management knows no operation '${operation}'.`) };
  }
  const type = textProperty(request, 'type');
  if (type === 'com.microsoft:eventhub') return { status: 200, description: 'OK', body: hubProperties(hub) };
  if (type !== 'com.microsoft:partition') {
    return { error: conditions.argumentError(`$management knows no type '${type}'.`) };
  }
  const id = textProperty(request, 'partition');
  const partition = hub.partition(id);
  if (!partition) return { error: conditions.partitionOutOfRange(id, hub.partitions.length) };
  return { status: 200, description: 'OK', body: partitionProperties(hub, partition) };
}

const stringArray = 0xa1;

function hubProperties(hub: EventHub): unknown {
  return types.wrap_map({
    name: hub.name,
    type: 'com.microsoft:eventhub',
    created_at: types.wrap_timestamp(hub.createdOn),
    partition_count: types.wrap_int(hub.partitions.length),
    partition_ids: types.wrap_array(
      hub.partitions.map((partition) => partition.id),
      stringArray,
    ),
    georeplication_factor: types.wrap_int(1),
  });
}

function partitionProperties(hub: EventHub, partition: Partition): unknown {
  const { begin, last, isEmpty } = partition.log;
  return types.wrap_map({
    name: hub.name,
    type: 'com.microsoft:partition',
    partition: partition.id,
    begin_sequence_number: types.wrap_long(begin.sequence),
    last_enqueued_sequence_number: types.wrap_long(last.sequence),
    last_enqueued_offset: String(last.offset),
    last_enqueued_time_utc: types.wrap_timestamp(last.enqueuedTime),
    is_partition_empty: types.wrap_boolean(isEmpty),
  });
}
