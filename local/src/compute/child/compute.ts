import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '@medallion/core/engine/contract.ts';
import { lazyEngine } from '../../lazy-engine.ts';
import type { ComputeConfiguration } from '../protocol.ts';

/** What the runs of this process share. */
export interface Compute extends ComputeConfiguration, AsyncDisposable {
  /** Its process starts with the first statement. */
  readonly engine: Engine;
  /** Runs unpack the files of their jobs below it. */
  readonly scratchFolder: string;
}

/** The scratch folder is this process's alone: what a killed one left behind is cleared. */
export async function openCompute(configuration: ComputeConfiguration): Promise<Compute> {
  const { environment, stateFolder } = configuration;
  const scratchFolder = join(stateFolder, 'compute');
  await rm(scratchFolder, { recursive: true, force: true });
  const engine = lazyEngine({ environment, stateFolder });
  return {
    ...configuration,
    engine,
    scratchFolder,
    async [Symbol.asyncDispose]() {
      await engine[Symbol.asyncDispose]();
      await rm(scratchFolder, { recursive: true, force: true });
    },
  };
}
