/** The compute's process: it takes its configuration and calls by message, and ends with the emulator's process. */
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import type { ComputeCallName, ComputeCalls, ComputeUpdate, FromCompute, ToCompute } from '../protocol.ts';
import { openCompute, type Compute } from './compute.ts';
import { runDeployedJob } from './run-deployed-job.ts';
import { runDeployedPipeline } from './run-deployed-pipeline.ts';
import { runStatement } from './run-statement.ts';

type Handler<Name extends ComputeCallName> = (
  compute: Compute,
  request: ComputeCalls[Name]['request'],
  signal: AbortSignal,
  update: (update: ComputeUpdate) => void,
) => Promise<ComputeCalls[Name]['response']>;

const handlers: { readonly [Name in ComputeCallName]: Handler<Name> } = {
  runJob: runDeployedJob,
  runPipeline: runDeployedPipeline,
  runStatement,
};

let opened: Promise<Compute> | undefined;
const calls = new Map<number, { readonly abort: AbortController; readonly ended: Promise<void> }>();

async function answer({ id, name, request }: Extract<ToCompute, { kind: 'call' }>, signal: AbortSignal): Promise<void> {
  try {
    if (!opened) throw new Error('a call came before the configuration');
    const handler = handlers[name] as Handler<ComputeCallName>;
    const value = await handler(await opened, request as never, signal, (update) =>
      send({ kind: 'update', id, update }),
    );
    send({ kind: 'result', id, value });
  } catch (error) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    send({ kind: 'broken', id, message: textOf(error), stack });
  }
}

function textOf(error: unknown): string {
  if (error instanceof ExpectedError) return `${error.message} [${error.code}] ${error.nextStep}`;
  const message = error instanceof Error ? error.message : String(error);
  return `This is a defect of the local compute: ${message}. The log of local Azure has the details.`;
}

function send(message: FromCompute): void {
  if (process.connected) process.send?.(message);
}

process.on('message', (message: ToCompute) => {
  switch (message.kind) {
    case 'configure':
      opened = openCompute(message.configuration);
      return;
    case 'call': {
      const abort = new AbortController();
      const ended = answer(message, abort.signal).finally(() => calls.delete(message.id));
      calls.set(message.id, { abort, ended });
      return;
    }
    case 'cancel':
      calls.get(message.id)?.abort.abort();
      return;
  }
});

async function end(): Promise<void> {
  for (const { abort } of calls.values()) abort.abort();
  await Promise.all([...calls.values()].map(({ ended }) => ended));
  const compute = await opened;
  await compute?.[Symbol.asyncDispose]();
}

// The emulator's process has gone, or wants this one to go: what runs is cancelled, and nothing stays behind.
process.on('disconnect', () => void end());
