import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createStorageClient, type StorageClient } from '@medallion/core/azure/storage.ts';
import { lakeTableStore } from '@medallion/core/delta/lake-store.ts';
import { type LocalAzure, startLocalAzure } from './emulator.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (data: Uint8Array) => new TextDecoder().decode(data);
const code = (expected: string) => (error: unknown) => {
  assert.equal((error as { code?: unknown }).code, expected, String(error));
  return true;
};

describe('storage client over the wire', () => {
  let azure: LocalAzure;
  let storage: StorageClient;
  before(async () => {
    azure = await startLocalAzure();
    storage = azure.storage;
    await storage.createContainer('lake');
  });
  after(() => azure[Symbol.asyncDispose]());

  const at = (path: string, container = 'lake') => ({ container, path });
  async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
    return await Array.fromAsync(items);
  }

  it('creates a container once and lists it', async () => {
    assert.equal(await storage.createContainer('second'), true);
    assert.equal(await storage.createContainer('second'), false);
    assert.deepEqual(await collect(storage.containers()), ['lake', 'second']);
  });

  it('writes, describes and reads whole files and ranges', async () => {
    const place = at('folder with space/ümlaut=1/a%20b#c.txt');
    const etag = await storage.write(place, bytes('0123456789'));
    const properties = await storage.properties(place);
    assert.deepEqual(
      { size: properties.size, etag: properties.etag, isDirectory: properties.isDirectory },
      { size: 10, etag, isDirectory: false },
    );
    assert.equal(text(await storage.read(place)), '0123456789');
    assert.equal(text(await storage.readRange(place, 2, 5, { etag })), '234');
    assert.equal((await storage.readRange(place, 5, 5)).byteLength, 0);
    assert.equal((await storage.properties(at('folder with space'))).isDirectory, true);
    await storage.write(place, bytes('changed'));
    await assert.rejects(storage.readRange(place, 0, 3, { etag }), code('storage.precondition'));
  });

  it('reads a range with one request and only its bytes', async () => {
    const place = at('large.bin');
    await storage.write(place, new Uint8Array(1_000_000));
    const before = { ...storage.traffic };
    await storage.readRange(place, 10, 1010);
    assert.equal(storage.traffic.requests - before.requests, 1);
    assert.equal(storage.traffic.bytesReceived - before.bytesReceived, 1000);
  });

  it('lists recursively by pages, with size and ETag as the file has them', async () => {
    for (let index = 0; index < 7; index++)
      await storage.write(at(`tree/${index % 2}/file-${index}`), bytes('x'.repeat(index)));
    const all = await collect(storage.list(at('tree'), { recursive: true, pageSize: 3 }));
    assert.deepEqual(
      all.filter((item) => !item.isDirectory).map(({ path, size }) => [path, size]),
      [0, 2, 4, 6, 1, 3, 5].map((index) => [`tree/${index % 2}/file-${index}`, index]),
    );
    const one = all.find((item) => item.path === 'tree/1/file-3');
    assert.equal(one?.etag, (await storage.properties(at('tree/1/file-3'))).etag);
    const top = await collect(storage.list(at('tree'), { recursive: false }));
    assert.deepEqual(
      top.map(({ path, isDirectory }) => [path, isDirectory]),
      [
        ['tree/0', true],
        ['tree/1', true],
      ],
    );
  });

  it('asks for a page only when it is read that far', async () => {
    const before = storage.traffic.requests;
    for await (const item of storage.list(at('tree'), { recursive: true, pageSize: 2 })) {
      assert.ok(item.path.startsWith('tree/'));
      break;
    }
    assert.equal(storage.traffic.requests - before, 1);
  });

  it('lets exactly one of many writers put a file that is absent', async () => {
    for (let round = 0; round < 5; round++) {
      const place = at(`log/${round}.json`);
      const writers = Array.from({ length: 12 }, (_, index) => storage.putIfAbsent(place, bytes(`writer ${index}`)));
      const won = (await Promise.all(writers)).flatMap((first, index) => (first ? [index] : []));
      assert.equal(won.length, 1);
      assert.equal(text(await storage.read(place)), `writer ${won[0] ?? -1}`);
    }
  });

  it('uploads and downloads local files', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'medallion-upload-'));
    try {
      const data = Buffer.alloc(3_000_000, 'abc');
      writeFileSync(join(folder, 'in'), data);
      await storage.upload(at('uploaded'), join(folder, 'in'));
      await storage.download(at('uploaded'), join(folder, 'out'));
      assert.ok(readFileSync(join(folder, 'out')).equals(data));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('uploads a large local file in blocks, each with its MD5', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'medallion-upload-'));
    try {
      const data = Buffer.alloc(70_000_000, 'abcdefg');
      data.write('the end', data.length - 7);
      writeFileSync(join(folder, 'in'), data);
      const sent = storage.traffic.requests;
      const etag = await storage.upload(at('in blocks'), join(folder, 'in'));
      assert.equal(storage.traffic.requests - sent, 4, 'three blocks and their list');
      const { size, etag: found } = await storage.properties(at('in blocks'));
      assert.deepEqual({ size, etag: found }, { size: data.length, etag });
      for (const [start, end] of [
        [32 * 1024 * 1024 - 10, 32 * 1024 * 1024 + 10],
        [data.length - 20, data.length],
      ] as const)
        assert.deepEqual(Buffer.from(await storage.readRange(at('in blocks'), start, end)), data.subarray(start, end));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('hands a file that stays as it is over to an account on the same machine, and sends any other', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'medallion-upload-'));
    try {
      await using local = await startLocalAzure({}, folder);
      await local.storage.createContainer('lake');
      writeFileSync(join(folder, 'in'), Buffer.alloc(100_000, 'abc'));
      const traffic = () => ({ requests: local.storage.traffic.requests, bytes: local.storage.traffic.bytesSent });
      const send = async (path: string, options: { unchanging?: boolean }) => {
        const before = traffic();
        const etag = await local.storage.upload(at(path), join(folder, 'in'), options);
        const after = traffic();
        const found = await local.storage.properties(at(path));
        assert.deepEqual({ etag: found.etag, size: found.size }, { etag, size: 100_000 });
        return { requests: after.requests - before.requests, bytes: after.bytes - before.bytes };
      };
      assert.deepEqual(await send('handed/over', { unchanging: true }), { requests: 1, bytes: 0 });
      assert.deepEqual(await send('sent', {}), { requests: 1, bytes: 100_000 });
      writeFileSync(join(folder, 'in'), 'another');
      assert.equal((await local.storage.read(at('sent'))).byteLength, 100_000, 'its bytes went over');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('renames without overwriting, and deletes folders whole', async () => {
    await storage.write(at('from/a b'), bytes('a'));
    await storage.write(at('to/taken'), bytes('b'));
    await assert.rejects(
      storage.rename(at('from/a b'), 'to/taken', { overwrite: false }),
      code('storage.precondition'),
    );
    await storage.rename(at('from/a b'), 'to/free %=ü', { overwrite: false });
    assert.equal(text(await storage.read(at('to/free %=ü'))), 'a');
    assert.equal(await storage.delete(at('to')), true);
    assert.equal(await storage.delete(at('to')), false);
    await assert.rejects(storage.read(at('to/taken')), code('storage.not-found'));
  });

  it('names what is missing or refused, and what to do', async () => {
    await assert.rejects(storage.read(at('nothing')), code('storage.not-found'));
    await assert.rejects(storage.properties(at('nothing')), code('storage.not-found'));
    await assert.rejects(collect(storage.list(at('nothing'), { recursive: true })), code('storage.not-found'));
    await assert.rejects(storage.read(at('a', 'absent')), code('storage.container-not-found'));
    const place = { ...azure.environment.storage!, accountKey: Buffer.from('wrong').toString('base64') };
    const stranger = createStorageClient({ ...azure.environment, storage: place });
    await assert.rejects(stranger.read(at('nothing')), (error: { code: string; nextStep: string }) => {
      assert.equal(error.code, 'storage.unauthorized');
      assert.match(error.nextStep, /Storage Blob Data Contributor/);
      return true;
    });
  });

  it('says that local Azure is not running, within seconds', async () => {
    const nowhere = {
      ...azure.environment.storage!,
      dfsEndpoint: 'http://127.0.0.1:1/devstoreaccount1',
      blobEndpoint: 'http://127.0.0.1:1/devstoreaccount1',
    };
    const client = createStorageClient({ ...azure.environment, storage: nowhere });
    await assert.rejects(client.read(at('a')), (error: { code: string; nextStep: string }) => {
      assert.equal(error.code, 'storage.unreachable');
      assert.match(error.nextStep, /Start local Azure/);
      return true;
    });
  });

  it('stops at once when it is told to', async () => {
    const controller = new AbortController();
    controller.abort(new Error('enough'));
    const before = storage.traffic.requests;
    await assert.rejects(storage.read(at('large.bin'), { signal: controller.signal }), /enough/);
    assert.equal(storage.traffic.requests, before);
  });

  it('serves as the store of a Delta table', async () => {
    const store = lakeTableStore(storage, at('tables/orders'));
    assert.deepEqual(await store.list('_delta_log'), []);
    assert.equal(await store.putIfAbsent('_delta_log/0.json', bytes('{}')), true);
    assert.equal(await store.putIfAbsent('_delta_log/0.json', bytes('{}')), false);
    const [entry] = await store.list('_delta_log');
    assert.equal(entry?.path, '_delta_log/0.json');
    assert.equal((await store.open('_delta_log/0.json')).byteLength, 2);
  });
});
