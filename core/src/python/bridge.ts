import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { ExpectedError } from '../base/expected-error.ts';

/** A question of the Python program or of its Spark session, as plain JSON. */
export type BridgeRequest = Readonly<Record<string, unknown>>;

/** One answer a question, by its name. Rejects with an ExpectedError for what is refused; anything else is a defect. */
export type BridgeOperations = Readonly<Record<string, (request: BridgeRequest) => unknown>>;

/** A door of this process for one program: http on 127.0.0.1, with a secret that only the program is given. */
export interface Bridge extends AsyncDisposable {
  readonly url: string;
  readonly secret: string;
  /** The first error of an operation that was no refusal: a defect, which must not vanish in the program's own traceback. */
  defect(): Error | undefined;
}

export async function openBridge(operations: BridgeOperations): Promise<Bridge> {
  const secret = randomBytes(24).toString('hex');
  let defect: Error | undefined;
  const server = createServer((message, response) => {
    answer(operations, secret, message).then(
      ({ status, body }) => send(response, status, body),
      (error: unknown) => {
        defect ??= error instanceof Error ? error : new Error(String(error));
        const nextStep = 'This is a defect of Medallion: report it.';
        send(response, 500, { code: 'internal', message: defect.message, nextStep });
      },
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    secret,
    defect: () => defect,
    [Symbol.asyncDispose]: () => close(server),
  };
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function answer(operations: BridgeOperations, secret: string, message: IncomingMessage): Promise<Answer> {
  if (!isSecret(message.headers.authorization ?? '', secret)) {
    message.resume();
    return refusal(401, 'python.wrong-secret', 'This door is for one program only.', 'Use the Medallion commands.');
  }
  const name = (message.url ?? '').slice(1);
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
  const request = (await json(message)) as BridgeRequest;
  if (!operation) return refusal(404, 'python.unknown-operation', `There is no operation ${name}.`, 'Report this.');
  try {
    return { status: 200, body: (await operation(request)) ?? {} };
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    return refusal(400, error.code, error.message, error.nextStep);
  }
}

function refusal(status: number, code: string, message: string, nextStep: string): Answer {
  return { status, body: { code, message, nextStep } };
}

function isSecret(header: string, secret: string): boolean {
  const [given, expected] = [Buffer.from(header), Buffer.from(`Bearer ${secret}`)];
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function send(response: ServerResponse, status: number, body: unknown): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body, (_key, value: unknown) => (typeof value === 'bigint' ? Number(value) : value)));
}

async function close(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  if (server.listening) await once(server, 'close');
}
