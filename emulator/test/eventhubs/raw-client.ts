import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import rhea, { type Connection, type Message, type Receiver, type Sender } from 'rhea';
import type { EmulatorDescription } from '@medallion/emulator/index.ts';

export const wellKnownKey = { name: 'RootManageSharedAccessKey', value: 'SAS_KEY_VALUE' } as const;

/** A shared access signature as the service documents it. @param expiry seconds since 1970 */
export function sasToken(resource: string, expiry: number, key = wellKnownKey): string {
  const encoded = encodeURIComponent(resource);
  const signature = createHmac('sha256', key.value).update(`${encoded}\n${expiry}`).digest('base64');
  return `SharedAccessSignature sr=${encoded}&sig=${encodeURIComponent(signature)}&se=${expiry}&skn=${key.name}`;
}

/** A plain AMQP client, for what the SDK hides: credit, settling, tokens and what it would not send. */
export interface RawClient extends AsyncDisposable {
  readonly connection: Connection;
  /** Sends a token over `$cbs` and gives the answer's status code. */
  putToken(audience: string, token: string, type?: string): Promise<number>;
}

export async function connectRaw(
  description: EmulatorDescription,
  credentials: { readonly username?: string; readonly password?: string } = {},
): Promise<RawClient> {
  const container = rhea.create_container();
  const port = Number(new URL(description.endpoints.amqp.replace('sb:', 'http:')).port);
  const connection = container.connect({ host: '127.0.0.1', port, reconnect: false, ...credentials });
  connection.on('disconnected', () => undefined);
  connection.on('connection_error', () => undefined);
  await Promise.race([
    once(connection, 'connection_open'),
    once(connection, 'connection_close').then(() => Promise.reject(new Error('the connection was refused'))),
    once(connection, 'disconnected').then(() => Promise.reject(new Error('the connection was refused'))),
  ]);
  return {
    connection,
    putToken: (audience, token, type = 'servicebus.windows.net:sastoken') =>
      putToken(connection, audience, token, type),
    [Symbol.asyncDispose]: async () => {
      if (connection.is_closed()) return;
      connection.close();
      await Promise.race([once(connection, 'connection_close'), once(connection, 'disconnected')]);
    },
  };
}

async function putToken(connection: Connection, audience: string, token: string, type: string): Promise<number> {
  // A link that is being closed still holds its name.
  const name = `cbs-${randomUUID()}`;
  const receiver = connection.open_receiver({ source: { address: '$cbs' }, name });
  const sender = connection.open_sender({ target: { address: '$cbs' } });
  await once(sender, 'sendable');
  const answer = once(receiver, 'message') as Promise<[{ message: Message }]>;
  sender.send({
    message_id: '1',
    reply_to: name,
    application_properties: { operation: 'put-token', name: audience, type },
    body: token,
  });
  const [{ message }] = await answer;
  receiver.close();
  sender.close();
  return Number(message.application_properties?.['status-code']);
}

/** Resolves with the error with which the service closes the link. */
export async function closedWith(link: Sender | Receiver): Promise<string> {
  const name = link.is_receiver() ? 'receiver_error' : 'sender_error';
  link.on(link.is_receiver() ? 'receiver_close' : 'sender_close', () => undefined);
  await once(link, name);
  return (link.error as { condition?: string } | undefined)?.condition ?? '';
}
