import { constantText, parseName, parseQualifiedName } from './names.ts';
import type { CommonTable, Query } from './nodes.ts';
import { notEmulated, type Span } from './problem.ts';
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
  if (tokens.sees('REPLACE') && !tokens.sees('REPLACE', 'WHERE'))
    throw notEmulated(`INSERT ... REPLACE ${tokens.peek(1).text.toUpperCase()}`, tokens.peek(), 'Write REPLACE WHERE.');
  const replaceWhere = tokens.accept('REPLACE', 'WHERE') ? tokens.grammar.expression(tokens) : undefined;
  if (replaceWhere && mode === 'overwrite') throw tokens.unexpected('INSERT INTO before REPLACE WHERE');
  const byNameFirst = tokens.accept('BY', 'NAME');
  const starts = ['SELECT', 'WITH', 'VALUES', 'FROM'].includes(tokens.peek(1).keyword);
  const columns =
    tokens.seesOperator('(') && !starts && !tokens.seesOperator('(', 1) ? parseNameList(tokens) : undefined;
  const byName = byNameFirst || tokens.accept('BY', 'NAME');
  return { kind: 'insert', target, mode, columns, byName, partition, replaceWhere, query: query(tokens) };
}

/** `(p = 'a', q = NULL)`; a column without a value takes it from the query, like every other. */
function parsePartition(tokens: TokenStream): ReadonlyMap<string, string | null | undefined> {
  const values = new Map<string, string | null | undefined>();
  tokens.parenthesized(() =>
    tokens.list(() => {
      const name = parseName(tokens).text;
      if (!tokens.acceptOperator('=')) return;
      const value = tokens.grammar.expression(tokens);
      values.set(name, value.kind === 'literal' && value.value === null ? null : constantText(value));
    }),
  );
  return values;
}
