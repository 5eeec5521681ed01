/** Writes the Parquet files of extension/test/fixtures with DuckDB: `node extension/test/support/make-fixtures.ts`. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

const folder = join(import.meta.dirname, '..', 'fixtures');

const orders = (day: number) => `
  SELECT ${day * 1000}::BIGINT + i AS order_id, 'C' || (17000 + (i * 7) % 900) AS customer_id,
    ((1 + (i * 37) % 24) * 1.25)::DECIMAL(10, 2) AS unit_price, (1 + i % 12)::INTEGER AS quantity,
    TIMESTAMP '2026-01-0${day} 08:00:00' + to_seconds(i * 97) AS ordered_at,
    CASE WHEN i % 9 = 4 THEN NULL ELSE 'Ceramic mug no. ' || (i % 40) END AS description,
    ['web', 'gift'][1:1 + i % 2] AS tags
  FROM range(250) AS r(i)`;

const hostile = `
  SELECT * FROM (VALUES
    (1, '<script>window.pwned = true</script>', 'plain'),
    (2, '<img src=x onerror="window.pwned = true">', '"quoted" & <b>bold</b>'),
    (3, repeat('long ', 5000), NULL),
    (4, E'line one\\nline two\\ttab', chr(8238) || 'txt.exe'),
    (5, 'javascript:alert(1)', '' )
  ) AS t(id, "<img src=x onerror=alert(1)>", "na""me")`;

const database = await DuckDBInstance.create();
const connection = await database.connect();
const files = { 'orders-1.parquet': orders(1), 'orders-2.parquet': orders(2), 'hostile.parquet': hostile };
for (const [name, query] of Object.entries(files)) {
  const file = join(folder, name);
  rmSync(file, { force: true });
  await connection.run(`COPY (${query}) TO '${file}' (FORMAT parquet, ROW_GROUP_SIZE 100000, CODEC 'zstd')`);
}
connection.closeSync();
writeFileSync(join(folder, 'corrupt.parquet'), 'PAR1 this is no footer PAR1');
