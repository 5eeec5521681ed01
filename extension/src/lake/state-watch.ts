import { type FSWatcher, watch } from 'node:fs';
import { basename, join } from 'node:path';
import type { Disposable } from 'vscode';
import type { Logger } from '@medallion/core/base/logger.ts';
import { isAlive } from '@medallion/local/process-alive.ts';
import { stateFolder } from '@medallion/local/state-folder.ts';

export interface StateWatchOptions {
  /** The project's folder, which the state folder comes into and goes from. */
  readonly folder: string;
  /** The process that is believed to run. */
  readonly pid: () => number | undefined;
  /** Something may have changed: look. */
  readonly onChange: () => void;
  readonly logger: Logger;
}

/** How long a burst of changes in the state folder is waited out: a description is written as temporary file and rename. */
const settleMilliseconds = 100;
/** A process that was killed tells nobody. Asking whether it exists is one system call. */
const aliveMilliseconds = 2000;

const projectFiles = ['.medallion', 'medallion.yaml', 'databricks.yml', 'databricks.yaml'];

/** Follows what the command line, other windows and a kill do to the local Azure of a folder. No network. */
export class StateWatch implements Disposable {
  readonly #options: StateWatchOptions;
  readonly #alive: NodeJS.Timeout;
  #watchers: FSWatcher[] = [];
  #settle: NodeJS.Timeout | undefined;

  constructor(options: StateWatchOptions) {
    this.#options = options;
    this.#watchFolders();
    this.#alive = setInterval(() => {
      const pid = options.pid();
      if (pid !== undefined && !isAlive(pid)) options.onChange();
    }, aliveMilliseconds);
    this.#alive.unref();
  }

  dispose(): void {
    clearInterval(this.#alive);
    clearTimeout(this.#settle);
    for (const watcher of this.#watchers) watcher.close();
    this.#watchers = [];
  }

  /** The state folder may come and go: the project's folder is watched for it, it for the description. */
  #watchFolders(): void {
    const { folder } = this.#options;
    const { path, description } = stateFolder(join(folder, '.medallion'));
    for (const watcher of this.#watchers) watcher.close();
    this.#watchers = [
      ...this.#watchFolder(folder, projectFiles, true),
      ...this.#watchFolder(path, [basename(description)], false),
    ];
  }

  #watchFolder(path: string, names: readonly string[], rewatch: boolean): FSWatcher[] {
    const { logger } = this.#options;
    try {
      const watcher = watch(path, { persistent: false }, (_event, name) => {
        if (name === null || names.includes(name)) this.#settled(rewatch);
      });
      watcher.on('error', (error) => logger.warn(`${path} is no longer watched: ${error.message}`));
      return [watcher];
    } catch (error) {
      logger.debug(`${path} is not watched: ${String(error)}`);
      return [];
    }
  }

  #settled(rewatch: boolean): void {
    clearTimeout(this.#settle);
    this.#settle = setTimeout(() => {
      if (rewatch) this.#watchFolders();
      this.#options.onChange();
    }, settleMilliseconds);
  }
}
