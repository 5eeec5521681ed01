import assert from 'node:assert/strict';
import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Action } from '@medallion/core/delta/actions.ts';
import { deltaToDuckdb } from '@medallion/core/delta/duckdb-types.ts';
import { scanSql } from '@medallion/core/delta/scan.ts';
import { findSnapshot, readSnapshot } from '@medallion/core/delta/snapshot.ts';
import { listLog } from '@medallion/core/delta/log.ts';
import { readHistory } from '@medallion/core/delta/time-travel.ts';
import { writeRequirements } from '@medallion/core/delta/write-requirements.ts';
import { writeTable } from '@medallion/core/delta/write.ts';
import { openDuckDb, type TestDuckDb } from './duckdb.ts';
import { createTestTable, type TestTable } from './table.ts';

const refusal = (code: string, message: RegExp) => (error: unknown) => {
  assert.equal((error as { code?: unknown }).code, code, String(error));
  assert.match((error as Error).message, message);
  return true;
};

describe('Delta snapshots', () => {
  let duckdb: TestDuckDb;
  before(async () => {
    duckdb = await openDuckDb();
  });
  after(() => duckdb.close());

  const protocol = { minReaderVersion: 1, minWriterVersion: 2 };
  function metadata(
    fields: readonly object[],
    configuration = {},
    partitionColumns: string[] = [],
  ): Action['metaData'] {
    const schemaString = JSON.stringify({ type: 'struct', fields });
    return { id: 'test', format: { provider: 'parquet', options: {} }, schemaString, partitionColumns, configuration };
  }
  const id = { name: 'id', type: 'long', nullable: true, metadata: {} };

  function commit(table: TestTable, version: number, actions: readonly Action[]): string {
    mkdirSync(join(table.folder, '_delta_log'), { recursive: true });
    const path = join(table.folder, '_delta_log', `${String(version).padStart(20, '0')}.json`);
    writeFileSync(path, actions.map((action) => JSON.stringify(action)).join('\n'));
    return path;
  }
  function add(path: string, more = {}): Action {
    return { add: { path, partitionValues: {}, size: 1, modificationTime: 1, dataChange: true, ...more } };
  }

  it('travels by time, and refuses a time outside of the log', async () => {
    using table = createTestTable(duckdb);
    const days = ['2026-01-01', '2026-01-03', '2026-01-02'];
    for (const [version, day] of days.entries()) {
      const path = commit(
        table,
        version,
        version === 0 ? [{ protocol, metaData: metadata([id])! }] : [add(`f${version}`)],
      );
      utimesSync(path, new Date(day), new Date(day));
    }
    const at = async (time: string) => (await readSnapshot(table.store, { timestamp: new Date(time) })).version;
    assert.equal(await at('2026-01-01'), 0);
    assert.equal(await at('2026-01-02T12:00:00Z'), 0);
    // The third commit's clock ran behind: it counts as one millisecond after the second.
    assert.equal(await at('2026-01-03T00:00:00Z'), 1);
    assert.equal(await at('2026-01-03T00:00:00.001Z'), 2);
    await assert.rejects(at('2025-12-31'), refusal('delta.timestamp-out-of-range', /2026-01-01/));
    await assert.rejects(at('2026-01-04'), refusal('delta.timestamp-out-of-range', /2026-01-03/));
  });

  it('takes in-commit timestamps where the table keeps them', async () => {
    using table = createTestTable(duckdb);
    const info = (inCommitTimestamp: number, operation: string): Action => ({
      commitInfo: { inCommitTimestamp, operation },
    });
    commit(table, 0, [info(1000, 'CREATE TABLE'), { protocol, metaData: metadata([id])! }]);
    commit(table, 1, [info(2000, 'WRITE'), add('f1')]);
    assert.equal((await readSnapshot(table.store, { timestamp: new Date(1999) })).version, 0);
    const history = await readHistory(table.store, await listLog(table.store), 10);
    assert.deepEqual(
      history.map(({ version, committedAt, info: said }) => [version, committedAt.getTime(), said.operation]),
      [
        [1, 2000, 'WRITE'],
        [0, 1000, 'CREATE TABLE'],
      ],
    );
  });

  it('names what is wrong with a log', async () => {
    using table = createTestTable(duckdb);
    await assert.rejects(readSnapshot(table.store), refusal('delta.not-a-table', /no Delta table/));
    assert.equal(await findSnapshot(table.store), undefined);
    const first = commit(table, 0, [{ protocol, metaData: metadata([id])! }]);
    await assert.rejects(
      readSnapshot(table.store, { version: 3 }),
      refusal('delta.version-not-found', /no version 3; the latest is 0/),
    );
    commit(table, 2, [add('f')]);
    await assert.rejects(readSnapshot(table.store), refusal('delta.corrupt-log', /commit 1 is missing/));
    const second = commit(table, 1, []);
    writeFileSync(second, '{"add":{}}\n{"add":');
    await assert.rejects(readSnapshot(table.store), refusal('delta.corrupt-log', /000001\.json line 2 is no JSON/));
    commit(table, 1, [add('%zz')]);
    await assert.rejects(readSnapshot(table.store), refusal('delta.corrupt-log', /not URI-encoded/));
    rmSync(first);
    await assert.rejects(readSnapshot(table.store), refusal('delta.corrupt-log', /commit 0 is missing/));
  });

  it('refuses what it would read wrongly', async () => {
    const cases: readonly [Action['protocol'], Action['metaData'], RegExp][] = [
      [{ minReaderVersion: 4, minWriterVersion: 7 }, metadata([id]), /reader version 4/],
      [{ minReaderVersion: 3, minWriterVersion: 7, readerFeatures: ['variantType'] }, metadata([id]), /variantType/],
      [
        { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: ['catalogManaged'] },
        metadata([id]),
        /catalog owns/,
      ],
      [protocol, { ...metadata([id])!, format: { provider: 'orc', options: {} } }, /orc/],
    ];
    for (const [wanted, metaData, message] of cases) {
      using table = createTestTable(duckdb);
      commit(table, 0, [{ protocol: wanted!, metaData: metaData! }]);
      await assert.rejects(readSnapshot(table.store), refusal('delta.unsupported', message));
    }
    using outside = createTestTable(duckdb);
    commit(outside, 0, [{ protocol, metaData: metadata([id])! }, add('abfss://other@account.dfs.core.windows.net/f')]);
    await assert.rejects(readSnapshot(outside.store), refusal('delta.unsupported', /outside the table's folder/));
  });

  it('refuses writes that would break a rule of the table, and asks that the others are checked', async () => {
    const rule = async (fields: readonly object[], configuration = {}, wanted: Action['protocol'] = protocol) => {
      using table = createTestTable(duckdb);
      commit(table, 0, [{ protocol: wanted, metaData: metadata(fields, configuration)! }]);
      const snapshot = await readSnapshot(table.store);
      return {
        snapshot,
        requirements: () => writeRequirements(snapshot),
        append: () => writeTable(table.store, { kind: 'append', snapshot, files: [] }),
      };
    };
    const refused: readonly [readonly object[], object, Action['protocol'], RegExp][] = [
      [[id], {}, { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ['rowTracking'] }, /rowTracking/],
      [[{ ...id, metadata: { 'delta.invariants': '{}' } }], {}, protocol, /invariant that is no SQL/],
    ];
    for (const [fields, configuration, wanted, message] of refused) {
      const { requirements } = await rule(fields, configuration, wanted);
      assert.throws(requirements, refusal('delta.unsupported', message));
    }
    const invariants = { 'delta.invariants': '{"expression":{"expression":"id < 9"}}', 'delta.identity.start': 1 };
    const wanted = [{ ...id, nullable: false, metadata: invariants }];
    const checked = await rule(wanted, { 'delta.constraints.positive': 'id > 0' });
    const { notNull, constraints, identities } = checked.requirements();
    assert.deepEqual(notNull, ['id']);
    assert.deepEqual(
      constraints.map(({ sql }) => sql),
      ['id > 0', 'id < 9'],
    );
    assert.equal(identities[0]?.start, 1n);
    await assert.rejects(checked.append(), refusal('delta.requirements-unchecked', /id NOT NULL, positive.*GENERATED/));
  });

  it('leaves out rows that a deletion vector names, inline or in a file, without listing them', async () => {
    using table = createTestTable(duckdb);
    const rows = 100_000;
    const { files, schema } = await table.stage(`SELECT i AS id FROM range(${rows}) t(i)`);
    const deleted = Array.from({ length: rows }, (_, row) => row).filter((row) => row % 3 === 0);
    const bitmap = bitmapArray(deleted);
    const trailer = Buffer.alloc(8);
    trailer.writeUInt32BE(crc32(bitmap), 0);
    const size = Buffer.alloc(4);
    size.writeInt32BE(bitmap.byteLength);
    writeFileSync(
      join(table.folder, 'deletion_vector_00000000-0000-0000-0000-000000000000.bin'),
      Buffer.concat([Buffer.from([1]), size, bitmap, trailer]),
    );
    const features = {
      minReaderVersion: 3,
      minWriterVersion: 7,
      readerFeatures: ['deletionVectors'],
      writerFeatures: ['deletionVectors'],
    };
    const vector = {
      storageType: 'u',
      pathOrInlineDv: '0'.repeat(20),
      offset: 1,
      sizeInBytes: bitmap.byteLength,
      cardinality: deleted.length,
    };
    const path = files[0]?.path ?? '';
    commit(table, 0, [
      { protocol: features, metaData: metadata(schema.fields)! },
      add(path, { deletionVector: vector }),
    ]);
    const snapshot = await readSnapshot(table.store);
    const sql = await scanSql(snapshot, (file) => Promise.resolve(join(table.folder, file)));
    assert.ok(sql.length < rows / 4, String(sql.length));
    assert.deepEqual(await duckdb.rows(`SELECT count(*) AS n, count(*) FILTER (id % 3 = 0) AS wrong FROM (${sql})`), [
      { n: '66666', wrong: '0' },
    ]);

    const small = bitmapArray([1, 4]);
    const inline = { storageType: 'i', pathOrInlineDv: z85(small), sizeInBytes: small.byteLength, cardinality: 2 };
    commit(table, 1, [
      { remove: { path, dataChange: true, deletionVector: vector } as never },
      add(path, { deletionVector: inline }),
    ]);
    assert.deepEqual(
      await table.rows(await readSnapshot(table.store), 'SELECT min(id)::INT AS a, count(*)::INT AS n WHERE id < 6'),
      [{ a: 0, n: 4 }],
    );

    const wrong = { ...inline, cardinality: 3 };
    commit(table, 2, [
      { remove: { path, dataChange: true, deletionVector: inline } as never },
      add(path, { deletionVector: wrong }),
    ]);
    await assert.rejects(
      table.rows(await readSnapshot(table.store)),
      refusal('delta.corrupt-log', /holds 2 rows and the log says 3/),
    );
  });

  it('reads files that were written before a column was added, nested ones included', async () => {
    using table = createTestTable(duckdb);
    const old = await table.stage("SELECT 1::INTEGER AS ID, {'b': 2} AS nested, [{'x': 1}] AS list");
    const now = await table.stage(
      "SELECT 5::BIGINT AS id, {'a': 'new', 'b': 3} AS nested, [{'x': 2, 'y': 'z'}] AS list, 'more' AS extra",
    );
    const { files, schema } = now;
    await writeTable(table.store, {
      kind: 'create',
      definition: { schema, partitionColumns: [] },
      files: [...old.files, ...files],
    });
    const snapshot = await readSnapshot(table.store);
    assert.deepEqual(await table.rows(snapshot, 'ORDER BY id'), [
      { id: '1', nested: { a: null, b: 2 }, list: [{ x: 1, y: null }], extra: null },
      { id: '5', nested: { a: 'new', b: 3 }, list: [{ x: 2, y: 'z' }], extra: 'more' },
    ]);
    const described = await duckdb.rows(
      `DESCRIBE (${await scanSql(snapshot, (path) => Promise.resolve(join(table.folder, path)))})`,
    );
    assert.deepEqual(
      described.map((row) => String(row['column_type']).replaceAll('"', '')),
      schema.fields.map((field) => deltaToDuckdb(field.type).replaceAll('"', '')),
    );
  });

  it("reads instants without the session's time zone", async () => {
    using table = createTestTable(duckdb);
    const { files } = await table.stage(
      "SELECT TIMESTAMP '2026-01-01 12:00:00' AS moment, TIMESTAMPTZ '2026-01-01 12:00:00Z' AS local",
    );
    const fields = [
      { ...id, name: 'moment', type: 'timestamp' },
      { ...id, name: 'local', type: 'timestamp_ntz' },
    ];
    commit(table, 0, [{ protocol, metaData: metadata(fields)! }, add(files[0]?.path ?? '')]);
    const snapshot = await readSnapshot(table.store);
    try {
      await duckdb.run("SET TimeZone = 'Asia/Tokyo'");
      assert.deepEqual(
        await table.rows(snapshot, 'SELECT epoch_ms(moment)::VARCHAR AS moment, local::VARCHAR AS local'),
        [{ moment: String(Date.parse('2026-01-01T12:00:00Z')), local: '2026-01-01 12:00:00' }],
      );
    } finally {
      await duckdb.run("SET TimeZone = 'UTC'");
    }
  });

  it('gives typed columns for a table without files', async () => {
    using table = createTestTable(duckdb);
    commit(table, 0, [{ protocol, metaData: metadata([id, { ...id, name: 'price', type: 'decimal(10,2)' }])! }]);
    assert.deepEqual(
      await table.rows(await readSnapshot(table.store), 'SELECT count(*)::INT AS n, typeof(any_value(price)) AS t'),
      [{ n: 0, t: 'DECIMAL(10,2)' }],
    );
  });
});

/** A deletion vector as Delta writes it, for rows below 2^32: array and bitmap containers of the portable roaring format. */
function bitmapArray(rows: readonly number[]): Buffer {
  const keys = [...new Set(rows.map((row) => row >>> 16))];
  const groups = keys.map((key) => rows.filter((row) => row >>> 16 === key).map((row) => row & 0xffff));
  const header = Buffer.alloc(8 + keys.length * 8);
  header.writeUInt32LE(12_346, 0);
  header.writeUInt32LE(keys.length, 4);
  keys.forEach((key, index) => {
    header.writeUInt16LE(key, 8 + index * 4);
    header.writeUInt16LE((groups[index]?.length ?? 0) - 1, 10 + index * 4);
  });
  const bodies = groups.map((group) => {
    if (group.length <= 4096) return Buffer.from(new Uint16Array(group).buffer);
    const bits = Buffer.alloc(8192);
    for (const row of group) bits[row >>> 3] = (bits[row >>> 3] ?? 0) | (1 << (row & 7));
    return bits;
  });
  const start = Buffer.alloc(16);
  start.writeUInt32LE(1_681_511_377, 0);
  start.writeBigUInt64LE(1n, 4);
  return Buffer.concat([start, header, ...bodies]);
}

function z85(bytes: Buffer): string {
  const digits = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#';
  const padded = Buffer.concat([bytes, Buffer.alloc((4 - (bytes.byteLength % 4)) % 4)]);
  let text = '';
  for (let at = 0; at < padded.byteLength; at += 4) {
    let value = padded.readUInt32BE(at);
    let group = '';
    for (let index = 0; index < 5; index++) {
      group = (digits[value % 85] ?? '') + group;
      value = Math.floor(value / 85);
    }
    text += group;
  }
  return text;
}
