import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { localTableStore } from '@medallion/core/delta/local-store.ts';
import { scanSql } from '@medallion/core/delta/scan.ts';
import { readSnapshot } from '@medallion/core/delta/snapshot.ts';
import { openDuckDb, type TestDuckDb } from './duckdb.ts';

/** Delta Kernel's golden tables: a folder of `<name>.tar.zst`, each with `delta/` and, where it can be read, `expected/*.parquet`. */
const golden = process.env['MEDALLION_DELTA_GOLDEN'];

/** The session time zone in which a table's expected rows were made, where it matters: it decides what a partition value without a zone means. */
const madeIn: Readonly<Record<string, string>> = { 'data-reader-partition-values': 'America/Los_Angeles' };

if (golden !== undefined) {
  describe('Delta golden tables', () => {
    const folder = mkdtempSync(join(tmpdir(), 'medallion-golden-'));
    let duckdb: TestDuckDb;
    before(async () => {
      duckdb = await openDuckDb();
    });
    after(() => {
      duckdb.close();
      rmSync(folder, { recursive: true, force: true });
    });

    const archives = readdirSync(golden).filter((name) => name.endsWith('.tar.zst'));
    assert.ok(archives.length > 0, `${golden} holds no golden tables`);
    for (const archive of archives) {
      const name = archive.replace(/\.tar\.zst$/, '');
      it(name, async () => {
        execFileSync('tar', ['--zstd', '-xf', join(golden, archive), '-C', folder], { stdio: 'ignore' });
        const table = join(folder, name, 'delta');
        const expected = join(folder, name, 'expected');
        await duckdb.run(`SET TimeZone = '${madeIn[name] ?? 'UTC'}'`);
        if (existsSync(expected)) await assertSameRows(duckdb, table, expected);
        else await assertRefused(duckdb, table);
      });
    }
  });
}

async function scan(table: string): Promise<string> {
  const snapshot = await readSnapshot(localTableStore(table));
  return await scanSql(snapshot, (path) => Promise.resolve(join(table, path)));
}

async function assertSameRows(duckdb: TestDuckDb, table: string, expected: string): Promise<void> {
  const actual = await scan(table);
  const wanted = `SELECT * FROM read_parquet('${expected}/*.parquet', hive_partitioning = false)`;
  const count = await duckdb.rows(`SELECT (SELECT count(*) FROM (${actual})) a, (SELECT count(*) FROM (${wanted})) b`);
  assert.equal(count[0]?.['a'], count[0]?.['b'], 'number of rows');
  const names = (sql: string) => duckdb.rows(`DESCRIBE (${sql})`).then((rows) => rows.map((row) => row['column_name']));
  assert.deepEqual(await names(actual), await names(wanted));
  assert.deepEqual(await duckdb.rows(`(${actual}) EXCEPT ALL (${wanted})`), []);
  assert.deepEqual(await duckdb.rows(`(${wanted}) EXCEPT ALL (${actual})`), []);
}

async function assertRefused(duckdb: TestDuckDb, table: string): Promise<void> {
  const reading = scan(table).then((sql) => duckdb.rows(sql));
  await assert.rejects(reading, (error) => {
    assert.ok(error instanceof ExpectedError, String(error));
    assert.match(error.code, /^(delta|parquet|file)\./);
    assert.ok(error.message.includes(table), error.message);
    return true;
  });
}
