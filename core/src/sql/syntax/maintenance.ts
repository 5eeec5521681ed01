import { parseName, parseQualifiedName } from './names.ts';
import { notEmulated, syntaxProblem } from './problem.ts';
import { parsePin } from './sources.ts';
import type { StatementNode } from './statement-nodes.ts';
import type { TokenStream } from './token-stream.ts';

/** What follows `DESCRIBE HISTORY`. */
export function parseHistory(tokens: TokenStream): StatementNode {
  const target = parseQualifiedName(tokens);
  return { kind: 'describe', what: 'history', target, limit: tokens.accept('LIMIT') ? wholeNumber(tokens) : undefined };
}

/** What follows `DESCRIBE DETAIL`. */
export function parseDetail(tokens: TokenStream): StatementNode {
  return { kind: 'describe', what: 'detail', target: parseQualifiedName(tokens), limit: undefined };
}

/** What follows `OPTIMIZE`. */
export function parseOptimize(tokens: TokenStream): StatementNode {
  const target = parseQualifiedName(tokens);
  if (tokens.sees('FULL')) throw notEmulated('OPTIMIZE ... FULL', tokens.peek());
  if (tokens.sees('WHERE'))
    throw notEmulated('OPTIMIZE ... WHERE', tokens.peek(), 'Leave it out: all partitions are compacted.');
  const zOrderBy = tokens.accept('ZORDER', 'BY') ? names(tokens) : [];
  return { kind: 'optimize', target, zOrderBy };
}

function names(tokens: TokenStream): string[] {
  const list = (): string[] => tokens.list(() => parseName(tokens).text);
  return tokens.seesOperator('(') ? tokens.parenthesized(list) : list();
}

/** What follows `RESTORE`: `[TABLE] t [TO] VERSION AS OF 3`. */
export function parseRestore(tokens: TokenStream): StatementNode {
  tokens.accept('TABLE');
  const target = parseQualifiedName(tokens);
  tokens.accept('TO');
  const pin = parsePin(tokens);
  if (!pin) throw tokens.unexpected('VERSION AS OF or TIMESTAMP AS OF');
  return { kind: 'restore', target, pin };
}

/** What follows `VACUUM`. */
export function parseVacuum(tokens: TokenStream): StatementNode {
  const target = parseQualifiedName(tokens);
  if (tokens.seesOneOf('LITE', 'FULL', 'USING'))
    throw notEmulated(`VACUUM ... ${tokens.peek().keyword}`, tokens.peek());
  const hours = tokens.accept('RETAIN') ? wholeNumber(tokens) : undefined;
  if (hours !== undefined) tokens.expect('HOURS');
  return { kind: 'vacuum', target, retainHours: hours, dryRun: tokens.accept('DRY', 'RUN') };
}

/** `SET key = value` of the settings that statements here heed; `undefined` where it is none of them. */
export function parseSetting(tokens: TokenStream): StatementNode {
  const start = tokens.peek();
  let key = '';
  while (!tokens.seesOperator('=') && !tokens.isEnd()) key += tokens.next().text;
  if (!heeded.has(key.toLowerCase()) || !tokens.acceptOperator('='))
    throw notEmulated(
      `SET ${key}`,
      tokens.spanFrom(start),
      "Say it in the task's compute (medallion.yaml or spark_conf).",
    );
  return { kind: 'set', key: key.toLowerCase(), value: tokens.next().text.toLowerCase() };
}

const heeded = new Set([
  'spark.databricks.delta.retentiondurationcheck.enabled',
  'spark.sql.sources.partitionoverwritemode',
]);

function wholeNumber(tokens: TokenStream): number {
  const token = tokens.next();
  if (token.kind !== 'number' || !/^\d+$/.test(token.text)) throw syntaxProblem('A whole number stands here.', token);
  return Number(token.text);
}
