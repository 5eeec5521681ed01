import type { JudgedFile } from './run.ts';
import type { Judged } from './worker.ts';

export interface Counts {
  readonly same: number;
  readonly different: number;
  readonly refused: number;
  readonly failed: number;
}

export interface Totals {
  /** Statements that Spark answers with at least one row. */
  readonly totals: Counts & { readonly answered: number };
  readonly sparkRefuses: {
    readonly total: number;
    readonly refused: number;
    /** Answered here: a silent difference too. */
    readonly missed: number;
    readonly failed: number;
  };
  /** Statements that Spark answers without a row: queries that find nothing, definitions. */
  readonly emptyResults: Counts & { readonly total: number };
  /** Answers of `same` that name a column otherwise. */
  readonly otherNames: number;
  readonly excluded: {
    readonly total: number;
    /** Of those, what Spark answers with rows. */
    readonly answered: number;
    readonly byReason: Readonly<Record<string, number>>;
  };
}

export function totalsOf(files: readonly JudgedFile[]): Totals {
  const all = files.flatMap(({ judged }) => judged);
  const asked = all.filter(({ excluded }) => excluded === undefined);
  const set = all.filter(({ excluded }) => excluded !== undefined);
  const raising = asked.filter(({ raises }) => raises);
  const empty = asked.filter((one) => one.empty);
  const answered = asked.filter(({ raises, empty: nothing }) => !raises && !nothing);
  const byReason: Record<string, number> = {};
  for (const { excluded } of all) if (excluded !== undefined) byReason[excluded] = (byReason[excluded] ?? 0) + 1;
  const refusals = countsOf(raising);
  return {
    totals: { answered: answered.length, ...countsOf(answered) },
    sparkRefuses: {
      total: raising.length,
      refused: refusals.refused,
      missed: refusals.different,
      failed: refusals.failed,
    },
    emptyResults: { total: empty.length, ...countsOf(empty) },
    otherNames: answered.filter(({ judgement }) => judgement?.otherNames).length,
    excluded: { total: set.length, answered: set.filter((one) => !one.raises && !one.empty).length, byReason },
  };
}

function countsOf(judged: readonly Judged[]): Counts {
  const count = (verdict: keyof Counts): number =>
    judged.filter(({ judgement }) => judgement?.verdict === verdict).length;
  return { same: count('same'), different: count('different'), refused: count('refused'), failed: count('failed') };
}
