import type { TokenStream } from './token-stream.ts';

const GO_ON = ['UNION', 'EXCEPT', 'MINUS', 'INTERSECT', 'ORDER', 'SORT', 'CLUSTER', 'DISTRIBUTE', 'LIMIT', 'OFFSET'];

/**
 * `((SELECT ...) UNION ...)` is a query, `((SELECT ...) t JOIN ...)` is none: what follows the inner one tells.
 * @param from where the outer parenthesis opens, in tokens from here
 * @param alone whether `((SELECT ...))` is one too
 */
export function nestedQuery(tokens: TokenStream, from = 0, alone = true): boolean {
  let ahead = from;
  while (tokens.seesOperator('(', ahead)) ahead++;
  if (ahead < from + 2 || !tokens.seesQuery(ahead)) return false;
  let depth = 0;
  for (let at = from + 1; tokens.peek(at).kind !== 'end'; at++) {
    if (tokens.seesOperator('(', at)) depth++;
    if (tokens.seesOperator(')', at)) depth--;
    if (depth > 0) continue;
    const { keyword } = tokens.peek(at + 1);
    return GO_ON.includes(keyword) || (alone && tokens.seesOperator(')', at + 1)) || tokens.seesOperator('|>', at + 1);
  }
  return false;
}
