import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { listen } from '@medallion/emulator/kit/listen.ts';
import { listeningInodes, parseLsof, parseNetstat } from '@medallion/emulator/kit/port-holder.ts';
import { freePorts, startEmulatorProcess, temporaryFolder } from '../support/emulator-process.ts';

async function takePort(): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

describe('ports', () => {
  it('names the endpoint, the port and the process that holds it, and leaves nothing behind', async () => {
    using folder = temporaryFolder();
    const { server, port } = await takePort();
    try {
      const started = startEmulatorProcess({ stateFolder: folder.path, ports: { ...freePorts, dfs: port } });
      await assert.rejects(started, (error: unknown) => {
        const { code, message, nextStep } = error as { code: string; message: string; nextStep: string };
        assert.equal(code, 'emulator.port-in-use');
        assert.match(message, new RegExp(`Port ${port}, wanted for the dfs endpoint`));
        assert.match(message, new RegExp(`process ${process.pid}\\b`));
        assert.match(nextStep, /port/);
        return true;
      });
    } finally {
      server.close();
      await once(server, 'close');
    }
    // The lock and the ports of the failed start are free again.
    await using emulator = await startEmulatorProcess({ stateFolder: folder.path, ports: { ...freePorts, dfs: port } });
    assert.equal(emulator.description.endpoints.dfs, `http://127.0.0.1:${port}/devstoreaccount1`);
  });

  it('refuses what is no port', async () => {
    await assert.rejects(listen(createHttpServer(), 70000, 'blob'), { code: 'emulator.port-refused' });
  });

  it('ends open connections when it stops', async () => {
    const listening = await listen(createServer(), 0, 'amqp');
    const socket = connect(listening.port, '127.0.0.1');
    await once(socket, 'connect');
    const ended = once(socket, 'close');
    await listening[Symbol.asyncDispose]();
    await ended;
  });

  it('reads the tables of the systems', () => {
    const proc = [
      '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
      '   0: 0100007F:2710 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4711 1 0',
      '   1: 0100007F:2710 0100007F:9C40 01 00000000:00000000 00:00000000 00000000  1000        0 4712 1 0',
    ].join('\n');
    assert.deepEqual(listeningInodes(proc, 10000), ['4711']);
    assert.deepEqual(parseLsof('p4242\ncnode\nf23\n'), { name: 'node', pid: 4242 });
    assert.equal(parseLsof(undefined), undefined);
    const netstat = [
      '  Proto  Lokale Adresse         Remoteadresse          Status           PID',
      '  TCP    127.0.0.1:10000        127.0.0.1:51000        HERGESTELLT      7',
      '  TCP    127.0.0.1:10000        0.0.0.0:0              ABHÖREN          4242',
    ].join('\r\n');
    assert.equal(parseNetstat(netstat, 10000), 4242);
    assert.equal(parseNetstat(netstat, 1000), undefined);
  });
});
