import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { EmulatorLogger } from '@medallion/emulator/kit/service.ts';
import type {
  ComputeCallName,
  ComputeCalls,
  ComputeConfiguration,
  ComputeUpdate,
  FromCompute,
  ToCompute,
} from './protocol.ts';

const entry = fileURLToPath(new URL('./child/main.ts', import.meta.url));

const stopGraceMs = 5000;

/** Characters of what a process wrote before it ended. */
const longestWords = 1000;

interface PendingCall {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly update: (update: ComputeUpdate) => void;
}

/**
 * The emulated workspace's and factory's compute: a process of its own, so that neither the engine nor the Azure SDKs are in the
 * emulator's, and so that its death ends runs and not the services. It starts with the first run, ends when it has had none for
 * `idleMs`, and starts again with the next.
 */
export class ComputeProcess implements AsyncDisposable {
  readonly #configuration: () => ComputeConfiguration;
  readonly #logger: EmulatorLogger;
  readonly #idleMs: number;
  readonly #pending = new Map<number, PendingCall>();
  #child: ChildProcess | undefined;
  #nextId = 1;
  #idle: NodeJS.Timeout | undefined;

  constructor(configuration: () => ComputeConfiguration, logger: EmulatorLogger, idleMs = 5 * 60_000) {
    this.#configuration = configuration;
    this.#logger = logger;
    this.#idleMs = idleMs;
  }

  /** Rejects where the process ended, or met a defect, before it answered. A cancelled call still ends with its result. */
  async call<Name extends ComputeCallName>(
    name: Name,
    request: ComputeCalls[Name]['request'],
    signal: AbortSignal,
    update: (update: ComputeUpdate) => void = () => undefined,
  ): Promise<ComputeCalls[Name]['response']> {
    clearTimeout(this.#idle);
    const child = (this.#child ??= this.#start());
    const id = this.#nextId++;
    const cancel = (): void => this.#send(child, { kind: 'cancel', id });
    try {
      return await new Promise((resolve, reject) => {
        this.#pending.set(id, { resolve: resolve as (value: unknown) => void, reject, update });
        this.#send(child, { kind: 'call', id, name, request });
        if (signal.aborted) cancel();
        else signal.addEventListener('abort', cancel, { once: true });
      });
    } finally {
      signal.removeEventListener('abort', cancel);
      this.#pending.delete(id);
      this.#idle = setTimeout(() => this.#endWhenIdle(), this.#idleMs).unref();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#idle);
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    if (child.connected) child.disconnect();
    const force = setTimeout(() => child.kill('SIGKILL'), stopGraceMs);
    await ended;
    clearTimeout(force);
  }

  #start(): ChildProcess {
    const child = fork(entry, [], { serialization: 'advanced', stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    let words = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      words = (words + chunk.toString()).slice(-longestWords);
      this.#logger.warn(`compute: ${chunk.toString().trimEnd()}`);
    });
    child.on('message', (message: FromCompute) => this.#receive(message));
    child.once('error', (error) => this.#die(child, `could not be started: ${error.message}`));
    // 'close' comes after the last words, 'exit' may come before them.
    child.once('close', (code, signal) => {
      const how = signal === null ? `ended with code ${code ?? '?'}` : `was ended by ${signal}`;
      this.#die(child, words === '' ? `${how}.` : `${how}. Its last words: ${words.trim()}`);
    });
    this.#send(child, { kind: 'configure', configuration: this.#configuration() });
    return child;
  }

  #send(child: ChildProcess, message: ToCompute): void {
    if (!child.connected) return;
    // A child that died in between is reported by 'exit'; the callback keeps the broken pipe from becoming an 'error' event.
    child.send(message, (error) => {
      if (error) this.#logger.debug(`compute: ${message.kind} was not delivered: ${error.message}`);
    });
  }

  #receive(message: FromCompute): void {
    const call = this.#pending.get(message.id);
    switch (message.kind) {
      case 'result':
        call?.resolve(message.value);
        return;
      case 'broken':
        this.#logger.error(`compute: ${message.stack}`);
        call?.reject(new Error(message.message));
        return;
      case 'update':
        call?.update(message.update);
        return;
    }
  }

  #die(child: ChildProcess, how: string): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    for (const { reject } of this.#pending.values()) reject(new Error(`The compute of this run ${how}`));
  }

  #endWhenIdle(): void {
    if (this.#pending.size > 0 || !this.#child?.connected) return;
    this.#logger.info('compute: idle, so it ends until the next run.');
    const child = this.#child;
    this.#child = undefined;
    child.disconnect();
  }
}
