import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSnapshot } from '@medallion/core/delta/snapshot.ts';
import { writeTable } from '@medallion/core/delta/write.ts';
import { openDuckDb, type TestDuckDb } from './duckdb.ts';
import { createTestTable, parquetRowsWriter, type TestTable } from './table.ts';

const code = (expected: string) => (error: unknown) => {
  assert.equal((error as { code?: unknown }).code, expected, String(error));
  return true;
};

describe('Delta writes', () => {
  let duckdb: TestDuckDb;
  before(async () => {
    duckdb = await openDuckDb();
  });
  after(() => duckdb.close());

  const serializable = { 'delta.isolationLevel': 'Serializable' };
  async function createOrders(table: TestTable, configuration = {}): Promise<void> {
    const rows = 3;
    const query = `SELECT i AS id, (i * 1.5)::DECIMAL(18,2) AS amount, CASE i % 2 WHEN 0 THEN 'even' ELSE 'odd' END AS kind FROM range(${rows}) t(i)`;
    const { schema, files } = await table.stage(query);
    await writeTable(table.store, {
      kind: 'create',
      definition: { schema, partitionColumns: [], configuration },
      files,
    });
  }

  it('creates, appends, overwrites and replaces, and every version stays readable', async () => {
    using table = createTestTable(duckdb);
    await createOrders(table);
    const first = await readSnapshot(table.store);
    const more = await table.stage("SELECT 100::BIGINT AS id, 1::DECIMAL(18,2) AS amount, 'odd' AS kind");
    await writeTable(table.store, { kind: 'append', snapshot: first, files: more.files });
    const only = await table.stage("SELECT 200::BIGINT AS id, 2::DECIMAL(18,2) AS amount, 'even' AS kind");
    const second = await readSnapshot(table.store);
    const overwritten = await writeTable(table.store, { kind: 'overwrite', snapshot: second, files: only.files });
    assert.deepEqual(overwritten, { version: 2, removedFiles: 2 });
    const other = await table.stage("SELECT 'a' AS name");
    const definition = { schema: other.schema, partitionColumns: [], description: 'names' };
    const third = await readSnapshot(table.store);
    await writeTable(table.store, { kind: 'createOrReplace', snapshot: third, definition, files: other.files });

    const ids = async (version: number) =>
      (await table.rows(await readSnapshot(table.store, { version }), 'ORDER BY id')).map((row) => row['id']);
    assert.deepEqual(await ids(0), ['0', '1', '2']);
    assert.deepEqual(await ids(1), ['0', '1', '2', '100']);
    assert.deepEqual(await ids(2), ['200']);
    const latest = await readSnapshot(table.store);
    assert.deepEqual(await table.rows(latest), [{ name: 'a' }]);
    assert.equal(latest.metadata.id, first.metadata.id);
    assert.equal(latest.metadata.description, 'names');
  });

  it('writes the least protocol, and timestamp_ntz and clustering as features', async () => {
    using plain = createTestTable(duckdb);
    await createOrders(plain);
    assert.deepEqual((await readSnapshot(plain.store)).protocol, { minReaderVersion: 1, minWriterVersion: 2 });
    using ntz = createTestTable(duckdb);
    const { schema, files } = await ntz.stage("SELECT TIMESTAMP '2026-01-02 03:04:05' AS local");
    const definition = { schema, partitionColumns: [], clusteringColumns: ['local'] };
    await writeTable(ntz.store, { kind: 'create', definition, files });
    const snapshot = await readSnapshot(ntz.store);
    assert.deepEqual(snapshot.protocol, {
      minReaderVersion: 3,
      minWriterVersion: 7,
      readerFeatures: ['timestampNtz'],
      writerFeatures: ['appendOnly', 'invariants', 'timestampNtz', 'clustering', 'domainMetadata'],
    });
    assert.equal(
      snapshot.domains.get('delta.clustering')?.configuration,
      '{"clusteringColumns":[["local"]],"domainName":"delta.clustering"}',
    );
  });

  it('records statistics as Delta has them', async () => {
    using table = createTestTable(duckdb);
    const { files } = await table.stage(
      `SELECT 9007199254740993::BIGINT AS big, 12.30::DECIMAL(30,2) AS price, repeat('x', 40) AS long, NULL::INTEGER AS nothing,
        TIMESTAMPTZ '2026-01-02 03:04:05.123456Z' AS moment, DATE '2026-01-02' AS day, {'inner': 1} AS nested, true AS flag, 'nan'::DOUBLE AS odd`,
    );
    assert.equal(
      files[0]?.stats,
      `{"numRecords":1,"minValues":{"big":9007199254740993,"price":12.30,"long":"${'x'.repeat(32)}","moment":"2026-01-02T03:04:05.123Z","day":"2026-01-02","nested":{"inner":1}},` +
        `"maxValues":{"big":9007199254740993,"price":12.30,"long":"${'x'.repeat(32)}\u{10FFFF}","moment":"2026-01-02T03:04:05.124Z","day":"2026-01-02","nested":{"inner":1}},` +
        `"nullCount":{"big":0,"price":0,"long":0,"nothing":1,"moment":0,"day":0,"nested":{"inner":0},"flag":0,"odd":0}}`,
    );
  });

  it('partitions by any type, null included, and reads the values back exactly', async () => {
    using table = createTestTable(duckdb);
    const query = `SELECT i::INTEGER AS id, CASE WHEN i > 0 THEN 'a b/ü%=' || i END AS name, DATE '2026-01-01' + i::INTEGER AS day,
      TIMESTAMPTZ '2026-01-01 00:00:00.5Z' + INTERVAL 1 HOUR * i AS moment, (i / 4)::DECIMAL(10,3) AS amount FROM range(3) t(i)`;
    const partitionColumns = ['name', 'day', 'moment', 'amount'];
    const { schema, files } = await table.stage(query, partitionColumns);
    await writeTable(table.store, { kind: 'create', definition: { schema, partitionColumns }, files });
    const rows = await table.rows(await readSnapshot(table.store), 'ORDER BY id');
    assert.deepEqual(rows, await duckdb.rows(`${query} ORDER BY id`));
    assert.equal(
      files.find((file) => file.partitionValues['name'] === null)?.partitionValues['moment'],
      '2026-01-01T00:00:00.5Z',
    );
  });

  it('overwrites one partition and leaves the others', async () => {
    using table = createTestTable(duckdb);
    const staged = await table.stage("SELECT * FROM (VALUES (1, 'a'), (2, 'b'), (3, 'b')) t(id, part)", ['part']);
    const definition = { schema: staged.schema, partitionColumns: ['part'] };
    await writeTable(table.store, { kind: 'create', definition, files: staged.files });
    const snapshot = await readSnapshot(table.store);
    const { files } = await table.stage("SELECT 9 AS id, 'b' AS part", ['part']);
    const result = await writeTable(table.store, { kind: 'overwrite', snapshot, files, partitions: [{ part: 'b' }] });
    assert.equal(result.removedFiles, 1);
    const rows = await table.rows(await readSnapshot(table.store), 'ORDER BY id');
    assert.deepEqual(rows, [
      { id: 1, part: 'a' },
      { id: 9, part: 'b' },
    ]);
  });

  it('lets appends follow each other and refuses what another commit disturbed', async () => {
    using table = createTestTable(duckdb);
    await createOrders(table, serializable);
    const snapshot = await readSnapshot(table.store);
    const { files } = await table.stage("SELECT 7::BIGINT AS id, 1::DECIMAL(18,2) AS amount, 'odd' AS kind");
    const appends = Array.from({ length: 6 }, () => writeTable(table.store, { kind: 'append', snapshot, files }));
    const versions = (await Promise.all(appends)).map(({ version }) => version);
    assert.deepEqual(versions.toSorted(), [1, 2, 3, 4, 5, 6]);
    await assert.rejects(
      writeTable(table.store, { kind: 'overwrite', snapshot, files }),
      code('delta.concurrent-write'),
    );
    await assert.rejects(
      writeTable(table.store, { kind: 'append', snapshot, files, readsItself: true }),
      code('delta.concurrent-write'),
    );
    const definition = { schema: snapshot.schema, partitionColumns: [] };
    await assert.rejects(
      writeTable(table.store, { kind: 'create', definition, files }),
      code('delta.table-already-exists'),
    );
    await assert.rejects(
      writeTable(table.store, { kind: 'createOrReplace', definition, snapshot, files }),
      code('delta.concurrent-write'),
    );
    assert.equal((await readSnapshot(table.store)).version, 6);
  });

  it('refuses an append after the schema was replaced', async () => {
    using table = createTestTable(duckdb);
    await createOrders(table);
    const snapshot = await readSnapshot(table.store);
    const other = await table.stage("SELECT 'x' AS name");
    const definition = { schema: other.schema, partitionColumns: [] };
    await writeTable(table.store, { kind: 'createOrReplace', definition, snapshot, files: other.files });
    const { files } = await table.stage("SELECT 7::BIGINT AS id, 1::DECIMAL(18,2) AS amount, 'odd' AS kind");
    await assert.rejects(writeTable(table.store, { kind: 'append', snapshot, files }), code('delta.concurrent-write'));
  });

  it('lets a partition be overwritten while another one grows', async () => {
    using table = createTestTable(duckdb);
    const staged = await table.stage("SELECT * FROM (VALUES (1, 'a'), (2, 'b')) t(id, part)", ['part']);
    await writeTable(table.store, {
      kind: 'create',
      definition: { schema: staged.schema, partitionColumns: ['part'], configuration: serializable },
      files: staged.files,
    });
    const snapshot = await readSnapshot(table.store);
    const inA = await table.stage("SELECT 5 AS id, 'a' AS part", ['part']);
    await writeTable(table.store, { kind: 'append', snapshot, files: inA.files });
    const inB = await table.stage("SELECT 6 AS id, 'b' AS part", ['part']);
    const followed = await writeTable(table.store, {
      kind: 'overwrite',
      snapshot,
      files: inB.files,
      partitions: [{ part: 'b' }],
    });
    assert.equal(followed.version, 2);
    const again = writeTable(table.store, {
      kind: 'overwrite',
      snapshot,
      files: inA.files,
      partitions: [{ part: 'a' }],
    });
    await assert.rejects(again, code('delta.concurrent-write'));
  });

  it('commits an application transaction once', async () => {
    using table = createTestTable(duckdb);
    await createOrders(table);
    const snapshot = await readSnapshot(table.store);
    const { files } = await table.stage("SELECT 7::BIGINT AS id, 1::DECIMAL(18,2) AS amount, 'odd' AS kind");
    const write = { kind: 'append', snapshot, files, transaction: { appId: 'job', version: 4 } } as const;
    await writeTable(table.store, write);
    await assert.rejects(writeTable(table.store, write), code('delta.concurrent-write'));
    assert.equal((await readSnapshot(table.store)).transactions.get('job'), 4);
  });

  it('recognises its own commit when the answer to it was lost', async () => {
    using table = createTestTable(duckdb);
    await createOrders(table);
    const snapshot = await readSnapshot(table.store);
    const { files } = await table.stage("SELECT 7::BIGINT AS id, 1::DECIMAL(18,2) AS amount, 'odd' AS kind");
    const store = {
      ...table.store,
      putIfAbsent: async (path: string, bytes: Uint8Array) => {
        await table.store.putIfAbsent(path, bytes);
        return false;
      },
    };
    assert.equal((await writeTable(store, { kind: 'append', snapshot, files })).version, 1);
  });

  it('checkpoints every ten commits, and a reader needs the checkpoint only', async () => {
    using table = createTestTable(duckdb);
    await createOrders(table);
    const writeParquetRows = parquetRowsWriter(duckdb, table.folder);
    for (let version = 1; version <= 11; version++) {
      const snapshot = await readSnapshot(table.store);
      const { files } = await table.stage("SELECT 7::BIGINT AS id, 1::DECIMAL(18,2) AS amount, 'odd' AS kind");
      const kind = version === 3 ? 'overwrite' : 'append';
      const transaction = { appId: 'job', version };
      const committed = await writeTable(table.store, { kind, snapshot, files, transaction }, { writeParquetRows });
      assert.deepEqual(committed.checkpointFailure, undefined);
    }
    const read: string[] = [];
    const store = {
      ...table.store,
      read: (path: string) => {
        read.push(path);
        return table.store.read(path);
      },
    };
    const snapshot = await readSnapshot(store);
    assert.deepEqual(read, ['_delta_log/00000000000000000011.json']);
    assert.equal(snapshot.files.length, 9);
    assert.equal(snapshot.transactions.get('job'), 11);
    assert.equal((await table.rows(snapshot)).length, 9);
    const hint = JSON.parse(readFileSync(join(table.folder, '_delta_log', '_last_checkpoint'), 'utf8')) as unknown;
    assert.equal((hint as { version: number }).version, 10);
  });

  it('refuses definitions that no reader could take', async () => {
    using table = createTestTable(duckdb);
    const { schema, files } = await table.stage('SELECT 1 AS a, 2 AS b');
    const create = (partitionColumns: string[], configuration = {}) =>
      writeTable(table.store, { kind: 'create', definition: { schema, partitionColumns, configuration }, files });
    await assert.rejects(create(['missing']), code('delta.invalid-schema'));
    await assert.rejects(create(['a', 'b']), code('delta.invalid-schema'));
    await assert.rejects(create([], { 'delta.enableRowTracking': 'true' }), code('delta.unsupported-property'));
    const spaced = await table.stage('SELECT 1 AS "a b"');
    const definition = { schema: spaced.schema, partitionColumns: [] };
    await assert.rejects(
      writeTable(table.store, { kind: 'create', definition, files: spaced.files }),
      code('delta.invalid-schema'),
    );
    await assert.rejects(readSnapshot(table.store), code('delta.not-a-table'));
  });

  it('refuses to replace rows of an append-only table', async () => {
    using table = createTestTable(duckdb);
    const { schema, files } = await table.stage('SELECT 1 AS a');
    const definition = { schema, partitionColumns: [], configuration: { 'delta.appendOnly': 'true' } };
    await writeTable(table.store, { kind: 'create', definition, files });
    const snapshot = await readSnapshot(table.store);
    await assert.rejects(writeTable(table.store, { kind: 'overwrite', snapshot, files }), code('delta.append-only'));
    assert.equal((await writeTable(table.store, { kind: 'append', snapshot, files })).version, 1);
  });
});
