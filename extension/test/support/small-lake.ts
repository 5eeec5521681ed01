import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDatabricksClient } from '@medallion/core/azure/databricks.ts';
import type { AzureEnvironment } from '@medallion/core/azure/environment.ts';
import { createStorageClient, type StorageClient } from '@medallion/core/azure/storage.ts';
import { lakeTableStore } from '@medallion/core/delta/lake-store.ts';
import { writeTable } from '@medallion/core/delta/write.ts';
import { createResolver } from '@medallion/core/lake/resolver.ts';

const orderColumns = [
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
  const fields = [...orderColumns, ['day', 'date'] as const].map(([name, type]) => ({
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

const schema = (name: string) =>
  `    ${name}: { catalog_name: shop_local, name: ${name}, storage_root: "abfss://${name}@devstoreaccount1.dfs.core.windows.net" }\n`;

/** The file `days.sql` of the bundle's one task. */
const smallScript = `USE CATALOG shop_local;
CREATE OR REPLACE TABLE gold.days AS SELECT DATE '2026-01-01' AS day, 250 AS orders;
`;

/** The file `slow.sql`: ten thousand million combinations, which nobody waits for. */
const digits = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];
const slowScript = `USE CATALOG shop_local;
CREATE OR REPLACE TABLE gold.pairs AS
WITH digits AS (SELECT explode(array(0, 1, 2, 3, 4, 5, 6, 7, 8, 9)) AS n)
SELECT count(*) AS pairs
FROM ${digits.map((name) => `digits AS ${name}`).join(' CROSS JOIN ')}
WHERE (${digits.map((name) => `${name}.n`).join(' * ')}) % 7 = 1;
`;

const smallSettings = `layers:
  bronze: { schema: bronze, container: bronze }
  silver: { schema: silver, container: silver }
  gold: { schema: gold, container: gold }
environments:
  local: { target: dev }
`;

/** A bundle that declares the catalog's schemas, which `medallion up` makes, the job `daily` and one that does not end. */
const smallBundle = `bundle: { name: shop }
targets: { dev: { default: true } }
resources:
  schemas:
${['bronze', 'silver', 'gold'].map(schema).join('')}
  jobs:
    daily:
      name: daily
      tasks:
        - { task_key: days, sql_task: { warehouse_id: local, file: { path: ./days.sql } } }
    slow:
      name: slow
      tasks:
        - { task_key: pairs, sql_task: { warehouse_id: local, file: { path: ./slow.sql } } }
`;

/** The project whose lake `fillSmallLake` fills. */
export function writeSmallProject(folder: string): void {
  const files = {
    'medallion.yaml': smallSettings,
    'databricks.yml': smallBundle,
    'days.sql': smallScript,
    'slow.sql': slowScript,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}

/** The managed table `shop_local.gold.daily_orders`, of 250 rows, under the name that the catalog gives it. */
export async function createCatalogTable(environment: AzureEnvironment, fixtures: string): Promise<void> {
  const storage = createStorageClient(environment);
  const resolver = createResolver(createDatabricksClient(environment));
  const staged = await resolver.stageTable({ catalog: 'shop_local', schema: 'gold', table: 'daily_orders' });
  const { container, path } = staged.location;
  const bytes = readFileSync(join(fixtures, 'orders-1.parquet'));
  await storage.write({ container, path: `${path}/part-0.parquet` }, bytes);
  const fields = orderColumns.map(([name, type]) => ({ name, type, nullable: true, metadata: {} }));
  const stats = JSON.stringify({ numRecords: 250 });
  await writeTable(lakeTableStore(storage, { container, path }), {
    kind: 'create',
    definition: { schema: { type: 'struct', fields }, partitionColumns: [] },
    files: [{ path: 'part-0.parquet', size: bytes.byteLength, rows: 250, partitionValues: {}, stats }],
  });
  await resolver.publishTable(staged, [{ name: 'order_id', typeText: 'bigint', nullable: true }]);
}
