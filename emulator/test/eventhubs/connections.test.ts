import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { join } from 'node:path';
import { type EmulatorProcess, startEmulatorProcess, temporaryFolder } from '../support/emulator-process.ts';
import { connectRaw, wellKnownKey } from './raw-client.ts';
import { configOf, consumerOf, producerOf, read } from './support.ts';

const password = { username: wellKnownKey.name, password: wellKnownKey.value } as const;
const address = 'orders/ConsumerGroups/$Default/Partitions/0';

describe('Event Hubs: connections', () => {
  const folder = temporaryFolder();
  let emulator: EmulatorProcess;
  before(async () => {
    const eventHubsConfig = configOf({ name: 'orders', partitions: 1 });
    emulator = await startEmulatorProcess({ stateFolder: folder.path, eventHubsConfig });
  });
  after(async () => {
    await emulator[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  const port = (): number => Number(/:(\d+)$/.exec(emulator.description.endpoints.amqp)?.[1]);

  it('frees the places of readers whose connection broke', async () => {
    const client = await connectRaw(emulator.description, password);
    for (let index = 0; index < 5; index++) {
      await once(client.connection.open_receiver({ source: { address }, name: `reader ${index}` }), 'receiver_open');
    }
    const socket = (client.connection as unknown as { readonly socket: net.Socket }).socket;
    const gone = once(client.connection, 'disconnected');
    // With an error, so that rhea notices and ends its own heartbeat, which would keep this process alive.
    socket.destroy(new Error('the network is gone'));
    await gone;
    await using producer = producerOf(emulator.description, 'orders');
    await producer.sendBatch([{ body: 1 }]);
    await using consumer = consumerOf(emulator.description, 'orders');
    assert.equal((await read(consumer, { partition: '0', count: 1 })).length, 1);
  });

  it('survives clients that do not speak AMQP, or stop in the middle of a frame', async () => {
    for (const bytes of [
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
      Buffer.from('AMQP\u0000\u0001\u0000\u0000\u00ff\u0000\u0000'),
    ]) {
      const socket = net.connect(port(), '127.0.0.1');
      socket.on('error', () => undefined);
      socket.end(bytes);
      socket.resume();
      await once(socket, 'close');
    }
    await using producer = producerOf(emulator.description, 'orders');
    await producer.sendBatch([{ body: 1 }]);
  });

  it('closes a connection that has been silent for too long', async () => {
    using state = temporaryFolder();
    const host = fork(join(import.meta.dirname, 'short-idle-host.ts'), [state.path]);
    const ended = once(host, 'exit');
    const [hostPort] = (await once(host, 'message')) as [number];
    const socket = net.connect(hostPort, '127.0.0.1');
    socket.resume();
    // The protocol header and an open performative with nothing but a container id; then nothing more.
    const open = Buffer.from('0000000f02000000005310c00401a10178', 'hex');
    open.writeUInt32BE(open.length, 0);
    socket.write(Buffer.concat([Buffer.from('AMQP\u0000\u0001\u0000\u0000'), open]));
    await once(socket, 'end');
    socket.destroy();
    host.disconnect();
    assert.deepEqual(await ended, [0, null]);
  });
});
