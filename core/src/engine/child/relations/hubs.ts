import { DuckDBTimestampTZValue } from '@duckdb/node-api';
import type { AzureEnvironment } from '../../../azure/environment.ts';
import { type EventRange, partitionBounds, readEvents, type StoredEvent } from '../../../azure/read-events.ts';
import { ExpectedError } from '../../../base/expected-error.ts';
import { quoteIdentifier } from '../../../delta/duckdb-types.ts';
import type { RelationColumn } from '../../../sql/contract.ts';
import type { Run } from '../context.ts';
import { batchRanges, type HubsRelation } from '../streaming/hub-offsets.ts';
import type { Binding } from './bind.ts';

/** What `read_kafka` gives: Kafka's offset is an event's sequence number, its key the partition key. */
export const hubColumns: readonly RelationColumn[] = [
  { name: 'key', duckdbType: 'BLOB' },
  { name: 'value', duckdbType: 'BLOB' },
  { name: 'topic', duckdbType: 'VARCHAR' },
  { name: 'partition', duckdbType: 'INTEGER' },
  { name: 'offset', duckdbType: 'BIGINT' },
  { name: 'timestamp', duckdbType: 'TIMESTAMP WITH TIME ZONE' },
  { name: 'timestampType', duckdbType: 'INTEGER' },
];

/** Kafka's LogAppendTime: Event Hubs answers with the time at which it took the event, whatever the sender said. */
const logAppendTime = 1;
/** Bytes of bodies after which rows leave the appender for DuckDB, which spills what memory does not hold. */
const bytesAtATime = 8e6;

/** The events that a batch query asks for. Rejects with `engine.kafka-not-event-hubs`, `engine.kafka-offsets`, `event-hubs.*`. */
export async function bindHubs(binding: Binding, relation: HubsRelation): Promise<void> {
  const { context, signal } = binding.run;
  checkServers(context.environment, relation);
  const ranges = new Map<string, readonly EventRange[]>();
  for (const hub of relation.source.hubs) {
    ranges.set(hub, batchRanges(relation, hub, await partitionBounds(context.environment, hub, signal)));
  }
  await bindHubRanges(binding, relation, ranges);
}

/** As `bindHubs`, for ranges that are known. The events go to a table of the session, which DuckDB keeps within its memory. */
export async function bindHubRanges(
  { run, scope, inputs }: Binding,
  relation: HubsRelation,
  ranges: ReadonlyMap<string, readonly EventRange[]>,
): Promise<void> {
  const { session, context, signal } = run;
  const columns = hubColumns.map(({ name, duckdbType }) => `${quoteIdentifier(name)} ${duckdbType}`);
  await session.run(`CREATE TABLE ${session.qualified(scope, relation.placeholder)} (${columns.join(', ')})`);
  for (const [hub, wanted] of ranges) {
    for (const { partition, from, to } of wanted) {
      inputs.readFiles.push({ path: `eventhubs://${hub}/${partition}`, etag: `offsets ${from} to ${to}` });
    }
    await using rows = await hubRows(run, scope, relation.placeholder, hub);
    await readEvents(context.environment, hub, wanted, (events) => rows.take(events), signal);
  }
}

async function hubRows(
  { session }: Run,
  scope: string,
  table: string,
  hub: string,
): Promise<AsyncDisposable & { take(events: readonly StoredEvent[]): void }> {
  const appender = await session.use((connection) => connection.createAppender(table, scope, session.name));
  let bytes = 0;
  return {
    take(events) {
      for (const { partition, sequenceNumber, body, partitionKey, enqueuedAt } of events) {
        if (partitionKey === undefined) appender.appendNull();
        else appender.appendBlob(Buffer.from(partitionKey));
        appender.appendBlob(body);
        appender.appendVarchar(hub);
        appender.appendInteger(Number(partition));
        appender.appendBigInt(BigInt(sequenceNumber));
        appender.appendTimestampTZ(new DuckDBTimestampTZValue(BigInt(enqueuedAt.getTime()) * 1000n));
        appender.appendInteger(logAppendTime);
        appender.endRow();
        bytes += body.byteLength;
      }
      if (bytes < bytesAtATime) return;
      bytes = 0;
      appender.flushSync();
    },
    async [Symbol.asyncDispose]() {
      await session.use(async () => appender.closeSync());
    },
  };
}

const loopback = new Set(['127.0.0.1', 'localhost', '[::1]']);

const hostOf = (server: string): string => server.replace(/:\d+$/, '').toLowerCase();

/**
 * The servers of the environment's own namespace, or, on this machine, of the one that local Azure stands for. Another Kafka is not
 * asked: it is no part of the environment.
 */
export function checkServers({ eventHubs, name }: AzureEnvironment, { source, range }: HubsRelation): void {
  // The client says that there is no namespace.
  if (!eventHubs) return;
  const own = hostOf(eventHubs.fullyQualifiedNamespace);
  const local = loopback.has(own);
  const isOurs = (host: string): boolean =>
    host === own || (local && (host.endsWith('.servicebus.windows.net') || loopback.has(host)));
  const foreign = source.bootstrapServers
    .split(',')
    .map((server) => hostOf(server.trim()))
    .find((host) => !isOurs(host));
  if (foreign === undefined) return;
  throw new ExpectedError({
    code: 'engine.kafka-not-event-hubs',
    message: `${foreign} is no event hubs namespace of the environment ${name}: another Kafka is not emulated.`,
    nextStep:
      'Name <namespace>.servicebus.windows.net:9093, for which local Azure stands, and declare the hub in eventhubs/Config.json.',
    range,
  });
}
