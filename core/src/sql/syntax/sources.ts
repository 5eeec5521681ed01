import { callOf, parseCall } from './calls.ts';
import { isReserved, parseName, parseQualifiedName } from './names.ts';
import type { Call, Expression, JoinType, Name, Source, TableAlias, VersionPin } from './nodes.ts';
import { parsePivots } from './pivots.ts';
import type { Token } from './lexer.ts';
import { notEmulated, syntaxProblem } from './problem.ts';
import { nestedQuery } from './nested-queries.ts';
import { allOf, parseSample, sampled, sampledQuery } from './samples.ts';
import type { TokenStream } from './token-stream.ts';

/** What stands after FROM: relations between commas, joins, lateral views. */
export function parseSource(tokens: TokenStream): Source {
  const start = tokens.peek();
  let left = parseJoins(tokens);
  while (tokens.acceptOperator(',')) {
    const right = parseJoins(tokens);
    left = {
      kind: 'join',
      type: 'CROSS',
      left,
      right,
      on: undefined,
      using: undefined,
      natural: false,
      ...tokens.spanFrom(start),
    };
  }
  while (tokens.sees('LATERAL', 'VIEW')) left = parseLateralView(tokens, left);
  return left;
}

function parseJoins(tokens: TokenStream): Source {
  return parseJoinsOf(tokens, parsePivots(tokens, parsePrimarySource(tokens)), Infinity);
}

/** The joins that follow a source, at most so many. */
export function parseJoinsOf(tokens: TokenStream, first: Source, most: number): Source {
  const start = { start: first.start, end: first.start };
  let left = first;
  for (let count = 0; count < most; count++) {
    const join = joinStart(tokens);
    if (!join) break;
    const right = parsePrimarySource(tokens);
    const on = tokens.accept('ON') ? tokens.grammar.expression(tokens) : undefined;
    const using =
      !on && tokens.accept('USING') ? tokens.parenthesized(() => tokens.list(() => parseName(tokens))) : undefined;
    left = parsePivots(tokens, { kind: 'join', ...join, left, right, on, using, ...tokens.spanFrom(start) });
  }
  return left;
}

const JOINS: readonly (readonly [readonly string[], JoinType])[] = [
  [['LEFT', 'SEMI'], 'LEFT SEMI'],
  [['SEMI'], 'LEFT SEMI'],
  [['LEFT', 'ANTI'], 'LEFT ANTI'],
  [['ANTI'], 'LEFT ANTI'],
  [['LEFT', 'OUTER'], 'LEFT'],
  [['LEFT'], 'LEFT'],
  [['RIGHT', 'OUTER'], 'RIGHT'],
  [['RIGHT'], 'RIGHT'],
  [['FULL', 'OUTER'], 'FULL'],
  [['FULL'], 'FULL'],
  [['CROSS'], 'CROSS'],
  [['INNER'], 'INNER'],
  [[], 'INNER'],
];

function joinStart(tokens: TokenStream): { type: JoinType; natural: boolean } | undefined {
  const mark = tokens.mark();
  const natural = tokens.accept('NATURAL');
  const found = JOINS.find(([words]) => tokens.accept(...words, 'JOIN'));
  if (found && natural && found[1] === 'CROSS')
    throw syntaxProblem('[INCOMPATIBLE_JOIN_TYPES] A join is NATURAL or CROSS.', tokens.peek());
  if (found) return { type: found[1], natural };
  tokens.reset(mark);
  return undefined;
}

function parsePrimarySource(tokens: TokenStream): Source {
  const start = tokens.peek();
  const lateral = tokens.sees('LATERAL') && !tokens.sees('LATERAL', 'VIEW') && tokens.accept('LATERAL');
  if (lateral && !tokens.seesOperator('(')) return lateralFunction(tokens, start);
  if (tokens.seesOperator('(')) return parseParenthesized(tokens, lateral);
  if (tokens.accept('VALUES')) {
    const rows = parseValuesRows(tokens);
    return { kind: 'values', rows, alias: parseTableAlias(tokens), ...tokens.spanFrom(start) };
  }
  const relation = streamed(tokens) ?? parseRelation(tokens, false);
  const sample = relation.kind === 'tableFunction' ? undefined : parseSample(tokens);
  const alias = parseTableAlias(tokens);
  if (tokens.sees('TABLESAMPLE')) throw tokens.unexpected('TABLESAMPLE before the alias');
  const span = tokens.spanFrom(start);
  if (!sample) return { ...relation, alias, ...span };
  const all: Source = { ...relation, alias: { name: undefined, columns: undefined }, ...span };
  return sampled(all, sample, alias.name ? alias : { ...alias, name: ownName(relation) }, span);
}

/** `LATERAL explode(t.list) AS x(item)` */
function lateralFunction(tokens: TokenStream, start: Token): Source {
  const relation = parseRelation(tokens, false);
  if (relation.kind !== 'tableFunction') throw syntaxProblem('LATERAL takes a table function or a query.', start);
  return { ...relation, lateral: true, alias: parseTableAlias(tokens), ...tokens.spanFrom(start) };
}

type Relation =
  | Omit<Extract<Source, { kind: 'table' }>, 'alias' | 'start' | 'end'>
  | Omit<Extract<Source, { kind: 'tableFunction' }>, 'alias' | 'start' | 'end'>;

/** `STREAM orders`, `STREAM read_files(...)`, `STREAM(orders)`; without a name after it, stream is a table's name. */
function streamed(tokens: TokenStream): Relation | undefined {
  if (!tokens.sees('STREAM')) return undefined;
  const next = tokens.peek(1);
  const named = ['quoted', 'template', 'word'].includes(next.kind) && !isReserved(next.keyword);
  if (!named && !tokens.seesOperator('(', 1)) return undefined;
  tokens.next();
  return named ? parseRelation(tokens, true) : tokens.parenthesized(() => parseRelation(tokens, true));
}

function parseRelation(tokens: TokenStream, stream: boolean): Relation {
  const start = tokens.peek();
  const parts = parseQualifiedName(tokens);
  const last = parts.at(-1);
  if (last && tokens.seesOperator('(')) {
    const span = tokens.spanFrom(start);
    const call = callOf(tokens, last.text, parts.length > 1 ? last : span, parts.slice(0, -1));
    if (call.kind !== 'call') throw notEmulated('This table function', call);
    return { kind: 'tableFunction', call, stream };
  }
  return { kind: 'table', parts, stream, pin: parseAtPin(tokens) ?? parsePin(tokens) };
}

/** `[FOR] {VERSION | SYSTEM_VERSION} AS OF n`, `[FOR] {TIMESTAMP | SYSTEM_TIME} AS OF t` */
export function parsePin(tokens: TokenStream): VersionPin | undefined {
  const mark = tokens.mark();
  tokens.accept('FOR');
  const kinds = {
    VERSION: 'version',
    SYSTEM_VERSION: 'version',
    TIMESTAMP: 'timestamp',
    SYSTEM_TIME: 'timestamp',
  } as const;
  for (const [word, kind] of Object.entries(kinds))
    if (tokens.accept(word, 'AS', 'OF')) return { kind, value: tokens.grammar.expression(tokens) };
  tokens.reset(mark);
  return undefined;
}

/** Delta's short forms: `t@v3`, and `t@yyyyMMddHHmmssSSS`, a time of the session's zone. */
function parseAtPin(tokens: TokenStream): VersionPin | undefined {
  if (!tokens.seesOperator('@')) return undefined;
  const start = tokens.next();
  const { text } = tokens.next();
  const span = tokens.spanFrom(start);
  const [, version] = /^v(\d+)$/i.exec(text) ?? [];
  if (version !== undefined)
    return { kind: 'version', value: { kind: 'literal', type: { kind: 'int' }, value: version, ...span } };
  const [, year, month, day, hour, minute, second, millis] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{3})$/.exec(text) ?? [];
  if (!year) throw syntaxProblem('A version stands behind a name as @v3, a time as @yyyyMMddHHmmssSSS.', span);
  const value = `${year}-${month}-${day} ${hour}:${minute}:${second}.${millis}`;
  return { kind: 'timestamp', value: { kind: 'literal', type: { kind: 'string' }, value, ...span } };
}

function ownName(relation: Relation): Name | undefined {
  return relation.kind === 'table' ? relation.parts.at(-1) : undefined;
}

function parseParenthesized(tokens: TokenStream, lateral: boolean): Source {
  const start = tokens.peek();
  if ((tokens.seesQuery(1) && !valuesInJoin(tokens)) || nestedQuery(tokens)) {
    const query = tokens.parenthesized(() => tokens.grammar.query(tokens));
    const sample = parseSample(tokens);
    const sampled = sample ? sampledQuery(query, sample) : query;
    return { kind: 'subquery', query: sampled, lateral, alias: parseTableAlias(tokens), ...tokens.spanFrom(start) };
  }
  const source = tokens.parenthesized(() => parseSource(tokens));
  const sample = parseSample(tokens);
  const alias = parseTableAlias(tokens);
  const span = tokens.spanFrom(start);
  if (sample) return sampled(source, sample, alias, span);
  return alias.name ? allOf(source, alias, span) : source;
}

/** `(VALUES (1) AS a(x) JOIN ...)` is no query. */
function valuesInJoin(tokens: TokenStream): boolean {
  if (!tokens.sees('VALUES') && tokens.peek(1).keyword !== 'VALUES') return false;
  const mark = tokens.mark();
  tokens.next();
  tokens.next();
  parseValuesRows(tokens);
  parseTableAlias(tokens);
  const joins = joinStart(tokens) !== undefined || tokens.seesOperator(',');
  tokens.reset(mark);
  return joins;
}

export function parseTableAlias(tokens: TokenStream): TableAlias {
  const explicit = tokens.accept('AS');
  // Columns may have names where the table has none.
  if (explicit && tokens.seesOperator('(')) return { name: undefined, columns: nameList(tokens) };
  const next = tokens.peek();
  // What begins the next part of `FROM t INSERT INTO ...` is no alias.
  const inserts = tokens.sees('INSERT', 'INTO') || tokens.sees('INSERT', 'OVERWRITE');
  const implicit = next.kind === 'quoted' || (next.kind === 'word' && !isReserved(next.keyword) && !inserts);
  if (!explicit && !implicit) return { name: undefined, columns: undefined };
  const name = parseName(tokens);
  return { name, columns: tokens.seesOperator('(') ? nameList(tokens) : undefined };
}

function nameList(tokens: TokenStream): Name[] {
  return tokens.parenthesized(() => tokens.list(() => parseName(tokens)));
}

export function parseValuesRows(tokens: TokenStream): (readonly Expression[])[] {
  return tokens.list(() => {
    const one = tokens.grammar.expression(tokens);
    return one.kind === 'row' ? one.items : [one];
  });
}

/** `LATERAL VIEW [OUTER] explode(x) t AS a, b` */
function parseLateralView(tokens: TokenStream, input: Source): Source {
  const start = tokens.expect('LATERAL', 'VIEW');
  const outer = tokens.accept('OUTER');
  const call = parseCall(tokens);
  if (call.kind !== 'call') throw notEmulated('This generator', call);
  const named =
    tokens.peek().kind !== 'end' &&
    !tokens.sees('AS') &&
    !tokens.sees('LATERAL') &&
    !isReserved(tokens.peek().keyword) &&
    tokens.peek().kind !== 'operator';
  const name = named ? parseName(tokens) : undefined;
  const columns = tokens.accept('AS') ? tokens.list(() => parseName(tokens)) : undefined;
  const generator: Call = call;
  return { kind: 'lateralView', input, call: generator, outer, alias: { name, columns }, ...tokens.spanFrom(start) };
}
