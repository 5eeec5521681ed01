import { styleText } from 'node:util';
import type { ScanItem, ScanReport, VerdictCounts } from './scan.generated.ts';

const words = { here: 'runs here', spark: 'needs Spark', refused: 'refused' } as const;
const colours = { here: 'green', spark: 'yellow', refused: 'red' } as const;

/** The report as lines for people: the totals first, then each file's items with their lines. */
export function renderScan(report: ScanReport, options: { readonly colour: boolean }): readonly string[] {
  const paint = (verdict: ScanItem['verdict'], text: string): string =>
    options.colour ? styleText(colours[verdict], text, { validateStream: false }) : text;
  const { tasks, statements, activities } = report.totals;
  const lines = [
    `${''.padEnd(16)}${Object.values(words)
      .map((word) => word.padStart(12))
      .join('')}`,
    totalLine('job tasks', tasks),
    totalLine('SQL statements', statements),
    totalLine('activities', activities),
  ];
  for (const [file, items] of groups(report.items)) {
    lines.push('', file);
    for (const item of items) {
      const where = String(item.line).padStart(6);
      const reason = item.reason === '' ? '' : `  ${item.reason} [${item.code}]`;
      // A note that refuses nothing is only a remark.
      const word = item.kind === 'note' && item.verdict === 'here' ? 'note' : words[item.verdict];
      lines.push(`${where}  ${paint(item.verdict, word.padEnd(11))}  ${item.kind} ${item.name}${reason}`);
    }
  }
  if (report.items.length === 0) lines.push('', 'No Databricks bundle and no Data Factory folder was found.');
  return lines;
}

function totalLine(name: string, counts: VerdictCounts): string {
  const cells = [counts.here, counts.spark, counts.refused].map((count) => String(count).padStart(12));
  return `${name.padEnd(16)}${cells.join('')}`;
}

function groups(items: readonly ScanItem[]): ReadonlyMap<string, readonly ScanItem[]> {
  const groups = new Map<string, ScanItem[]>();
  for (const item of items) {
    const group = groups.get(item.file);
    if (group) group.push(item);
    else groups.set(item.file, [item]);
  }
  return groups;
}
