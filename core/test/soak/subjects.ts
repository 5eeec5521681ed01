import { readFileSync, rmSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { avroFile, record } from '../engine/avro-file.ts';

/** A sound file, of which the mutations are made. */
export interface Subject {
  readonly name: string;
  readonly bytes: Buffer;
  /** What read_files is told, after its path. */
  readonly options: string;
  /** The query's columns with their Spark types. */
  readonly columns: string;
}

const rows = 300;
const text = (n: number): string => (n % 7 === 0 ? `quoted, "text" ${n}` : `text ${n % 40}`);

export async function subjects(): Promise<readonly Subject[]> {
  const columns = 'n:int, t:string, x:double';
  const schema = 'schema=n INT, t STRING, x DOUBLE|rescueddatacolumn=r';
  const numbers = Array.from({ length: rows }, (_, n) => n);
  const json = numbers.map((n) => JSON.stringify({ n, t: text(n), x: n / 7, more: { deep: [n] } })).join('\n');
  const csv = numbers.map((n) => `${n},"${text(n).replaceAll('"', '\\"')}",${n / 7}`).join('\n');
  const avro = avroFile(
    record(['n', 'int'], ['t', ['null', 'string']], ['x', 'double'], ['m', { type: 'map', values: 'long' }]),
    numbers.map((n) => ({ n, t: n % 5 === 0 ? null : { string: text(n) }, x: n / 7, m: { a: n } })),
  );
  return [
    { name: 'json', bytes: Buffer.from(`${json}\n`), options: `format=json|${schema}`, columns },
    { name: 'csv', bytes: Buffer.from(`n,t,x\n${csv}\n`), options: `format=csv|header=true|${schema}`, columns },
    { name: 'avro', bytes: avro, options: `format=avro|${schema}`, columns },
    { name: 'parquet', bytes: await parquet('COMPRESSION snappy'), options: 'format=parquet', columns },
    {
      name: 'parquet',
      bytes: await parquet('COMPRESSION zstd, PARQUET_VERSION v2, ROW_GROUP_SIZE 2048'),
      options: 'format=parquet',
      columns,
    },
  ];
}

async function parquet(options: string): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'medallion-soak-'));
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const file = join(folder, 'a.parquet');
    await connection.run(`COPY (SELECT i::INT AS n, 'text ' || (i % 40) AS t, i / 7 AS x, [i, NULL] AS l,
      {a: i::DECIMAL(20, 2), b: DATE '2024-01-01' + i::INT} AS s FROM range(${rows * 10}) AS r(i)) TO '${file}' (FORMAT parquet, ${options})`);
    return readFileSync(file);
  } finally {
    connection.closeSync();
    instance.closeSync();
    rmSync(folder, { recursive: true, force: true });
  }
}
