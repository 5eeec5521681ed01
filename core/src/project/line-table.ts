import type { SourcePosition, SourceRange } from '../base/diagnostic.ts';

/** Turns offsets of one text into lines and columns. */
export interface LineTable {
  position(offset: number): SourcePosition;
  range(start: number, end: number): SourceRange;
}

export function createLineTable(file: string, text: string): LineTable {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  const position = (offset: number): SourcePosition => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
  return { position, range: (start, end) => ({ file, start: position(start), end: position(end) }) };
}
