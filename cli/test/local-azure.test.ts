import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { json, medallion, temporaryState } from './support/medallion.ts';
import { assertShape } from './support/schema.ts';

interface Up {
  readonly endpoints: Readonly<Record<string, string>>;
  readonly connectionStrings: { readonly storage: string; readonly eventHubs: string };
  readonly pid: number;
}

describe('medallion up, status, env and down', () => {
  it('leave local Azure running, find it from another process, and stop it', async () => {
    await using state = temporaryState();
    const started = json<Up>(await medallion('up', '--detach', '--json', '--port-base', '0', '--state', state.path));
    assertShape('up', started);
    assert.deepEqual(Object.keys(started.endpoints), ['blob', 'dfs', 'amqp', 'admin', 'control']);
    assert.match(started.connectionStrings.storage, /BlobEndpoint=http:\/\/127\.0\.0\.1:/);
    const found = json<{ running: boolean; pid: number }>(await medallion('status', '--json', '--state', state.path));
    assert.deepEqual({ running: found.running, pid: found.pid }, { running: true, pid: started.pid });
    const again = json<Up>(await medallion('up', '--detach', '--json', '--port-base', '0', '--state', state.path));
    assert.equal(again.pid, started.pid, 'a running local Azure is used, not started twice');
    const env = json<Record<string, string>>(await medallion('env', '--json', '--state', state.path));
    assert.equal(env['AZURE_AUTHORITY_HOST'], started.endpoints['control']);
    assert.equal(statSync(join(state.path, 'local-azure.json')).mode & 0o777, 0o600, 'it holds a secret');
    assert.deepEqual(json(await medallion('down', '--json', '--state', state.path)), { stopped: true });
    assert.deepEqual(json(await medallion('status', '--json', '--state', state.path)), { running: false });
  });

  it('start again after the process was killed, and find what it had acknowledged', async () => {
    await using state = temporaryState();
    const first = json<Up>(await medallion('up', '--detach', '--json', '--port-base', '0', '--state', state.path));
    process.kill(first.pid, 'SIGKILL');
    const second = json<Up>(await medallion('up', '--detach', '--json', '--port-base', '0', '--state', state.path));
    assert.notEqual(second.pid, first.pid);
    const listed = json<{ entries: { name: string }[] }>(await medallion('ls', '--json', '--state', state.path));
    assert.deepEqual(
      listed.entries.map(({ name }) => name),
      ['landing', 'bronze', 'silver', 'gold'],
    );
  });

  it('refuse a taken port and name its holder', async () => {
    await using state = temporaryState();
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const address = holder.address();
    assert.ok(typeof address === 'object' && address !== null);
    const ended = await medallion('up', '--detach', '--port-base', String(address.port), '--state', state.path);
    holder.close();
    assert.equal(ended.code, 2);
    assert.match(ended.stderr, /emulator\.port-in-use/);
    assert.match(ended.stderr, new RegExp(`held by node \\(process ${process.pid}\\)`));
    assert.deepEqual(json(await medallion('status', '--json', '--state', state.path)), { running: false });
  });

  it('tell what to do when nothing runs', async () => {
    await using state = temporaryState();
    const ended = await medallion('ls', '--json', '--state', state.path);
    assert.equal(ended.code, 2);
    assert.deepEqual(json<{ error: { code: string } }>(ended).error.code, 'emulator.not-running');
    assert.match(ended.stderr, /medallion up/);
  });
});
