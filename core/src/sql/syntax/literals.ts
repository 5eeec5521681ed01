import { BIGINT, decimal, DOUBLE, INT, type SparkType, STRING } from '../types/spark-type.ts';
import type { Token } from './lexer.ts';
import { fillTemplates, quotedText, UNKNOWN_NAME } from './names.ts';
import type { Expression } from './nodes.ts';
import { syntaxProblem } from './problem.ts';
import type { TokenStream } from './token-stream.ts';

const SUFFIXES: Readonly<Record<string, SparkType>> = {
  L: BIGINT,
  S: { kind: 'smallint' },
  Y: { kind: 'tinyint' },
  D: DOUBLE,
  F: { kind: 'float' },
};
const LIMITS: Readonly<Record<string, bigint>> = {
  tinyint: 127n,
  smallint: 32767n,
  int: 2147483647n,
  bigint: 9223372036854775807n,
};

/** A number with Spark's literal type: `1` int, `1L` bigint, `2.50` decimal(3,2), `1e3` double. */
export function numberLiteral(token: Token, negative: boolean, start: number): Expression {
  const span = { start, end: token.end };
  const [, given = '', suffix = ''] = /^(.*?)(BD|[LSYDF])?$/i.exec(token.text) ?? [];
  const decimalExponent = suffix.toUpperCase() === 'BD' && /e/i.test(given);
  const digits = decimalExponent ? plainDigits(given, token) : given;
  const value = `${negative ? '-' : ''}${digits}`;
  const type =
    suffix === '' || suffix.toUpperCase() === 'BD'
      ? plainType(digits, suffix, negative, token)
      : SUFFIXES[suffix.toUpperCase()];
  if (!type) throw syntaxProblem(`${token.text} is not a number.`, span);
  const tooLarge =
    (type.kind === 'double' && exceeds(digits, '1.7976931348623157', 308)) ||
    (type.kind === 'float' && exceeds(digits, '3.4028234663852886', 38));
  if (tooLarge) throw syntaxProblem(`${token.text} is out of its type's range.`, span);
  const limit = LIMITS[type.kind];
  if (limit !== undefined) {
    if (!/^\d+$/.test(digits)) throw syntaxProblem(`${token.text} is not a whole number.`, span);
    if (BigInt(digits) > limit + (negative ? 1n : 0n))
      throw syntaxProblem(`${token.text} is out of its type's range.`, span);
    return { kind: 'literal', type, value: String(BigInt(value)), ...span };
  }
  return { kind: 'literal', type, value, ...span };
}

/** Whether a number of the text is more than `digits`E`power`: to the digit, as Spark compares. */
function exceeds(text: string, digits: string, power: number): boolean {
  const [, whole = '', fraction = '', exponent = '0'] = /^(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i.exec(text) ?? [];
  const all = `${whole}${fraction}`;
  const given = all.replace(/^0+/, '');
  if (given === '') return false;
  const size = Number(exponent) + whole.length - 1 - (all.length - given.length);
  if (size !== power) return size > power;
  const most = digits.replace('.', '');
  const length = Math.max(given.length, most.length);
  return BigInt(given.padEnd(length, '0')) > BigInt(most.padEnd(length, '0'));
}

/** `1.5E3BD` without its exponent, as Java's BigDecimal counts its digits: never a negative scale. */
function plainDigits(text: string, token: Token): string {
  const [, whole = '', fraction = '', exponent = '0'] = /^(\d*)(?:\.(\d*))?e([+-]?\d+)$/i.exec(text) ?? [];
  const shift = Number(exponent);
  if (Math.abs(shift) > 76) throw syntaxProblem(`${token.text} has more than 38 digits.`, token);
  const digits = `${whole}${fraction}`.padEnd(whole.length + shift, '0');
  const point = whole.length + shift;
  const padded = point < 0 ? digits.padStart(digits.length - point, '0') : digits;
  const at = Math.max(point, 0);
  return at >= padded.length ? padded : `${padded.slice(0, at)}.${padded.slice(at)}`;
}

function plainType(digits: string, suffix: string, negative: boolean, token: Token): SparkType {
  if (/e/i.test(digits)) return DOUBLE;
  const [whole = '', fraction = ''] = digits.split('.');
  const wholeDigits = whole.replace(/^0+/, '').length;
  const extra = negative ? 1n : 0n;
  if (!digits.includes('.') && suffix === '') {
    const number = BigInt(digits);
    if (number <= 2147483647n + extra) return INT;
    if (number <= 9223372036854775807n + extra) return BIGINT;
  }
  const precision = Math.max(wholeDigits + fraction.length, 1);
  if (precision > 38) throw syntaxProblem(`${token.text} has more than 38 digits.`, token);
  return decimal(precision, fraction.length);
}

function filled(tokens: TokenStream, token: Token): string {
  const text = fillTemplates(tokens, token.text, token);
  if (text !== token.text) tokens.substitute(token, quotedText(text));
  return text;
}

/** Adjacent strings are one. A `{{p}}` inside becomes part of the value, never of the text. */
export function stringLiteral(tokens: TokenStream): Expression {
  const start = tokens.next();
  let value = filled(tokens, start);
  while (tokens.peek().kind === 'string') value += filled(tokens, tokens.next());
  const span = tokens.spanFrom(start);
  if (value.includes(UNKNOWN_NAME)) return { kind: 'parameter', name: '', value: undefined, ...span };
  return { kind: 'literal', type: STRING, value, ...span };
}
