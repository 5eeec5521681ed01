import { type Span, syntaxProblem } from './problem.ts';

export type TokenKind = 'word' | 'quoted' | 'string' | 'number' | 'binary' | 'operator' | 'template' | 'end';

export interface Token extends Span {
  readonly kind: TokenKind;
  /** Word and operator as written; quoted name, string and template without quotes and escapes; number and binary as written. */
  readonly text: string;
  /** The upper-case word, else `''`: what keywords are compared with. */
  readonly keyword: string;
}

const OPERATORS = ['<=>', '||', '<>', '!=', '<=', '>=', '==', '::', '->', '=>', '|>', '<<'];
const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?:BD|[LSYDF])?(?![\p{L}\p{N}_])/iuy;
const WORD = /[\p{L}\p{N}_]+/uy;

/** Databricks SQL's tokens with their exact spans, comments left out. @throws ProblemError for what never ends. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = skipBlank(text, 0);
  while (at < text.length) {
    const token = readToken(text, at, tokens.at(-1));
    tokens.push(token);
    at = skipBlank(text, token.end);
  }
  tokens.push({ kind: 'end', text: '', keyword: '', start: text.length, end: text.length });
  return tokens;
}

/** The first position from `at` that is neither white space nor inside a comment (block comments nest). */
export function skipBlank(text: string, from: number): number {
  let at = from;
  for (;;) {
    while (at < text.length && /\s|\u00a0/.test(text.charAt(at))) at++;
    if (text.startsWith('--', at)) {
      // A backslash before the line's end continues the comment, as in Spark's grammar.
      while (at < text.length && text[at] !== '\n') at += text.startsWith('\\\n', at) ? 2 : 1;
    } else if (text.startsWith('/*', at)) {
      const end = endOfComment(text, at);
      // A hint is read, though it changes no rows.
      if (/^\/\*\+[^']*\bIDENTIFIER\s*\(/i.test(text.slice(at, end)))
        throw syntaxProblem('IDENTIFIER(...) cannot stand in a hint.', { start: at, end });
      at = end;
    } else return Math.min(at, text.length);
  }
}

function endOfComment(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length;) {
    if (text.startsWith('/*', at)) {
      depth++;
      at += 2;
    } else if (text.startsWith('*/', at)) {
      depth--;
      at += 2;
      if (depth === 0) return at;
    } else at++;
  }
  throw syntaxProblem('This comment never ends.', { start: from, end: text.length });
}

function readToken(text: string, start: number, previous: Token | undefined): Token {
  const char = text.charAt(start);
  const next = text.charAt(start + 1);
  if (char === "'" || char === '"') return stringToken(text, start, start, false);
  if ((char === 'r' || char === 'R') && (next === "'" || next === '"'))
    return stringToken(text, start, start + 1, true);
  if ((char === 'x' || char === 'X') && (next === "'" || next === '"')) return binaryToken(text, start);
  if (char === '`') return quotedToken(text, start);
  if (text.startsWith('$$', start)) return dollarToken(text, start);
  if (text.startsWith('{{', start)) return templateToken(text, start);
  // After a dot digits are a name's: `t.1`, never `t` times `.1`.
  const afterDot = previous?.text === '.' && previous.end === start;
  if (!afterDot && /[\d.]/.test(char)) {
    NUMBER.lastIndex = start;
    const number = NUMBER.exec(text)?.[0];
    const joined = char === '.' && (previous?.kind === 'word' || previous?.kind === 'quoted') && previous.end === start;
    if (number !== undefined && !joined) return make('number', number, start, start + number.length);
  }
  WORD.lastIndex = start;
  const word = WORD.exec(text)?.[0];
  if (word !== undefined) return { ...make('word', word, start, start + word.length), keyword: word.toUpperCase() };
  const operator = OPERATORS.find((one) => text.startsWith(one, start)) ?? char;
  return make('operator', operator, start, start + operator.length);
}

function make(kind: TokenKind, text: string, start: number, end: number): Token {
  return { kind, text, keyword: '', start, end };
}

function stringToken(text: string, start: number, open: number, raw: boolean): Token {
  const quote = text.charAt(open);
  let value = '';
  for (let at = open + 1; at < text.length;) {
    const char = text.charAt(at);
    if (char === quote && (raw || text[at + 1] !== quote)) return make('string', value, start, at + 1);
    if (char === quote) {
      value += quote;
      at += 2;
    } else if (char === '\\' && !raw) {
      const escape = readEscape(text, at);
      value += escape.value;
      at = escape.end;
    } else {
      value += char;
      at++;
    }
  }
  throw syntaxProblem('This string never ends.', { start, end: text.length });
}

const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  b: '\b',
  n: '\n',
  r: '\r',
  t: '\t',
  Z: '\u001a',
  // A pattern keeps its escapes: LIKE reads them.
  '%': '\\%',
  _: '\\_',
};

/** Spark's `unescapeSQLString`. */
function readEscape(text: string, at: number): { value: string; end: number } {
  const rest = text.slice(at + 1, at + 10);
  const unicode = /^(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/.exec(rest);
  const code = parseInt(unicode?.[1] ?? unicode?.[2] ?? '', 16);
  if (unicode && code <= 0x10ffff) return { value: String.fromCodePoint(code), end: at + 1 + unicode[0].length };
  const octal = /^[01][0-7]{2}/.exec(rest)?.[0];
  if (octal !== undefined) return { value: String.fromCharCode(parseInt(octal, 8)), end: at + 4 };
  const char = rest.charAt(0);
  return { value: ESCAPES[char] ?? char, end: at + 1 + char.length };
}

function quotedToken(text: string, start: number): Token {
  const end = /`(?:[^`]|``)*`/y;
  end.lastIndex = start;
  const found = end.exec(text)?.[0];
  if (found === undefined) throw syntaxProblem('This quoted name never ends.', { start, end: text.length });
  return make('quoted', found.slice(1, -1).replaceAll('``', '`'), start, start + found.length);
}

/** `$$ ... $$`: the text of a function in another language, as it stands there. */
function dollarToken(text: string, start: number): Token {
  const end = text.indexOf('$$', start + 2);
  if (end < 0) throw syntaxProblem('This $$ text never ends.', { start, end: text.length });
  return make('string', text.slice(start + 2, end), start, end + 2);
}

function binaryToken(text: string, start: number): Token {
  const end = text.indexOf(text.charAt(start + 1), start + 2);
  const digits = end < 0 ? '' : text.slice(start + 2, end);
  if (end < 0 || !/^[0-9a-fA-F]*$/.test(digits))
    throw syntaxProblem('A binary literal is X and hexadecimal digits in quotes.', {
      start,
      end: end < 0 ? text.length : end + 1,
    });
  return make('binary', digits.length % 2 ? `0${digits}` : digits, start, end + 1);
}

function templateToken(text: string, start: number): Token {
  const end = text.indexOf('}}', start);
  if (end < 0) throw syntaxProblem('This {{ parameter }} never ends.', { start, end: text.length });
  return make('template', text.slice(start + 2, end).trim(), start, end + 2);
}
