import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lockFolder } from '@medallion/emulator/kit/folder-lock.ts';
import { startEmulatorProcess, temporaryFolder } from '../support/emulator-process.ts';

const lockOf = (folder: string) => join(folder, 'emulator.lock');

describe('lock of the state folder', () => {
  it('lets one emulator have a folder, and names it to the other', async () => {
    using folder = temporaryFolder();
    await using first = await startEmulatorProcess({ stateFolder: folder.path });
    await assert.rejects(startEmulatorProcess({ stateFolder: folder.path }), (error: unknown) => {
      const { code, message } = error as { code: string; message: string };
      assert.equal(code, 'emulator.folder-in-use');
      assert.match(message, new RegExp(`process id ${first.pid}\\b`));
      return true;
    });
  });

  it('is free again after a stop and after a crash', async () => {
    using folder = temporaryFolder();
    await (await startEmulatorProcess({ stateFolder: folder.path }))[Symbol.asyncDispose]();
    await (await startEmulatorProcess({ stateFolder: folder.path })).kill();
    await using third = await startEmulatorProcess({ stateFolder: folder.path });
    assert.ok(third.pid > 0);
  });

  it('takes over from a process id that now belongs to another process', async function () {
    if (process.platform === 'win32') this.skip(); // the start of a process is not known there
    using folder = temporaryFolder();
    writeFileSync(lockOf(folder.path), JSON.stringify({ pid: process.ppid, start: 'another start' }));
    const lock = await lockFolder(folder.path);
    assert.match(readFileSync(lockOf(folder.path), 'utf8'), new RegExp(`"pid":${process.pid},`));
    lock[Symbol.dispose]();
  });

  it('takes over a lock that cannot be read', async () => {
    using folder = temporaryFolder();
    writeFileSync(lockOf(folder.path), '{"pid":');
    const lock = await lockFolder(folder.path);
    assert.match(readFileSync(lockOf(folder.path), 'utf8'), new RegExp(`"pid":${process.pid},`));
    lock[Symbol.dispose]();
  });

  it('has one winner among many who find a stale lock', async () => {
    using folder = temporaryFolder();
    writeFileSync(lockOf(folder.path), JSON.stringify({ pid: 0x7fffffff, start: '1' }));
    const attempts = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(folder.path)));
    const winners = attempts.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []));
    assert.equal(winners.length, 1);
    winners[0]?.[Symbol.dispose]();
    assert.deepEqual(readdirSync(folder.path), []);
  });
});
