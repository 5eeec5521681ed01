import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { pythonEnvironment } from '../../../../tools/python-venv.mjs';

export interface SparkAnswer {
  /** `struct<name:type,...>`, `struct<>` where Spark raises. */
  readonly schema: string;
  /** Rows as Spark's golden files have them, or an error. */
  readonly output: string;
  /** The Java exception of a defect of Spark's own; nothing else is set then. */
  readonly defect?: string;
}

export interface SparkRequest {
  readonly ansi: boolean;
  /** The tables' rows are stored, as a lake's are; else views of VALUES, whose rows Spark computes while it plans. */
  readonly stored?: boolean;
  /** Asked after another answer, of one statement. */
  readonly again?: true;
  readonly tables: readonly { readonly name: string; readonly query: string }[];
  readonly sql: readonly string[];
}

/** Local Spark in a process of its own, asked over its standard streams. */
export class SparkJudge implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #reader: Interface;

  private constructor(child: ChildProcess) {
    this.#child = child;
    if (!child.stdout) throw new Error('the judge has no output');
    this.#reader = createInterface({ input: child.stdout });
    this.#lines = this.#reader[Symbol.asyncIterator]();
  }

  static async start(): Promise<SparkJudge> {
    const script = fileURLToPath(new URL('./spark_judge.py', import.meta.url));
    const child = spawn(pythonEnvironment(), [script], { stdio: ['pipe', 'pipe', 'inherit'] });
    const judge = new SparkJudge(child);
    await judge.#next();
    return judge;
  }

  /** Answers to `sql` over `tables`. May be asked again before it has answered: answers come in the order of the questions. */
  async ask(request: SparkRequest): Promise<readonly SparkAnswer[]> {
    this.#child.stdin?.write(`${JSON.stringify(request)}\n`);
    return (await this.#next()) as SparkAnswer[];
  }

  async #next(): Promise<unknown> {
    const line = await this.#lines.next();
    if (line.done) throw new Error(`Spark ended (${this.#child.exitCode ?? this.#child.signalCode ?? 'unknown'})`);
    return JSON.parse(line.value);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#reader.close();
    this.#child.stdin?.end();
    return new Promise((resolve) => {
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) resolve();
      else this.#child.once('exit', () => resolve());
    });
  }
}
