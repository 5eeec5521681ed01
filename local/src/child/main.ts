/**
 * The emulator's process: one for a workspace. It starts on a message, writes how to reach it into the state folder, and ends
 * on SIGTERM, or with its parent unless it was detached.
 */
import { setFlagsFromString } from 'node:v8';
import { type Emulator, type EmulatorDescription, startEmulator } from '@medallion/emulator/index.ts';
import { EmulatorError } from '@medallion/emulator/kit/emulator-error.ts';
import { computeExecutors } from '../compute/executors.ts';
import { removeDescription, writeDescription } from '../description-file.ts';
import { openLog } from './log-file.ts';
import type { FromChild, ToChild } from './protocol.ts';

type Start = Extract<ToChild, { kind: 'start' }>;

const cancelGraceMs = 4000;

/*
 * Bodies are bytes outside V8's heap, for every 20 MB of which V8 would collect the whole heap: a third of the time of an upload.
 * Counted with the heap they take their part of its limit.
 */
setFlagsFromString('--external-memory-accounted-in-global-limit');

let detached = false;

async function start(message: Start): Promise<void> {
  const log = openLog(message.logFile);
  const running: { description?: EmulatorDescription } = {};
  const compute = computeExecutors(
    message.stateFolder,
    () => {
      if (!running.description) throw new Error('a run was asked for before local Azure had started');
      return running.description;
    },
    log,
  );
  const emulator = await startEmulator({ ...message.emulator, executors: compute.executors, logger: log });
  running.description = emulator.description;
  const description = {
    ...emulator.description,
    pid: process.pid,
    startedBy: message.startedBy,
    startedAt: new Date().toISOString(),
  };
  writeDescription(message.descriptionFile, description);
  endOnSignals(() => stop(message.descriptionFile, emulator, compute, log));
  send({ kind: 'started', description });
}

function endOnSignals(stopOnce: () => Promise<void>): void {
  let stopping: Promise<void> | undefined;
  const end = () => {
    stopping ??= stopOnce();
  };
  // A Ctrl-C in the terminal reaches the whole process group: the parent decides when this process ends.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', end);
  process.on('disconnect', () => {
    if (!detached) end();
  });
}

async function stop(
  descriptionFile: string,
  emulator: Emulator,
  compute: AsyncDisposable,
  log: Disposable,
): Promise<void> {
  removeDescription(descriptionFile);
  // The services cancel what runs and wait for its end; a compute that does not come to one is ended by force.
  const overdue = setTimeout(() => void compute[Symbol.asyncDispose](), cancelGraceMs);
  await emulator[Symbol.asyncDispose]();
  clearTimeout(overdue);
  await compute[Symbol.asyncDispose]();
  log[Symbol.dispose]();
  if (process.connected) process.disconnect();
}

function send(message: FromChild): void {
  process.send?.(message);
}

function failure(error: unknown): FromChild {
  if (error instanceof EmulatorError) {
    return { kind: 'failed', code: error.code, message: error.message, nextStep: error.nextStep };
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    kind: 'failed',
    code: 'emulator.start-failed',
    message,
    nextStep: 'Report this with the log of local Azure.',
  };
}

process.on('message', (message: ToChild) => {
  switch (message.kind) {
    case 'start':
      start(message).catch((error: unknown) => {
        send(failure(error));
        process.disconnect();
      });
      return;
    case 'detach':
      detached = true;
      process.disconnect();
      return;
  }
});
