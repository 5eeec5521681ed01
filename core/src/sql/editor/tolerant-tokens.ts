import { type Token, tokenize } from '../syntax/lexer.ts';
import { ProblemError } from '../syntax/problem.ts';
import { splitStatements, type StatementTokens } from '../syntax/splitter.ts';

/** The statements of a text that is being typed; what never ends (a string, a comment) is left out. */
export interface TypedText {
  readonly statements: readonly StatementTokens[];
  /** Where a string, a quoted name or a comment begins that never ends. */
  readonly unfinished: number | undefined;
}

export function typedText(text: string): TypedText {
  try {
    return { statements: splitStatements(tokenize(text)), unfinished: undefined };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const { start } = error.problem.span;
    return { statements: start < text.length ? typedText(text.slice(0, start)).statements : [], unfinished: start };
  }
}

/** The statement that an offset stands in or right behind; undefined between statements. */
export function statementAt({ statements }: TypedText, offset: number): StatementTokens | undefined {
  return statements.find((tokens) => (tokens[0]?.start ?? 0) <= offset && (tokens.at(-1)?.start ?? 0) >= offset);
}

/** The place of each token's opening parenthesis among the tokens; -1 outside all. */
export function openers(tokens: readonly Token[]): readonly number[] {
  const open: number[] = [];
  return tokens.map((token, at) => {
    const around = open.at(-1) ?? -1;
    if (token.kind !== 'operator') return around;
    if (token.text === '(') open.push(at);
    else if (token.text === ')') open.pop();
    return token.text === ')' ? (open.at(-1) ?? -1) : around;
  });
}
