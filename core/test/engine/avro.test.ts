import assert from 'node:assert/strict';
import type { SupervisedEngine } from '@medallion/core/engine/client.ts';
import type { Cell } from '@medallion/core/engine/contract.ts';
import { avroFile, record } from './avro-file.ts';
import { script, startLake, type TestLake } from './lake.ts';
import { refusal } from './refusal.ts';

const landing = '/Volumes/shop/bronze/landing';

describe('read_files of Avro', function () {
  this.timeout(60_000);
  let lake: TestLake;
  let engine: SupervisedEngine;
  let files = 0;
  before(async () => {
    lake = await startLake();
    engine = await lake.engine();
  });
  after(async () => {
    await engine[Symbol.asyncDispose]();
    await lake[Symbol.asyncDispose]();
  });

  const query = async (sql: string): Promise<readonly (readonly Cell[])[]> =>
    (await engine.query({ ...script(sql), maxRows: 100 })).rows;
  /** Lands records; resolves to their folder. */
  const land = async (schema: unknown, records: readonly unknown[], folder = `avro/${++files}`): Promise<string> => {
    await lake.land(`${folder}/${++files}.avro`, avroFile(schema, records));
    return folder;
  };
  /** DuckDB's type and values of the column `v`. */
  const column = async (type: unknown, ...values: readonly unknown[]): Promise<readonly unknown[]> => {
    const folder = await land(
      record(['v', type]),
      values.map((v) => ({ v })),
    );
    const rows = await query(
      `SELECT typeof(v), CAST(v AS VARCHAR) FROM @files{${landing}/${folder}|format=avro} -> t:string, v:string`,
    );
    return [rows[0]?.[0], ...rows.map(([, value]) => value)];
  };

  it('gives each type as Spark does', async () => {
    const long = (logicalType: string): unknown => ({ type: 'long', logicalType });
    assert.deepEqual(await column('boolean', true, false), ['BOOLEAN', 'true', 'false']);
    assert.deepEqual(await column('int', -5, 2 ** 31 - 1), ['INTEGER', '-5', '2147483647']);
    assert.deepEqual(await column('long', -(2 ** 52) + 1, 2 ** 40), ['BIGINT', '-4503599627370495', '1099511627776']);
    assert.deepEqual(await column('float', 1.5, NaN), ['FLOAT', '1.5', 'nan']);
    assert.deepEqual(await column(['null', 'double'], { double: 0.1 }, null), ['DOUBLE', '0.1', null]);
    assert.deepEqual(await column('string', '', 'a longer text that ends in wörter ✓'), [
      'VARCHAR',
      '',
      'a longer text that ends in wörter ✓',
    ]);
    assert.deepEqual(await column({ type: 'enum', name: 'E', symbols: ['A', 'B'] }, 'B'), ['VARCHAR', 'B']);
    assert.deepEqual(await column({ type: 'fixed', name: 'F', size: 2 }, Buffer.from('ab')), ['BLOB', 'ab']);
    assert.deepEqual(await column({ type: 'int', logicalType: 'date' }, -1), ['DATE', '1969-12-31']);
    assert.deepEqual(await column(long('timestamp-micros'), -1), [
      'TIMESTAMP WITH TIME ZONE',
      '1969-12-31 23:59:59.999999+00',
    ]);
    assert.deepEqual(await column(long('timestamp-millis'), 1001), [
      'TIMESTAMP WITH TIME ZONE',
      '1970-01-01 00:00:01.001+00',
    ]);
    const ints = { type: 'array', items: ['null', 'int'] };
    assert.deepEqual(await column(ints, [{ int: 1 }, null], []), ['INTEGER[]', '[1, NULL]', '[]']);
    const lists = { type: 'array', items: ['null', { type: 'array', items: 'string' }] };
    assert.deepEqual(await column(lists, [{ array: ['a'] }, null, { array: [] }], [{ array: ['b', 'c'] }]), [
      'VARCHAR[][]',
      '[[a], NULL, []]',
      '[[b, c]]',
    ]);
    const map = ['null', { type: 'map', values: { type: 'array', items: 'long' } }];
    assert.deepEqual(await column(map, { map: { x: [1, 2], y: [] } }, null, { map: {} }), [
      'MAP(VARCHAR, BIGINT[])',
      '{x=[1, 2], y=[]}',
      null,
      '{}',
    ]);
    const nested = record(['a', 'int'], ['b', ['null', { ...(record(['c', 'string']) as object), name: 'Inner' }]]);
    assert.deepEqual(
      await column({ ...(nested as object), name: 'Outer' }, { a: 1, b: null }, { a: 2, b: { Inner: { c: 'x' } } }),
      ['STRUCT(a INTEGER, b STRUCT(c VARCHAR))', "{'a': 1, 'b': NULL}", "{'a': 2, 'b': {'c': x}}"],
    );
  });

  it('reads unions as the wider number, or as a member for each type', async () => {
    assert.deepEqual(await column(['int', 'null', 'long'], { int: 3 }, null, { long: 2 ** 40 }), [
      'BIGINT',
      '3',
      null,
      '1099511627776',
    ]);
    assert.deepEqual(await column(['float', 'double'], { float: 0.5 }, { double: 0.1 }), ['DOUBLE', '0.5', '0.1']);
    const mixed = ['null', 'string', { type: 'enum', name: 'E', symbols: ['A'] }, 'int'];
    assert.deepEqual(await column(mixed, { string: 'A' }, { E: 'A' }, { int: 1 }, null), [
      'STRUCT(member0 VARCHAR, member1 VARCHAR, member2 INTEGER)',
      "{'member0': A, 'member1': NULL, 'member2': NULL}",
      "{'member0': NULL, 'member1': A, 'member2': NULL}",
      "{'member0': NULL, 'member1': NULL, 'member2': 1}",
      null,
    ]);
  });

  it('gives what is asked for: wider numbers, columns that only some files have, the rest rescued', async () => {
    const folder = await land(record(['n', 'int'], ['f', ['null', 'float']]), [{ n: 1, f: { float: 0.5 } }]);
    const rest = record(
      ['more', ['null', 'long']],
      ['n', 'long'],
      ['map', { type: 'map', values: ['int', 'string'] }],
      ['days', { type: 'array', items: { type: 'int', logicalType: 'date' } }],
    );
    await land(
      rest,
      [{ more: { long: 2 ** 52 - 1 }, n: 2, map: { a: { int: 1 }, b: { string: '"' } }, days: [0] }],
      folder,
    );
    await land(record(['n', 'long'], ['f', 'double']), [], folder);
    const options = 'schema=n BIGINT, f DOUBLE, never DATE|rescueddatacolumn=r';
    const rows = await query(
      `SELECT n, f, never, r FROM @files{${landing}/${folder}|format=avro|${options}} ORDER BY n -> n:bigint, f:double, d:date, r:string`,
    );
    const url = `dbfs:${landing}/${folder}`;
    assert.deepEqual(rows, [
      [1, 0.5, null, null],
      [
        2,
        null,
        null,
        `{"more":4503599627370495,"map":{"a":{"member0":1},"b":{"member1":"\\""}},"days":["1970-01-01"],"_file_path":"${url}/${files - 1}.avro"}`,
      ],
    ]);
    await refusal(
      query(`SELECT n FROM @files{${landing}/${folder}|format=avro|schema=n STRING} -> n:string`),
      'engine.type-not-emulated',
    );
  });

  it('replaces what is no UTF-8, refuses types without end and maps with a key twice', async () => {
    // Text and bytes are the same on disk: bytes say what a text could not.
    const notText = { v: Buffer.from('a\xffz', 'latin1') };
    const bytes = avroFile(record(['v', 'bytes']), [notText], record(['v', 'string']));
    await lake.land('avro/bytes/a.avro', bytes);
    const [row] = await query(`SELECT v FROM @files{${landing}/avro/bytes|format=avro} -> v:string`);
    assert.deepEqual(row, ['a\ufffdz']);
    const tree = await land(record(['v', 'int'], ['next', ['null', 'Row']]), [{ v: 1, next: null }]);
    const error = await refusal(
      query(`SELECT v FROM @files{${landing}/${tree}|format=avro} -> v:int`),
      'engine.type-not-emulated',
    );
    assert.match(error.message, /Row, which holds itself/);
    const chosen = await query(`SELECT v FROM @files{${landing}/${tree}|format=avro|schema=v INT} -> v:int`);
    assert.deepEqual(chosen, [[1]]);
    // An array of records is written as a map is.
    const pairs = { type: 'array', items: { ...(record(['k', 'string'], ['v', 'int']) as object), name: 'Pair' } };
    const twice = { v: [1, 2].map((v) => ({ k: 'a', v })) };
    const map = record(['v', { type: 'map', values: 'int' }]);
    await lake.land('avro/twice/a.avro', avroFile(record(['v', pairs]), [twice], map));
    await refusal(query(`SELECT v FROM @files{${landing}/avro/twice|format=avro} -> v:string`), 'avro.corrupt');
  });

  it('reads many rows in bounded pieces, and a version of a file once', async () => {
    const rows = Array.from({ length: 150_000 }, (_, n) => ({
      n,
      t: `text ${n}`,
      l: n % 3 === 0 ? null : { array: [n] },
    }));
    const schema = record(['n', 'int'], ['t', 'string'], ['l', ['null', { type: 'array', items: 'int' }]]);
    const folder = await land(schema, rows);
    const sql = `SELECT count(*), sum(n), max(t), sum(l[1]), count(l) FROM @files{${landing}/${folder}|format=avro} -> a:bigint, b:bigint, c:string, d:bigint, e:bigint`;
    const expected = [[150_000, 11_249_925_000, 'text 99999', 7_500_000_000, 100_000]];
    assert.deepEqual(await query(sql), expected);
    const before = await engine.statistics();
    assert.deepEqual(await query(sql), expected);
    const after = await engine.statistics();
    assert.deepEqual([after.filesFetched - before.filesFetched, after.filesRewritten - before.filesRewritten], [0, 0]);
    assert.ok(before.filesRewritten > 0);
  });
});
