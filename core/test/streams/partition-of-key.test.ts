import assert from 'node:assert/strict';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { partitionOfKey } from '@medallion/core/streams/partition-of-key.ts';

describe('partitionOfKey', () => {
  it("agrees with the SDK's buffered producer for keys of every length and script", async () => {
    const client = join(
      import.meta.dirname,
      '../../../node_modules/@azure/event-hubs/dist/esm/impl/partitionKeyToIdMapper.js',
    );
    const { mapPartitionKeyToId } = (await import(pathToFileURL(client).href)) as {
      mapPartitionKeyToId: (key: string, partitions: number) => number;
    };
    const keys = [
      ...Array.from({ length: 60 }, (_, length) => 'customer-17850/'.repeat(5).slice(0, length)),
      'größe',
      '顧客',
    ];
    for (const partitions of [1, 4, 32])
      for (const key of keys) assert.equal(partitionOfKey(key, partitions), mapPartitionKeyToId(key, partitions), key);
  });
});
