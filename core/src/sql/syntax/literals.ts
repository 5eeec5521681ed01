import {
  BINARY,
  BIGINT,
  DATE,
  decimal,
  DOUBLE,
  INT,
  type SparkType,
  STRING,
  TIMESTAMP,
  TIMESTAMP_NTZ,
} from '../types/spark-type.ts';
import type { Token } from './lexer.ts';
import { fillTemplates, quotedText, UNKNOWN_NAME } from './names.ts';
import type { Expression } from './nodes.ts';
import { notEmulated, syntaxProblem } from './problem.ts';
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
  const [, digits = '', suffix = ''] = /^(.*?)(BD|[LSYDF])?$/i.exec(token.text) ?? [];
  const value = `${negative ? '-' : ''}${digits}`;
  const type =
    suffix === '' || suffix.toUpperCase() === 'BD'
      ? plainType(digits, suffix, negative, token)
      : SUFFIXES[suffix.toUpperCase()];
  if (!type) throw syntaxProblem(`${token.text} is not a number.`, span);
  const tooLarge =
    type.kind === 'double' ? !Number.isFinite(Number(digits)) : type.kind === 'float' && Number(digits) > 3.4028235e38;
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

function plainType(digits: string, suffix: string, negative: boolean, token: Token): SparkType {
  if (/e/i.test(digits)) {
    if (suffix !== '') throw notEmulated('A decimal literal with an exponent', token);
    return DOUBLE;
  }
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

const TYPED: Readonly<Record<string, SparkType>> = {
  DATE,
  TIMESTAMP,
  TIMESTAMP_LTZ: TIMESTAMP,
  TIMESTAMP_NTZ,
};

/** `DATE '2024-01-01'`, `X'1F'`: undefined where none stands here. */
export function typedLiteral(tokens: TokenStream): Expression | undefined {
  const token = tokens.peek();
  if (token.kind === 'binary') {
    tokens.next();
    return { kind: 'literal', type: BINARY, value: token.text, start: token.start, end: token.end };
  }
  if (token.keyword === 'TIME' && tokens.peek(1).kind === 'string') throw notEmulated('A TIME literal', token);
  const type = TYPED[token.keyword];
  if (!type || tokens.peek(1).kind !== 'string') return undefined;
  tokens.next();
  const text = tokens.next();
  const span = tokens.spanFrom(token);
  const operand: Expression = { kind: 'literal', type: STRING, value: text.text, start: text.start, end: text.end };
  const value = type.kind === 'date' ? dateText(text.text) : timestampText(text.text);
  if (value !== undefined) return { kind: 'literal', type, value, ...span };
  // A time with a zone is what its text casts to.
  if (type.kind === 'timestamp' && ZONED.test(text.text) && dateText(text.text.trim().slice(0, 10)) !== undefined)
    return { kind: 'cast', operand, type, trying: false, ...span };
  throw notEmulated(`The ${token.text} literal '${text.text}'`, span, 'Write it as yyyy-MM-dd HH:mm:ss.');
}

const ZONED =
  /^\s*\d{4}-\d\d-\d\d[ T]\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d{1,6})? ?(?:Z|UTC|[+-]\d{1,2}:\d{2}|[A-Z][A-Za-z]+\/[A-Za-z_/]+)\s*$/;

/** `yyyy-MM-dd` of a date's text with parts left out from behind; undefined for no date of the years that are read here. */
function dateText(text: string): string | undefined {
  const [, year, month = '1', day = '1'] = /^\s*(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?\s*$/.exec(text) ?? [];
  if (year === undefined) return undefined;
  const last = new Date(Date.UTC(2000 + (Number(year) % 400), Number(month), 0)).getUTCDate();
  const fits = Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= last && Number(year) > 0;
  return fits ? `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}` : undefined;
}

function timestampText(text: string): string | undefined {
  const [, date = '', time] = /^\s*(\d{4}(?:-\d{1,2}(?:-\d{1,2})?)?)(?:[ T](\S*))?\s*$/.exec(text) ?? [];
  const day = dateText(date);
  if (day === undefined || time === undefined) return day;
  const [, hour, minute = '0', second = '0', fraction = ''] =
    /^(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:\.(\d{0,9}))?)?)?$/.exec(time) ?? [];
  if (hour === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const clock = [hour, minute, second].map((one) => one.padStart(2, '0')).join(':');
  const digits = fraction.slice(0, 6).replace(/0+$/, '');
  return `${day} ${clock}${digits === '' ? '' : `.${digits}`}`;
}
