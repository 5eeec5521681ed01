import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runningLocalAzure } from '@medallion/cli/running-azure.ts';
import { contractsOf } from '@medallion/cli/contracts.ts';
import type { AzureEnvironment } from '@medallion/core/azure/environment.ts';
import { createDatabricksClient } from '@medallion/core/azure/databricks.ts';
import { createStorageClient, type StorageClient } from '@medallion/core/azure/storage.ts';
import { startEngine } from '@medallion/core/engine/client.ts';
import type { Engine } from '@medallion/core/engine/contract.ts';
import { runJob } from '@medallion/core/jobs/run-job.ts';
import { createResolver } from '@medallion/core/lake/resolver.ts';
import { type LoadedProject, loadFor } from '@medallion/core/project/loaded-project.ts';
import { sparkEngine } from '@medallion/core/python/spark-engine.ts';
import type { CapturedEvents } from './captured-events.ts';
import { json, medallion, temporaryState } from '../cli/test/support/medallion.ts';
import { peakMegabytes, processorSeconds, timed } from './measure.ts';

export interface Size {
  readonly orders: number;
  readonly events: number;
}

/** Seconds on the processor, by process. */
export interface Processor {
  readonly engine: number;
  readonly azure: number;
  readonly runner: number;
}

export interface JobTime {
  readonly seconds: number;
  /** Rows by `layer.table`. */
  readonly rows: ReadonlyMap<string, number>;
  /** Of the engine's process, in MB. */
  readonly peak: number | undefined;
  /** Seconds on the processor; undefined where the machine does not tell. */
  readonly processor: Processor | undefined;
}

/** What is read of an engine's process at the end of a run. */
interface Watched {
  readonly engine: Engine;
  readonly pid: number | undefined;
}

/** Sent while the lake is made; Capture's real files take the place of theirs. */
const fewEvents = 1_000;

interface StartResult {
  readonly steps: readonly { readonly name: string; readonly seconds: number }[];
}

/** A sample's lake after `medallion start --keep`: its landing is full, its tables have been made once. */
export class ShopcomLake implements AsyncDisposable {
  readonly path: string;
  readonly storage: StorageClient;
  /** Of the first `start`, by step. */
  readonly steps: ReadonlyMap<string, number>;
  readonly #state: AsyncDisposable;
  readonly #loaded: LoadedProject;
  readonly #environment: AzureEnvironment;
  /** Local Azure's process. */
  readonly #azure: number;

  private constructor(
    state: AsyncDisposable & { readonly path: string },
    steps: ReadonlyMap<string, number>,
    loaded: LoadedProject,
    { environment, description }: Awaited<ReturnType<typeof runningLocalAzure>>,
  ) {
    this.#state = state;
    this.path = state.path;
    this.steps = steps;
    this.#loaded = loaded;
    this.#environment = environment;
    this.#azure = description.pid;
    this.storage = createStorageClient(environment);
  }

  static async start(size: Size): Promise<ShopcomLake> {
    return await ShopcomLake.#in(temporaryState(), size);
  }

  /** The same with its events straight in Capture's files: of sizes at which sending them would take too long. */
  static async startCaptured(orders: number, { captured }: CapturedEvents): Promise<ShopcomLake> {
    const lake = await ShopcomLake.#in(temporaryState(), { orders, events: fewEvents });
    try {
      await lake.storage.delete({ container: 'landing', path: 'capture' });
      for (const { path, localPath } of captured) await lake.storage.upload({ container: 'landing', path }, localPath);
      return lake;
    } catch (error) {
      await lake[Symbol.asyncDispose]();
      throw error;
    }
  }

  static async #in(state: AsyncDisposable & { readonly path: string }, { orders, events }: Size): Promise<ShopcomLake> {
    try {
      const size = ['--orders', String(orders), '--events', String(events)];
      const steps = await start(state.path, ...size, '--keep');
      const loaded = await loadFor(join(import.meta.dirname, '..', 'samples', 'shopcom'), 'local');
      return new ShopcomLake(state, steps, loaded, await runningLocalAzure(state.path));
    } catch (error) {
      await state[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Seconds of another `medallion start` on the lake, without finding local Azure. */
  async repeat({ orders, events }: Size): Promise<number> {
    const steps = await start(this.path, '--orders', String(orders), '--events', String(events), '--keep');
    steps.delete('azure');
    return [...steps.values()].reduce((sum, seconds) => sum + seconds, 0);
  }

  /** The whole job in an engine of its own, from its start to its end. Cold: with nothing of the lake on disk. */
  async runJob(cache: 'cold' | 'warm', memoryLimitBytes: number): Promise<JobTime> {
    if (cache === 'cold') await rm(join(this.path, 'cache'), { recursive: true, force: true });
    const environment = this.#environment;
    return await this.#timedJob(async () => {
      const engine = await startEngine({ environment, stateFolder: this.path, memoryLimitBytes, threads: 2 });
      return { engine, pid: engine.pid };
    });
  }

  /** The same on local Spark, its start included; the contracts are checked by an engine beside it, as in `run --engine spark`. */
  async runJobOnSpark(interpreter: string): Promise<JobTime> {
    const { project } = this.#loaded;
    const environment = this.#environment;
    const stateFolder = this.path;
    await using checker = await startEngine({ environment, stateFolder, threads: 2 });
    return await this.#timedJob(() => {
      const options = { root: project.root, environment, stateFolder, settings: { interpreter }, others: checker };
      return Promise.resolve({ engine: sparkEngine({ ...options, log: () => undefined }), pid: undefined });
    });
  }

  async #timedJob(start: () => Promise<Watched>): Promise<JobTime> {
    const { project, bundle } = this.#loaded;
    const [job] = bundle?.jobs ?? [];
    if (!bundle || !job) throw new Error('the sample has no job');
    const { checks } = await contractsOf(this.#loaded);
    const environment = this.#environment;
    const azure = processorSeconds(this.#azure) ?? 0;
    const own = process.cpuUsage();
    const { value, seconds } = await timed(async () => {
      const { engine, pid } = await start();
      try {
        const record = await runJob({
          root: project.root,
          job,
          jobs: bundle.jobs,
          target: bundle.target,
          environment,
          stateFolder: this.path,
          engine,
          lake: { resolver: createResolver(createDatabricksClient(environment)), storage: this.storage },
          checks,
          force: true,
        });
        return { record, peak: peakMegabytes(pid), engineSeconds: processorSeconds(pid) };
      } finally {
        await engine[Symbol.asyncDispose]();
      }
    });
    const { record, peak, engineSeconds } = value;
    const { user, system } = process.cpuUsage(own);
    const beside = { azure: (processorSeconds(this.#azure) ?? 0) - azure, runner: (user + system) / 1e6 };
    const failed = record.tasks.find(({ error }) => error);
    if (failed) throw new Error(`${failed.key}: ${failed.error?.message ?? ''}`);
    const outputs = record.tasks.flatMap(({ outputs: written }) => written);
    const rows = new Map(outputs.map((output) => [output.table.split('.').slice(1).join('.'), output.rows]));
    return {
      seconds,
      rows,
      peak,
      processor: engineSeconds === undefined ? undefined : { engine: engineSeconds, ...beside },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#state[Symbol.asyncDispose]();
  }
}

async function start(state: string, ...args: readonly string[]): Promise<Map<string, number>> {
  const ended = await medallion('start', '--port-base', '0', '--json', '--state', state, ...args);
  if (ended.code !== 0) throw new Error(ended.stderr);
  return new Map(json<StartResult>(ended).steps.map(({ name, seconds }) => [name, seconds]));
}
