import type { Verdict } from './judge.ts';
import type { JudgedFile } from './run.ts';
import type { Totals } from './totals.ts';

/** Every statement of one verdict with its file, text and what is the matter. */
export function differences(files: readonly JudgedFile[], verdict: Verdict): string {
  return files
    .flatMap(({ file, judged }) =>
      judged
        .filter(({ judgement }) => judgement?.verdict === verdict)
        .map(
          ({ at, sql, judgement }) =>
            `## ${verdict} ${file} #${at + 1}\n${sql}\n   ${indented(judgement?.detail ?? '')}`,
        ),
    )
    .join('\n');
}

function indented(text: string): string {
  return text.replaceAll('\n', '\n   ');
}

/** Why what Spark answers is refused, the most frequent reason first. */
export function reasons(files: readonly JudgedFile[]): string {
  const counts = new Map<string, number>();
  for (const { judged } of files)
    for (const { judgement, raises } of judged)
      if (judgement?.verdict === 'refused' && !raises)
        counts.set(judgement.detail, (counts.get(judgement.detail) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([reason, count]) => `${String(count).padStart(5)} ${reason}`)
    .join('\n');
}

export function percent(part: number, whole: number): string {
  return whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)}%`;
}

export function summary({ totals, sparkRefuses, emptyResults, otherNames, excluded }: Totals): string {
  const { answered, same, different, refused, failed } = totals;
  return [
    `Spark answers ${answered}: same ${same} (${percent(same, answered)}), different ${different} (${percent(different, answered)}), refused ${refused}, failed ${failed}; other column names in ${otherNames}`,
    `Spark refuses ${sparkRefuses.total}: refused ${sparkRefuses.refused} (${percent(sparkRefuses.refused, sparkRefuses.total)}), answered ${sparkRefuses.missed}, failed ${sparkRefuses.failed}`,
    `Without rows ${emptyResults.total}: same ${emptyResults.same}, different ${emptyResults.different}, refused ${emptyResults.refused}, failed ${emptyResults.failed}`,
    `Excluded ${excluded.total} (${percent(excluded.answered, totals.answered + excluded.answered)} of what Spark answers): ${Object.entries(
      excluded.byReason,
    )
      .map(([reason, count]) => `${reason} ${count}`)
      .join(', ')}`,
  ].join('\n');
}
