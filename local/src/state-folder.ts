import { join } from 'node:path';

/** Where things stand in a project's state folder (`.medallion`). It is private to its user and git-ignored. */
export interface StateFolder {
  readonly path: string;
  /** The emulator's own folder: storage, hubs, control planes, certificate authority. */
  readonly azure: string;
  /** How to reach the running local Azure; mode 0600, because it holds the local principal's secret. */
  readonly description: string;
  /** The emulator process's log. */
  readonly log: string;
}

export function stateFolder(path: string): StateFolder {
  return {
    path,
    azure: join(path, 'azure'),
    description: join(path, 'local-azure.json'),
    log: join(path, 'logs', 'local-azure.log'),
  };
}
