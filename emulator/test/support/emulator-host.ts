/**
 * The emulator in a process of its own, for tests: it starts on a message, answers with its description or its error, and
 * stops on a message or when its parent has gone.
 */
import { type EmulatorOptions, startEmulator } from '@medallion/emulator/index.ts';
import { EmulatorError } from '@medallion/emulator/kit/emulator-error.ts';
import type { Executors } from '@medallion/emulator/kit/executors.ts';
import type { HostMessage, HostOptions } from './emulator-process.ts';

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Runs nothing and says so; a test that needs more passes a module that exports `executors`. */
async function loadExecutors(module: string | undefined): Promise<Executors> {
  if (module === undefined) return {};
  const loaded = (await import(module)) as { readonly executors: Executors };
  return loaded.executors;
}

async function run(options: HostOptions): Promise<void> {
  const { executorsModule, ...rest } = options;
  const executors = await loadExecutors(executorsModule);
  const emulatorOptions: EmulatorOptions = { ...rest, executors, logger: silent };
  const emulator = await startEmulator(emulatorOptions);
  const stop = async () => {
    await emulator[Symbol.asyncDispose]();
    if (process.connected) process.disconnect();
  };
  process.once('message', () => void stop());
  process.once('disconnect', () => void stop());
  send({ kind: 'started', description: emulator.description });
}

function send(message: HostMessage): void {
  process.send?.(message);
}

function describeError(error: unknown): HostMessage {
  if (error instanceof EmulatorError) {
    return { kind: 'failed', code: error.code, message: error.message, nextStep: error.nextStep };
  }
  return {
    kind: 'failed',
    code: '',
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    nextStep: '',
  };
}

process.once('message', (options: HostOptions) => {
  run(options).catch((error: unknown) => {
    send(describeError(error));
    process.disconnect();
  });
});
