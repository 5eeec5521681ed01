import { BOOLEAN, STRING, VOID } from '../types/spark-type.ts';
import { callOf, parseCall } from './calls.ts';
import { type Token, tokenize } from './lexer.ts';
import { typedLiteral } from './datetime-literals.ts';
import { numberLiteral, stringLiteral } from './literals.ts';
import { intervalLiteral } from './intervals.ts';
import { identifierClause, isReserved, parameterValue, parseColumnName, parseName, quotedText } from './names.ts';
import type { Expression, Name, PathStep } from './nodes.ts';
import { notEmulated, ProblemError, type Span, syntaxProblem } from './problem.ts';
import type { Typed } from '../translate/typed.ts';
import { nestedQuery } from './nested-queries.ts';
import type { TokenStream } from './token-stream.ts';
import { collationWritten, parseType } from './types.ts';

/** Reserved words that are also functions' names. */
const CALLABLE = new Set(['LEFT', 'RIGHT', 'LIKE', 'ILIKE', 'RLIKE', 'REGEXP', 'SET']);
/** Functions that stand without parentheses. */
const BARE_CALLS = new Set([
  'CURRENT_DATE',
  'CURRENT_TIMESTAMP',
  'CURRENT_USER',
  'CURRENT_TIME',
  'LOCALTIMESTAMP',
  'SESSION_USER',
  'USER',
]);

/** A value and what follows it directly: `a.b`, `a[0]`, `a:b.c`, `a::int`, `a?::int`. */
export function parsePostfix(tokens: TokenStream): Expression {
  const start = tokens.peek();
  return parseAfter(tokens, parsePrimary(tokens), start);
}

/** What follows a value directly. @param start where the value starts. */
export function parseAfter(tokens: TokenStream, value: Expression, start: Token): Expression {
  let left = value;
  for (;;) {
    const trying = tokens.acceptTryCast();
    if (trying || tokens.acceptOperator('::')) {
      const type = parseType(tokens);
      left = { kind: 'cast', operand: left, type, trying, ...tokens.spanFrom(start) };
    } else if (tokens.acceptOperator('[')) {
      const index = tokens.grammar.expression(tokens);
      tokens.expectOperator(']');
      left = { kind: 'index', operand: left, index, ...tokens.spanFrom(start) };
    } else if (tokens.seesOperator('.')) {
      tokens.next();
      left = { kind: 'field', operand: left, field: parseName(tokens), ...tokens.spanFrom(start) };
    } else if (tokens.seesOperator(':') && tokens.peek(1).kind !== 'end') {
      const steps = jsonPath(tokens);
      left = { kind: 'path', operand: left, steps, ...tokens.spanFrom(start) };
    } else if (tokens.sees('COLLATE')) {
      left = collated(tokens, left, start);
    } else return left;
  }
}

/** `a COLLATE UTF8_LCASE` is Spark's function of that name. */
function collated(tokens: TokenStream, operand: Expression, start: Token): Expression {
  const word = tokens.expect('COLLATE');
  const { text, ...span } = collationWritten(tokens);
  const name: Expression = { kind: 'literal', type: STRING, value: text, start: span.start, end: span.end };
  const call = { kind: 'call', name: 'collate', nameSpan: word, args: [operand, name], named: [] } as const;
  return { ...call, distinct: false, ignoreNulls: false, ...tokens.spanFrom(start) };
}

/** `:a.b[0]['c'][*]` */
function jsonPath(tokens: TokenStream): PathStep[] {
  tokens.expectOperator(':');
  const steps: PathStep[] = [];
  do {
    if (tokens.acceptOperator('[')) {
      steps.push(bracketed(tokens));
      tokens.expectOperator(']');
    } else {
      const name = tokens.peek().kind === 'word' ? tokens.nameFrom(tokens.next()) : parseName(tokens);
      // Open Spark splits the name at its dots, Databricks does not.
      if (/[.[]/.test(name.text)) throw notEmulated('A name with a dot in a JSON path', name, "Write it as ['a.b'].");
      steps.push({ kind: 'name', text: name.text });
    }
  } while (tokens.seesOperator('[') || tokens.acceptOperator('.'));
  return steps;
}

function bracketed(tokens: TokenStream): PathStep {
  if (tokens.acceptOperator('*')) return { kind: 'all' };
  const token = tokens.next();
  if (token.kind === 'string') return { kind: 'key', text: token.text };
  if (token.kind !== 'number' || !/^\d+$/.test(token.text))
    throw syntaxProblem('In the brackets of a JSON path stands a key in quotes, a whole number or *.', token);
  return { kind: 'index', at: Number(token.text) };
}

/** One value, without what may follow it. */
export function parsePrimary(tokens: TokenStream): Expression {
  const token = tokens.peek();
  switch (token.kind) {
    case 'number':
      tokens.next();
      return numberLiteral(token, false, token.start);
    case 'string':
      return stringLiteral(tokens);
    case 'template':
      return template(tokens);
    case 'operator':
      return parseOperatorStart(tokens);
    case 'word':
      return typedLiteral(tokens) ?? parseWord(tokens);
    case 'binary':
      return typedLiteral(tokens) ?? parseColumn(tokens);
    case 'quoted':
      return tokens.seesOperator('(', 1) ? parseCall(tokens) : parseColumn(tokens);
    case 'end':
      throw tokens.unexpected('an expression');
  }
}

/**
 * A bare `{{p}}` is a string, which Databricks puts in quotes itself: `{{target}} = "prod"`, `IDENTIFIER({{schema}})`. A value that is
 * one number, one string in quotes or one name in backticks is read as that.
 */
function template(tokens: TokenStream): Expression {
  const token = tokens.next();
  const span = { start: token.start, end: token.end };
  const value = parameterValue(tokens, token.text, token);
  if (value === undefined) return { kind: 'parameter', name: token.text, value, ...span };
  const sole = soleToken(value);
  tokens.substitute(token, sole ? value : quotedText(value));
  if (sole?.kind === 'number') return { ...numberLiteral(sole, false, 0), ...span };
  if (sole?.kind === 'quoted') return { kind: 'column', parts: [{ text: sole.text, ...span }], ...span };
  return { kind: 'literal', type: STRING, value: sole?.text ?? value, ...span };
}

/** The one token of a value that Databricks SQL would read as a number, a string or a quoted name. */
function soleToken(value: string): Token | undefined {
  if (!/^\s*[\d.'"`]/.test(value)) return undefined;
  try {
    const [only, end] = tokenize(value);
    return end?.kind === 'end' && ['number', 'string', 'quoted'].includes(only?.kind ?? '') ? only : undefined;
  } catch (error) {
    // A text that begins like a string and never ends is a text.
    if (error instanceof ProblemError) return undefined;
    throw error;
  }
}

function parseOperatorStart(tokens: TokenStream): Expression {
  const token = tokens.peek();
  switch (token.text) {
    case ':': {
      tokens.next();
      const name = parseName(tokens);
      const span = tokens.spanFrom(token);
      const passed = tokens.outside?.names.parameter(name.text);
      if (passed) return passedParameter(name.text, passed, span);
      const value = parameterValue(tokens, name.text, span);
      if (value !== undefined) tokens.substitute(span, quotedText(value));
      return { kind: 'parameter', name: name.text, value, ...span };
    }
    case '*':
      tokens.next();
      return star(tokens, [], token.start);
    case '(':
      return parseParenthesis(tokens);
    case '?': {
      const name = `?${tokens.questionMarks()}`;
      tokens.next();
      const passed = tokens.outside?.names.parameter(name);
      if (!passed) throw notEmulated('A parameter without a name', token, 'Use a named parameter: :name.');
      return passedParameter(name, passed, token);
    }
    default:
      throw tokens.unexpected('an expression');
  }
}

/** A value of EXECUTE IMMEDIATE ... USING. */
function passedParameter(name: string, { literal, type }: Typed, { start, end }: Span): Expression {
  const value = type.kind === 'string' && typeof literal === 'string' ? literal : undefined;
  return { kind: 'parameter', name, value, start, end };
}

function parseParenthesis(tokens: TokenStream): Expression {
  const start = tokens.peek();
  const lambda = tryLambda(tokens);
  if (lambda) return lambda;
  const nested = nestedQuery(tokens, 0, false);
  tokens.expectOperator('(');
  if (nested || tokens.seesQuery()) {
    const query = tokens.grammar.query(tokens);
    tokens.expectOperator(')');
    return { kind: 'scalarQuery', query, ...tokens.spanFrom(start) };
  }
  const names: (Name | undefined)[] = [];
  const items = tokens.list(() => {
    const item = tokens.grammar.expression(tokens);
    names.push(tokens.accept('AS') ? parseName(tokens) : undefined);
    return item;
  });
  tokens.expectOperator(')');
  const [only] = items;
  const named = names.some((name) => name !== undefined);
  if (only && items.length === 1 && !named) return { ...only, ...tokens.spanFrom(start) };
  return { kind: 'row', items, ...(named ? { names } : {}), ...tokens.spanFrom(start) };
}

/** `x -> ...` or `(x, y) -> ...` */
export function tryLambda(tokens: TokenStream): Expression | undefined {
  const start = tokens.peek();
  const mark = tokens.mark();
  let parameters: Name[];
  if (start.kind === 'word' && tokens.seesOperator('->', 1)) parameters = [parseColumnName(tokens)];
  else {
    if (!tokens.acceptOperator('(')) return undefined;
    parameters = [];
    while (tokens.peek().kind === 'word' && (tokens.seesOperator(',', 1) || tokens.seesOperator(')', 1))) {
      parameters.push(tokens.nameFrom(tokens.next()));
      tokens.acceptOperator(',');
    }
    if (!tokens.acceptOperator(')') || !tokens.seesOperator('->')) {
      tokens.reset(mark);
      return undefined;
    }
  }
  tokens.expectOperator('->');
  const body = tokens.grammar.expression(tokens);
  return { kind: 'lambda', parameters, body, ...tokens.spanFrom(start) };
}

function parseWord(tokens: TokenStream): Expression {
  const token = tokens.peek();
  const span = { start: token.start, end: token.end };
  const called = tokens.seesOperator('(', 1);
  switch (token.keyword) {
    case 'NULL':
      tokens.next();
      return { kind: 'literal', type: VOID, value: null, ...span };
    case 'TRUE':
    case 'FALSE':
      tokens.next();
      return { kind: 'literal', type: BOOLEAN, value: token.keyword === 'TRUE', ...span };
    case 'CASE':
      return parseCase(tokens);
    case 'INTERVAL':
      if (!tokens.seesOperator('.', 1) && !called) return intervalLiteral(tokens, parsePrimary);
      break;
    case 'IDENTIFIER':
      if (called) return identified(tokens);
      break;
    case 'EXISTS':
      if (called && (tokens.seesQuery(2) || nestedQuery(tokens, 1))) {
        tokens.next();
        const query = tokens.parenthesized(() => tokens.grammar.query(tokens));
        return { kind: 'exists', query, ...tokens.spanFrom(token) };
      }
      break;
    default:
  }
  if (tokens.seesOperator('->', 1)) {
    const lambda = tryLambda(tokens);
    if (lambda) return lambda;
  }
  if (called && (!isReserved(token.keyword) || CALLABLE.has(token.keyword))) return parseCall(tokens);
  if (BARE_CALLS.has(token.keyword) && !tokens.seesOperator('.', 1)) {
    tokens.next();
    return {
      kind: 'call',
      name: token.text,
      nameSpan: span,
      args: [],
      named: [],
      distinct: false,
      ignoreNulls: false,
      ...span,
    };
  }
  return parseColumn(tokens);
}

function parseColumn(tokens: TokenStream): Expression {
  const start = tokens.peek();
  const parts = [parseColumnName(tokens)];
  while (tokens.seesOperator('.')) {
    if (tokens.seesOperator('*', 1)) {
      tokens.next();
      tokens.next();
      return star(tokens, parts, start.start);
    }
    tokens.next();
    if (tokens.seesOperator('(', 1)) return parseCall(tokens, parts);
    parts.push(parseColumnName(tokens));
  }
  return { kind: 'column', parts, ...tokens.spanFrom(start) };
}

/** `IDENTIFIER('a.b')`: a column; `IDENTIFIER('f')(x)`: a call. */
function identified(tokens: TokenStream): Expression {
  const start = tokens.peek();
  const parts = identifierClause(tokens);
  const span = tokens.spanFrom(start);
  const last = parts.at(-1);
  if (last && tokens.seesOperator('(')) return callOf(tokens, last.text, span, parts.slice(0, -1));
  return { kind: 'column', parts, ...span };
}

function star(tokens: TokenStream, qualifier: readonly Name[], start: number): Expression {
  const except: Name[][] = [];
  if (tokens.sees('EXCEPT') && tokens.seesOperator('(', 1) && !tokens.seesQuery(2)) {
    tokens.next();
    tokens.parenthesized(() =>
      tokens.list(() => {
        const parts = [parseName(tokens)];
        while (tokens.acceptOperator('.')) parts.push(parseName(tokens));
        except.push(parts);
      }),
    );
  }
  const span = tokens.spanFrom({ start, end: start });
  if (tokens.sees('REPLACE') && tokens.seesOperator('(', 1)) throw notEmulated('SELECT * REPLACE', tokens.peek());
  return { kind: 'star', qualifier, except, ...span };
}

function parseCase(tokens: TokenStream): Expression {
  const start = tokens.expect('CASE');
  const operand = tokens.sees('WHEN') ? undefined : tokens.grammar.expression(tokens);
  const branches: { when: Expression; then: Expression }[] = [];
  while (tokens.accept('WHEN')) {
    const when = tokens.grammar.expression(tokens);
    tokens.expect('THEN');
    branches.push({ when, then: tokens.grammar.expression(tokens) });
  }
  if (branches.length === 0) throw tokens.unexpected('WHEN');
  const otherwise = tokens.accept('ELSE') ? tokens.grammar.expression(tokens) : undefined;
  if (!tokens.accept('END')) throw syntaxProblem('This CASE has no END.', tokens.spanFrom(start));
  return { kind: 'case', operand, branches, otherwise, ...tokens.spanFrom(start) };
}
