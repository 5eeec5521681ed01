import { join } from 'node:path';
import * as vscode from 'vscode';
import type { AzureEnvironment } from '@medallion/core/azure/environment.ts';
import { createStorageClient, type StorageClient } from '@medallion/core/azure/storage.ts';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import type { Logger } from '@medallion/core/base/logger.ts';
import { startEngine } from '@medallion/core/engine/client.ts';
import type { Engine } from '@medallion/core/engine/contract.ts';
import { lakeTreeFor } from '@medallion/core/lake/project-lake.ts';
import type { LakeTree } from '@medallion/core/lake/tree.ts';
import { loadFor, type LoadedProject } from '@medallion/core/project/loaded-project.ts';
import type { RunningDescription } from '@medallion/local/description-file.ts';
import { localEnvironment } from '@medallion/local/environment.ts';
import { findLocalAzure } from '@medallion/local/find.ts';
import { stopLocalAzure } from '@medallion/local/stop.ts';
import type { RunCli } from '../cli-process.ts';
import type { ProjectFolder } from './project-folder.ts';
import { StateWatch } from './state-watch.ts';

export type AzureState =
  /** No folder on disk is open. */
  | { readonly kind: 'unavailable' }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'starting' }
  | {
      readonly kind: 'running';
      readonly description: RunningDescription;
      readonly environment: AzureEnvironment;
      readonly storage: StorageClient;
    };

export interface LocalLakeOptions {
  readonly folder: () => ProjectFolder | undefined;
  readonly cli: RunCli;
  /** The folder of the bundles, `engine.mjs` among them. */
  readonly dist: string;
  readonly logger: Logger;
}

/** The window's local Azure, whoever starts and stops it: the state folder's description file is the truth. */
export class LocalLake implements vscode.Disposable {
  readonly #options: LocalLakeOptions;
  readonly #changed = new vscode.EventEmitter<AzureState>();
  readonly onDidChange = this.#changed.event;
  #state: AzureState = { kind: 'stopped' };
  #watch: StateWatch | undefined;
  #engine: Promise<Engine> | undefined;
  #startedHere: number | undefined;

  constructor(options: LocalLakeOptions) {
    this.#options = options;
  }

  get state(): AzureState {
    return this.#state;
  }

  get folder(): ProjectFolder | undefined {
    return this.#options.folder();
  }

  /** Runs a command of the bundled command line on this project. */
  readonly cli: RunCli = (request) => this.#options.cli(request);

  /** @throws ExpectedError `emulator.not-running` */
  get storage(): StorageClient {
    return this.#running().storage;
  }

  /** The project's tree over the running lake. Its roots are the environments. */
  async tree(): Promise<LakeTree> {
    const { environment } = this.#running();
    return lakeTreeFor(environment, await this.project());
  }

  /** The folder's project as the local environment sees it, read anew. @throws ExpectedError as `loadFor` does. */
  async project(): Promise<LoadedProject> {
    return await loadFor(this.#folder().path, 'local');
  }

  /** The engine's child process, started when it is first needed. */
  async engine(): Promise<Engine> {
    const { environment } = this.#running();
    const { dist, logger } = this.#options;
    this.#engine ??= startEngine({
      environment,
      stateFolder: this.#stateFolder(),
      childEntry: join(dist, 'engine.mjs'),
      logger,
    }).catch((error: unknown) => {
      this.#engine = undefined;
      throw error;
    });
    return await this.#engine;
  }

  /** Starts local Azure for this project, or finds the one that runs. @throws ExpectedError `emulator.port-in-use`, ... */
  async start(portBase: number | undefined, signal?: AbortSignal, onProgress?: (line: string) => void): Promise<void> {
    const { path } = this.#folder();
    if (await findLocalAzure(this.#stateFolder())) {
      await this.refresh();
      return;
    }
    await this.#enter({ kind: 'starting' });
    try {
      const ports = portBase === undefined ? [] : ['--port-base', String(portBase)];
      const state = this.#stateFolder();
      const args = ['up', '--detach', '--project', path, '--state', state, ...ports];
      await this.cli({ args, cwd: path, ...(signal ? { signal } : {}), ...(onProgress ? { onProgress } : {}) });
    } finally {
      await this.#enter({ kind: 'stopped' }, false);
      await this.refresh();
    }
    if (this.#state.kind === 'running') this.#startedHere = this.#state.description.pid;
  }

  /** Stops it, whoever started it. @throws ExpectedError `emulator.does-not-stop` */
  async stop(): Promise<void> {
    await this.#endEngine();
    await stopLocalAzure(this.#stateFolder());
    await this.refresh();
  }

  /** Looks whether local Azure runs, and tells whoever listens when that has changed. */
  async refresh(): Promise<void> {
    const found = this.folder && (await findLocalAzure(this.#stateFolder()));
    const isSame = this.#state.kind === 'running' && this.#state.description.startedAt === found?.startedAt;
    // A project may have come while nothing else changed, as when medallion.yaml was written.
    if (isSame) await this.#tellMenus();
    else await this.#enter(this.#stateWith(found));
  }

  /** Follows what the command line and other windows start and stop. Reads one file; no network where nothing runs. */
  async watch(): Promise<void> {
    await this.refresh();
    const { folder } = this;
    if (!folder) return;
    const { logger } = this.#options;
    this.#watch?.dispose();
    this.#watch = new StateWatch({
      folder: folder.path,
      pid: () => (this.#state.kind === 'running' ? this.#state.description.pid : undefined),
      onChange: () => {
        this.refresh().catch((error: unknown) => logger.error(`local Azure could not be looked for: ${String(error)}`));
      },
      logger,
    });
  }

  /** Ends what this window started. */
  async close(): Promise<void> {
    await this.#endEngine();
    const { state } = this;
    if (state.kind === 'running' && state.description.pid === this.#startedHere)
      await stopLocalAzure(this.#stateFolder());
  }

  dispose(): void {
    this.#watch?.dispose();
    this.#changed.dispose();
  }

  #stateWith(found: RunningDescription | undefined): AzureState {
    if (!this.folder) return { kind: 'unavailable' };
    if (!found) return this.#state.kind === 'starting' ? this.#state : { kind: 'stopped' };
    const environment = localEnvironment(found);
    return { kind: 'running', description: found, environment, storage: createStorageClient(environment) };
  }

  #running(): Extract<AzureState, { kind: 'running' }> {
    if (this.#state.kind === 'running') return this.#state;
    throw new ExpectedError({
      code: 'emulator.not-running',
      message: 'Local Azure does not run for this workspace.',
      nextStep: 'Start it with the command "Medallion: Start local Azure".',
      kind: 'environment',
    });
  }

  #folder(): ProjectFolder {
    const { folder } = this;
    if (folder) return folder;
    throw new ExpectedError({
      code: 'project.no-folder',
      message: 'No folder on disk is open.',
      nextStep: 'Open the folder of a project.',
      kind: 'environment',
    });
  }

  #stateFolder(): string {
    return join(this.#folder().path, '.medallion');
  }

  async #enter(state: AzureState, tell = true): Promise<void> {
    const before = this.#state;
    this.#state = state;
    if (before.kind === 'running' && state.kind !== 'running') await this.#endEngine();
    if (!tell) return;
    await this.#tellMenus();
    this.#changed.fire(state);
  }

  async #tellMenus(): Promise<void> {
    await vscode.commands.executeCommand('setContext', 'medallion.azure', this.#state.kind);
    await vscode.commands.executeCommand('setContext', 'medallion.hasProject', this.folder?.hasProject ?? false);
    await vscode.commands.executeCommand('setContext', 'medallion.hasSettings', this.folder?.hasSettings ?? false);
  }

  async #endEngine(): Promise<void> {
    const ending = this.#engine;
    this.#engine = undefined;
    const engine = await ending?.catch(() => undefined);
    await engine?.[Symbol.asyncDispose]();
  }
}
