import type { Socket } from 'node:net';
import { parseAddress, type LinkAddress } from './address.ts';
import { ConnectionState, type Broker } from './broker.ts';
import { putToken } from './cbs.ts';
import { conditions } from './conditions.ts';
import { readProperties } from './management.ts';
import { openReader, type Reader } from './reader.ts';
import { answer } from './requests.ts';
import {
  createContainer,
  hasPassword,
  type RheaConnection,
  type RheaContainer,
  type RheaContext,
  type RheaMessage,
  type RheaReceiver,
  type RheaSender,
} from './rhea.ts';
import { openWriter, type Writer } from './writer.ts';

export interface AmqpServerOptions {
  /** A connection that is silent for this long (milliseconds) is closed; clients are told to send heartbeats. */
  readonly idleTimeout: number;
}

/** Transfers that a producer may have on the way. */
const producerCredit = 500;
const maximumFrameBytes = 64 * 1024;

/** Speaks AMQP 1.0 over accepted sockets. */
export class AmqpServer {
  readonly #broker: Broker;
  readonly #container: RheaContainer;
  readonly #options: AmqpServerOptions;
  readonly #connections = new Map<RheaConnection, ConnectionState>();
  readonly #readers = new WeakMap<RheaSender, Reader>();
  readonly #writers = new WeakMap<RheaReceiver, Writer>();

  constructor(broker: Broker, options: AmqpServerOptions) {
    this.#broker = broker;
    this.#options = options;
    const { keyName, keyValue } = broker.key;
    this.#container = createContainer((user, password) => user === keyName && password === keyValue);
    this.#listen();
  }

  accept(socket: Socket): void {
    const connection = this.#container.create_connection({
      max_frame_size: maximumFrameBytes,
      idle_time_out: this.#options.idleTimeout,
      tcp_no_delay: true,
      receiver_options: { autoaccept: false, credit_window: producerCredit },
    });
    // rhea listens for the end of the stream only: without this a destroyed socket leaves readers and timers behind.
    socket.once('close', () => {
      connection.eof();
      this.#forget(connection);
    });
    connection.accept(socket);
  }

  /** Tells every client that the service stops. Their sockets are ended by whoever owns the listener. */
  close(): void {
    for (const connection of this.#connections.keys()) {
      connection.close({ condition: 'amqp:connection:forced', description: 'The emulator stops.' });
    }
  }

  #listen(): void {
    const container = this.#container;
    container.on('session_open', ({ session }) => {
      // More handles than clients of other languages expect would be announced otherwise.
      session.local.begin['handle_max'] = 255;
    });
    container.on('sender_open', (context) => this.#senderOpened(context));
    container.on('receiver_open', (context) => this.#receiverOpened(context));
    container.on('message', (context) => this.#received(context));
    for (const event of ['sender_flow', 'sendable']) {
      container.on(event, ({ sender }) => this.#readers.get(sender)?.pump.run());
    }
    container.on('settled', ({ sender, delivery }) => this.#readers.get(sender)?.pump.settled(delivery));
    container.on('sender_draining', ({ sender }) => this.#drain(sender));
    container.on('sender_close', ({ connection, sender }) => this.#leave(connection, sender));
    container.on('session_close', (context) => this.#sessionClosed(context));
    container.on('connection_close', ({ connection }) => this.#forget(connection));
    container.on('disconnected', ({ connection }) => this.#forget(connection));
    for (const event of [
      'sender_error',
      'receiver_error',
      'session_error',
      'connection_error',
      'protocol_error',
      'error',
    ]) {
      container.on(event, (cause) => this.#log(event, cause));
    }
  }

  #state(connection: RheaConnection): ConnectionState {
    const known = this.#connections.get(connection);
    if (known) return known;
    const state = new ConnectionState(this.#broker.now);
    if (hasPassword(connection)) state.claims.add('', Number.POSITIVE_INFINITY);
    this.#connections.set(connection, state);
    return state;
  }

  #senderOpened({ connection, sender }: RheaContext): void {
    const state = this.#state(connection);
    const address = parseAddress(sender.source?.address);
    // Some clients fail on an attach without properties.
    sender.local.attach['properties'] = sender.properties ?? {};
    sender.set_source({ address: sender.source?.address });
    sender.set_target({ address: sender.target?.address });
    if (address.kind === 'reader') this.#attachReader(state, sender, address);
    else if (address.kind === 'cbs' || address.kind === 'management') state.replies.push(sender);
    else sender.close(conditions.notFound(sender.source?.address ?? ''));
  }

  #attachReader(state: ConnectionState, sender: RheaSender, address: Extract<LinkAddress, { kind: 'reader' }>): void {
    this.#broker.operations.add('amqp.attachReader');
    const reader = openReader(this.#broker, state, sender, address);
    if ('condition' in reader) {
      sender.close(reader);
      return;
    }
    this.#readers.set(sender, reader);
    state.readers.add(reader);
  }

  #receiverOpened({ connection, receiver }: RheaContext): void {
    const address = parseAddress(receiver.target?.address);
    receiver.local.attach['properties'] = receiver.properties ?? {};
    receiver.set_source({ address: receiver.source?.address });
    receiver.set_target({ address: receiver.target?.address });
    if (address.kind === 'hub') this.#attachWriter(this.#state(connection), receiver, address);
    else if (address.kind === 'reader' || address.kind === 'unknown') {
      receiver.close(conditions.notFound(receiver.target?.address ?? ''));
    }
  }

  #attachWriter(state: ConnectionState, receiver: RheaReceiver, address: Extract<LinkAddress, { kind: 'hub' }>): void {
    this.#broker.operations.add('amqp.attachWriter');
    const writer = openWriter(this.#broker, state, receiver, address);
    if ('condition' in writer) receiver.close(writer);
    else this.#writers.set(receiver, writer);
  }

  #received(context: RheaContext): void {
    const { receiver, delivery, message } = context;
    const writer = this.#writers.get(receiver);
    const { kind } = parseAddress(receiver.target?.address);
    if (writer) {
      writer.accept(context);
    } else if (Buffer.isBuffer(message) || (kind !== 'cbs' && kind !== 'management')) {
      delivery.reject(conditions.notFound(receiver.target?.address ?? ''));
    } else {
      delivery.accept();
      this.#request(kind, this.#state(context.connection), receiver, message);
    }
  }

  #request(kind: 'cbs' | 'management', state: ConnectionState, link: RheaReceiver, request: RheaMessage): void {
    if (kind === 'management') {
      answer(state, link, request, readProperties(this.#broker, state, request));
      return;
    }
    putToken(this.#broker, state, request).then(
      (reply) => {
        answer(state, link, request, reply);
      },
      (error: unknown) => {
        this.#log('put-token', error);
      },
    );
  }

  #drain(sender: RheaSender): void {
    const reader = this.#readers.get(sender);
    if (reader) reader.pump.drain();
    else sender.set_drained(true);
  }

  #leave(connection: RheaConnection, sender: RheaSender): void {
    const reader = this.#readers.get(sender);
    if (!reader) return;
    reader.leave();
    this.#connections.get(connection)?.readers.delete(reader);
  }

  #sessionClosed({ connection, session }: RheaContext): void {
    const state = this.#connections.get(connection);
    if (!state) return;
    for (const reader of state.readers) if (reader.session === session) reader.leave();
    state.replies.splice(0, state.replies.length, ...state.replies.filter((link) => link.session !== session));
  }

  #forget(connection: RheaConnection): void {
    const state = this.#connections.get(connection);
    this.#connections.delete(connection);
    for (const reader of state?.readers ?? []) reader.leave();
  }

  /** A client's mistake or sudden end; what it had open is cleaned up when its socket closes. */
  #log(event: string, cause: unknown): void {
    const error = cause instanceof Error ? cause : (cause as RheaContext | undefined)?.error;
    this.#broker.logger.debug(`amqp ${event}: ${error instanceof Error ? error.message : 'closed by the client'}`);
  }
}
