import { STRING } from '../types/spark-type.ts';
import type { Expression } from './nodes.ts';
import { notEmulated } from './problem.ts';
import type { TokenStream } from './token-stream.ts';

const UNIT_NAMES = ['YEAR', 'MONTH', 'WEEK', 'DAY', 'HOUR', 'MINUTE', 'SECOND', 'MILLISECOND', 'MICROSECOND'] as const;

const UNITS: ReadonlyMap<string, string> = new Map(
  UNIT_NAMES.flatMap((unit) => [
    [unit, unit],
    [`${unit}S`, unit],
  ]),
);

interface Part {
  readonly value: Expression;
  readonly unit: string;
}

/** `INTERVAL 1 DAY 2 HOURS`, `INTERVAL -'1-2' YEAR TO MONTH`, `INTERVAL '1 day 2 hours'`, `INTERVAL days DAY`. */
export function intervalLiteral(tokens: TokenStream, primary: (tokens: TokenStream) => Expression): Expression {
  const start = tokens.expect('INTERVAL');
  const text = tokens.peek();
  if (text.kind === 'string' && !UNITS.has(tokens.peek(1).keyword)) {
    tokens.next();
    const span = tokens.spanFrom(start);
    const parts = partsOf(text.text, span);
    if (!parts) throw notEmulated(`INTERVAL '${text.text}'`, span, 'Write it as INTERVAL 1 DAY.');
    return { kind: 'interval', parts, to: undefined, ...span };
  }
  const parts: Part[] = [];
  let to: string | undefined;
  do {
    const value = amount(tokens, primary);
    const unit = UNITS.get(tokens.peek().keyword);
    if (unit === undefined) throw tokens.unexpected('a unit such as DAY or HOUR');
    tokens.next();
    parts.push({ value, unit });
    if (tokens.accept('TO')) {
      to = UNITS.get(tokens.next().keyword);
      if (to === undefined) throw tokens.unexpected('a unit such as MONTH or SECOND');
    }
  } while (to === undefined && startsAmount(tokens));
  return { kind: 'interval', parts, to, ...tokens.spanFrom(start) };
}

/** A number or text with its sign as text; any other expression as it is. */
function amount(tokens: TokenStream, primary: (tokens: TokenStream) => Expression): Expression {
  const start = tokens.peek();
  const sign = tokens.seesOperator('-') ? '-' : tokens.seesOperator('+') ? '+' : '';
  if (sign !== '') tokens.next();
  const token = tokens.peek();
  if (token.kind === 'number' || token.kind === 'string') {
    tokens.next();
    const value = token.kind === 'number' ? token.text : token.text.trim();
    const negated = sign === '-' ? (/^[+-]/.test(value) ? flipped(value) : `-${value}`) : value;
    return { kind: 'literal', type: STRING, value: negated, ...tokens.spanFrom(start) };
  }
  const operand = primary(tokens);
  return sign === '-' ? { kind: 'unary', operator: '-', operand, ...tokens.spanFrom(start) } : operand;
}

function flipped(value: string): string {
  return value.startsWith('-') ? value.slice(1) : `-${value.slice(1)}`;
}

function startsAmount(tokens: TokenStream): boolean {
  const signed = tokens.seesOperator('-') || tokens.seesOperator('+') ? 1 : 0;
  const { kind } = tokens.peek(signed);
  return (kind === 'number' || kind === 'string') && UNITS.has(tokens.peek(signed + 1).keyword);
}

/** `1 day 2 hours`, with or without `interval` before it. */
function partsOf(text: string, span: { start: number; end: number }): Part[] | undefined {
  const body = text.replace(/^\s*interval\s/i, '').trim();
  const pattern = /\s*([+-]?\s*(?:\d+(?:\.\d*)?|\.\d+))\s+([a-z]+)/giy;
  const parts: Part[] = [];
  let at = 0;
  for (const found of body.matchAll(pattern)) {
    const unit = UNITS.get((found[2] ?? '').toUpperCase());
    if (unit === undefined || found.index !== at) return undefined;
    at = found.index + found[0].length;
    const value = (found[1] ?? '').replace(/\s/g, '');
    parts.push({ value: { kind: 'literal', type: STRING, value, start: span.start, end: span.end }, unit });
  }
  return parts.length > 0 && at === body.length ? parts : undefined;
}
