import { instantFormatter } from '@medallion/core/engine/child/instant.ts';
import type { ComputeProfile } from '@medallion/core/sql/contract.ts';
import { createDialect } from '@medallion/core/sql/dialect.ts';
import { seeded } from '../../random.ts';
import { judge, type Outcome, type Verdict } from '../golden/judge.ts';
import { GoldenSession } from '../golden/session.ts';
import type { SparkJudge } from './spark-judge.ts';
import { statement, tables } from './statements.ts';

export interface Counts extends Record<Verdict, number> {
  /** Statements that Spark raises for. */
  raised: number;
  /** Raised here by one of Spark's conditions where Spark answers: it looks at an operand only where the other is not NULL. */
  stricter: number;
  /** Spark itself failed: there is nothing to compare with. */
  unanswered: number;
}

export interface Found {
  readonly sql: string;
  readonly ansi: boolean;
  readonly detail: string;
}

export interface GeneratedRun {
  readonly counts: Counts;
  readonly different: readonly Found[];
  readonly failed: readonly Found[];
}

/** Statements over one pair of random tables. */
const perTables = 25;

/** `count` statements with ANSI on and as many with ANSI off: what they answer here against Spark. */
export async function runGenerated(
  spark: SparkJudge,
  seed: number,
  count: number,
  report: (done: number) => void = () => undefined,
): Promise<GeneratedRun> {
  const dialect = await createDialect();
  const counts: Counts = { same: 0, different: 0, refused: 0, failed: 0, raised: 0, stricter: 0, unanswered: 0 };
  const found: Record<'different' | 'failed', Found[]> = { different: [], failed: [] };
  for (const ansi of [true, false]) {
    await using session = await GoldenSession.open(dialect);
    const profile: ComputeProfile = { ansi, timeZone: 'America/Los_Angeles', decidedBy: 'test' };
    const text = { instant: instantFormatter(profile.timeZone), binary: 'UTF8' as const };
    for (let at = 0; at < count; at += perTables) {
      const random = seeded(seed * 1_000_003 + at);
      const setup = tables(random);
      const sql = Array.from({ length: Math.min(perTables, count - at) }, () => statement(random));
      for (const one of setup) await session.run(one, profile);
      const answers = await spark.ask(ansi, setup, sql);
      for (const [index, one] of sql.entries()) {
        const { schema = '', output = '', defect } = answers[index] ?? {};
        if (defect !== undefined) {
          counts.unanswered += 1;
          continue;
        }
        const raises = schema === 'struct<>';
        const { verdict, detail } = judge(
          { sql: one, schema, output, raises },
          await outcome(session, one, profile),
          text,
        );
        const stricter = verdict === 'failed' && /\[[A-Z_]{6,}[.\]]/.test(detail);
        counts[stricter ? 'stricter' : verdict] += 1;
        if (raises) counts.raised += 1;
        if (verdict === 'different' || (verdict === 'failed' && !stricter))
          found[verdict].push({ sql: `${setup.join(';\n')};\n${one}`, ansi, detail });
      }
      report(at + sql.length + (ansi ? 0 : count));
    }
  }
  return { counts, ...found };
}

async function outcome(session: GoldenSession, sql: string, profile: ComputeProfile): Promise<Outcome> {
  try {
    return { kind: 'answer', answer: await session.run(sql, profile) };
  } catch (error) {
    return { kind: 'error', error };
  }
}
