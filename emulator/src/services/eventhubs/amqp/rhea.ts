import type { Socket } from 'node:net';
import rhea from 'rhea';
import { padComposites } from './padding.ts';

padComposites();

/**
 * The part of rhea that the server uses, with the members that its own typings leave out or leave untyped. rhea is pinned
 * exactly, because `session.outgoing` and `local.attach` are not part of its documented interface.
 */
export interface AmqpCondition {
  readonly condition: string;
  readonly description: string;
}

export interface RheaMessage {
  readonly message_id?: unknown;
  readonly reply_to?: string;
  readonly application_properties?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

export interface RheaDelivery {
  readonly id: number;
  accept(): void;
  reject(error: AmqpCondition): void;
}

export interface RheaSession {
  readonly outgoing: { readonly next_pending_delivery: number; available(): number };
  readonly local: { readonly begin: Record<string, unknown> };
}

export interface RheaConnection {
  readonly socket: Socket;
  readonly sasl_transport?: { readonly selected?: { readonly mechanism?: unknown } };
  close(error?: AmqpCondition): void;
  /** Ends the connection's timers and tells its listeners, as after the end of the stream. */
  eof(): void;
}

interface RheaLink {
  readonly name: string;
  readonly connection: RheaConnection;
  readonly session: RheaSession;
  readonly local: { readonly attach: Record<string, unknown> };
  readonly properties: Readonly<Record<string, unknown>> | null | undefined;
  readonly desired_capabilities: unknown;
  readonly snd_settle_mode: number | undefined;
  set_source(source: Readonly<Record<string, unknown>>): void;
  set_target(target: Readonly<Record<string, unknown>>): void;
  close(error?: AmqpCondition): void;
  is_open(): boolean;
}

export interface RheaSource {
  readonly address?: string | null;
  readonly filter?: Readonly<Record<string, unknown>> | null;
}

/** The server's sending side: a client that reads. */
export interface RheaSender extends RheaLink {
  readonly credit: number;
  readonly source: RheaSource | null;
  readonly target: RheaSource | null;
  send(message: unknown, tag?: unknown, format?: number): RheaDelivery;
  set_drained(drained: boolean): void;
}

/** The server's receiving side: a client that writes. */
export interface RheaReceiver extends RheaLink {
  readonly source: RheaSource | null;
  readonly target: RheaSource | null;
}

export interface RheaContext {
  readonly connection: RheaConnection;
  readonly session: RheaSession;
  readonly sender: RheaSender;
  readonly receiver: RheaReceiver;
  readonly delivery: RheaDelivery;
  readonly message: RheaMessage | Buffer;
  readonly format?: number;
  readonly error?: unknown;
}

export interface RheaContainer {
  readonly sasl_server_mechanisms: Record<string, unknown> & {
    enable_anonymous(): void;
  };
  on(event: string, listener: (context: RheaContext) => void): void;
  create_connection(options: Readonly<Record<string, unknown>>): RheaConnection & { accept(socket: Socket): void };
}

/** rhea's own message functions: with `decode` and `encode` of format 0. */
const codec = rhea.message as unknown as { decode: (bytes: Buffer) => RheaMessage };

/**
 * rhea decodes messages of format 0 before anyone sees their bytes, and encoding them again would change the producer's types
 * (a long of 5 becomes an unsigned int). So each decoded message remembers its bytes.
 */
const bytesOfMessage = new WeakMap<object, Buffer>();
const decode = codec.decode;
codec.decode = (bytes) => {
  const message = decode(bytes);
  bytesOfMessage.set(message, bytes);
  return message;
};

export function messageBytes(message: RheaMessage | Buffer): Buffer {
  if (Buffer.isBuffer(message)) return message;
  const bytes = bytesOfMessage.get(message);
  if (!bytes) throw new Error('rhea gave a message that it did not decode');
  return bytes;
}

/** SASL PLAIN (RFC 4616): `\0user\0password`. rhea calls `start` once and reads `outcome`. */
class PasswordMechanism {
  outcome: boolean | undefined;
  readonly #check: (user: string, password: string) => boolean;

  constructor(check: (user: string, password: string) => boolean) {
    this.#check = check;
  }

  start(response: Buffer | null): void {
    const [, user = '', password = ''] = String(response ?? '').split('\0');
    this.outcome = this.#check(user, password);
  }
}

/** A container with the SASL mechanisms of the service: anonymous connections are authorised later, through `$cbs`. */
export function createContainer(checkPassword: (user: string, password: string) => boolean): RheaContainer {
  const container = rhea.create_container({ id: 'medallion-event-hubs' }) as unknown as RheaContainer;
  const mechanisms = container.sasl_server_mechanisms;
  mechanisms.enable_anonymous();
  mechanisms['PLAIN'] = () => new PasswordMechanism(checkPassword);
  mechanisms['MSSBCBS'] = mechanisms['ANONYMOUS'];
  return container;
}

/** Whether the client has given the right password when it connected, and so needs no token. */
export function hasPassword(connection: RheaConnection): boolean {
  const mechanism = connection.sasl_transport?.selected?.mechanism;
  return mechanism instanceof PasswordMechanism && mechanism.outcome === true;
}

/** rhea's constructors of typed values, so that a reply has the types that clients expect. */
export const amqpTypes = rhea.types as unknown as {
  wrap_int(value: number): unknown;
  wrap_long(value: number): unknown;
  wrap_boolean(value: boolean): unknown;
  wrap_string(value: string): unknown;
  wrap_timestamp(value: number): unknown;
  wrap_map(value: Readonly<Record<string, unknown>>): unknown;
  wrap_array(values: readonly unknown[], typeCode: number): unknown;
};
