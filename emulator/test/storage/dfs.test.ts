import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { DataLakeFileSystemClient, DataLakeServiceClient } from '@azure/storage-file-datalake';
import { rejectsWith } from '../support/rejects.ts';
import { openStorageUnderTest, type StorageUnderTest } from '../support/storage-under-test.ts';

describe('data lake endpoint, with the unmodified client', () => {
  let storage: StorageUnderTest;
  let service: DataLakeServiceClient;
  let lake: DataLakeFileSystemClient;

  before(async () => {
    storage = await openStorageUnderTest();
    service = storage.dataLake;
  });
  beforeEach(async () => {
    lake = service.getFileSystemClient(`test-${randomUUID()}`);
    await lake.create();
  });
  afterEach(() => lake.deleteIfExists());
  after(() => storage[Symbol.asyncDispose]());

  async function put(path: string, content: string): Promise<void> {
    await lake.getFileClient(path).upload(Buffer.from(content));
  }

  async function read(path: string, offset?: number, count?: number): Promise<string> {
    const content = await lake.getFileClient(path).readToBuffer(offset, count);
    return content.toString();
  }

  async function paths(options: { path?: string; recursive?: boolean } = { recursive: true }): Promise<string[]> {
    const found: string[] = [];
    for await (const item of lake.listPaths(options))
      found.push(`${item.name ?? ''}${item.isDirectory === true ? '/' : ''}`);
    return found;
  }

  it('creates, appends, flushes and reads', async () => {
    const file = lake.getFileClient('a/b/data.bin');
    await file.create({ metadata: { origin: 'shop' }, pathHttpHeaders: { contentType: 'text/csv' } });
    await file.append(Buffer.from('hello '), 0, 6);
    await file.append(Buffer.from('world'), 6, 5);
    assert.equal((await file.getProperties()).contentLength, 0, 'staged bytes are not visible');
    await file.flush(11);
    assert.equal(await read('a/b/data.bin'), 'hello world');
    const properties = await file.getProperties();
    assert.equal(properties.contentLength, 11);
    assert.equal(properties.contentType, 'text/csv');
    assert.deepEqual(properties.metadata, { origin: 'shop' });
    await file.append(Buffer.from('!'), 11, 1);
    await file.flush(12);
    assert.equal(await read('a/b/data.bin', 4, 8), 'o world!');
    assert.deepEqual(await paths(), ['a/', 'a/b/', 'a/b/data.bin']);
  });

  it('refuses a flush that is not contiguous', async () => {
    const file = lake.getFileClient('gap');
    await file.create();
    await file.append(Buffer.from('later'), 5, 5);
    await rejectsWith(file.flush(10), 'InvalidFlushPosition', 400);
    await file.append(Buffer.from('first'), 0, 5);
    await file.flush(10);
    assert.equal(await read('gap'), 'firstlater');
  });

  it('takes PUT for PATCH where a header says so, as the ABFS driver of Hadoop sends it', async () => {
    const file = storage.withSas(lake.name, 'rw').getFileSystemClient(lake.name).getFileClient('from-java');
    await file.create();
    const send = async (query: string, body: string): Promise<number> => {
      const [path = '', sas = ''] = file.url.split('?');
      const headers = { 'x-http-method-override': 'PATCH' };
      return (await fetch(`${path}?${query}&${sas}`, { method: 'PUT', body, headers })).status;
    };
    assert.equal(await send('action=append&position=0', 'hello'), 202);
    assert.equal(await send('action=flush&position=5', ''), 200);
    assert.equal(await read('from-java'), 'hello');
  });

  it('lists a file as itself', async () => {
    await put('a/b.csv', 'hello');
    await put('a/b.csv.old', 'other');
    assert.deepEqual(await paths({ path: 'a/b.csv' }), ['a/b.csv']);
    assert.deepEqual(await paths({ path: 'a/b.csv', recursive: true }), ['a/b.csv']);
  });

  it('reads ranges of files that several appends made', async () => {
    const file = lake.getFileClient('ranges');
    await file.create();
    for (let part = 0; part < 4; part += 1) await file.append(Buffer.from(`${part}`.repeat(10)), part * 10, 10);
    await file.flush(40);
    assert.equal(await read('ranges', 8, 4), '0011');
    assert.equal(await read('ranges', 0, 40), ['0', '1', '2', '3'].map((digit) => digit.repeat(10)).join(''));
    assert.equal(await read('ranges', 39, 1), '3');
  });

  it('lets one of twelve writers create a file', async () => {
    const attempts = Array.from({ length: 12 }, async (_, writer) => {
      const file = lake.getFileClient('_delta_log/00000000000000000000.json');
      await file.create({ conditions: { ifNoneMatch: '*' } });
      return writer;
    });
    const settled = await Promise.allSettled(attempts);
    assert.equal(settled.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const result of settled) {
      if (result.status === 'rejected') assert.equal((result.reason as { code?: string }).code, 'PathAlreadyExists');
    }
  });

  it('lets one of twelve writers put a blob', async () => {
    const container = storage.blob.getContainerClient(lake.name);
    const attempts = Array.from({ length: 12 }, async (_, writer) => {
      const content = `writer ${writer}`;
      await container
        .getBlockBlobClient('commit')
        .upload(content, content.length, { conditions: { ifNoneMatch: '*' } });
      return content;
    });
    const settled = await Promise.allSettled(attempts);
    const winners = settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    assert.equal(winners.length, 1);
    assert.equal(await read('commit'), winners[0]);
  });

  it('renames a file, and a folder with everything below it', async () => {
    await put('raw/2026/a.csv', 'a');
    await put('raw/2026/deep/b.csv', 'b');
    await lake.getDirectoryClient('done').create();
    await lake.getFileClient('raw/2026/a.csv').move('raw/2026/renamed.csv');
    await lake.getDirectoryClient('raw/2026').move('done/2026');
    assert.deepEqual(await paths(), [
      'done/',
      'done/2026/',
      'done/2026/deep/',
      'done/2026/deep/b.csv',
      'done/2026/renamed.csv',
      'raw/',
    ]);
    assert.equal(await read('done/2026/renamed.csv'), 'a');
    assert.equal(await read('done/2026/deep/b.csv'), 'b');
  });

  it('overwrites the target of a rename unless told not to', async () => {
    await put('source', 'new');
    await put('target', 'old');
    const source = lake.getFileClient('source');
    await rejectsWith(source.move('target', { destinationConditions: { ifNoneMatch: '*' } }), 'PathAlreadyExists', 409);
    assert.equal(await read('target'), 'old');
    await source.move('target');
    assert.equal(await read('target'), 'new');
    assert.equal(await source.exists(), false);
  });

  it('refuses renames that cannot be', async () => {
    await put('folder/file', 'x');
    await rejectsWith(lake.getFileClient('missing').move('there'), 'SourcePathNotFound', 404);
    await rejectsWith(
      lake.getFileClient('folder/file').move('no/such/file'),
      'RenameDestinationParentPathNotFound',
      404,
    );
    await rejectsWith(lake.getDirectoryClient('folder').move('folder/inside'), 'InvalidRenameSourcePath', 409);
    await rejectsWith(lake.getFileClient('folder/file').move('folder'), 'InvalidSourceOrDestinationResourceType', 409);
  });

  it('moves a file to another filesystem', async () => {
    const other = service.getFileSystemClient(`${lake.name}2`);
    await other.create();
    try {
      await put('file', 'moved');
      await lake.getFileClient('file').move(other.name, 'file');
      assert.equal((await other.getFileClient('file').readToBuffer()).toString(), 'moved');
    } finally {
      await other.delete();
    }
  });

  it('deletes folders only when told to go down', async () => {
    await put('table/part=1/file', 'x');
    await rejectsWith(lake.getDirectoryClient('table').delete(false), 'DirectoryNotEmpty', 409);
    await lake.getDirectoryClient('table').delete(true);
    assert.deepEqual(await paths(), []);
    await rejectsWith(lake.getFileClient('table').delete(), 'PathNotFound', 404);
  });

  it('lists one level, a folder, and pages that fit together', async () => {
    for (const path of ['a.txt', 'a/1', 'a/2', 'a/b/3', 'c/d/e/4', 'z']) await put(path, path);
    assert.deepEqual(await paths({ recursive: false }), ['a/', 'a.txt', 'c/', 'z']);
    assert.deepEqual(await paths({ path: 'a', recursive: false }), ['a/1', 'a/2', 'a/b/']);
    const whole = await paths();
    assert.deepEqual(whole, ['a/', 'a.txt', 'a/1', 'a/2', 'a/b/', 'a/b/3', 'c/', 'c/d/', 'c/d/e/', 'c/d/e/4', 'z']);
    for (const recursive of [true, false]) {
      const paged: string[] = [];
      for await (const page of lake.listPaths({ recursive }).byPage({ maxPageSize: 2 })) {
        const items = page.pathItems ?? [];
        assert.ok(items.length <= 2);
        paged.push(...items.map((item) => `${item.name ?? ''}${item.isDirectory === true ? '/' : ''}`));
      }
      assert.deepEqual(paged, await paths({ recursive }));
    }
    await rejectsWith(paths({ path: 'nowhere' }), 'PathNotFound', 404);
  });

  it('sets metadata, headers and access', async () => {
    const folder = lake.getDirectoryClient('team');
    await folder.create();
    await put('team/file', 'x');
    const file = lake.getFileClient('team/file');
    await file.setMetadata({ stage: 'silver' });
    await file.setHttpHeaders({ contentType: 'application/json' });
    const properties = await file.getProperties();
    assert.deepEqual(properties.metadata, { stage: 'silver' });
    assert.equal(properties.contentType, 'application/json');
    await file.setPermissions({
      owner: { read: true, write: true, execute: false },
      group: { read: true, write: false, execute: false },
      other: { read: false, write: false, execute: false },
      stickyBit: false,
      extendedAcls: false,
    });
    const access = await file.getAccessControl();
    assert.equal(access.permissions!.owner.write, true);
    assert.equal(access.permissions!.group.write, false);
    const entry = {
      accessControlType: 'user',
      entityId: 'd1a1b3a4-0000-4000-8000-000000000001',
      defaultScope: false,
      permissions: { read: true, write: false, execute: true },
    } as const;
    const changed = await folder.updateAccessControlRecursive([entry]);
    assert.deepEqual(changed.counters, { changedDirectoriesCount: 1, changedFilesCount: 1, failedChangesCount: 0 });
    const acl = (await file.getAccessControl()).acl;
    assert.ok(acl.some(({ entityId, permissions }) => entityId === entry.entityId && permissions.execute));
  });

  it('keeps leased files from others', async () => {
    await put('leased', 'x');
    const file = lake.getFileClient('leased');
    const lease = file.getDataLakeLeaseClient();
    const { leaseId } = await lease.acquireLease(60);
    assert.ok(leaseId);
    await rejectsWith(file.append(Buffer.from('y'), 1, 1), 'LeaseIdMissing', 412);
    await rejectsWith(file.delete(), 'LeaseIdMissing', 412);
    await file.append(Buffer.from('y'), 1, 1, { conditions: { leaseId } });
    await file.flush(2, { conditions: { leaseId } });
    await lease.releaseLease();
    await file.delete();
  });

  it('honours etags', async () => {
    await put('file', 'x');
    const file = lake.getFileClient('file');
    const { etag } = await file.getProperties();
    await file.append(Buffer.from('y'), 1, 1);
    await rejectsWith(file.flush(2, { conditions: { ifMatch: '"0x0"' } }), 'ConditionNotMet', 412);
    await file.flush(2, { conditions: { ifMatch: etag ?? '' } });
    await rejectsWith(file.delete(false, { conditions: { ifMatch: etag ?? '' } }), 'ConditionNotMet', 412);
  });

  it('knows the folders above a blob', async () => {
    await storage.blob.getContainerClient(lake.name).getBlockBlobClient('x/y/z').upload('blob', 4);
    assert.deepEqual(await paths({ path: 'x', recursive: true }), ['x/y/', 'x/y/z']);
    assert.equal(await lake.getDirectoryClient('x').exists(), true);
    assert.equal(await read('x/y/z'), 'blob');
    await lake.getDirectoryClient('x/y').setMetadata({ made: 'by a blob' });
    await lake.getDirectoryClient('x/y').move('x/w');
    assert.equal(await read('x/w/z'), 'blob');
  });

  it('refuses a wrong key and takes a SAS', async () => {
    await put('file', 'x');
    await rejectsWith(
      storage.withWrongKey.getFileSystemClient(lake.name).getFileClient('file').create(),
      'AuthenticationFailed',
      403,
    );
    const reader = storage.withSas(lake.name, 'rl');
    const names: string[] = [];
    for await (const item of reader.getFileSystemClient(lake.name).listPaths()) names.push(item.name ?? '');
    assert.deepEqual(names, ['file']);
    await rejectsWith(
      reader.getFileSystemClient(lake.name).getFileClient('file').create(),
      'AuthorizationPermissionMismatch',
      403,
    );
  });

  it('keeps names that need escaping', async () => {
    const names = ['sp ace/ümlaut & co.csv', 'date=2026-01-01/part 0%.parquet', 'plus+and#hash?'];
    for (const name of names) await put(name, name);
    for (const name of names) assert.equal(await read(name), name);
    await lake.getFileClient(names[0]!).move('sp ace/renamed ü.csv');
    assert.equal(await read('sp ace/renamed ü.csv'), names[0]);
  });
});
