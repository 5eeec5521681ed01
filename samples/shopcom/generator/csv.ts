/** One line of CSV without its end (RFC 4180): quoted where a comma, a quote or a line end asks for it. */
export function csvLine(cells: readonly string[]): string {
  return cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',');
}

/** The cells of one line; an unclosed quote ends with the line, as a record never spans lines here. */
export function csvCells(line: string): string[] {
  if (!line.includes('"')) return line.split(',');
  const cells: string[] = [];
  let at = 0;
  while (at <= line.length) {
    const end = line.startsWith('"', at) ? closingQuote(line, at + 1) + 1 : at;
    const comma = line.indexOf(',', end);
    const stop = comma < 0 ? line.length : comma;
    cells.push(end > at ? line.slice(at + 1, Math.min(end - 1, stop)).replaceAll('""', '"') : line.slice(at, stop));
    at = stop + 1;
  }
  return cells;
}

function closingQuote(line: string, from: number): number {
  for (let at = line.indexOf('"', from); at >= 0; at = line.indexOf('"', at + 2)) {
    if (line[at + 1] !== '"') return at;
  }
  return line.length;
}
