import type { ScanReport } from '@medallion/core/validate/scan.generated.ts';

type Kind = ScanReport['items'][number]['kind'];

const titles: Readonly<Record<Kind, string>> = {
  task: 'Tasks',
  statement: 'SQL statements',
  activity: 'Activities',
  note: 'Notes',
};

const verdicts = { here: 'runs here', spark: 'needs Spark', refused: 'refused' } as const;

/** `12 tasks run here, 3 need Spark, 1 refused`, over tasks, statements and activities. */
export function scanTotals({ totals }: ScanReport): string {
  const all = [totals.tasks, totals.statements, totals.activities];
  const sum = (verdict: keyof typeof verdicts) => all.reduce((count, part) => count + part[verdict], 0);
  return `${sum('here')} run here, ${sum('spark')} need Spark, ${sum('refused')} refused.`;
}

/** The report as Markdown, totals first, what does not run before what does. Pure. */
export function scanDocument(folder: string, report: ScanReport): string {
  const { tasks, statements, activities } = report.totals;
  const rows = [
    ['Tasks', tasks],
    ['SQL statements', statements],
    ['Activities', activities],
  ] as const;
  const totals = rows.map(([name, count]) => `| ${name} | ${count.here} | ${count.spark} | ${count.refused} |`);
  const sections = (Object.keys(titles) as Kind[]).flatMap((kind) => section(kind, report.items));
  return [
    `# ${escaped(folder)}`,
    '',
    '| | runs here | needs Spark | refused |',
    '|---|---:|---:|---:|',
    ...totals,
    ...sections,
    '',
  ].join('\n');
}

const order = ['refused', 'spark', 'here'] as const;

function section(kind: Kind, items: ScanReport['items']): string[] {
  const own = items.filter((item) => item.kind === kind);
  if (own.length === 0) return [];
  const sorted = order.flatMap((verdict) => own.filter((item) => item.verdict === verdict));
  const lines = sorted.map(
    ({ name, file, line, verdict, code, reason }) =>
      `- **${verdicts[verdict]}** ${escaped(name)} (${escaped(file)}:${line})${reason === '' ? '' : `: ${escaped(reason)} [${code}]`}`,
  );
  return ['', `## ${titles[kind]}`, '', ...lines];
}

/** Names come from files: a line break or a mark of Markdown in one must not become structure. */
function escaped(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ').replaceAll(/[\\`*_[\]<>#|]/g, '\\$&');
}
