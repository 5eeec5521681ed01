import type { QueryResult } from '@medallion/core/engine/contract.ts';

type Cells = readonly (readonly (string | number | boolean | null)[])[];

const widest = 40;

/** A small table in plain text: numbers to the right, text to the left, long cells cut with an ellipsis. */
export function textTable(headers: readonly string[], rows: Cells): string {
  const texts = rows.map((row) => row.map(cellText));
  const widths = headers.map((header, i) => Math.max(header.length, ...texts.map((row) => row[i]?.length ?? 0)));
  const right = headers.map((_, i) => rows.length > 0 && rows.every((row) => isNumeric(row[i])));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (right[i] === true ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [line(headers), rule, ...texts.map(line)].join('\n');
}

export function resultTable(result: QueryResult): string {
  const table = textTable(
    result.columns.map(({ name }) => name),
    result.rows,
  );
  const count = `${result.rows.length} row${result.rows.length === 1 ? '' : 's'}`;
  return `${table}\n(${result.truncated ? `first ${count}; more exist` : count})`;
}

function cellText(cell: string | number | boolean | null | undefined): string {
  if (cell === null || cell === undefined) return 'NULL';
  // Control characters would move a terminal's cursor: data must not draw.
  // eslint-disable-next-line no-control-regex
  const text = String(cell).replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ');
  return text.length > widest ? `${text.slice(0, widest - 1)}…` : text;
}

function isNumeric(cell: string | number | boolean | null | undefined): boolean {
  return cell === null || typeof cell === 'number' || (typeof cell === 'string' && /^-?\d+(\.\d+)?$/.test(cell));
}
