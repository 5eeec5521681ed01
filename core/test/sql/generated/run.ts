import { instantFormatter } from '@medallion/core/engine/child/instant.ts';
import type { ComputeProfile, Dialect } from '@medallion/core/sql/contract.ts';
import { createDialect } from '@medallion/core/sql/dialect.ts';
import { seeded } from '../../random.ts';
import { judge, type Outcome, type Verdict } from '../golden/judge.ts';
import { GoldenSession } from '../golden/session.ts';
import { changedSince } from './older-spark.ts';
import type { SparkAnswer, SparkRequest } from './spark-judge.ts';
import type { Judge } from './answer-book.ts';
import { statement } from './statements.ts';
import { tables } from './tables.ts';

/**
 * The golden files' verdicts, and: `raised`, Spark raises and so do we (or it is refused here); `stricter`, raised here by one of Spark's conditions where Spark answers (it looks at an operand only
 * where the other is not NULL); `laxer`, Spark raises over rows of VALUES, which it computes before it leaves out what a NULL decides, and answers over stored ones as we do; `unanswered`, Spark itself failed, there is nothing to compare with.
 */
export type GeneratedVerdict = Verdict | 'raised' | 'stricter' | 'laxer' | 'unanswered';

export type Counts = Record<GeneratedVerdict, number>;

/** A statement that was judged. */
export interface Judged {
  /** The statement with the tables that it reads. */
  readonly sql: string;
  readonly ansi: boolean;
  readonly verdict: GeneratedVerdict;
  readonly detail: string;
}

/** One of Spark's conditions, the overflow of an integer and a map's key that is NULL in DuckDB's own words. */
const CONDITION = /\[[A-Z_]{6,}[.\]]|Out of Range Error: Overflow (?:in|on) |Map keys can not be NULL/;

/** Statements over one pair of random tables. */
const PER_TABLES = 40;
/** Tables and statements that Spark is asked for before the last ones are judged: both sides work at the same time. */
const AHEAD = 2;

/** Of a run of `count` statements those from the one numbered `from` on (from the tables that it is over). */
export interface Extent {
  readonly seed: number;
  readonly count: number;
  readonly from?: number;
}

/** What statements answer here against Spark. */
async function* judgedStatements(spark: Judge, requests: Iterable<SparkRequest>): AsyncIterable<Judged> {
  const dialect = await createDialect();
  await using sides = new AsyncDisposableStack();
  const opened = new Map<string, Side>();
  const sideOf = async ({ ansi, stored = false }: SparkRequest): Promise<Side> => {
    const key = `${ansi} ${stored}`;
    const side = opened.get(key) ?? sides.use(await Side.open(dialect, ansi, stored));
    opened.set(key, side);
    return side;
  };
  const asked: { batch: SparkRequest; answers: Promise<readonly SparkAnswer[]> }[] = [];
  const batches = requests[Symbol.iterator]();
  for (;;) {
    while (asked.length < AHEAD) {
      const next = batches.next();
      if (next.done) break;
      const answers = spark.ask(next.value);
      // Where a run ends early nobody waits for what was asked ahead.
      answers.catch(() => undefined);
      asked.push({ batch: next.value, answers });
    }
    const first = asked.shift();
    if (!first) return;
    yield* (await sideOf(first.batch)).judged(first.batch, await first.answers, spark);
  }
}

/** Each statement with ANSI on and with ANSI off. */
export function* batchesOf({ seed, count, from = 0 }: Extent): Generator<SparkRequest, undefined> {
  for (let at = from - (from % PER_TABLES); at < count; at += PER_TABLES) {
    const random = seeded(seed * 1_000_003 + at);
    const both = tables(random);
    const sql = Array.from({ length: Math.min(PER_TABLES, count - at) }, () => statement(random));
    for (const ansi of [true, false]) yield { ansi, stored: true, tables: both, sql };
  }
}

/** The statements of a run, counted; `report` sees each of them as it is judged. */
export async function runGenerated(
  spark: Judge,
  requests: Iterable<SparkRequest>,
  report: (judged: Judged, counts: Counts) => void,
): Promise<Counts> {
  const counts: Counts = {
    same: 0,
    different: 0,
    refused: 0,
    failed: 0,
    stricter: 0,
    laxer: 0,
    unanswered: 0,
    raised: 0,
  };
  for await (const judged of judgedStatements(spark, requests)) {
    counts[judged.verdict] += 1;
    report(judged, counts);
  }
  return counts;
}

/** The dialect with ANSI on, or with ANSI off. */
class Side implements AsyncDisposable {
  readonly #session: GoldenSession;
  readonly #profile: ComputeProfile;

  private constructor(session: GoldenSession, profile: ComputeProfile) {
    this.#session = session;
    this.#profile = profile;
  }

  /** @param stored whether Spark's tables are stored, or views of VALUES. */
  static async open(dialect: Dialect, ansi: boolean, stored: boolean): Promise<Side> {
    const profile: ComputeProfile = { ansi, timeZone: 'America/Los_Angeles', decidedBy: 'test' };
    return new Side(await GoldenSession.open(dialect, { inMemory: !stored }), profile);
  }

  /** @param spark is asked again where the answer is of views of VALUES alone. */
  async *judged(request: SparkRequest, answers: readonly SparkAnswer[], spark: Judge): AsyncIterable<Judged> {
    const { ansi, tables: read, sql, stored } = request;
    for (const { name, query } of read) {
      await this.#session.run(`DROP TABLE IF EXISTS ${name}`, this.#profile);
      await this.#session.run(`CREATE TABLE ${name} AS ${query}`, this.#profile);
    }
    const setup = read.map(({ name, query }) => `CREATE OR REPLACE TEMPORARY VIEW ${name} AS ${query};\n`).join('');
    for (const [index, one] of sql.entries()) {
      const answer = answers[index];
      if (!answer) throw new Error('Spark has no answer to a statement');
      let judged = await this.#judge(one, answer);
      if (judged.verdict === 'different' && !stored && answer.schema === 'struct<>') {
        const [other] = await spark.ask({ ...request, stored: true, again: true, sql: [one] });
        const overStored = other && (await this.#judge(one, other));
        if (overStored?.verdict === 'same') judged = { ...judged, verdict: 'laxer' };
      }
      const changed = judged.verdict === 'different' ? await this.#changed(one, setup, answer) : undefined;
      const verdict =
        changed === undefined ? judged : { verdict: 'unanswered' as const, detail: `${changed}: ${judged.detail}` };
      yield { sql: setup + one, ansi, ...verdict };
    }
  }

  /** What has changed since the Spark that answered: the statement that says so has its answer, where there is one. */
  async #changed(one: string, setup: string, answer: SparkAnswer): Promise<string | undefined> {
    for (const { why, sql } of changedSince(one, setup, answer.output))
      if (sql === undefined || (await this.#judge(sql, answer)).verdict === 'same') return why;
    return undefined;
  }

  async #judge(sql: string, answer: SparkAnswer): Promise<Pick<Judged, 'verdict' | 'detail'>> {
    const { schema, output, defect } = answer;
    if (defect !== undefined) return { verdict: 'unanswered', detail: defect };
    const raises = schema === 'struct<>';
    // A function that the Spark which judges does not have yet, an exception of Java's that escaped from it, a plan of its own that it rejects,
    // or that a check of Spark's own tests rejects (`spark.testing`: the optimizer's rules must not find more to do the second time).
    if (raises && /UNRESOLVED_ROUTINE|MISSING_ATTRIBUTES|\n_LEGACY_ERROR_TEMP_2172$|\nUNKNOWN$/.test(output))
      return { verdict: 'unanswered', detail: output };
    const text = { instant: instantFormatter(this.#profile.timeZone), binary: 'UTF8' as const };
    // The judge of Spark's golden files hides ids of expressions and carriage returns, in our answers only: theirs have none.
    const masked = output.replace(/#\d+/g, '#x').replaceAll('\r', '\n');
    const { verdict, detail } = judge({ sql, schema, output: masked, raises }, await this.#outcome(sql), text);
    if (raises && verdict === 'refused') return { verdict: 'raised', detail };
    return { verdict: verdict === 'failed' && CONDITION.test(detail) ? 'stricter' : verdict, detail };
  }

  async #outcome(sql: string): Promise<Outcome> {
    try {
      return { kind: 'answer', answer: await this.#session.run(sql, this.#profile) };
    } catch (error) {
      return { kind: 'error', error };
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#session[Symbol.asyncDispose]();
  }
}
