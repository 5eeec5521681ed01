import { numberLiteral } from './literals.ts';
import { constantText } from './names.ts';
import type { Expression } from './nodes.ts';
import { parseAfter, parsePostfix } from './primary.ts';
import { syntaxProblem } from './problem.ts';
import { nestedQuery } from './nested-queries.ts';
import type { TokenStream } from './token-stream.ts';

/** Spark's expression grammar: OR, AND, NOT, predicates, comparison, bit operators, sums, products, signs. */
export function parseExpression(tokens: TokenStream): Expression {
  return parseLeft(tokens, parseAnd, (stream) => (stream.accept('OR') ? 'OR' : undefined));
}

function parseAnd(tokens: TokenStream): Expression {
  return parseLeft(tokens, parseNot, (stream) => (stream.accept('AND') ? 'AND' : undefined));
}

function parseNot(tokens: TokenStream): Expression {
  const start = tokens.peek();
  if (tokens.accept('NOT') || tokens.acceptOperator('!')) {
    const operand = parseNot(tokens);
    return { kind: 'unary', operator: 'NOT', operand, ...tokens.spanFrom(start) };
  }
  return parsePredicate(tokens);
}

/** Left-associative operators of one level. */
function parseLeft(
  tokens: TokenStream,
  operand: (tokens: TokenStream) => Expression,
  operator: (tokens: TokenStream) => string | undefined,
): Expression {
  const start = tokens.peek();
  let left = operand(tokens);
  for (let found = operator(tokens); found !== undefined; found = operator(tokens)) {
    const right = operand(tokens);
    left = { kind: 'binary', operator: found, left, right, ...tokens.spanFrom(start) };
  }
  return left;
}

function operatorsOf(...texts: readonly string[]): (tokens: TokenStream) => string | undefined {
  return (tokens) => texts.find((text) => tokens.acceptOperator(text));
}

const comparison = operatorsOf('=', '==', '<=>', '<>', '!=', '<=', '>=', '<', '>');
const CANONICAL: Readonly<Record<string, string>> = { '==': '=', '<>': '!=' };

function parseComparison(tokens: TokenStream): Expression {
  return parseLeft(tokens, parseBitOr, (stream) => {
    const found = comparison(stream);
    return found === undefined ? undefined : (CANONICAL[found] ?? found);
  });
}

function parseBitOr(tokens: TokenStream): Expression {
  return parseLeft(tokens, parseBitXor, (stream) => (stream.seesOperator('|>') ? undefined : operatorsOf('|')(stream)));
}

function parseBitXor(tokens: TokenStream): Expression {
  return parseLeft(tokens, parseBitAnd, operatorsOf('^'));
}

function parseBitAnd(tokens: TokenStream): Expression {
  return parseLeft(tokens, parseShift, operatorsOf('&'));
}

function parseShift(tokens: TokenStream): Expression {
  return parseLeft(tokens, parseSum, shiftOperator);
}

/** `>>` and `>>>` are tokens of one character each, which also end the types of types: `ARRAY<ARRAY<INT>>`. */
function shiftOperator(tokens: TokenStream): string | undefined {
  if (tokens.acceptOperator('<<')) return '<<';
  const follows = (at: number): boolean =>
    tokens.seesOperator('>', at) && tokens.peek(at).start === tokens.peek(at - 1).end;
  if (!tokens.seesOperator('>') || !follows(1)) return undefined;
  const operator = follows(2) ? '>>>' : '>>';
  for (let count = 0; count < operator.length; count++) tokens.next();
  return operator;
}

function parseSum(tokens: TokenStream): Expression {
  return parseLeft(tokens, parseProduct, operatorsOf('+', '-', '||'));
}

function parseProduct(tokens: TokenStream): Expression {
  return parseLeft(
    tokens,
    parseSign,
    (stream) => operatorsOf('*', '/', '%')(stream) ?? (stream.accept('DIV') ? 'DIV' : undefined),
  );
}

function parseSign(tokens: TokenStream): Expression {
  const start = tokens.peek();
  if (tokens.seesOperator('-') && tokens.peek(1).kind === 'number') {
    tokens.next();
    return parseAfter(tokens, numberLiteral(tokens.next(), true, start.start), start);
  }
  for (const operator of ['-', '+', '~'] as const) {
    if (!tokens.acceptOperator(operator)) continue;
    const operand = parseSign(tokens);
    return { kind: 'unary', operator, operand, ...tokens.spanFrom(start) };
  }
  return parsePostfix(tokens);
}

function parsePredicate(tokens: TokenStream): Expression {
  const start = tokens.peek();
  const operand = parseComparison(tokens);
  return parseTest(tokens, operand, start.start) ?? operand;
}

function parseTest(tokens: TokenStream, operand: Expression, from: number): Expression | undefined {
  const mark = tokens.mark();
  const span = (): { start: number; end: number } => tokens.spanFrom({ start: from, end: from });
  if (tokens.accept('IS')) return parseIs(tokens, operand, span);
  const not = tokens.accept('NOT');
  if (tokens.accept('BETWEEN')) {
    const low = parseComparison(tokens);
    tokens.expect('AND');
    return { kind: 'between', operand, low, high: parseComparison(tokens), not, ...span() };
  }
  if (tokens.accept('IN')) return parseIn(tokens, operand, not, span);
  if (tokens.seesOneOf('LIKE', 'ILIKE', 'RLIKE', 'REGEXP')) return parseLike(tokens, operand, not, span);
  tokens.reset(mark);
  return undefined;
}

type SpanNow = () => { start: number; end: number };

function parseIs(tokens: TokenStream, operand: Expression, span: SpanNow): Expression {
  const not = tokens.accept('NOT');
  if (tokens.accept('DISTINCT', 'FROM')) {
    const right = parseComparison(tokens);
    return { kind: 'isDistinct', left: operand, right, not, ...span() };
  }
  const test = (['NULL', 'TRUE', 'FALSE', 'UNKNOWN'] as const).find((word) => tokens.accept(word));
  if (!test) throw tokens.unexpected('NULL, TRUE, FALSE or DISTINCT FROM');
  return { kind: 'is', operand, test, not, ...span() };
}

function parseIn(tokens: TokenStream, operand: Expression, not: boolean, span: SpanNow): Expression {
  const nested = nestedQuery(tokens, 0, false);
  tokens.expectOperator('(');
  if (nested || tokens.seesQuery()) {
    refuseTypedLiteral(tokens);
    const query = tokens.grammar.query(tokens);
    tokens.expectOperator(')');
    return { kind: 'inQuery', operand, query, not, ...span() };
  }
  const list = tokens.list(() => parseExpression(tokens));
  tokens.expectOperator(')');
  return { kind: 'in', operand, list, not, ...span() };
}

function parseLike(tokens: TokenStream, operand: Expression, not: boolean, span: SpanNow): Expression {
  const word = tokens.next().keyword;
  const operator = word === 'LIKE' || word === 'ILIKE' ? word : 'RLIKE';
  const quantifier = tokens.seesOneOf('ANY', 'SOME', 'ALL')
    ? tokens.next().keyword === 'ALL'
      ? 'ALL'
      : 'ANY'
    : undefined;
  const patterns = quantifier
    ? tokens.parenthesized(() => tokens.list(() => parseExpression(tokens)))
    : [parseBitOr(tokens)];
  const escape = !quantifier && tokens.accept('ESCAPE') ? constantText(parsePostfix(tokens)) : undefined;
  return { kind: 'like', operator, operand, patterns, quantifier, escape, not, ...span() };
}

/** `IN (SELECT 'a')`: Spark's parser sees a literal of a type SELECT here, and so refuses what would be a query elsewhere. */
function refuseTypedLiteral(tokens: TokenStream): void {
  const next = tokens.peek(2);
  if (!tokens.seesOneOf('SELECT', 'VALUES') || tokens.peek(1).kind !== 'string') return;
  if (next.kind === 'operator')
    throw syntaxProblem(
      `[UNSUPPORTED_TYPED_LITERAL] ${tokens.peek().text} and a text are read as a literal here.`,
      tokens.peek(),
    );
}
