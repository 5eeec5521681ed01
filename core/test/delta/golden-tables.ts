import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { localTableStore } from '@medallion/core/delta/local-store.ts';
import { scanSql } from '@medallion/core/delta/scan.ts';
import { readSnapshot } from '@medallion/core/delta/snapshot.ts';
import type { TestDuckDb } from './duckdb.ts';

/** What became of one golden table: `same` and `refused` are as they should be. */
export interface GoldenVerdict {
  readonly name: string;
  readonly verdict: 'same' | 'refused' | 'different' | 'failed';
  /** What is the matter, or why it is refused. */
  readonly detail: string;
}

/** The session time zone in which a table's expected rows were made, where it matters: it decides what a partition value without a zone means. */
const madeIn: Readonly<Record<string, string>> = { 'data-reader-partition-values': 'America/Los_Angeles' };

const archive = '.tar.zst';

/** The golden tables of a folder: archives `<name>.tar.zst`, or folders `<name>` as the archives hold them. */
export function goldenNames(folder: string): string[] {
  const names = readdirSync(folder).flatMap((name) => {
    if (name.endsWith(archive)) return [name.slice(0, -archive.length)];
    return statSync(join(folder, name)).isDirectory() && existsSync(join(folder, name, 'delta')) ? [name] : [];
  });
  return [...new Set(names)].sort();
}

/**
 * Reads a golden table and compares it with the rows that Delta Kernel has for it, or, where it has none, expects a refusal that
 * names the table. Never throws.
 */
export async function judgeGolden(duckdb: TestDuckDb, folder: string, name: string): Promise<GoldenVerdict> {
  const unpacked = mkdtempSync(join(tmpdir(), 'medallion-golden-'));
  try {
    const packed = join(folder, `${name}${archive}`);
    if (existsSync(packed)) unpack(packed, unpacked);
    const home = existsSync(packed) ? join(unpacked, name) : join(folder, name);
    await duckdb.run(`SET TimeZone = '${madeIn[name] ?? 'UTC'}'`);
    const [table, expected] = [join(home, 'delta'), join(home, 'expected')];
    return { name, ...(existsSync(expected) ? await compare(duckdb, table, expected) : await refusal(duckdb, table)) };
  } catch (error) {
    return { name, verdict: 'failed', detail: String(error) };
  } finally {
    rmSync(unpacked, { recursive: true, force: true });
  }
}

/** Node knows Zstandard; tar alone would need a program that a bare machine has not. */
function unpack(packed: string, folder: string): void {
  execFileSync('tar', ['-xf', '-', '-C', folder], { input: zstdDecompressSync(readFileSync(packed)), stdio: 'pipe' });
}

type Judged = Omit<GoldenVerdict, 'name'>;

async function compare(duckdb: TestDuckDb, table: string, expected: string): Promise<Judged> {
  const actual = await scan(table);
  const wanted = `SELECT * FROM read_parquet('${expected}/*.parquet', hive_partitioning = false)`;
  const different = (detail: string): Judged => ({ verdict: 'different', detail });
  const names = async (sql: string): Promise<string> =>
    (await duckdb.rows(`DESCRIBE (${sql})`)).map((row) => String(row['column_name'])).join(', ');
  const [columns, wantedColumns] = [await names(actual), await names(wanted)];
  if (columns !== wantedColumns) return different(`columns ${columns}; expected ${wantedColumns}`);
  const [count] = await duckdb.rows(
    `SELECT (SELECT count(*) FROM (${actual})) a, (SELECT count(*) FROM (${wanted})) b`,
  );
  if (count?.['a'] !== count?.['b']) return different(`${String(count?.['a'])} rows; expected ${String(count?.['b'])}`);
  for (const [left, right, what] of [
    [actual, wanted, 'rows that are not expected'],
    [wanted, actual, 'rows that are missing'],
  ] as const) {
    const rows = await duckdb.rows(`(${left}) EXCEPT ALL (${right}) LIMIT 3`);
    if (rows.length > 0) return different(`${what}: ${JSON.stringify(rows)}`);
  }
  return { verdict: 'same', detail: '' };
}

async function refusal(duckdb: TestDuckDb, table: string): Promise<Judged> {
  try {
    await duckdb.rows(await scan(table));
    return { verdict: 'different', detail: 'it was read, and should have been refused' };
  } catch (error) {
    const known = error instanceof ExpectedError && /^(delta|parquet|file)\./.test(error.code);
    if (known && error.message.includes(table))
      return { verdict: 'refused', detail: `${error.code}: ${error.message}` };
    return { verdict: 'failed', detail: String(error) };
  }
}

async function scan(table: string): Promise<string> {
  const snapshot = await readSnapshot(localTableStore(table));
  return await scanSql(snapshot, (path) => Promise.resolve(join(table, path)));
}
