import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AzureEnvironment } from '@medallion/core/azure/environment.ts';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import type { FromChild, ToChild } from './child/protocol.ts';
import type { RunningDescription } from './description-file.ts';
import { localEnvironment } from './environment.ts';
import { findLocalAzure } from './find.ts';
import type { Ports } from './ports.ts';
import { stateFolder } from './state-folder.ts';
import { stopLocalAzure } from './stop.ts';

export interface StartOptions {
  readonly stateFolder: string;
  readonly ports: Ports;
  /** The official Event Hubs emulator's `Config.json`, parsed. */
  readonly eventHubsConfig: unknown;
  readonly captureConfig?: unknown;
  /** For people: `medallion up`, `VS Code`. */
  readonly startedBy: string;
  /** The emulator's process lives on when this one ends. */
  readonly detach: boolean;
  /** The bundled child entry, where the sources are not at hand (the packed extension). */
  readonly childEntry?: string;
}

/** A running local Azure. Disposing it stops it where this process started it and did not detach it; else it goes on. */
export interface LocalAzure extends AsyncDisposable {
  readonly description: RunningDescription;
  readonly environment: AzureEnvironment;
  /** False where another command or the extension had started it: it is then used, not stopped. */
  readonly startedHere: boolean;
  /** Lets it live on after this process. */
  detach(): void;
}

const defaultEntry = fileURLToPath(new URL('./child/main.ts', import.meta.url));

/**
 * Uses the local Azure that runs on this state folder, or starts one in a process of its own.
 * @throws ExpectedError `emulator.port-in-use` (naming the holder), `emulator.folder-in-use`, `emulator.died`, ...
 */
export async function startLocalAzure(options: StartOptions): Promise<LocalAzure> {
  const found = await findLocalAzure(options.stateFolder);
  if (found) {
    const nothing = () => undefined;
    return { ...reachable(found), startedHere: false, detach: nothing, [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  const child = spawnChild(options);
  const description = await startedBy(child, stateFolder(options.stateFolder).log);
  let stops = true;
  const detach = () => {
    if (child.connected) child.send({ kind: 'detach' } satisfies ToChild);
    child.unref();
    stops = false;
  };
  if (options.detach) detach();
  return {
    ...reachable(description),
    startedHere: true,
    detach,
    [Symbol.asyncDispose]: async () => {
      if (stops) await stopLocalAzure(options.stateFolder);
    },
  };
}

const reachable = (description: RunningDescription) => ({ description, environment: localEnvironment(description) });

function spawnChild(options: StartOptions): ChildProcess {
  const { ports, eventHubsConfig, captureConfig } = options;
  const folder = stateFolder(options.stateFolder);
  mkdirSync(folder.path, { recursive: true, mode: 0o700 });
  // Detached from the terminal's process group always: a Ctrl-C must not end it in the middle of an acknowledged write.
  const child = fork(options.childEntry ?? defaultEntry, {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  child.send({
    kind: 'start',
    emulator: { stateFolder: folder.azure, sharedFolder: resolve(folder.path), ports, eventHubsConfig, captureConfig },
    stateFolder: folder.path,
    descriptionFile: folder.description,
    logFile: folder.log,
    startedBy: options.startedBy,
  } satisfies ToChild);
  return child;
}

async function startedBy(child: ChildProcess, log: string): Promise<RunningDescription> {
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-4000);
  });
  const ended = once(child, 'exit').then(() => undefined);
  const answer = await Promise.race([once(child, 'message').then(([message]) => message as FromChild), ended]);
  if (answer === undefined) {
    throw new ExpectedError({
      code: 'emulator.died',
      message: `Local Azure ended before it answered.${stderr === '' ? '' : ` It said: ${stderr.trim()}`}`,
      nextStep: `Look into ${log}, then start again.`,
      kind: 'environment',
    });
  }
  if (answer.kind === 'failed') {
    await ended;
    throw new ExpectedError({ ...answer, kind: 'environment' });
  }
  (child.stderr as (NodeJS.ReadableStream & { unref?: () => void }) | null)?.unref?.();
  return answer.description;
}
