import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

export interface PlainRun {
  /** The shop's export. */
  readonly sources: string;
  /** The events as text, a folder a hub. */
  readonly events: string;
  /** An empty folder, where the tables go. */
  readonly out: string;
  readonly memoryLimitBytes: number;
}

/** The sample's statements by hand in DuckDB's own dialect, over local files, written as plain Parquet. Resolves to nothing. */
export async function plainRun({ sources, events, out, memoryLimitBytes }: PlainRun): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '2',
    memory_limit: `${memoryLimitBytes}B`,
    temp_directory: join(out, 'spill'),
  });
  const connection = await instance.connect();
  try {
    await connection.run("SET TimeZone = 'Etc/UTC'");
    const folder = join(import.meta.dirname, 'plain');
    for (const file of readdirSync(folder).sort()) {
      const sql = readFileSync(join(folder, file), 'utf8');
      const places = { sources, events, out };
      await connection.run(sql.replace(/\{(sources|events|out)\}/g, (_, name: keyof typeof places) => places[name]));
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** The rows of each table that a plain run wrote, by `layer.table`. */
export async function plainRows(out: string): Promise<ReadonlyMap<string, number>> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const rows = new Map<string, number>();
    for (const name of readdirSync(out).filter((entry) => /^(bronze|silver|gold)_/.test(entry))) {
      const files = name.endsWith('.parquet') ? join(out, name) : join(out, name, '*', '*.parquet');
      const answer = await connection.runAndReadAll(`SELECT count(*) FROM read_parquet('${files}')`);
      rows.set(name.replace('.parquet', '').replace('_', '.'), Number(answer.value(0, 0)));
    }
    return rows;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
