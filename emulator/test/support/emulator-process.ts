import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EmulatorDescription, EmulatorOptions } from '@medallion/emulator/index.ts';

export interface HostOptions extends Omit<EmulatorOptions, 'executors' | 'logger'> {
  /** File URL of a module that exports `executors`. */
  readonly executorsModule?: string;
}

export type HostMessage =
  | { readonly kind: 'started'; readonly description: EmulatorDescription }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string; readonly nextStep: string };

/** What the emulator's start rejected with, brought over from its process. */
export class HostError extends Error {
  readonly code: string;
  readonly nextStep: string;

  constructor(code: string, message: string, nextStep: string) {
    super(message);
    this.code = code;
    this.nextStep = nextStep;
  }
}

export interface EmulatorProcess extends AsyncDisposable {
  readonly description: EmulatorDescription;
  readonly pid: number;
  /** Ends the process as a crash would (SIGKILL); what it had not written is lost. */
  kill(): Promise<void>;
}

export const freePorts = { blob: 0, dfs: 0, amqp: 0, admin: 0, control: 0 } as const;

const emptyConfig = {
  UserConfig: { NamespaceConfig: [{ Type: 'EventHub', Name: 'emulatorNs1', Entities: [] }], Logging: { Type: 'File' } },
};

/**
 * Starts the emulator in a process of its own, on free ports unless told otherwise.
 * @param spawn how to start Node, for tests that put limits on the process; `fork` unless told.
 * @throws HostError with the emulator's own code.
 */
export async function startEmulatorProcess(
  options: Pick<HostOptions, 'stateFolder'> & Partial<HostOptions>,
  spawn: (entry: string) => ChildProcess = (entry) => fork(entry, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }),
): Promise<EmulatorProcess> {
  const child = spawn(join(import.meta.dirname, 'emulator-host.ts'));
  const ended = once(child, 'exit');
  child.send({ ports: freePorts, eventHubsConfig: emptyConfig, ...options } satisfies HostOptions);
  const [message] = (await Promise.race([
    once(child, 'message'),
    ended.then(() => [{ kind: 'failed', code: '', message: 'The host ended before it answered.', nextStep: '' }]),
  ])) as [HostMessage];
  if (message.kind === 'failed') {
    await ended;
    throw new HostError(message.code, message.message, message.nextStep);
  }
  return {
    description: message.description,
    pid: child.pid!,
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
    [Symbol.asyncDispose]: async () => {
      if (child.connected) child.send('stop');
      await ended;
    },
  };
}

/** A folder that is removed with everything in it at the end of the test. */
export function temporaryFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'medallion-emulator-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
