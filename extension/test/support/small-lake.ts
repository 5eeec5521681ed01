import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StorageClient } from '@medallion/core/azure/storage.ts';
import { lakeTableStore } from '@medallion/core/delta/lake-store.ts';
import { writeTable } from '@medallion/core/delta/write.ts';

const columns = [
  ['order_id', 'long'],
  ['customer_id', 'string'],
  ['unit_price', 'decimal(10,2)'],
  ['quantity', 'integer'],
  ['ordered_at', 'timestamp_ntz'],
  ['description', 'string'],
  ['tags', { type: 'array', elementType: 'string', containsNull: true }],
] as const;

/**
 * A lake as small as the tests need: `silver/orders`, a Delta table of 500 rows in two partitions by `day`; `bronze/raw/orders`, a
 * hive-partitioned Parquet folder; the container `exports`, which is no layer, with a hostile and a corrupt file.
 * @param fixtures the folder extension/test/fixtures
 */
export async function fillSmallLake(storage: StorageClient, fixtures: string): Promise<void> {
  for (const container of ['bronze', 'silver', 'gold', 'exports']) await storage.createContainer(container);
  const file = (name: string) => readFileSync(join(fixtures, name));
  await storage.write(
    { container: 'bronze', path: 'raw/orders/day=2026-01-01/part-0.parquet' },
    file('orders-1.parquet'),
  );
  for (const name of ['hostile.parquet', 'corrupt.parquet']) {
    await storage.write({ container: 'exports', path: name }, file(name));
  }
  await storage.write({ container: 'exports', path: 'read me.txt' }, new TextEncoder().encode('No Parquet here.\n'));
  const days = ['2026-01-01', '2026-01-02'];
  const files = await Promise.all(
    days.map(async (day, index) => {
      const bytes = file(`orders-${index + 1}.parquet`);
      const path = `day=${day}/part-${index}.parquet`;
      await storage.write({ container: 'silver', path: `orders/${path}` }, bytes);
      const stats = JSON.stringify({ numRecords: 250 });
      return { path, size: bytes.byteLength, rows: 250, partitionValues: { day }, stats };
    }),
  );
  const fields = [...columns, ['day', 'date'] as const].map(([name, type]) => ({
    name,
    type,
    nullable: true,
    metadata: {},
  }));
  const definition = { schema: { type: 'struct' as const, fields }, partitionColumns: ['day'] };
  await writeTable(lakeTableStore(storage, { container: 'silver', path: 'orders' }), {
    kind: 'create',
    definition,
    files,
  });
}
