import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { ExpectedError } from '../base/expected-error.ts';
import type { Logger } from '../base/logger.ts';
import type { ReportProgress } from '../base/progress.ts';
import type { ChildConfiguration, EngineCallName, FromChild, ToChild } from './protocol.ts';

interface PendingCall {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly report: ReportProgress;
}

const keptStderrLines = 10;
const stopGraceMilliseconds = 5000;

/** One life of the engine's child process: its calls in flight, and how it ended. */
export class EngineProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #logger: Logger;
  readonly #pending = new Map<number, PendingCall>();
  readonly #stderrTail: string[] = [];
  readonly #exited: Promise<void>;
  #nextId = 1;
  #death: ExpectedError | undefined;

  private constructor(child: ChildProcess, logger: Logger) {
    this.#child = child;
    this.#logger = logger;
    this.#exited = once(child, 'close').then(
      () => undefined,
      () => undefined,
    );
    child.on('message', (message: FromChild) => this.#receive(message));
    child.once('error', (error) => this.#die(`could not be started: ${error.message}`));
    // 'close' rather than 'exit': it comes after the last line of stderr, which explains the death.
    child.once('close', (code, signal) =>
      this.#die(signal ? `was ended by ${signal}` : `ended with code ${code ?? '?'}`),
    );
    this.#capture(child);
  }

  /** Forks the child and resolves when it has taken its configuration. Rejects with `engine.died` when it does not get there, or with what is wrong with the configuration. */
  static async start(childEntry: string, configuration: ChildConfiguration, logger: Logger): Promise<EngineProcess> {
    const child = fork(childEntry, [], {
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // Else glibc keeps what was freed in as many places as there are threads, beside the limit that DuckDB keeps to.
      env: { MALLOC_ARENA_MAX: '2', ...process.env },
    });
    const started = new EngineProcess(child, logger);
    try {
      await started.#configure(configuration);
      return started;
    } catch (error) {
      await started[Symbol.asyncDispose]();
      throw error;
    }
  }

  get alive(): boolean {
    return this.#death === undefined;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  async call(name: EngineCallName, request: unknown, signal?: AbortSignal, report?: ReportProgress): Promise<unknown> {
    if (signal?.aborted) throw cancelled();
    if (this.#death) throw this.#death;
    const id = this.#nextId++;
    const cancel = (): void => this.#send({ kind: 'cancel', id });
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      return await new Promise((resolve, reject) => {
        this.#pending.set(id, { resolve, reject, report: report ?? (() => undefined) });
        this.#send({ kind: 'call', id, name, request });
      });
    } finally {
      signal?.removeEventListener('abort', cancel);
      this.#pending.delete(id);
    }
  }

  /** Asks the child to end, and ends it by force when it has not after five seconds. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.alive) this.#send({ kind: 'stop' });
    const force = setTimeout(() => this.#child.kill('SIGKILL'), stopGraceMilliseconds);
    await this.#exited;
    clearTimeout(force);
  }

  async #configure(configuration: ChildConfiguration): Promise<void> {
    const ready = new Promise<unknown>((resolve, reject) => {
      this.#pending.set(0, { resolve, reject, report: () => undefined });
    });
    this.#send({ kind: 'configure', configuration });
    await ready;
  }

  #send(message: ToChild): void {
    // A child that died in between is reported by 'close'; the callback keeps the broken pipe from becoming an 'error' event.
    this.#child.send(message, (error) => {
      if (error) this.#logger.debug(`engine: ${message.kind} was not delivered: ${error.message}`);
    });
  }

  #receive(message: FromChild): void {
    switch (message.kind) {
      case 'ready':
        this.#settle(0)?.resolve(undefined);
        return;
      case 'response':
        this.#settle(message.id)?.resolve(message.value);
        return;
      case 'expectedError':
        this.#settle(message.id)?.reject(new ExpectedError(message.error));
        return;
      case 'bug':
        this.#settle(message.id)?.reject(Object.assign(new Error(message.message), { stack: message.stack }));
        return;
      case 'progress':
        this.#pending.get(message.id)?.report(message.event);
        return;
      case 'log':
        this.#logger[message.level](message.message);
        return;
    }
  }

  #settle(id: number): PendingCall | undefined {
    const call = this.#pending.get(id);
    this.#pending.delete(id);
    return call;
  }

  #die(how: string): void {
    if (this.#death) return;
    const last = this.#stderrTail.length > 0 ? ` Its last words: ${this.#stderrTail.join(' | ')}` : '';
    this.#death = new ExpectedError({
      code: 'engine.died',
      message: `The engine process ${how}. Nothing that it was writing has become visible.${last}`,
      nextStep: 'Run it again: a new engine process starts by itself.',
      kind: 'environment',
    });
    for (const call of this.#pending.values()) call.reject(this.#death);
    this.#pending.clear();
  }

  #capture(child: ChildProcess): void {
    if (child.stdout) createInterface(child.stdout).on('line', (line) => this.#logger.debug(`engine: ${line}`));
    if (!child.stderr) return;
    createInterface(child.stderr).on('line', (line) => {
      this.#logger.warn(`engine: ${line}`);
      // The frames of a stack would push out the message that stands above them.
      if (/^\s+at /.test(line) || line.trim() === '') return;
      this.#stderrTail.push(line);
      if (this.#stderrTail.length > keptStderrLines) this.#stderrTail.shift();
    });
  }
}

export function cancelled(): ExpectedError {
  return new ExpectedError({
    code: 'engine.cancelled',
    message: 'The run was cancelled.',
    nextStep: 'Run it again when you are ready; what had been committed before stays.',
  });
}
