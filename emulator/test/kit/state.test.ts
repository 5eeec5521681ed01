import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '@medallion/emulator/kit/atomic-file.ts';
import { loadIdentity } from '@medallion/emulator/kit/identity.ts';
import { createOperationCounter } from '@medallion/emulator/kit/operation-counter.ts';
import { createRequestLog } from '@medallion/emulator/kit/request-log.ts';
import { temporaryFolder } from '../support/emulator-process.ts';

describe('state of the emulator', () => {
  it('replaces files whole, private to their user', () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'state.json');
    writeFileAtomic(file, 'first');
    writeFileAtomic(file, Buffer.from('second'));
    assert.equal(readFileSync(file, 'utf8'), 'second');
    assert.deepEqual(readdirSync(folder.path), ['state.json']);
    if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  it('leaves no temporary file where it cannot replace', () => {
    using folder = temporaryFolder();
    const target = join(folder.path, 'a-folder');
    mkdirSync(join(target, 'inside'), { recursive: true });
    assert.throws(() => writeFileAtomic(target, 'content'));
    assert.deepEqual(readdirSync(folder.path), ['a-folder']);
  });

  it('makes the principal once, and again when its file is damaged', () => {
    using folder = temporaryFolder();
    const first = loadIdentity(folder.path).principal;
    assert.deepEqual(loadIdentity(folder.path).principal, first);
    writeFileSync(join(folder.path, 'principal.json'), '{"tenantId":');
    const second = loadIdentity(folder.path).principal;
    assert.notEqual(second.clientSecret, first.clientSecret);
    assert.deepEqual(loadIdentity(folder.path).principal, second);
  });

  it('counts operations and remembers the latest requests', () => {
    const counter = createOperationCounter();
    counter.add('dfs.Path_Create');
    counter.add('amqp.send', 500);
    counter.add('dfs.Path_Create');
    assert.deepEqual(counter.snapshot(), { 'amqp.send': 500, 'dfs.Path_Create': 2 });
    const log = createRequestLog(3);
    for (let status = 200; status < 220; status += 1) {
      log.add({ at: '', service: 'blob', operation: 'blob.x', path: '/', status, milliseconds: 0 });
    }
    assert.deepEqual(
      log.recent().map(({ status }) => status),
      [217, 218, 219],
    );
  });
});
