import type { Token } from './lexer.ts';

/** The tokens of one statement, without its semicolon, closed by an `end` token. */
export type StatementTokens = readonly Token[];

const BLOCK_WORDS = new Set(['IF', 'CASE', 'LOOP', 'WHILE', 'FOR', 'REPEAT']);

/** Cuts a script at its semicolons; a `BEGIN ... END` compound statement stays whole. */
export function splitStatements(tokens: readonly Token[]): StatementTokens[] {
  const statements: Token[][] = [];
  let current: Token[] = [];
  const depth = new BlockDepth();
  const close = (at: number): void => {
    if (current.length > 0) statements.push([...current, { kind: 'end', text: '', keyword: '', start: at, end: at }]);
    current = [];
  };
  for (const token of tokens) {
    if (token.kind === 'end') close(token.start);
    else if (token.text === ';' && token.kind === 'operator' && depth.outside()) {
      close(token.start);
    } else {
      depth.read(token, current.at(-1), current[0]);
      current.push(token);
    }
  }
  return statements;
}

/** How deep in a compound statement's blocks the reader stands; zero where none was opened. */
class BlockDepth {
  #depth = 0;

  outside(): boolean {
    return this.#depth === 0;
  }

  read(token: Token, previous: Token | undefined, first: Token | undefined): void {
    const { keyword } = token;
    if (this.#depth === 0) {
      const routine = first?.keyword === 'CREATE' && previous?.keyword !== 'AS';
      if (keyword === 'BEGIN' && (!previous || (routine && previous.kind === 'word'))) this.#depth = 1;
      return;
    }
    // `END IF`, `END CASE`, ... close what their word would otherwise open.
    if (previous?.keyword === 'END') return;
    const starts = previous?.text === ';' || /^(BEGIN|THEN|ELSE|DO|LOOP|REPEAT)$/.test(previous?.keyword ?? '');
    if (keyword === 'BEGIN' || keyword === 'CASE' || (BLOCK_WORDS.has(keyword) && (starts || previous?.text === ':')))
      this.#depth++;
    else if (keyword === 'END') this.#depth--;
  }
}
