import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { finished } from 'node:stream/promises';

/** The output of one task of one run: a file that is made when its first line comes. */
export class TaskLog implements AsyncDisposable {
  readonly #stateFolder: string;
  readonly #file: string;
  #stream: WriteStream | undefined;

  constructor(stateFolder: string, runId: string, taskName: string) {
    this.#stateFolder = stateFolder;
    this.#file = posix.join('runs', runId, `${encodeURIComponent(taskName)}.log`);
  }

  /** Relative to the state folder; undefined where nothing was written. */
  get file(): string | undefined {
    return this.#stream ? this.#file : undefined;
  }

  line(text: string): void {
    this.#stream ??= this.#open();
    this.#stream.write(`${text}\n`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#stream) return;
    this.#stream.end();
    await finished(this.#stream);
  }

  #open(): WriteStream {
    const path = join(this.#stateFolder, this.#file);
    mkdirSync(dirname(path), { recursive: true });
    return createWriteStream(path, { flags: 'a' });
  }
}
