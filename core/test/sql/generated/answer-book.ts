import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { appendFile, readFile } from 'node:fs/promises';
import type { SparkAnswer, SparkRequest } from './spark-judge.ts';

/** Whoever answers statements as Spark does. */
export interface Judge {
  ask(request: SparkRequest): Promise<readonly SparkAnswer[]>;
}

interface Line {
  readonly request: string;
  readonly answers: readonly SparkAnswer[];
  /** What was asked, so that it can be judged again when the same seed makes other statements. */
  readonly asked?: SparkRequest;
}

/**
 * Spark's answers kept in a file, a line for each request as it is answered: Spark is asked once for what is judged again after a mend,
 * and a run that was ended goes on where it was. A request that is not the same in every letter is asked anew.
 */
export class AnswerBook implements Judge {
  readonly #file: string;
  readonly #spark: () => Promise<Judge>;
  readonly #known: ReadonlyMap<string, Line>;

  private constructor(file: string, spark: () => Promise<Judge>, known: ReadonlyMap<string, Line>) {
    this.#file = file;
    this.#spark = spark;
    this.#known = known;
  }

  /** All that the file holds, in its order, but what was asked because of another answer. */
  get asked(): readonly SparkRequest[] {
    return [...this.#known.values()].flatMap(({ asked }) => (asked && !asked.again ? [asked] : []));
  }

  /** @param spark is started with the first request that the file does not hold. */
  static async open(file: string, spark: () => Promise<Judge>): Promise<AnswerBook> {
    const text = existsSync(file) ? await readFile(file, 'utf8') : '';
    // The last line may have been cut where the run was ended.
    const lines = text
      .slice(0, text.lastIndexOf('\n') + 1)
      .split('\n')
      .filter(Boolean);
    const known = lines.map((line) => JSON.parse(line) as Line);
    return new AnswerBook(file, spark, new Map(known.map((line) => [line.request, line])));
  }

  async ask(asked: SparkRequest): Promise<readonly SparkAnswer[]> {
    const request = createHash('sha256').update(JSON.stringify(asked)).digest('hex');
    const known = this.#known.get(request);
    if (known) return known.answers;
    const answers = await (await this.#spark()).ask(asked);
    await appendFile(this.#file, `${JSON.stringify({ request, answers, asked } satisfies Line)}\n`);
    return answers;
  }
}
