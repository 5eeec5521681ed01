import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';
import { DataLakeServiceClient, StorageSharedKeyCredential } from '@azure/storage-file-datalake';
import { type EmulatorProcess, startEmulatorProcess, temporaryFolder } from '../support/emulator-process.ts';
import { rejectsWith } from '../support/rejects.ts';

const blobsOf = ({ description }: EmulatorProcess) =>
  BlobServiceClient.fromConnectionString(description.connectionStrings.storage);

function lakeOf({ description }: EmulatorProcess) {
  const { accountName, accountKey } = description.storage;
  const key = new StorageSharedKeyCredential(accountName, accountKey);
  return new DataLakeServiceClient(description.endpoints.dfs, key).getFileSystemClient('lake');
}

async function readText(emulator: EmulatorProcess, path: string): Promise<string> {
  return (await lakeOf(emulator).getFileClient(path).readToBuffer()).toString();
}

const journalOf = (folder: string) => join(folder, 'storage', 'journal.jsonl');

describe('durability of the storage service', () => {
  // Azurite saves its metadata every five seconds: what it had acknowledged in between was gone after a crash.
  it('keeps every acknowledged write over kill -9', async () => {
    using folder = temporaryFolder();
    const emulator = await startEmulatorProcess({ stateFolder: folder.path });
    const lake = lakeOf(emulator);
    await lake.create();
    const container = blobsOf(emulator).getContainerClient('lake');
    await container.getBlockBlobClient('put').upload('put', 3, { metadata: { by: 'put' } });
    const blocks = container.getBlockBlobClient('blocks');
    const ids = ['one', 'two'].map((name) => Buffer.from(name).toString('base64'));
    await blocks.stageBlock(ids[0]!, 'first ', 6);
    await blocks.stageBlock(ids[1]!, 'second', 6);
    await blocks.commitBlockList(ids);
    await container.getBlockBlobClient('gone').upload('gone', 4);
    await container.getBlockBlobClient('gone').delete();
    const file = lake.getFileClient('folder/file');
    await file.create();
    await file.append(Buffer.from('flushed'), 0, 7);
    await file.flush(7);
    await file.append(Buffer.from(' later'), 7, 6);
    await lake.getFileClient('put').move('folder/renamed');
    await emulator.kill();

    await using again = await startEmulatorProcess({ stateFolder: folder.path });
    assert.equal(await readText(again, 'folder/renamed'), 'put');
    assert.deepEqual((await lakeOf(again).getFileClient('folder/renamed').getProperties()).metadata, { by: 'put' });
    assert.equal(await readText(again, 'blocks'), 'first second');
    assert.equal(await lakeOf(again).getFileClient('gone').exists(), false);
    assert.equal(await lakeOf(again).getFileClient('put').exists(), false);
    assert.equal(await readText(again, 'folder/file'), 'flushed');
    await lakeOf(again).getFileClient('folder/file').flush(13);
    assert.equal(await readText(again, 'folder/file'), 'flushed later', 'staged bytes were acknowledged, too');
  });

  it('keeps what comparisons see: dates and checksums', async () => {
    using folder = temporaryFolder();
    const emulator = await startEmulatorProcess({ stateFolder: folder.path });
    const container = blobsOf(emulator).getContainerClient('lake');
    await container.create();
    await container.getBlockBlobClient('b').upload('bytes', 5);
    const before = await container.getBlobClient('b').getProperties();
    await emulator.kill();
    await using again = await startEmulatorProcess({ stateFolder: folder.path });
    const after = await blobsOf(again).getContainerClient('lake').getBlobClient('b').getProperties();
    assert.deepEqual(after.lastModified, before.lastModified);
    assert.deepEqual(after.contentMD5, before.contentMD5);
    assert.equal(after.etag, before.etag);
  });

  it('starts after a crash in the middle of a journal line', async () => {
    using folder = temporaryFolder();
    const emulator = await startEmulatorProcess({ stateFolder: folder.path });
    await lakeOf(emulator).create();
    await lakeOf(emulator).getFileClient('kept').upload(Buffer.from('kept'));
    const length = statSync(journalOf(folder.path)).size;
    await lakeOf(emulator).getFileClient('torn').create();
    await emulator.kill();
    truncateSync(journalOf(folder.path), length + 20);
    await using again = await startEmulatorProcess({ stateFolder: folder.path });
    assert.equal(await readText(again, 'kept'), 'kept');
    assert.equal(await lakeOf(again).getFileClient('torn').exists(), false);
    await lakeOf(again).getFileClient('torn').create();
  });

  it('refuses a journal that is damaged before its end', async () => {
    using folder = temporaryFolder();
    {
      await using emulator = await startEmulatorProcess({ stateFolder: folder.path });
      await lakeOf(emulator).create();
      await lakeOf(emulator).getFileClient('a').create();
    }
    const lines = readFileSync(journalOf(folder.path), 'utf8').split('\n');
    writeFileSync(journalOf(folder.path), [lines[0], 'damaged', ...lines.slice(1)].join('\n'));
    await assert.rejects(startEmulatorProcess({ stateFolder: folder.path }), { code: 'emulator.state-corrupt' });
  });

  it('does not let the journal grow from start to start', async () => {
    using folder = temporaryFolder();
    const sizes: number[] = [];
    for (let start = 0; start < 2; start += 1) {
      await using emulator = await startEmulatorProcess({ stateFolder: folder.path });
      await lakeOf(emulator).createIfNotExists();
      for (let write = 0; write < 20; write += 1) await lakeOf(emulator).getFileClient('same').upload(Buffer.from('x'));
      await emulator[Symbol.asyncDispose]();
      sizes.push(statSync(journalOf(folder.path)).size);
    }
    const [first = 0, second = 0] = sizes;
    assert.ok(second < first * 1.5, `${second} bytes after the second run, ${first} after the first`);
  });

  it('answers a full disk with an error of the service, loses nothing, and goes on', async function () {
    if (process.platform === 'win32') {
      // Windows has no limit on the size of a process's files to stand in for the disk.
      this.skip();
    }
    using folder = temporaryFolder();
    {
      await using emulator = await startEmulatorProcess({ stateFolder: folder.path });
      await lakeOf(emulator).create();
      await lakeOf(emulator).getFileClient('before').upload(Buffer.from('before'));
    }
    // `ulimit -f` counts in units of 512 or 1024 bytes: no file of the process grows over 256 KiB or 512 KiB.
    const limited = (entry: string) =>
      fork(entry, {
        execPath: '/bin/sh',
        execArgv: ['-c', 'trap \'\' XFSZ; ulimit -f 512; exec "$0" "$@"', process.execPath],
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      });
    {
      await using emulator = await startEmulatorProcess({ stateFolder: folder.path }, limited);
      const lake = lakeOf(emulator);
      const big = Buffer.alloc(2 * 1024 * 1024, 'x');
      const container = blobsOf(emulator).getContainerClient('lake');
      const ifNoneMatch = { conditions: { ifNoneMatch: '*' } };
      await rejectsWith(
        container.getBlockBlobClient('big').upload(big, big.length, ifNoneMatch),
        'InsufficientStorage',
        507,
      );
      const file = lake.getFileClient('big');
      await file.create();
      await rejectsWith(file.append(big, 0, big.length), 'InsufficientStorage', 507);
      // Metadata fills the journal: the first write that has no room must leave nothing behind.
      const note = 'n'.repeat(7000);
      const attempt = async (name: string) => lake.getFileClient(name).create({ metadata: { note }, ...ifNoneMatch });
      const written = await writeUntilFull(attempt);
      await rejectsWith(attempt('refused'), 'InsufficientStorage', 507);
      assert.equal(await lake.getFileClient('refused').exists(), false);
      assert.ok(written.length > 5, `${written.length} files before the journal was full`);
      assert.equal(await readText(emulator, 'before'), 'before');
    }
    await using emulator = await startEmulatorProcess({ stateFolder: folder.path });
    assert.equal(await lakeOf(emulator).getFileClient('refused').exists(), false);
    assert.equal(await readText(emulator, 'before'), 'before');
    await lakeOf(emulator).getFileClient('refused').upload(Buffer.from('now'));
    assert.equal(await readText(emulator, 'refused'), 'now');
  });
});

async function writeUntilFull(attempt: (name: string) => Promise<unknown>): Promise<string[]> {
  const written: string[] = [];
  for (let index = 0; index < 1000; index += 1) {
    const name = `note-${index}`;
    const failed = await attempt(name).then(
      () => false,
      (error: unknown) => (error as { code?: string }).code === 'InsufficientStorage',
    );
    if (failed) return written;
    written.push(name);
  }
  throw new Error('The journal never filled.');
}
