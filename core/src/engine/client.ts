import { availableParallelism, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { ExpectedError } from '../base/expected-error.ts';
import { type Logger, silentLogger } from '../base/logger.ts';
import type { Engine, EngineOptions } from './contract.ts';
import { EngineProcess } from './engine-process.ts';
import type { ChildConfiguration, EngineCallName, EngineCalls } from './protocol.ts';
import type { ReportProgress } from '../base/progress.ts';

const defaultChildEntry = fileURLToPath(new URL('./child/main.ts', import.meta.url));

/** An engine whose child process can be looked at: tests end it in the middle of a call. */
export interface SupervisedEngine extends Engine {
  /** The current child's process id; undefined while there is none. */
  readonly pid: number | undefined;
}

/**
 * Starts the engine's child process. A child that dies rejects the calls in flight with `engine.died`; the next call starts a
 * new one. Rejects with `engine.died` when the child cannot be started at all.
 */
export async function startEngine(options: EngineOptions): Promise<SupervisedEngine> {
  const supervisor = new Supervisor(
    configurationOf(options),
    options.childEntry ?? defaultChildEntry,
    options.logger ?? silentLogger,
  );
  await supervisor.child();
  return supervisor;
}

class Supervisor implements SupervisedEngine {
  readonly #configuration: ChildConfiguration;
  readonly #childEntry: string;
  readonly #logger: Logger;
  #starting: Promise<EngineProcess> | undefined;
  #current: EngineProcess | undefined;
  #disposed = false;

  constructor(configuration: ChildConfiguration, childEntry: string, logger: Logger) {
    this.#configuration = configuration;
    this.#childEntry = childEntry;
    this.#logger = logger;
  }

  get pid(): number | undefined {
    return this.#current?.alive ? this.#current.pid : undefined;
  }

  runScript(...[request, signal, report]: Parameters<Engine['runScript']>): ReturnType<Engine['runScript']> {
    return this.#call('runScript', request, signal, report);
  }

  query(...[request, signal]: Parameters<Engine['query']>): ReturnType<Engine['query']> {
    return this.#call('query', request, signal);
  }

  checkCommit(...[request, signal]: Parameters<Engine['checkCommit']>): ReturnType<Engine['checkCommit']> {
    return this.#call('checkCommit', request, signal);
  }

  exportQuery(...[request, signal]: Parameters<Engine['exportQuery']>): ReturnType<Engine['exportQuery']> {
    return this.#call('exportQuery', request, signal);
  }

  previewFile(...[request, signal]: Parameters<Engine['previewFile']>): ReturnType<Engine['previewFile']> {
    return this.#call('previewFile', request, signal);
  }

  previewTable(...[request, signal]: Parameters<Engine['previewTable']>): ReturnType<Engine['previewTable']> {
    return this.#call('previewTable', request, signal);
  }

  statistics(): ReturnType<Engine['statistics']> {
    return this.#call('statistics', null);
  }

  async child(): Promise<EngineProcess> {
    if (this.#disposed) throw stopped();
    if (this.#current?.alive) return this.#current;
    if (this.#current) this.#logger.warn('engine: the process had died; starting a new one');
    this.#current = undefined;
    this.#starting ??= EngineProcess.start(this.#childEntry, this.#configuration, this.#logger).finally(() => {
      this.#starting = undefined;
    });
    this.#current = await this.#starting;
    return this.#current;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    const last = this.#current ?? (await this.#starting?.catch(() => undefined));
    await last?.[Symbol.asyncDispose]();
  }

  async #call<Name extends EngineCallName>(
    name: Name,
    request: EngineCalls[Name]['request'],
    signal?: AbortSignal,
    report?: ReportProgress,
  ): Promise<EngineCalls[Name]['response']> {
    const child = await this.child();
    return (await child.call(name, request, signal, report)) as EngineCalls[Name]['response'];
  }
}

function configurationOf(options: EngineOptions): ChildConfiguration {
  return {
    environment: options.environment,
    stateFolder: options.stateFolder,
    // Half of the machine: the editor, the emulator and the user's browser live on it too.
    memoryLimitBytes: options.memoryLimitBytes ?? Math.floor(totalmem() / 2),
    threads: options.threads ?? availableParallelism(),
    firstProfile: options.firstProfile,
  };
}

function stopped(): ExpectedError {
  return new ExpectedError({
    code: 'engine.stopped',
    message: 'The engine has been stopped.',
    nextStep: 'Start it again with the command that you ran.',
    kind: 'environment',
  });
}
