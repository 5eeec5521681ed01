import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BlobServiceClient, type ContainerClient, StorageSharedKeyCredential as BlobKey } from '@azure/storage-blob';
import { DataLakeServiceClient, StorageSharedKeyCredential } from '@azure/storage-file-datalake';
import { type EmulatorProcess, startEmulatorProcess, temporaryFolder } from '../support/emulator-process.ts';
import { rejectsWith } from '../support/rejects.ts';

describe('a blob made of a file of the shared folder, with the unmodified client', () => {
  let folder: Disposable & { readonly path: string };
  let shared: string;
  let emulator: EmulatorProcess;
  let lake: ContainerClient;

  const start = async () => {
    emulator = await startEmulatorProcess({ stateFolder: join(folder.path, 'azure'), sharedFolder: shared });
    const { connectionStrings } = emulator.description;
    lake = BlobServiceClient.fromConnectionString(connectionStrings.storage).getContainerClient('lake');
    await lake.createIfNotExists();
  };
  const staged = (name: string, bytes: Buffer | string): string => {
    const path = join(shared, name);
    writeFileSync(path, bytes);
    return path;
  };
  const take = (path: string, file: string, conditions = {}) =>
    lake.getBlockBlobClient(path).syncUploadFromURL(pathToFileURL(file).href, { conditions });
  const read = (path: string) => lake.getBlobClient(path).downloadToBuffer();
  const extents = () => readdirSync(join(folder.path, 'azure', 'storage', 'extents'));

  before(async () => {
    folder = temporaryFolder();
    shared = join(folder.path, 'staging with spaces');
    mkdirSync(shared);
    await start();
  });
  after(async () => {
    await emulator[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  it('has the bytes, a length, an ETag and the folders above it, and sends nothing', async () => {
    const bytes = randomBytes(300_000);
    const file = staged('part.parquet', bytes);
    const { etag } = await take('silver/orders/part.parquet', file);
    const properties = await lake.getBlobClient('silver/orders/part.parquet').getProperties();
    assert.equal(properties.contentLength, bytes.length);
    assert.equal(properties.etag, etag);
    assert.deepEqual(await read('silver/orders/part.parquet'), bytes);
    const range = await lake.getBlobClient('silver/orders/part.parquet').downloadToBuffer(1000, 50);
    assert.deepEqual(range, bytes.subarray(1000, 1050));
    const { endpoints, storage } = emulator.description;
    const key = new StorageSharedKeyCredential(storage.accountName, storage.accountKey);
    const paths = [];
    const names = new DataLakeServiceClient(endpoints.dfs, key)
      .getFileSystemClient('lake')
      .listPaths({ recursive: true, path: 'silver' });
    for await (const { name, isDirectory, contentLength } of names)
      paths.push([name, isDirectory ?? false, contentLength]);
    assert.deepEqual(paths, [
      ['silver/orders', true, 0],
      ['silver/orders/part.parquet', false, bytes.length],
    ]);
    assert.equal(statSync(file).nlink, 2, 'the same bytes on the disk');
  });

  it('stays when the file goes, and takes the place of what was there', async () => {
    await lake.getBlockBlobClient('replaced').upload('before', 6);
    const file = staged('after', 'after it');
    await take('replaced', file);
    rmSync(file);
    assert.equal((await read('replaced')).toString(), 'after it');
  });

  it('keeps the conditions of a write', async () => {
    const file = staged('conditions', 'x');
    const { etag } = await take('once', file, { ifNoneMatch: '*' });
    await assert.rejects(take('once', file, { ifNoneMatch: '*' }), { statusCode: 409 });
    await assert.rejects(take('once', file, { ifMatch: '"0x1"' }), { statusCode: 412 });
    await take('once', file, { ifMatch: etag! });
    const before = extents().length;
    await assert.rejects(take('once', file, { ifMatch: etag! }), { statusCode: 412 });
    assert.equal(extents().length, before, 'nothing stays of a refused one');
    const missing = BlobServiceClient.fromConnectionString(emulator.description.connectionStrings.storage);
    const nowhere = missing.getContainerClient('nowhere').getBlockBlobClient('x');
    await assert.rejects(nowhere.syncUploadFromURL(pathToFileURL(file).href), { statusCode: 404 });
  });

  it('takes no file from elsewhere, no folder, and nothing through a link that leads out', async () => {
    const outside = join(folder.path, 'outside');
    writeFileSync(outside, 'secret');
    symlinkSync(outside, join(shared, 'link'));
    for (const file of [outside, join(shared, '..', 'outside'), join(shared, 'link'), shared, join(shared, 'missing')])
      await rejectsWith(take('stolen', file), 'CannotVerifyCopySource', 403);
    assert.equal(await lake.getBlobClient('stolen').exists(), false);
    await assert.rejects(lake.getBlockBlobClient('stolen').syncUploadFromURL('file://elsewhere/share/x'), {
      statusCode: process.platform === 'win32' ? 403 : 400,
    });
  });

  it('asks for the key', async () => {
    const { endpoints, storage } = emulator.description;
    const wrong = new BlobKey(storage.accountName, Buffer.alloc(64).toString('base64'));
    const client = new BlobServiceClient(endpoints.blob, wrong).getContainerClient('lake').getBlockBlobClient('stolen');
    const file = staged('mine', 'mine');
    await assert.rejects(client.syncUploadFromURL(pathToFileURL(file).href), { statusCode: 403 });
    assert.equal(await lake.getBlobClient('stolen').exists(), false);
  });

  it('keeps what it acknowledged over kill -9, and removes what nobody names', async () => {
    await take('durable', staged('durable', 'still here'));
    await emulator.kill();
    const orphan = join(folder.path, 'azure', 'storage', 'extents', 'orphan');
    writeFileSync(orphan, 'linked, and then the process ended');
    await start();
    assert.equal((await read('durable')).toString(), 'still here');
    assert.equal(existsSync(orphan), false);
  });

  it('copies where the folder lies on another disk', async function () {
    const memory = '/dev/shm';
    if (!existsSync(memory) || statSync(memory).dev === statSync(folder.path).dev) return this.skip();
    const elsewhere = mkdtempSync(join(memory, 'medallion-'));
    try {
      const stateFolder = join(folder.path, 'elsewhere');
      await using apart = await startEmulatorProcess({ stateFolder, sharedFolder: elsewhere });
      const service = BlobServiceClient.fromConnectionString(apart.description.connectionStrings.storage);
      await service.createContainer('lake');
      const blob = service.getContainerClient('lake').getBlockBlobClient('x');
      const file = join(elsewhere, 'part');
      writeFileSync(file, 'from another disk');
      await blob.syncUploadFromURL(pathToFileURL(file).href);
      writeFileSync(file, 'changed');
      assert.equal((await blob.downloadToBuffer()).toString(), 'from another disk');
    } finally {
      rmSync(elsewhere, { recursive: true, force: true });
    }
  });

  it('is refused by an account that shares no folder', async () => {
    await using alone = await startEmulatorProcess({ stateFolder: join(folder.path, 'alone') });
    const service = BlobServiceClient.fromConnectionString(alone.description.connectionStrings.storage);
    await service.createContainer('lake');
    const blob = service.getContainerClient('lake').getBlockBlobClient('x');
    await rejectsWith(blob.syncUploadFromURL(pathToFileURL(staged('x', 'x')).href), 'CannotVerifyCopySource', 403);
    assert.equal(await blob.exists(), false);
  });
});
