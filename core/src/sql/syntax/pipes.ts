import { parseName } from './names.ts';
import type { Expression, GroupBy, Name, Query, QueryBody, Select, SelectItem, Source } from './nodes.ts';
import { notEmulated, type Span, syntaxProblem } from './problem.ts';
import { ordinal } from './ordinal.ts';
import { parsePivots } from './pivots.ts';
import { parseSample, sampled } from './samples.ts';
import { parseJoinsOf } from './sources.ts';
import type { TokenStream } from './token-stream.ts';
import { parseArrangement, parseSortKeys } from './windows.ts';

/** What a pipe hands on: a source whose names the next operator sees, and an order that only the result keeps. */
interface Flow {
  readonly source: Source;
  readonly tail: Pick<Query, 'orderBy' | 'limit' | 'offset'>;
}

/** The rules of plain queries that pipes need. */
export interface PipeGrammar {
  readonly item: (tokens: TokenStream) => SelectItem;
  readonly select: (tokens: TokenStream) => Select;
  /** A term of UNION and the like. */
  readonly term: (tokens: TokenStream) => QueryBody;
}

const NO_TAIL: Flow['tail'] = { orderBy: [], limit: undefined, offset: undefined };

function starItem(span: Span, changed: Partial<Extract<Expression, { kind: 'star' }>> = {}): SelectItem {
  const { start, end } = span;
  const expression: Expression = { kind: 'star', qualifier: [], except: [], ...changed, start, end };
  return { expression, alias: undefined, aliases: undefined, start, end };
}

function selectFrom(source: Source, items: readonly SelectItem[], span: Span, more: Partial<Select> = {}): Select {
  const { start, end } = span;
  return {
    kind: 'select',
    distinct: false,
    items,
    from: source,
    where: undefined,
    groupBy: undefined,
    having: undefined,
    qualify: undefined,
    windows: new Map(),
    ...more,
    start,
    end,
  };
}

function queryOf(body: QueryBody, tail: Flow['tail'] = NO_TAIL): Query {
  return { with: [], body, orderByAll: undefined, ...tail, start: body.start, end: body.end };
}

/** The next operator's input: its columns keep the names of the relations that they come from, unless it has one of its own. */
function asSource(body: QueryBody, name?: Name, tail?: Flow['tail']): Source {
  const { start, end } = body;
  const alias = { name, columns: undefined };
  return { kind: 'subquery', query: queryOf(body, tail), alias, lateral: false, keepsNames: !name, start, end };
}

/** `query |> operator |> operator ...` as nested queries. */
export function parsePipes(tokens: TokenStream, query: Query, grammar: PipeGrammar): Query {
  const start = { start: query.start, end: query.start };
  const bare = bareSource(query);
  let flow: Flow = {
    source: bare ?? {
      kind: 'subquery',
      query,
      alias: { name: undefined, columns: undefined },
      lateral: false,
      keepsNames: true,
      ...start,
    },
    tail: NO_TAIL,
  };
  while (tokens.acceptOperator('|>')) flow = parseOperator(tokens, flow, grammar);
  // What orders the whole stands after all pipes.
  if (tokens.sees('ORDER', 'BY') || tokens.seesOneOf('LIMIT', 'OFFSET'))
    flow = parseTail(tokens, { source: settled(flow, start), tail: NO_TAIL }, true);
  const span = tokens.spanFrom(start);
  const wraps = flow.source.kind === 'subquery' && !flow.source.alias.columns && isEmpty(flow.tail);
  if (wraps && flow.source.kind === 'subquery')
    return { ...flow.source.query, with: [...query.with, ...flow.source.query.with] };
  return { ...queryOf(selectFrom(flow.source, [starItem(span)], span), flow.tail), with: query.with };
}

/** `FROM t`: nothing but a source. */
function bareSource({ body, orderBy, limit, offset }: Query): Source | undefined {
  if (body.kind !== 'select' || !body.bare || orderBy.length > 0 || limit || offset) return undefined;
  return body.from;
}

function isEmpty({ orderBy, limit, offset }: Flow['tail']): boolean {
  return orderBy.length === 0 && !limit && !offset;
}

/** The source with its order and limit put inside. */
function settled(flow: Flow, span: Span): Source {
  if (isEmpty(flow.tail)) return flow.source;
  return asSource(selectFrom(flow.source, [starItem(span)], span), undefined, flow.tail);
}

function parseOperator(tokens: TokenStream, flow: Flow, grammar: PipeGrammar): Flow {
  const start = tokens.peek();
  if (tokens.sees('ORDER', 'BY') || tokens.seesOneOf('LIMIT', 'OFFSET')) return parseTail(tokens, flow);
  const source = settled(flow, start);
  const done = (next: Source): Flow => ({ source: next, tail: NO_TAIL });
  const projected = (items: readonly SelectItem[], more?: Partial<Select>): Flow =>
    done(asSource(selectFrom(source, items, tokens.spanFrom(start), more)));
  if (tokens.sees('SELECT')) return done(asSource({ ...grammar.select(tokens), from: source, pipe: 'SELECT' }));
  if (tokens.accept('EXTEND')) {
    const items = tokens.list(() => grammar.item(tokens));
    const star = items.find(({ expression }) => expression.kind === 'star');
    if (star) throw syntaxProblem('|> EXTEND takes no *.', star);
    return projected([starItem(start), ...items], { pipe: 'EXTEND' });
  }
  if (tokens.accept('SET'))
    return tokens
      .list(() => assignment(tokens))
      .reduce((at, one) => assigned(at, one, tokens.spanFrom(start)), done(source));
  if (tokens.accept('DROP')) {
    const except = tokens.list(() => [parseName(tokens)]);
    return projected([starItem(start, { except })]);
  }
  if (tokens.accept('WHERE')) {
    const where = tokens.grammar.expression(tokens);
    return projected([starItem(start)], { where, pipe: 'WHERE' });
  }
  if (tokens.accept('AS')) return done(asSource(selectFrom(source, [starItem(start)], start), parseName(tokens)));
  if (tokens.accept('AGGREGATE')) return parseAggregate(tokens, source, start, grammar);
  if (tokens.seesOneOf('UNION', 'EXCEPT', 'MINUS', 'INTERSECT'))
    return done(asSource(setOperation(tokens, source, start, grammar)));
  const orderBy = parseArrangement(tokens);
  if (orderBy) return done(settled({ source, tail: { ...NO_TAIL, orderBy } }, start));
  if (tokens.seesOneOf('PIVOT', 'UNPIVOT')) return done(onePivot(tokens, source));
  const sample = parseSample(tokens);
  if (sample) return done(sampled(source, sample, { name: undefined, columns: undefined }, tokens.spanFrom(start)));
  const joined = parseJoinsOf(tokens, source, 1);
  if (joined !== source) return done(joined);
  throw notEmulated(`The pipe operator |> ${start.text.toUpperCase()}`, start, 'Write it as SELECT with subqueries.');
}

function onePivot(tokens: TokenStream, source: Source): Source {
  const pivoted = parsePivots(tokens, source);
  if (pivoted === source) throw tokens.unexpected('(');
  return pivoted;
}

function parseTail(tokens: TokenStream, flow: Flow, last = false): Flow {
  const start = tokens.peek();
  if (tokens.accept('ORDER', 'BY')) {
    const source = settled(flow, start);
    const tail = { ...NO_TAIL, orderBy: parseSortKeys(tokens) };
    if (last) return parseTail(tokens, { source, tail });
    if (tokens.seesOneOf('LIMIT', 'OFFSET')) throw tokens.unexpected('|> before LIMIT');
    return { source, tail };
  }
  const cut = flow.tail.limit ?? flow.tail.offset;
  const open: Flow = cut ? { source: settled(flow, start), tail: NO_TAIL } : flow;
  const limit = tokens.accept('LIMIT') && !tokens.accept('ALL') ? tokens.grammar.expression(tokens) : undefined;
  const offset = tokens.accept('OFFSET') ? tokens.grammar.expression(tokens) : undefined;
  return { source: open.source, tail: { ...open.tail, limit, offset } };
}

interface Assignment {
  readonly name: Name;
  readonly expression: Expression;
}

function assignment(tokens: TokenStream): Assignment {
  const name = parseName(tokens);
  if (tokens.seesOperator('.')) throw notEmulated('SET of a field', tokens.peek(), 'Build the struct anew.');
  tokens.expectOperator('=');
  return { name, expression: tokens.grammar.expression(tokens) };
}

/** Each assignment sees what those before it made. */
function assigned({ source }: Flow, one: Assignment, span: Span): Flow {
  const items = [starItem(span, { replace: [one] })];
  return { source: asSource(selectFrom(source, items, span, { pipe: 'SET' })), tail: NO_TAIL };
}

/** The keys come first, then what is computed of each group. */
function parseAggregate(tokens: TokenStream, source: Source, start: Span, grammar: PipeGrammar): Flow {
  const grouped = (): boolean => tokens.sees('GROUP', 'BY');
  const aggregates = grouped() ? [] : tokens.list(() => grammar.item(tokens));
  const keys = tokens.accept('GROUP', 'BY') ? tokens.list(() => inputColumn(grammar.item(tokens))) : [];
  const [first] = keys;
  if (first && tokens.seesOneOf('WITH', 'GROUPING'))
    throw notEmulated('This GROUP BY in |> AGGREGATE', first, 'Name the columns.');
  const span = tokens.spanFrom(start);
  const groupBy: GroupBy | undefined =
    keys.length > 0
      ? { kind: 'expressions', expressions: keys.map(({ expression }) => expression), sets: [], ...span }
      : undefined;
  const select = selectFrom(source, [...keys, ...aggregates], span, { groupBy, pipe: 'AGGREGATE' });
  return { source: asSource(select), tail: NO_TAIL };
}

/** `GROUP BY 1` in AGGREGATE is the input's first column. */
function inputColumn(item: SelectItem): SelectItem {
  const at = ordinal(item.expression);
  if (at === undefined) return item;
  const { start, end } = item.expression;
  return { ...item, expression: { kind: 'inputColumn', at, start, end } };
}

function setOperation(tokens: TokenStream, source: Source, start: Span, grammar: PipeGrammar): QueryBody {
  const word = tokens.next().keyword;
  const operator = word === 'UNION' || word === 'INTERSECT' ? word : 'EXCEPT';
  const all = tokens.accept('ALL');
  if (!all) tokens.accept('DISTINCT');
  if (tokens.sees('BY', 'NAME')) throw notEmulated('BY NAME in a set operation', tokens.peek());
  const left = selectFrom(source, [starItem(start)], start);
  const right = grammar.term(tokens);
  return { kind: 'set', operator, all, left, right, ...tokens.spanFrom(start) };
}
