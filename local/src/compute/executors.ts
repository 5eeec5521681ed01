import type { EmulatorDescription } from '@medallion/emulator/index.ts';
import type { Executors } from '@medallion/emulator/kit/executors.ts';
import type { EmulatorLogger } from '@medallion/emulator/kit/service.ts';
import { localEnvironment } from '../environment.ts';
import { ComputeProcess } from './compute-process.ts';

/** What the emulated services execute with: core's runs, in a process of their own that starts with the first. */
export interface ComputeExecutors extends AsyncDisposable {
  readonly executors: Required<Executors>;
}

/** @param description is asked at the first run, when the emulator answers. */
export function computeExecutors(
  stateFolder: string,
  description: () => EmulatorDescription,
  logger: EmulatorLogger,
): ComputeExecutors {
  const compute = new ComputeProcess(() => ({ environment: localEnvironment(description()), stateFolder }), logger);
  return {
    executors: {
      jobs: {
        runJob: ({ signal, started, ended, ...request }) =>
          compute.call('runJob', request, signal, (update) => {
            if (update.kind === 'started') started(update.taskKey);
            else ended(update.task);
          }),
      },
      statements: { runStatement: ({ signal, ...request }) => compute.call('runStatement', request, signal) },
      pipelines: { runPipeline: ({ signal, ...request }) => compute.call('runPipeline', request, signal) },
    },
    [Symbol.asyncDispose]: () => compute[Symbol.asyncDispose](),
  };
}
