import assert from 'node:assert/strict';
import { BlobIndex } from '@medallion/emulator/services/storage/blob-index.ts';
import type { ListBlobs } from '@medallion/emulator/services/storage/azurite.ts';
import type { BlobDocument } from '@medallion/emulator/services/storage/documents.ts';
import { listBlobsFrom } from '@medallion/emulator/services/storage/list-blobs.ts';
import { openStorageUnderTest } from '../support/storage-under-test.ts';

function document(name: string, snapshot = ''): BlobDocument {
  const properties = { etag: '"0x1"', lastModified: new Date(0), contentLength: 0, blobType: 'BlockBlob' };
  return { accountName: 'a', containerName: 'c', name, snapshot, deleted: false, isCommitted: true, properties };
}

const notAsked: ListBlobs = () => Promise.reject(new Error('The original listing was asked.'));

describe('listing of blobs', () => {
  it('looks at what it shows, not at the whole store', async () => {
    const index = new BlobIndex();
    for (let day = 0; day < 365; day += 1) {
      for (let part = 0; part < 20; part += 1)
        index.set(document(`orders/day=${String(day).padStart(3, '0')}/${part}`));
    }
    const list = listBlobsFrom(index, notAsked);
    const [blobs] = await list({}, 'a', 'c', undefined, undefined, 'orders/day=200/');
    assert.equal(blobs.length, 20);
    assert.ok(index.visited <= 21, `${index.visited} documents for one folder`);
    index.visited = 0;
    const [, folders] = await list({}, 'a', 'c', '/', undefined, 'orders/');
    assert.equal(folders.length, 365);
    assert.ok(index.visited <= 366, `${index.visited} documents for 365 folders`);
  });

  it('pages without loss or repetition, with and without a delimiter', async () => {
    const names = ['a', 'a.b', 'a/1', 'a/2', 'a/b/1', 'b', 'c/1', 'd'];
    const index = new BlobIndex();
    for (const name of names) index.set(document(name));
    index.set(document('b', '2026-01-01T00:00:00Z'));
    const list = listBlobsFrom(index, notAsked);
    for (const [delimiter, expected] of [
      [undefined, names],
      ['/', ['a', 'a.b', 'a/', 'b', 'c/', 'd']],
    ] as const) {
      for (let size = 1; size <= names.length; size += 1) {
        const found: string[] = [];
        let marker = '';
        do {
          const [blobs, folders, next] = await list({}, 'a', 'c', delimiter, undefined, '', size, marker);
          assert.ok(blobs.length + folders.length <= size);
          found.push(...[...blobs, ...folders].map(({ name }) => name).sort());
          marker = next ?? '';
        } while (marker !== '');
        assert.deepEqual(found, expected, `pages of ${size}`);
      }
    }
  });

  it('has the lease of a blob brought up to date', async () => {
    const index = new BlobIndex();
    const leased = document('leased');
    leased.properties.leaseState = 'leased';
    index.set(document('plain'));
    index.set(leased);
    const asked: unknown[] = [];
    const list = listBlobsFrom(index, async (...args) => {
      asked.push(args[4]);
      return [[], [], ''];
    });
    await list({}, 'a', 'c');
    assert.deepEqual(asked, ['leased']);
  });

  it('forgets what is removed', () => {
    const index = new BlobIndex();
    const [first, second] = [document('x'), document('y')];
    index.set(first);
    index.set(second);
    index.delete(first);
    assert.deepEqual([...index.walk('a', 'c', '')], [second]);
    assert.equal(index.get('a', 'c', 'x'), undefined);
  });

  it('lists over the wire by prefix, by folder and by page', async () => {
    await using storage = await openStorageUnderTest();
    const container = storage.blob.getContainerClient(`list-${Date.now()}`);
    await container.create();
    try {
      const names = ['p/1', 'p/2', 'p/q/3', 'other', 'p.txt'].sort();
      await Promise.all(names.map((name) => container.getBlockBlobClient(name).upload(name, name.length)));
      const flat: string[] = [];
      for await (const page of container.listBlobsFlat().byPage({ maxPageSize: 2 })) {
        flat.push(...page.segment.blobItems.map(({ name }) => name));
      }
      assert.deepEqual(
        flat.filter((name) => names.includes(name)),
        names,
      );
      const level: string[] = [];
      for await (const item of container.listBlobsByHierarchy('/', { prefix: 'p/' })) level.push(item.name);
      assert.deepEqual(level.sort(), ['p/1', 'p/2', 'p/q/']);
    } finally {
      await container.delete();
    }
  });
});
