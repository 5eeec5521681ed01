import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { Action, Snapshot } from '@medallion/core/delta/actions.ts';
import { readSnapshot } from '@medallion/core/delta/snapshot.ts';
import { type TableWrite, writeTable } from '@medallion/core/delta/write.ts';
import { openDuckDb, type TestDuckDb } from './duckdb.ts';
import { createTestTable, parquetRowsWriter, type TestTable } from './table.ts';

/** What the second of two writers of one version meets: nothing, or what Delta's ConflictChecker calls it. */
type Outcome = 'follows' | RegExp;

describe('Two writers of one version', () => {
  let duckdb: TestDuckDb;
  before(async () => {
    duckdb = await openDuckDb();
  });
  after(() => duckdb.close());

  async function create(table: TestTable, configuration = {}): Promise<Snapshot> {
    const query = "SELECT * FROM (VALUES (1, 'a'), (2, 'b')) t(id, part)";
    const { schema, files } = await table.stage(query, ['part']);
    const definition = { schema, partitionColumns: ['part'], configuration };
    await writeTable(table.store, { kind: 'create', definition, files });
    return await readSnapshot(table.store);
  }
  const inPart = (snapshot: Snapshot, part: string) =>
    snapshot.files.filter(({ partitionValues }) => partitionValues['part'] === part);
  const altered = (snapshot: Snapshot, more: object = {}): TableWrite => ({
    kind: 'alter',
    snapshot,
    files: [],
    definition: { schema: snapshot.schema, partitionColumns: ['part'], configuration: { team: 'x' } },
    ...more,
  });

  const writes: Readonly<Record<string, (snapshot: Snapshot, file: string) => TableWrite>> = {
    append: (snapshot, path) => ({ kind: 'append', snapshot, files: [newFile(path, 'a')] }),
    'append of its own rows': (snapshot, path) => ({
      kind: 'append',
      snapshot,
      files: [newFile(path, 'a')],
      readsItself: true,
    }),
    'delete in a': (snapshot) => ({
      kind: 'change',
      snapshot,
      files: [],
      removed: inPart(snapshot, 'a'),
      reads: ({ partitionValues }) => partitionValues['part'] === 'a',
      scanned: inPart(snapshot, 'a'),
    }),
    'update in a': (snapshot, path) => ({
      kind: 'change',
      snapshot,
      files: [newFile(path, 'a')],
      removed: inPart(snapshot, 'a'),
      reads: ({ partitionValues }) => partitionValues['part'] === 'a',
      scanned: inPart(snapshot, 'a'),
    }),
    'update in b': (snapshot, path) => ({
      kind: 'change',
      snapshot,
      files: [newFile(path, 'b')],
      removed: inPart(snapshot, 'b'),
      reads: ({ partitionValues }) => partitionValues['part'] === 'b',
      scanned: inPart(snapshot, 'b'),
    }),
    'update of all': (snapshot, path) => ({
      kind: 'change',
      snapshot,
      files: [newFile(path, 'b')],
      removed: inPart(snapshot, 'b'),
    }),
    'optimize in a': (snapshot, path) => ({
      kind: 'change',
      snapshot,
      files: [newFile(path, 'a')],
      removed: inPart(snapshot, 'a'),
      dataChange: false,
    }),
    'overwrite of b': (snapshot, path) => ({
      kind: 'overwrite',
      snapshot,
      files: [newFile(path, 'b')],
      partitions: [{ part: 'b' }],
    }),
    'add column': (snapshot) => altered(snapshot),
    'add constraint': (snapshot) => altered(snapshot, { readsRows: true }),
    once: (snapshot, path) => ({
      kind: 'append',
      snapshot,
      files: [newFile(path, 'a')],
      transaction: { appId: 'job', version: 1 },
    }),
  };
  const newFile = (path: string, part: string) => ({
    path,
    size: 1,
    rows: 1,
    partitionValues: { part },
    stats: '{}',
  });

  const appended = /DELTA_CONCURRENT_APPEND/;
  /** winner, loser, outcome under WriteSerializable, outcome under Serializable. */
  const matrix: readonly (readonly [string, string, Outcome, Outcome])[] = [
    ['append', 'append', 'follows', 'follows'],
    ['append', 'append of its own rows', 'follows', appended],
    ['append', 'update in a', 'follows', appended],
    ['append', 'update in b', 'follows', 'follows'],
    ['append', 'update of all', 'follows', appended],
    ['append', 'overwrite of b', 'follows', 'follows'],
    ['append', 'optimize in a', 'follows', 'follows'],
    ['append', 'add column', 'follows', 'follows'],
    ['append', 'add constraint', appended, appended],
    ['append of its own rows', 'update in a', appended, appended],
    ['update in a', 'append', 'follows', 'follows'],
    ['update in a', 'update in a', appended, appended],
    ['update in a', 'update in b', 'follows', 'follows'],
    ['update in a', 'update of all', appended, appended],
    ['delete in a', 'update of all', /DELTA_CONCURRENT_DELETE_READ/, /DELTA_CONCURRENT_DELETE_READ/],
    ['delete in a', 'delete in a', /DELTA_CONCURRENT_DELETE_DELETE/, /DELTA_CONCURRENT_DELETE_DELETE/],
    ['optimize in a', 'update in b', 'follows', 'follows'],
    ['optimize in a', 'optimize in a', /DELTA_CONCURRENT_DELETE_DELETE/, /DELTA_CONCURRENT_DELETE_DELETE/],
    ['optimize in a', 'append', 'follows', 'follows'],
    ['overwrite of b', 'overwrite of b', appended, appended],
    ['add column', 'append', /DELTA_METADATA_CHANGED/, /DELTA_METADATA_CHANGED/],
    ['add column', 'add column', /DELTA_METADATA_CHANGED/, /DELTA_METADATA_CHANGED/],
    ['once', 'once', /DELTA_CONCURRENT_TRANSACTION/, /DELTA_CONCURRENT_TRANSACTION/],
  ];
  for (const [winner, loser, weak, strong] of matrix) {
    for (const level of ['WriteSerializable', 'Serializable'] as const) {
      it(`${winner}, then ${loser}, ${level}`, async () => {
        using table = createTestTable(duckdb);
        const snapshot = await create(table, { 'delta.isolationLevel': level });
        const [first, second] = [writes[winner], writes[loser]].map((make, index) => make?.(snapshot, `f${index}`));
        assert.ok(first && second);
        await writeTable(table.store, first);
        const outcome = level === 'Serializable' ? strong : weak;
        if (outcome === 'follows') assert.equal((await writeTable(table.store, second)).version, 2);
        else
          await assert.rejects(writeTable(table.store, second), (error: Error & { code?: string }) => {
            assert.equal(error.code, 'delta.concurrent-write');
            assert.match(error.message, outcome);
            return true;
          });
      });
    }
  }

  it('keep the order of their in-commit timestamps, whatever their clocks say', async () => {
    using table = createTestTable(duckdb);
    const snapshot = await create(table, { 'delta.enableInCommitTimestamps': 'true' });
    assert.ok(snapshot.protocol.writerFeatures?.includes('inCommitTimestamp'));
    const append = writes['append'];
    assert.ok(append);
    await writeTable(table.store, append(snapshot, 'f1'), { now: () => 5_000_000_000_000 });
    await writeTable(table.store, append(snapshot, 'f2'), { now: () => 1000 });
    const first = await readSnapshot(table.store, { timestamp: new Date(5_000_000_000_000) });
    assert.equal(first.version, 1);
    assert.equal((await readSnapshot(table.store, { timestamp: new Date(5_000_000_000_001) })).version, 2);
  });

  it('say from which version on commits know their time', async () => {
    using table = createTestTable(duckdb);
    const snapshot = await create(table);
    const configuration = { 'delta.enableInCommitTimestamps': 'true' };
    const write = altered(snapshot, {
      definition: { schema: snapshot.schema, partitionColumns: ['part'], configuration },
    });
    await writeTable(table.store, write, { now: () => 5_000_000_000_000 });
    const { metadata } = await readSnapshot(table.store);
    assert.deepEqual(metadata.configuration, {
      ...configuration,
      'delta.inCommitTimestampEnablementVersion': '1',
      'delta.inCommitTimestampEnablementTimestamp': '5000000000000',
    });
  });
});

describe('The log of a table', () => {
  let duckdb: TestDuckDb;
  before(async () => {
    duckdb = await openDuckDb();
  });
  after(() => duckdb.close());

  const metaData: Action['metaData'] = {
    id: 'test',
    format: { provider: 'parquet', options: {} },
    schemaString: JSON.stringify({
      type: 'struct',
      fields: [{ name: 'id', type: 'long', nullable: true, metadata: {} }],
    }),
    partitionColumns: [],
    configuration: {},
  };
  const add = (path: string): Action => ({
    add: { path, partitionValues: {}, size: 1, modificationTime: 1, dataChange: true },
  });
  function write(table: TestTable, name: string, actions: readonly Action[]): string {
    const folder = join(table.folder, '_delta_log');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), actions.map((action) => JSON.stringify(action)).join('\n'));
    return join(folder, name);
  }
  const named = (version: number): string => String(version).padStart(20, '0');

  it('is read through its compactions, which stand for the commits between', async () => {
    using table = createTestTable(duckdb);
    const protocol = { minReaderVersion: 1, minWriterVersion: 2 };
    write(table, `${named(0)}.json`, [{ protocol, metaData }, add('f0')]);
    for (let version = 1; version <= 5; version++) write(table, `${named(version)}.json`, [add(`f${version}`)]);
    write(table, `${named(1)}.${named(4)}.compacted.json`, [add('f1'), add('f2'), add('f3'), add('f4')]);
    write(table, `${named(1)}.${named(2)}.compacted.json`, [add('f1'), add('f2')]);
    const read: string[] = [];
    const store = {
      ...table.store,
      read: (path: string) => {
        read.push(path.slice('_delta_log/'.length));
        return table.store.read(path);
      },
    };
    const { files } = await readSnapshot(store);
    assert.deepEqual(
      files.map(({ path }) => path),
      ['f0', 'f1', 'f2', 'f3', 'f4', 'f5'],
    );
    assert.deepEqual(read, [`${named(0)}.json`, `${named(1)}.${named(4)}.compacted.json`, `${named(5)}.json`]);
    read.length = 0;
    assert.equal((await readSnapshot(store, { version: 3 })).files.length, 4);
    assert.deepEqual(read, [`${named(0)}.json`, `${named(1)}.${named(2)}.compacted.json`, `${named(3)}.json`]);
  });

  it('loses what its retention does not need once a checkpoint stands for it, and no version within it', async () => {
    using table = createTestTable(duckdb);
    const { schema, files } = await table.stage('SELECT 1 AS a');
    const configuration = { 'delta.checkpointInterval': '2', 'delta.logRetentionDuration': 'interval 3 days' };
    const writeParquetRows = parquetRowsWriter(duckdb, table.folder);
    await writeTable(table.store, {
      kind: 'create',
      definition: { schema, partitionColumns: [], configuration },
      files,
    });
    const append = async (): Promise<void> => {
      const snapshot = await readSnapshot(table.store);
      const { checkpointFailure } = await writeTable(
        table.store,
        { kind: 'append', snapshot, files: (await table.stage('SELECT 2 AS a')).files },
        { writeParquetRows },
      );
      assert.equal(checkpointFailure, undefined);
    };
    for (let version = 1; version <= 5; version++) await append();
    const old = new Date(Date.now() - 5 * 24 * 3_600_000);
    for (const { path } of await table.store.list('_delta_log')) await utimes(join(table.folder, path), old, old);
    await append();
    const names = (await table.store.list('_delta_log')).map(({ path }) => path.slice('_delta_log/'.length)).sort();
    assert.deepEqual(names, [
      `${named(4)}.checkpoint.parquet`,
      `${named(4)}.json`,
      `${named(5)}.json`,
      `${named(6)}.checkpoint.parquet`,
      `${named(6)}.json`,
      '_last_checkpoint',
    ]);
    for (const version of [4, 5, 6])
      assert.equal((await readSnapshot(table.store, { version })).files.length, version + 1);
    await assert.rejects(readSnapshot(table.store, { version: 3 }), /commit 0 is missing/);
  });
});
