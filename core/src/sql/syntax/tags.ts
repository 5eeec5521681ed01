import type { CatalogCommandNode } from './catalog-nodes.ts';
import { syntaxProblem } from './problem.ts';
import type { TokenStream } from './token-stream.ts';

type TagsNode = Extract<CatalogCommandNode, { kind: 'tags' }>;

/** `SET TAGS ('key' = 'value', 'key')` or `UNSET TAGS ('key')`; undefined where neither follows. @param column a column of what is named. */
export function parseTags(tokens: TokenStream, on: TagsNode['on'], column?: string): TagsNode | undefined {
  const sets = tokens.accept('SET', 'TAGS');
  if (!sets && !tokens.accept('UNSET', 'TAGS')) return undefined;
  const set = new Map<string, string>();
  const unset: string[] = [];
  tokens.parenthesized(() =>
    tokens.list(() => {
      const key = tagText(tokens);
      if (!sets) unset.push(key);
      else set.set(key, tokens.acceptOperator('=') ? tagText(tokens) : '');
    }),
  );
  return { kind: 'tags', on, column, set, unset };
}

function tagText(tokens: TokenStream): string {
  const token = tokens.next();
  if (token.kind !== 'string') throw syntaxProblem('Names and values of tags are strings.', token);
  return token.text;
}
