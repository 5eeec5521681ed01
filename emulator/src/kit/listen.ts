import { once } from 'node:events';
import type { Server, Socket } from 'node:net';
import { EmulatorError, systemErrorCode } from './emulator-error.ts';
import { findPortHolder } from './port-holder.ts';
import type { Listening, PortName } from './service.ts';

/**
 * Binds a server to a port of 127.0.0.1; 0 takes a free one.
 * @throws EmulatorError `emulator.port-in-use` that names the endpoint, the port and the process that holds it;
 * `emulator.port-refused` where the system does not allow the port.
 */
export async function listen(server: Server, port: number, endpoint: PortName): Promise<Listening> {
  const sockets = trackSockets(server);
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch (error) {
    throw await listenError(error, port, endpoint);
  }
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error(`The ${endpoint} endpoint has no TCP address.`);
  return { port: address.port, [Symbol.asyncDispose]: () => close(server, sockets) };
}

function trackSockets(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
}

/** Clients keep idle connections open for minutes, so that waiting for them would hold up the stop. */
async function close(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const socket of sockets) socket.destroy();
  await closed;
}

async function listenError(error: unknown, port: number, endpoint: PortName): Promise<unknown> {
  switch (systemErrorCode(error) ?? '') {
    case 'EADDRINUSE':
      return portInUse(port, endpoint, error);
    case 'EACCES':
    case 'ERR_SOCKET_BAD_PORT':
      return new EmulatorError({
        code: 'emulator.port-refused',
        message: `The ${endpoint} endpoint cannot use port ${port}: the system refuses it.`,
        nextStep: 'Choose a port from 1024 to 65535, or 0 for a free one.',
        cause: error,
      });
    default:
      return error;
  }
}

async function portInUse(port: number, endpoint: PortName, cause: unknown): Promise<EmulatorError> {
  const holder = await findPortHolder(port);
  const who = holder ? `${holder.name} (process ${holder.pid})` : 'an unknown process';
  return new EmulatorError({
    code: 'emulator.port-in-use',
    message: `Port ${port}, wanted for the ${endpoint} endpoint, is held by ${who}.`,
    nextStep: 'Stop that process, choose another port base, or use 0 for free ports.',
    cause,
  });
}
