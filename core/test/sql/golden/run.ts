import { type ChildProcess, fork } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Judged, Message, Task } from './worker.ts';

export interface JudgedFile {
  readonly file: string;
  readonly judged: readonly Judged[];
}

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));
/** A statement that has no answer by then ends its worker. */
const LONGEST_STATEMENT_MS = 60_000;

/** Judges every `.sql.out` file below a folder, in worker processes. Files in the order of their names. */
export async function judgeFolder(
  root: string,
  options: { readonly workers: number; readonly only?: string | undefined },
): Promise<JudgedFile[]> {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.sql.out'))
    .map((name) => name.split(sep).join('/'))
    .filter((name) => options.only === undefined || name.includes(options.only))
    .sort();
  const queue = [...files];
  const results: JudgedFile[] = [];
  const lane = async (): Promise<void> => {
    const worker = new Worker(root);
    try {
      for (let file = queue.shift(); file !== undefined; file = queue.shift())
        results.push({ file, judged: await worker.judge(file) });
    } finally {
      worker.end();
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.workers, files.length) }, lane));
  return results.sort((a, b) => (a.file < b.file ? -1 : 1));
}

/** One child process, replaced when it dies or does not answer. */
class Worker {
  readonly #root: string;
  #child: ChildProcess | undefined;

  constructor(root: string) {
    this.#root = root;
  }

  /** A file's judgements; the statements that ended a worker are `failed`. */
  async judge(file: string): Promise<readonly Judged[]> {
    const without: number[] = [];
    for (;;) {
      const outcome = await this.#attempt({ root: this.#root, file, without });
      if (outcome.kind === 'done') return outcome.judged;
      if (without.includes(outcome.at)) throw new Error(`the judge's worker cannot read ${file}`);
      without.push(outcome.at);
    }
  }

  end(): void {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }

  #attempt(task: Task): Promise<{ kind: 'done'; judged: readonly Judged[] } | { kind: 'died'; at: number }> {
    const child = (this.#child ??= fork(WORKER));
    let at = -1;
    return new Promise((resolve) => {
      let timer = setTimeout(kill, LONGEST_STATEMENT_MS);
      function kill(): void {
        child.kill('SIGKILL');
      }
      const finish = (outcome: Parameters<typeof resolve>[0]): void => {
        clearTimeout(timer);
        child.off('message', read);
        child.off('exit', died);
        resolve(outcome);
      };
      const read = (message: Message): void => {
        if (message.kind === 'done') finish(message);
        else {
          ({ at } = message);
          clearTimeout(timer);
          timer = setTimeout(kill, LONGEST_STATEMENT_MS);
        }
      };
      const died = (): void => {
        this.#child = undefined;
        finish({ kind: 'died', at });
      };
      child.on('message', read);
      child.once('exit', died);
      child.send(task);
    });
  }
}
