import { once } from 'node:events';
import avro from 'avsc';
import type { EventData } from '@medallion/emulator/services/eventhubs/capture/event-data.ts';

const format = 'capture/{Namespace}/{EventHub}/{PartitionId}/{Year}/{Month}/{Day}/{Hour}/{Minute}/{Second}';

/** ARM's `captureDescription` with the shortest window. */
export function captureDescriptionOf(change: Readonly<Record<string, unknown>> = {}): unknown {
  return {
    enabled: true,
    encoding: 'Avro',
    intervalInSeconds: 60,
    sizeLimitInBytes: 10_485_760,
    skipEmptyArchives: true,
    destination: {
      name: 'EventHubArchive.AzureBlockBlob',
      properties: { blobContainer: 'landing', archiveNameFormat: format },
    },
    ...change,
  };
}

/** The records of an Avro file, read by avsc as any user of the file would. */
export async function recordsOf(
  file: Buffer,
): Promise<{ readonly schema: unknown; readonly codec: string; readonly records: EventData[] }> {
  const decoder = new avro.streams.BlockDecoder({ parseHook: wrapped });
  const records: EventData[] = [];
  let metadata: { readonly schema: unknown; readonly codec: string } = { schema: undefined, codec: '' };
  decoder.on('metadata', (type: avro.Type, codec: string) => (metadata = { schema: type.schema(), codec }));
  decoder.on('data', (record: EventData) => records.push(record));
  const ended = once(decoder, 'end');
  decoder.end(file);
  await ended;
  return { ...metadata, records };
}

/** Branches of unions under their names, so that a test sees long and double apart. */
function wrapped(schema: avro.Schema): avro.Type {
  return avro.Type.forSchema(schema, { wrapUnions: 'always' });
}
