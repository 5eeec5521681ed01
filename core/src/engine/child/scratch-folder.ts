import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Where statements stage their results: one folder a process, so that what a killed process left is known and removed. */
export class ScratchFolder {
  readonly path: string;
  readonly #parent: string;

  /** @param parent shared by every engine of the project. */
  constructor(parent: string, processId: number) {
    this.#parent = parent;
    this.path = join(parent, String(processId));
  }

  /** Removes the folders of processes that are gone. */
  async removeLeftovers(): Promise<void> {
    await mkdir(this.#parent, { recursive: true });
    for (const name of await readdir(this.#parent)) {
      if (/^\d+$/.test(name) && !isAlive(Number(name)))
        await rm(join(this.#parent, name), { recursive: true, force: true });
    }
  }

  /** A folder of its own that goes when it is disposed, whatever happened in it. */
  async create(): Promise<AsyncDisposable & { readonly path: string }> {
    const path = join(this.path, randomUUID());
    await mkdir(path, { recursive: true });
    return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}

function isAlive(processId: number): boolean {
  if (processId === process.pid) return true;
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
