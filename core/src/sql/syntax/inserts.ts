import { constantText, parseName, parseQualifiedName } from './names.ts';
import type { CommonTable, Name, Query } from './nodes.ts';
import { notEmulated, ProblemError, type Span, syntaxProblem } from './problem.ts';
import { parseBody, parseNameList, parseQuery, parseWith } from './queries.ts';
import { parseSource } from './sources.ts';
import type { StatementNode } from './statement-nodes.ts';
import type { TokenStream } from './token-stream.ts';

type InsertNode = Extract<StatementNode, { kind: 'insert' }>;

/** A query, or an INSERT after the WITH or the FROM of its query. */
export function parseQueryOrInsert(tokens: TokenStream): StatementNode {
  const [first, second] = insertsIn(tokens);
  if (!first) return { kind: 'query', query: parseQuery(tokens) };
  if (second) throw notEmulated('A second INSERT after one FROM', second, 'Write each INSERT with its own query.');
  const common = tokens.accept('WITH') ? parseWith(tokens) : [];
  if (!tokens.accept('FROM')) return withTables(parseInsert(tokens), common);
  const from = parseSource(tokens);
  const insert = parseInsert(tokens, (inner) => parseQuery(inner, (again) => parseBody(again, from)));
  return withTables(insert, common);
}

/** Each INSERT that stands outside of parentheses. */
function insertsIn(tokens: TokenStream): Span[] {
  const found: Span[] = [];
  let depth = 0;
  for (let ahead = 0; tokens.peek(ahead).kind !== 'end'; ahead++) {
    if (tokens.seesOperator('(', ahead)) depth++;
    if (tokens.seesOperator(')', ahead)) depth--;
    const next = tokens.peek(ahead + 1).keyword;
    if (depth === 0 && tokens.peek(ahead).keyword === 'INSERT' && (next === 'INTO' || next === 'OVERWRITE'))
      found.push(tokens.peek(ahead));
  }
  return found;
}

/** The tables of a WITH before INSERT are its query's. */
function withTables(insert: InsertNode, common: readonly CommonTable[]): InsertNode {
  const { query } = insert;
  return common.length === 0 ? insert : { ...insert, query: { ...query, with: [...common, ...query.with] } };
}

/** `INSERT {INTO | OVERWRITE} ...` @param query reads what is inserted. */
export function parseInsert(tokens: TokenStream, query: (tokens: TokenStream) => Query = parseQuery): InsertNode {
  tokens.expect('INSERT');
  const mode = tokens.accept('OVERWRITE') ? 'overwrite' : 'append';
  if (mode === 'append') tokens.expect('INTO');
  tokens.accept('TABLE');
  if (tokens.seesOneOf('DIRECTORY', 'LOCAL')) throw notEmulated('INSERT OVERWRITE DIRECTORY', tokens.peek());
  const target = parseQualifiedName(tokens);
  const partition = tokens.accept('PARTITION') ? parsePartition(tokens) : undefined;
  if (tokens.sees('IF', 'NOT', 'EXISTS')) throw notEmulated('IF NOT EXISTS in INSERT', tokens.peek());
  const nameFirst = tokens.accept('BY', 'NAME');
  if (tokens.sees('AS') || [0, 1].some((at) => seesAt(tokens, at, 'REPLACE', 'ON')))
    throw notEmulated('INSERT ... REPLACE ON', tokens.peek(), 'Write REPLACE USING, REPLACE WHERE or MERGE.');
  const replaces = tokens.sees('REPLACE') ? tokens.peek() : undefined;
  const replaceWhere = tokens.accept('REPLACE', 'WHERE') ? tokens.grammar.expression(tokens) : undefined;
  const replaceUsing = tokens.accept('REPLACE', 'USING') ? parseNameList(tokens).map(({ text }) => text) : undefined;
  if (replaces && (mode === 'overwrite' || partition))
    throw syntaxProblem('REPLACE stands in INSERT INTO, without PARTITION.', replaces);
  const byNameFirst = nameFirst || tokens.accept('BY', 'NAME');
  const starts = ['SELECT', 'WITH', 'VALUES', 'FROM'].includes(tokens.peek(1).keyword);
  const columns =
    tokens.seesOperator('(') && !starts && !tokens.seesOperator('(', 1) ? parseNameList(tokens) : undefined;
  refuseTwice(columns ?? []);
  const byName = byNameFirst || tokens.accept('BY', 'NAME');
  const rows = { target, mode, columns, byName, partition, replaceWhere, replaceUsing } as const;
  return { kind: 'insert', ...rows, query: query(tokens) };
}

function seesAt(tokens: TokenStream, at: number, ...keywords: readonly string[]): boolean {
  return keywords.every((keyword, ahead) => tokens.peek(at + ahead).keyword === keyword);
}

/** @throws ProblemError for a column that is named twice. */
function refuseTwice(names: readonly Name[]): void {
  const seen = new Set<string>();
  for (const { text, start, end } of names) {
    if (seen.has(text.toLowerCase()))
      throw new ProblemError({
        code: 'sql.duplicate-column',
        message: `The column ${text} is named twice.`,
        span: { start, end },
        nextStep: 'Name it once.',
      });
    seen.add(text.toLowerCase());
  }
}

/** `(p = 'a', q = NULL)`; a column without a value takes it from the query, like every other. */
function parsePartition(tokens: TokenStream): ReadonlyMap<string, string | null | undefined> {
  const values = new Map<string, string | null | undefined>();
  const seen: Name[] = [];
  tokens.parenthesized(() =>
    tokens.list(() => {
      const named = parseName(tokens);
      const name = named.text;
      seen.push(named);
      refuseTwice(seen);
      if (!tokens.acceptOperator('=')) return;
      const value = tokens.grammar.expression(tokens);
      values.set(name, value.kind === 'literal' && value.value === null ? null : constantText(value));
    }),
  );
  return values;
}
