import { STRING } from '../types/spark-type.ts';
import { parseName } from './names.ts';
import type { Call, Expression, Name } from './nodes.ts';
import { notEmulated, type Span } from './problem.ts';
import type { TokenStream } from './token-stream.ts';
import { parseType } from './types.ts';
import { parseSortKeys, parseWindow } from './windows.ts';

/** A function call with all its forms: `CAST(a AS t)`, `trim(BOTH 'x' FROM s)`, `count(DISTINCT a) FILTER (WHERE c) OVER w`. */
export function parseCall(tokens: TokenStream, qualifier: readonly Name[] = []): Expression {
  const name = tokens.next();
  switch (qualifier.length > 0 ? '' : name.keyword) {
    case 'CAST':
    case 'TRY_CAST':
      return parseCast(tokens, name.start, name.keyword === 'TRY_CAST');
    case 'EXTRACT':
      return parseExtract(tokens, name.start);
    default:
  }
  return callOf(tokens, name.text, name, qualifier);
}

/** What follows a function's name. */
export function callOf(tokens: TokenStream, text: string, name: Span, qualifier: readonly Name[]): Expression {
  const nameSpan = { start: name.start, end: name.end };
  const { args, named, distinct, callName } = parseArguments(tokens, text);
  let ignoreNulls = acceptNulls(tokens);
  const inside = ignoreNulls;
  tokens.expectOperator(')');
  const withinGroup = tokens.accept('WITHIN', 'GROUP')
    ? tokens.parenthesized(() => (tokens.expect('ORDER', 'BY'), parseSortKeys(tokens)))
    : undefined;
  const filter = tokens.accept('FILTER')
    ? tokens.parenthesized(() => (tokens.expect('WHERE'), tokens.grammar.expression(tokens)))
    : undefined;
  if (!inside) ignoreNulls = acceptNulls(tokens);
  const over = tokens.accept('OVER') ? parseWindow(tokens) : undefined;
  return {
    kind: 'call',
    ...(qualifier.length > 0 ? { qualifier } : {}),
    name: callName,
    nameSpan,
    args,
    named,
    distinct,
    ignoreNulls,
    ...(filter ? { filter } : {}),
    ...(withinGroup ? { withinGroup } : {}),
    ...(over ? { over } : {}),
    ...tokens.spanFrom(qualifier[0] ?? name),
  };
}

function acceptNulls(tokens: TokenStream): boolean {
  if (tokens.accept('IGNORE', 'NULLS')) return true;
  tokens.accept('RESPECT', 'NULLS');
  return false;
}

interface Arguments extends Pick<Call, 'named' | 'distinct'> {
  readonly args: Expression[];
  readonly callName: string;
}

function parseArguments(tokens: TokenStream, callName: string): Arguments {
  tokens.expectOperator('(');
  const named: { name: string; value: Expression }[] = [];
  if (tokens.seesOperator(')')) return { args: [], named, distinct: false, callName };
  const special = specialArguments(tokens, callName.toLowerCase());
  if (special) return { ...special, named, distinct: false };
  const distinct = tokens.accept('DISTINCT');
  if (!distinct) tokens.accept('ALL');
  const args: Expression[] = [];
  const aliases: (Name | undefined)[] = [];
  tokens.list(() => {
    if (['word', 'quoted'].includes(tokens.peek().kind) && tokens.seesOperator('=>', 1)) {
      const name = tokens.next().text.toLowerCase();
      tokens.next();
      named.push({ name, value: tokens.grammar.expression(tokens) });
    } else args.push(tokens.grammar.expression(tokens));
    if (tokens.sees('AS') && callName.toLowerCase() !== 'struct')
      throw notEmulated(`An alias inside ${callName}()`, tokens.peek(), 'Use named_struct.');
    aliases.push(tokens.accept('AS') ? parseName(tokens) : undefined);
  });
  if (aliases.some((alias) => alias !== undefined))
    return { args: namedFields(args, aliases), named, distinct, callName: 'named_struct' };
  const [only] = args;
  if (only && args.length === 1 && callName.toLowerCase() === 'position' && only.kind === 'in')
    throw tokens.unexpected(',');
  return { args, named, distinct, callName };
}

/** `struct(a AS x, b)` as named_struct has it. */
function namedFields(args: readonly Expression[], aliases: readonly (Name | undefined)[]): Expression[] {
  return args.flatMap((arg, at): Expression[] => {
    const own = arg.kind === 'column' ? arg.parts.at(-1)?.text : arg.kind === 'field' ? arg.field.text : undefined;
    const value = aliases[at]?.text ?? own ?? `col${at + 1}`;
    return [{ kind: 'literal', type: STRING, value, start: arg.start, end: arg.end }, arg];
  });
}

/** The forms with words inside the parentheses become plain calls of the same function. */
function specialArguments(tokens: TokenStream, name: string): { args: Expression[]; callName: string } | undefined {
  if (name === 'trim') return trimArguments(tokens);
  if (name === 'substring' || name === 'substr') {
    const mark = tokens.mark();
    const text = tokens.grammar.expression(tokens);
    if (!tokens.accept('FROM')) {
      tokens.reset(mark);
      return undefined;
    }
    const args = [text, tokens.grammar.expression(tokens)];
    if (tokens.accept('FOR')) args.push(tokens.grammar.expression(tokens));
    return { args, callName: name };
  }
  if (name === 'overlay') {
    const mark = tokens.mark();
    const args = [tokens.grammar.expression(tokens)];
    if (tokens.accept('PLACING')) {
      args.push(tokens.grammar.expression(tokens));
      tokens.expect('FROM');
      args.push(tokens.grammar.expression(tokens));
      if (tokens.accept('FOR')) args.push(tokens.grammar.expression(tokens));
      return { args, callName: name };
    }
    tokens.reset(mark);
  }
  if (name === 'position' && tokens.peek().kind === 'string' && tokens.peek(1).keyword === 'IN') {
    const part = tokens.next();
    tokens.expect('IN');
    const text = tokens.grammar.expression(tokens);
    return {
      args: [{ kind: 'literal', type: STRING, value: part.text, start: part.start, end: part.end }, text],
      callName: 'locate',
    };
  }
  return undefined;
}

/** `trim(BOTH 'x' FROM s)` is `btrim(s, 'x')`; LEADING and TRAILING are ltrim and rtrim with Spark's argument order. */
function trimArguments(tokens: TokenStream): { args: Expression[]; callName: string } | undefined {
  const mark = tokens.mark();
  const side = tokens.seesOneOf('BOTH', 'LEADING', 'TRAILING') ? tokens.next().keyword : undefined;
  const first = side !== undefined && tokens.sees('FROM') ? undefined : tokens.grammar.expression(tokens);
  if (!tokens.accept('FROM')) {
    tokens.reset(mark);
    return undefined;
  }
  const text = tokens.grammar.expression(tokens);
  const callName = side === 'LEADING' ? 'trim leading' : side === 'TRAILING' ? 'trim trailing' : 'trim both';
  return { args: first ? [text, first] : [text], callName };
}

function parseCast(tokens: TokenStream, start: number, trying: boolean): Expression {
  tokens.expectOperator('(');
  const operand = tokens.grammar.expression(tokens);
  tokens.expect('AS');
  const type = parseType(tokens);
  tokens.expectOperator(')');
  return { kind: 'cast', operand, type, trying, ...tokens.spanFrom({ start, end: start }) };
}

function parseExtract(tokens: TokenStream, start: number): Expression {
  tokens.expectOperator('(');
  const field = tokens.next();
  tokens.expect('FROM');
  const source = tokens.grammar.expression(tokens);
  tokens.expectOperator(')');
  return { kind: 'extract', field: field.text, source, ...tokens.spanFrom({ start, end: start }) };
}
