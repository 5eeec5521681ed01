import { isReserved, parseName, parseQualifiedName } from './names.ts';
import { parseGroupBy } from './grouping.ts';
import type { CommonTable, Name, Query, QueryBody, Select, SelectItem, Source, WindowSpecification } from './nodes.ts';
import { parsePipes } from './pipes.ts';
import { notEmulated, syntaxProblem } from './problem.ts';
import { parseSource, parseTableAlias, parseValuesRows } from './sources.ts';
import type { TokenStream } from './token-stream.ts';
import { parseArrangement, parseDirection, parseSortKeys, parseWindow } from './windows.ts';

/** `WITH ... SELECT ... UNION ... ORDER BY ... LIMIT ... OFFSET ...` */
export function parseQuery(tokens: TokenStream, parseWhole: (tokens: TokenStream) => QueryBody = parseSet): Query {
  const start = tokens.peek();
  const common = tokens.accept('WITH') ? parseWith(tokens) : [];
  const body = parseWhole(tokens);
  const arranged = parseArrangement(tokens);
  const ordered = tokens.accept('ORDER', 'BY');
  const all = ordered && tokens.sees('ALL') && !tokens.seesOperator('.', 1) && !tokens.seesOperator('(', 1);
  let orderByAll: Query['orderByAll'];
  if (all) {
    const token = tokens.next();
    const nothing = {
      kind: 'literal' as const,
      type: { kind: 'void' as const },
      value: null,
      start: token.start,
      end: token.end,
    };
    orderByAll = { expression: nothing, ...parseDirection(tokens) };
  }
  const orderBy = ordered && !all ? parseSortKeys(tokens) : (arranged ?? []);
  if (arranged && tokens.seesOneOf('ORDER', 'LIMIT', 'OFFSET'))
    throw notEmulated(`${tokens.peek().keyword} after SORT BY`, tokens.peek(), 'Use ORDER BY.');
  if (tokens.sees('WINDOW')) throw notEmulated('WINDOW after ORDER BY', tokens.peek());
  const limit = tokens.accept('LIMIT') && !tokens.accept('ALL') ? tokens.grammar.expression(tokens) : undefined;
  const offset = tokens.accept('OFFSET') ? tokens.grammar.expression(tokens) : undefined;
  const loose = arranged ? { arranged: true } : {};
  const query: Query = { with: common, body, orderBy, orderByAll, ...loose, limit, offset, ...tokens.spanFrom(start) };
  if (!tokens.seesOperator('|>')) return query;
  const piped = parsePipes(tokens, query, { item: parseItem, select: parsePipedSelect, term: parseTerm });
  // What WITH names is known to the pipes alone here.
  if (common.length > 0 || !tokens.seesOneOf('UNION', 'EXCEPT', 'MINUS', 'INTERSECT')) return piped;
  const left: QueryBody = { kind: 'nested', query: piped, ...tokens.spanFrom(start) };
  return parseQuery(tokens, () => parseSet(tokens, left));
}

/** What follows WITH. */
export function parseWith(tokens: TokenStream): CommonTable[] {
  const recursive = tokens.accept('RECURSIVE');
  return tokens.list(() => {
    const name = parseName(tokens);
    const columns = tokens.seesOperator('(') && !tokens.seesQuery(1) ? parseNameList(tokens) : undefined;
    const maxLevel = tokens.accept('MAX', 'RECURSION', 'LEVEL') ? parseLevel(tokens) : undefined;
    tokens.accept('AS');
    return { name, columns, recursive, maxLevel, query: tokens.parenthesized(() => parseQuery(tokens)) };
  });
}

function parseLevel(tokens: TokenStream): number {
  if (tokens.peek().kind !== 'number' || !/^\d+$/.test(tokens.peek().text)) throw tokens.unexpected('a whole number');
  return Number(tokens.next().text);
}

export function parseNameList(tokens: TokenStream): Name[] {
  return tokens.parenthesized(() => tokens.list(() => parseName(tokens)));
}

/** UNION and EXCEPT have one level, INTERSECT binds tighter. */
function parseSet(tokens: TokenStream, first?: QueryBody): QueryBody {
  const start = first ?? tokens.peek();
  let left = parseIntersect(tokens, first);
  while (tokens.seesOneOf('UNION', 'EXCEPT', 'MINUS')) {
    const operator = tokens.next().keyword === 'UNION' ? 'UNION' : 'EXCEPT';
    left = setNode(tokens, operator, left, parseIntersect, start.start);
  }
  return left;
}

function parseIntersect(tokens: TokenStream, first?: QueryBody): QueryBody {
  const start = first ?? tokens.peek();
  let left = first ?? parseTerm(tokens);
  while (tokens.accept('INTERSECT')) left = setNode(tokens, 'INTERSECT', left, parseTerm, start.start);
  return left;
}

function setNode(
  tokens: TokenStream,
  operator: 'UNION' | 'INTERSECT' | 'EXCEPT',
  left: QueryBody,
  term: (tokens: TokenStream) => QueryBody,
  start: number,
): QueryBody {
  const all = tokens.accept('ALL');
  if (!all) tokens.accept('DISTINCT');
  if (tokens.sees('BY', 'NAME')) throw notEmulated('BY NAME in a set operation', tokens.peek());
  const right = term(tokens);
  return { kind: 'set', operator, all, left, right, ...tokens.spanFrom({ start, end: start }) };
}

function parseTerm(tokens: TokenStream): QueryBody {
  const start = tokens.peek();
  if (tokens.seesOperator('(')) {
    const query = tokens.parenthesized(() => parseQuery(tokens));
    return { kind: 'nested', query, ...tokens.spanFrom(start) };
  }
  if (tokens.accept('VALUES')) {
    const rows = parseValuesRows(tokens);
    return { kind: 'values', rows, alias: parseTableAlias(tokens), ...tokens.spanFrom(start) };
  }
  if (tokens.seesOneOf('TABLE', 'FROM') && !tokens.seesOperator('(', 1)) return parseBare(tokens);
  if (tokens.sees('TABLE') || tokens.sees('FROM') || tokens.sees('MAP') || tokens.sees('REDUCE'))
    throw notEmulated(
      `A query that starts with ${tokens.peek().text.toUpperCase()}`,
      tokens.peek(),
      'Write SELECT ... FROM ...',
    );
  return parseSelect(tokens);
}

function parseTableName(tokens: TokenStream): Source {
  const parts = parseQualifiedName(tokens);
  const [first] = parts;
  const alias = { name: undefined, columns: undefined };
  const span = tokens.spanFrom(first ?? tokens.peek());
  return { kind: 'table', stream: false, pin: undefined, parts, alias, ...span };
}

/** `TABLE t`, or `FROM t` before pipes: all columns of a source. */
function parseBare(tokens: TokenStream): QueryBody {
  const start = tokens.next();
  const from = start.keyword === 'TABLE' ? parseTableName(tokens) : parseSource(tokens);
  if (start.keyword === 'FROM' && tokens.sees('SELECT')) return parseBodies(tokens, from) ?? parseBody(tokens, from);
  if (start.keyword === 'FROM' && !tokens.seesOperator('|>') && !tokens.isEnd() && !tokens.seesOperator(')'))
    throw notEmulated('FROM before SELECT', start, 'Write SELECT ... FROM ...');
  const span = tokens.spanFrom(start);
  const star: SelectItem = {
    expression: { kind: 'star', qualifier: [], except: [], ...span },
    alias: undefined,
    aliases: undefined,
    ...span,
  };
  return {
    kind: 'select',
    distinct: false,
    items: [star],
    from,
    where: undefined,
    groupBy: undefined,
    having: undefined,
    qualify: undefined,
    windows: new Map(),
    bare: true,
    ...span,
  };
}

/** `|> SELECT [DISTINCT] items [WINDOW ...]`: the other clauses are operators of their own. */
function parsePipedSelect(tokens: TokenStream): Select {
  const select = parseSelect(tokens);
  const extra = select.from ?? select.where ?? select.groupBy ?? select.having ?? select.qualify;
  if (extra) throw syntaxProblem('|> SELECT takes no further clauses.', extra);
  return select;
}

/** `FROM t SELECT a SELECT b`: the rows of each; undefined where there is one only. */
function parseBodies(tokens: TokenStream, from: Source): QueryBody | undefined {
  const mark = tokens.mark();
  const start = { start: from.start, end: from.start };
  let body: QueryBody = oneBody(tokens, from);
  if (!tokens.sees('SELECT')) {
    tokens.reset(mark);
    return undefined;
  }
  while (tokens.sees('SELECT')) {
    const right = oneBody(tokens, from);
    body = { kind: 'set', operator: 'UNION', all: true, left: body, right, ...tokens.spanFrom(start) };
  }
  return body;
}

/** Each may be ordered and cut for itself. */
function oneBody(tokens: TokenStream, from: Source): QueryBody {
  const start = tokens.peek();
  const query = parseQuery(tokens, (inner) => ({ ...withoutFrom(inner), from }));
  return query.orderBy.length > 0 || query.limit || query.offset || query.orderByAll
    ? { kind: 'nested', query, ...tokens.spanFrom(start) }
    : query.body;
}

function withoutFrom(tokens: TokenStream): Select {
  const select = parseSelect(tokens);
  if (select.from) throw syntaxProblem('This query has two FROM.', select.from);
  return select;
}

/** `SELECT ...` whose FROM stands before it. */
export function parseBody(tokens: TokenStream, from: Source): Select {
  const select = withoutFrom(tokens);
  if (tokens.sees('SELECT')) throw notEmulated('A second SELECT after one FROM', tokens.peek(), 'Write UNION ALL.');
  return { ...select, from };
}

function parseSelect(tokens: TokenStream): Select {
  const start = tokens.expect('SELECT');
  if (tokens.sees('TRANSFORM') && tokens.seesOperator('(', 1)) {
    let at = 2;
    while (!tokens.seesOperator(')', at) && tokens.peek(at).kind !== 'end') at++;
    if (tokens.peek(at + 1).keyword === 'USING') throw notEmulated('SELECT TRANSFORM ... USING', tokens.peek());
  }
  const distinct = tokens.accept('DISTINCT');
  if (!distinct) tokens.accept('ALL');
  const items = tokens.list(() => parseItem(tokens));
  const from = tokens.accept('FROM') ? parseSource(tokens) : undefined;
  const where = tokens.accept('WHERE') ? tokens.grammar.expression(tokens) : undefined;
  const groupBy = tokens.sees('GROUP', 'BY') ? parseGroupBy(tokens) : undefined;
  const having = tokens.accept('HAVING') ? tokens.grammar.expression(tokens) : undefined;
  const windows = new Map<string, WindowSpecification>();
  let qualify = tokens.accept('QUALIFY') ? tokens.grammar.expression(tokens) : undefined;
  if (tokens.accept('WINDOW')) {
    tokens.list(() => {
      const name = parseName(tokens);
      const { text } = name;
      if (windows.has(text.toLowerCase())) throw syntaxProblem(`The window ${text} is defined twice.`, name);
      tokens.expect('AS');
      windows.set(text.toLowerCase(), parseWindow(tokens));
    });
  }
  if (!qualify && tokens.accept('QUALIFY')) qualify = tokens.grammar.expression(tokens);
  return { kind: 'select', distinct, items, from, where, groupBy, having, qualify, windows, ...tokens.spanFrom(start) };
}

function parseItem(tokens: TokenStream): SelectItem {
  const start = tokens.peek();
  const expression = tokens.grammar.expression(tokens);
  const explicit = tokens.accept('AS');
  if (explicit && tokens.seesOperator('(')) {
    const aliases = parseNameList(tokens);
    return { expression, alias: undefined, aliases, ...tokens.spanFrom(start) };
  }
  const next = tokens.peek();
  const implicit = next.kind === 'quoted' || (next.kind === 'word' && !isReserved(next.keyword));
  const alias = explicit || implicit || next.kind === 'template' ? parseName(tokens) : undefined;
  return { expression, alias, aliases: undefined, ...tokens.spanFrom(start) };
}
