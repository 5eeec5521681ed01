import type { StatementTokens } from '../sql/syntax/splitter.ts';
import type { Token } from '../sql/syntax/lexer.ts';
import { ProblemError } from '../sql/syntax/problem.ts';
import type { Edit } from './qualify-text.ts';

/** A `read_files` call; its arguments are expressions of SQL, which Spark evaluates. */
export interface FilesCall {
  /** The temporary view that stands for it. */
  readonly view: string;
  readonly path: string;
  readonly options: Readonly<Record<string, string>>;
  /** The statement speaks of `_metadata`. */
  readonly usesMetadata: boolean;
}

export function filesCalls(
  tokens: StatementTokens,
  text: string,
  statement: number,
): readonly { readonly call: FilesCall; readonly edit: Edit }[] {
  const usesMetadata = tokens.some(({ kind, text: word }) => kind !== 'string' && word.toLowerCase() === '_metadata');
  return tokens.flatMap((token, index) => {
    if (token.keyword !== 'READ_FILES' || tokens[index + 1]?.text !== '(') return [];
    if (usesMetadata) refuseStar(tokens);
    const { parts, end } = argumentsOf(tokens, index + 1);
    const view = `__read_files_${statement}_${index}`;
    const [path = '', ...named] = parts.map((part) => text.slice(part[0]?.start ?? 0, part.at(-1)?.end ?? 0));
    const options = Object.fromEntries(
      parts
        .slice(1)
        .map((part, at) => [
          part[0]?.text.toLowerCase() ?? '',
          (named[at] ?? '').slice((part[1]?.end ?? 0) - (part[0]?.start ?? 0)).trim(),
        ]),
    );
    return [{ call: { view, path, options, usesMetadata }, edit: { start: token.start, end, text: view } }];
  });
}

/** The tokens of each argument of the call whose parenthesis stands at `open`. */
function argumentsOf(tokens: StatementTokens, open: number): { parts: Token[][]; end: number } {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens.slice(open)) {
    if (token.kind === 'operator' && token.text === ')' && --depth === 0) return { parts, end: token.end };
    if (depth === 1 && token.kind === 'operator' && token.text === ',') parts.push([]);
    else if (depth > 0) parts.at(-1)?.push(token);
    if (token.kind === 'operator' && token.text === '(') depth += 1;
  }
  return { parts, end: tokens.at(-1)?.end ?? 0 };
}

/** The view holds `_metadata` as a column like any other, which a star must not show. */
function refuseStar(tokens: StatementTokens): void {
  const star = tokens.find(({ text }, index) => text === '*' && /^(SELECT|,|\.)$/i.test(tokens[index - 1]?.text ?? ''));
  if (!star) return;
  throw new ProblemError({
    code: 'python.sql-not-emulated',
    message: 'read_files with both * and _metadata does not run on Spark here.',
    nextStep: 'Name the columns.',
    span: star,
  });
}
