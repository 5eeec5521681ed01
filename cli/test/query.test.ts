import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Ended, json, medallion, temporaryState } from './support/medallion.ts';
import { plainDuckdb } from './support/plain-duckdb.ts';

interface Rows {
  readonly columns: readonly { readonly name: string; readonly typeText: string }[];
  readonly rows: readonly (readonly unknown[])[];
}

const text = `SELECT id, 'a,"' || id AS t, '' AS e, CAST(NULL AS INT) AS n, 1.50 AS d FROM range(3) ORDER BY id`;

describe('medallion query', function () {
  this.timeout(120_000);
  let folder: string;
  let state: ReturnType<typeof temporaryState>;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'medallion-query-'));
    writeFileSync(join(folder, 'databricks.yml'), 'bundle: {name: shop}\n');
    state = temporaryState();
    const up = await medallion('up', '--detach', '--port-base', '0', '--project', folder, '--state', state.path);
    assert.equal(up.code, 0, up.stderr);
  });
  after(async () => {
    await state[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });
  const query = (...args: readonly string[]): Promise<Ended> =>
    medallion('query', ...args, '--project', folder, '--state', state.path);

  it('shows a table, and the same rows as JSON with their types', async () => {
    const shown = await query(text, '--rows', '2');
    assert.deepEqual(shown.stdout.split('\n').slice(0, 5), [
      'id  t     e     n     d',
      '--  ----  -  ----  ----',
      ' 0  a,"0     NULL  1.50',
      ' 1  a,"1     NULL  1.50',
      '(first 2 rows; more exist)',
    ]);
    const { columns, rows } = json<Rows>(await query(text, '--json'));
    assert.deepEqual(
      columns.map(({ typeText }) => typeText),
      ['bigint', 'string', 'string', 'int', 'decimal(3,2)'],
    );
    assert.deepEqual(rows[0], [0, 'a,"0', '', null, '1.50']);
  });

  it('prints CSV and JSON, every row of them', async () => {
    const csv = await query(text, '--format', 'csv');
    assert.equal(csv.stdout, `id,t,e,n,d\r\n${[0, 1, 2].map((id) => `${id},"a,""${id}","",,1.50\r\n`).join('')}`);
    const rows = JSON.parse((await query(text, '--format', 'json', '--rows', '2')).stdout) as unknown;
    const row = (id: number) => ({ id, t: `a,"${id}`, e: '', n: null, d: '1.50' });
    assert.deepEqual(rows, [row(0), row(1)]);
    const many = await query('SELECT id FROM range(10000)', '--format', 'csv');
    assert.equal(many.stdout.split('\r\n').length, 10_002);
  });

  it("writes Parquet with Databricks' types", async () => {
    const file = join(folder, 'out', 'rows.parquet');
    const done = json<unknown>(await query(text, '--format', 'parquet', '--output', file, '--json'));
    assert.deepEqual(done, { format: 'parquet', path: file, rows: 3 });
    await using duckdb = await plainDuckdb();
    const [row] = await duckdb.rows(`SELECT *, typeof(d) AS type FROM '${file}' WHERE id = 2`);
    assert.equal(row?.['t'], 'a,"2');
    assert.equal(row['type'], 'DECIMAL(3,2)');
  });

  it('refuses what it cannot print, and says how', async () => {
    const cases: readonly (readonly [readonly string[], string])[] = [
      [['SELECT 1', '--format', 'xml'], 'usage.format'],
      [['SELECT 1', '--output', 'x'], 'usage.output'],
      [['SELECT 1', '--format', 'csv', '--json'], 'usage.output'],
    ];
    for (const [args, code] of cases) {
      const ended = await query(...args);
      assert.equal(ended.code, 2);
      assert.match(ended.stderr, new RegExp(code.replace('.', '\\.')));
    }
    const failed = await query('SELECT nope', '--format', 'csv');
    assert.deepEqual([failed.code, failed.stdout], [1, '']);
  });

  it("makes a table that stands for Databricks' sample data, as its absence says", async () => {
    const missing = await query('SELECT count(*) FROM samples.nyctaxi.trips');
    assert.equal(missing.code, 1);
    const said = /medallion query --make (\S+) "(.*)"/.exec(missing.stderr);
    assert.ok(said, missing.stderr);
    mkdirSync(join(state.path, 'dbfs/samples/nyctaxi'), { recursive: true });
    const file = join(state.path, 'dbfs/samples/nyctaxi/trips.parquet');
    await query('SELECT id FROM range(7)', '--format', 'parquet', '--output', file);
    const made = await query('--make', said[1] ?? '', said[2] ?? '');
    assert.match(made.stdout, /wrote 7 rows to samples\.nyctaxi\.trips, version 0/, made.stderr);
    assert.deepEqual(json<Rows>(await query('SELECT count(*) FROM samples.nyctaxi.trips', '--json')).rows, [[7]]);
  });
});
