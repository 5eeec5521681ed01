import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StorageClient } from '@medallion/core/azure/storage.ts';
import { ContentCache } from '@medallion/core/engine/child/content-cache.ts';
import { newCounters } from '@medallion/core/engine/child/counters.ts';
import { refusal } from './refusal.ts';

type Download = StorageClient['download'];

describe('content cache', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'medallion-cache-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const cacheOver = (download: Download, maximumBytes = 1e9) => {
    const counters = newCounters();
    const storage = { accountName: 'a', download } as unknown as StorageClient;
    const cache = new ContentCache(folder, storage, counters, { maximumBytes, minimumIdleMilliseconds: -1 });
    return { cache, counters };
  };
  const version = (path: string, size = 4) => ({ place: { container: 'c', path }, etag: '0x1', size });
  const files = (): string[] =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name);

  it('shows no file before it is whole, and none after a transfer that failed', async () => {
    const { cache, counters } = cacheOver(async (_place, target) => {
      writeFileSync(target, 'ha');
      throw new Error('the line broke');
    });
    await assert.rejects(cache.file(version('x')), /the line broke/);
    assert.deepEqual(files(), []);
    assert.equal(counters.filesFetched, 0);
  });

  it('takes no other version for the one that was asked for', async () => {
    const asked: (string | undefined)[] = [];
    const { cache } = cacheOver(async (_place, target, options) => {
      asked.push(options?.etag);
      writeFileSync(target, 'longer');
    });
    await refusal(cache.file(version('x')), 'engine.input-changed');
    await refusal(cache.file({ ...version('y'), etag: 'immutable-4' }), 'engine.input-changed');
    assert.deepEqual([asked, files()], [['0x1', undefined], []]);
  });

  it('gives up a transfer when the last of those who wait is cancelled', async () => {
    let aborted = false;
    const begun = Promise.withResolvers<undefined>();
    const { cache } = cacheOver(
      (_place, _target, options) =>
        new Promise((_resolve, reject) => {
          begun.resolve(undefined);
          options?.signal?.addEventListener('abort', () => {
            aborted = true;
            reject(new Error('aborted'));
          });
        }),
    );
    const [first, second] = [new AbortController(), new AbortController()];
    const waits = [cache.file(version('x'), first.signal), cache.file(version('x'), second.signal)];
    const told = waits.map((wait) => refusal(wait, 'engine.cancelled'));
    await begun.promise;
    first.abort();
    await told[0];
    assert.equal(aborted, false, 'the second still waits');
    second.abort();
    await told[1];
    assert.equal(aborted, true);
  });

  it('drops the least recently used beyond its limit, and fetches again what was dropped', async () => {
    const { cache, counters } = cacheOver(async (_place, target) => writeFileSync(target, 'four'), 8);
    for (const path of ['a', 'b', 'c']) await cache.file(version(path));
    assert.equal(files().length, 2);
    assert.equal(readFileSync(await cache.file(version('a')), 'utf8'), 'four');
    assert.equal(counters.filesFetched, 4);
    assert.equal(counters.bytesFetched, 16);
  });
});
