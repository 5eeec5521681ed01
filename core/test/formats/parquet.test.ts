import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openParquet } from '@medallion/core/formats/parquet.ts';
import { openLocalFile } from '@medallion/core/formats/range-source.ts';
import { openDuckDb, type TestDuckDb } from '../delta/duckdb.ts';
import { memory, refusal } from './sources.ts';

describe('Parquet files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'medallion-parquet-'));
  let duckdb: TestDuckDb;
  let files = 0;
  before(async () => {
    duckdb = await openDuckDb();
  });
  after(() => {
    duckdb.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function write(query: string, options = ''): Promise<Buffer> {
    const path = join(folder, `${files++}.parquet`);
    await duckdb.run(`COPY (${query}) TO '${path}' (FORMAT parquet${options})`);
    return readFileSync(path);
  }

  /** One column, one row: type text and cell. */
  const exact: readonly (readonly [sql: string, typeText: string, cell: unknown])[] = [
    ['9007199254740993::BIGINT', 'int64', '9007199254740993'],
    ['42::BIGINT', 'int64', 42],
    ['18446744073709551615::UBIGINT', 'uint64', '18446744073709551615'],
    ['4294967295::UINTEGER', 'uint32', 4294967295],
    ['-1::TINYINT', 'int8', -1],
    [
      "'12345678901234567890123456.789012345678'::DECIMAL(38,12)",
      'decimal(38,12)',
      '12345678901234567890123456.789012345678',
    ],
    ['-0.05::DECIMAL(9,2)', 'decimal(9,2)', '-0.05'],
    ["'-9223372036854775.08'::DECIMAL(18,2)", 'decimal(18,2)', '-9223372036854775.08'],
    ["DATE '1582-10-04'", 'date', '1582-10-04'],
    ["DATE '-0044-03-15'", 'date', '-0044-03-15'],
    ["TIMESTAMP '1969-12-31 23:59:59.999999'", 'timestamp(micros)', '1969-12-31 23:59:59.999999'],
    ["TIMESTAMPTZ '2026-01-02 03:04:05.123456+00'", 'timestamp(micros, utc)', '2026-01-02 03:04:05.123456Z'],
    ["TIMESTAMP_NS '2026-01-02 03:04:05.123456789'", 'timestamp(nanos)', '2026-01-02 03:04:05.123456789'],
    ["TIME '23:59:59.5'", 'time(micros)', '23:59:59.5'],
    ["INTERVAL '14 months 3 days 4.5 seconds'", 'interval', 'P14M3DT4.5S'],
    ["'\\x00\\xFFa'::BLOB", 'binary', '00ff61'],
    ["'b4c1e3a0-0000-4000-8000-0123456789ab'::UUID", 'uuid', 'b4c1e3a0-0000-4000-8000-0123456789ab'],
    ['0.1::FLOAT', 'float', 0.1],
    ["'nan'::DOUBLE", 'double', 'NaN'],
    ["'-inf'::DOUBLE", 'double', '-Infinity'],
    ["'ü€😀'", 'string', 'ü€😀'],
    ['true', 'boolean', true],
    ['NULL::INTEGER', 'int32', null],
    ['[1.50::DECIMAL(5,2), NULL]', 'list<decimal(5,2)>', '[1.50,null]'],
    ['[[1], NULL, []]', 'list<list<int32>>', '[[1],null,[]]'],
    [
      "{'a': 9007199254740993, 'b': [{'c': DATE '2026-01-02'}]}",
      'struct<a: int64, b: list<struct<c: date>>>',
      '{"a":9007199254740993,"b":[{"c":"2026-01-02"}]}',
    ],
    ["MAP {'z': 1, '1': NULL}", 'map<string, int32>', '{"1":null,"z":1}'],
    ["MAP {DATE '2026-01-02': {'x': true}}", 'map<date, struct<x: boolean>>', '{"2026-01-02":{"x":true}}'],
    ['NULL::INTEGER[]', 'list<int32>', null],
  ];
  for (const [sql, typeText, cell] of exact) {
    it(`shows ${sql} exactly`, async () => {
      const file = await openParquet(memory(await write(`SELECT ${sql} AS v`)));
      assert.deepEqual(file.columns, [{ name: 'v', typeText }]);
      assert.deepEqual((await file.readRows(0, 1)).rows, [[cell]]);
    });
  }

  for (const codec of ['uncompressed', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4_raw']) {
    it(`reads ${codec}`, async () => {
      const source = memory(
        await write("SELECT 'text ' || i AS s, i % 3 AS k FROM range(5000) t(i)", `, COMPRESSION ${codec}`),
      );
      const file = await openParquet(source);
      assert.deepEqual((await file.readRows(4998, 10)).rows, [
        ['text 4998', 0],
        ['text 4999', 1],
      ]);
      assert.equal(file.rowGroups()[0]?.columns[0]?.codec, codec);
    });
  }

  it('tells schema, row groups and exact statistics from the footer', async () => {
    const query = `SELECT i AS id, (i / 8)::DECIMAL(20,3) AS amount, TIMESTAMPTZ '2026-01-01 00:00:00.000001Z' + INTERVAL 1 HOUR * i AS at,
      CASE WHEN i % 4 > 0 THEN 'name ' || i END AS name FROM range(5000) t(i)`;
    const source = memory(await write(query, ", ROW_GROUP_SIZE 2048, KV_METADATA {origin: 'test'}"));
    const file = await openParquet(source);
    assert.equal(source.reads, 1);
    assert.deepEqual([file.rowCount, file.keyValues], [5000, [{ key: 'origin', value: 'test' }]]);
    assert.deepEqual(file.schema[1], {
      name: 'amount',
      physicalType: 'optional fixed(16)',
      logicalType: 'decimal(20,3)',
      nullable: true,
      children: [],
    });
    const groups = file.rowGroups();
    assert.deepEqual(
      groups.map(({ firstRow, rows }) => [firstRow, rows]),
      [
        [0, 2048],
        [2048, 2048],
        [4096, 904],
      ],
    );
    const [id, amount, at, name] = groups[1]?.columns ?? [];
    assert.deepEqual([id?.min, id?.max, id?.nulls], [2048, 4095, 0]);
    assert.deepEqual([amount?.min, amount?.max], ['256.000', '511.875']);
    assert.equal(at?.min, '2026-03-27 08:00:00.000001Z');
    assert.deepEqual([name?.nulls, name?.min], [512, 'name 2049']);
  });

  /** Both hold the int32 values 0 to 39,999 in one row group of pages of 4 kB (pyarrow, uncompressed). */
  for (const fixture of ['pages-with-index', 'pages-without-index']) {
    it(`reads the first rows from the first pages, not the whole row group (${fixture})`, async () => {
      const source = memory(readFileSync(join(import.meta.dirname, 'fixtures', `${fixture}.parquet`)));
      const file = await openParquet(source);
      const opened = source.bytesRead;
      const { rows, more } = await file.readRows(2000, 3);
      assert.deepEqual([rows, more], [[[2000], [2001], [2002]], true]);
      assert.ok(source.bytesRead - opened < 40_000, `${source.bytesRead - opened} of ${source.byteLength}`);
      assert.deepEqual((await file.readRows(39_999, 10)).rows, [[39_999]]);
    });
  }

  it('pages over row groups as DuckDB does', async () => {
    const source = memory(
      await write('SELECT i AS id, [i, i + 1] AS pair FROM range(10000) t(i)', ', ROW_GROUP_SIZE 2048'),
    );
    const file = await openParquet(source);
    const { rows } = await file.readRows(2040, 20);
    assert.deepEqual(
      rows,
      Array.from({ length: 20 }, (_, index) => [2040 + index, `[${2040 + index},${2041 + index}]`]),
    );
    assert.deepEqual(await file.readRows(10_000, 5), { rows: [], more: false });
  });

  it('reads a small file once: its footer came with its rows', async () => {
    const source = memory(await write('SELECT i AS id, md5(i::VARCHAR) AS hash FROM range(500) t(i)'));
    const file = await openParquet(source);
    assert.equal((await file.readRows(0, 500)).rows.length, 500);
    assert.deepEqual([source.reads, source.bytesRead], [1, source.byteLength]);
  });

  it('reads a file without rows', async () => {
    const file = await openParquet(memory(await write('SELECT 1 AS a WHERE false')));
    assert.deepEqual([file.columns.length, await file.readRows(0, 5)], [1, { rows: [], more: false }]);
  });

  it('says what is wrong with a damaged file, without reading it whole', async () => {
    const good = await write('SELECT i AS id, md5(i::VARCHAR) AS hash FROM range(200000) t(i)');
    const cases: readonly [Buffer, RegExp][] = [
      [Buffer.alloc(0), /empty/],
      [Buffer.from('PAR1PAR1'), /too few/],
      [Buffer.alloc(1_000_000, 'no parquet '), /does not end with PAR1/],
      [good.subarray(0, good.byteLength / 2), /does not end with PAR1/],
      [Buffer.concat([good.subarray(0, 1000), good.subarray(-8)]), /footer claims|footer cannot be decoded/],
      [
        Buffer.concat([Buffer.from('PAR1'), Buffer.alloc(200, 255), Buffer.from([200, 0, 0, 0]), Buffer.from('PAR1')]),
        /footer cannot be decoded/,
      ],
    ];
    for (const [bytes, what] of cases) {
      const source = memory(bytes);
      await assert.rejects(openParquet(source), refusal('parquet.corrupt', what));
      assert.ok(source.bytesRead <= 70_000, String(source.bytesRead));
    }
    const encrypted = Buffer.concat([good.subarray(0, -4), Buffer.from('PARE')]);
    await assert.rejects(openParquet(memory(encrypted)), refusal('parquet.encrypted', /encrypted/));
  });

  it('never crashes on a page with flipped bytes: rows, or an error that names the file', async () => {
    const good = await write("SELECT i AS id, 'text ' || i % 7 AS name, [i] AS list FROM range(3000) t(i)");
    let refused = 0;
    for (let at = 4; at < good.byteLength - 8; at += 97) {
      const damaged = Buffer.from(good);
      damaged[at] = (damaged[at] ?? 0) ^ 0xff;
      const reading = openParquet(memory(damaged)).then((file) => file.readRows(0, 3000));
      await reading.catch((error: unknown) => {
        refused += 1;
        refusal('parquet.corrupt', /./)(error);
      });
    }
    assert.ok(refused > 0);
  });

  it('reads a local file by ranges and says when there is none', async () => {
    await write('SELECT 7 AS n');
    await using source = await openLocalFile(join(folder, `${files - 1}.parquet`));
    assert.deepEqual((await (await openParquet(source)).readRows(0, 1)).rows, [[7]]);
    await assert.rejects(openLocalFile(join(folder, 'test-file')), refusal('file.not-found', /no file/));
  });
});
