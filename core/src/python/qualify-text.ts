import type { Span } from '../sql/syntax/problem.ts';
import type { StatementTokens } from '../sql/syntax/splitter.ts';

/** A replacement in a text. */
export interface Edit extends Span {
  readonly text: string;
}

/** What follows a QUALIFY's condition within its query. */
const after = new Set([
  'ORDER',
  'SORT',
  'CLUSTER',
  'DISTRIBUTE',
  'LIMIT',
  'OFFSET',
  'UNION',
  'INTERSECT',
  'EXCEPT',
  'MINUS',
  'WINDOW',
]);

/**
 * `SELECT <list> FROM ... QUALIFY <condition>` as a query around it that Spark 4.0 knows:
 * `SELECT * EXCEPT (_q) FROM (SELECT <list>, <condition> AS _q FROM ...) WHERE _q`.
 */
export function qualifyEdits(tokens: StatementTokens, text: string): readonly Edit[] {
  return tokens.flatMap((token, index) => {
    if (token.keyword !== 'QUALIFY' || token.kind !== 'word') return [];
    const select = before(tokens, index, 'SELECT');
    const from = select === undefined ? undefined : forward(tokens, select + 1, (word) => word === 'FROM');
    if (select === undefined || from === undefined || from > index) return [];
    const end = forward(tokens, index + 1, (word) => after.has(word)) ?? tokens.length - 1;
    const [first, last, start, stop] = [tokens[index + 1], tokens[end - 1], tokens[select], tokens[from]];
    if (!first || !last || !start || !stop) return [];
    const condition = text.slice(first.start, last.end);
    return [
      { start: start.start, end: start.start, text: 'SELECT * EXCEPT (_qualified) FROM (' },
      { start: stop.start, end: stop.start, text: `, (${condition}) AS _qualified ` },
      { start: token.start, end: last.end, text: ') WHERE _qualified' },
    ];
  });
}

/** The nearest word before `index` at its own depth of parentheses. */
function before(tokens: StatementTokens, index: number, word: string): number | undefined {
  let depth = 0;
  for (let at = index - 1; at >= 0; at--) {
    const token = tokens[at];
    if (token?.kind === 'operator' && token.text === ')') depth += 1;
    if (token?.kind === 'operator' && token.text === '(' && --depth < 0) return undefined;
    if (depth === 0 && token?.keyword === word) return at;
  }
  return undefined;
}

/** The first token from `from` on, at its depth, that fits; where the parentheses around it close, that place. */
function forward(tokens: StatementTokens, from: number, fits: (word: string) => boolean): number | undefined {
  let depth = 0;
  for (let at = from; at < tokens.length; at++) {
    const token = tokens[at];
    if (token?.kind === 'operator' && token.text === '(') depth += 1;
    if (token?.kind === 'operator' && token.text === ')' && --depth < 0) return at;
    if (depth === 0 && token && fits(token.keyword)) return at;
  }
  return undefined;
}
