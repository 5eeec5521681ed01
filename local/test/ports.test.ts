import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { movingTakenPorts, portsFrom } from '@medallion/local/ports.ts';

describe('ports', () => {
  it('follow the base in the documented order, are free with 0, and are the usual ones without a base', () => {
    assert.deepEqual(portsFrom(20000), { blob: 20000, dfs: 20001, amqp: 20002, admin: 20003, control: 20004 });
    assert.deepEqual(portsFrom(0), { blob: 0, dfs: 0, amqp: 0, admin: 0, control: 0 });
    assert.deepEqual(portsFrom(undefined), { blob: 10000, dfs: 10004, amqp: 5672, admin: 5300, control: 5310 });
    assert.throws(() => portsFrom(65535), { code: 'usage.port-base' });
  });

  it('move to a free one where another process holds them, and that process is named', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const address = holder.address();
    assert.ok(typeof address === 'object' && address !== null);
    const wanted = { blob: 0, dfs: address.port, amqp: 0, admin: 0, control: 0 };
    const { ports, moved } = await movingTakenPorts(wanted);
    holder.close();
    assert.deepEqual(ports, { ...wanted, dfs: 0 });
    assert.deepEqual(moved, [{ endpoint: 'dfs', port: address.port, holder: `node (pid ${process.pid})` }]);
  });
});
