import { expressionError } from './expression-error.ts';
import type { Value } from './value.ts';

/** Data Factory's expressions: https://learn.microsoft.com/azure/data-factory/control-flow-expression-language-functions */
export type Expression =
  | { readonly kind: 'literal'; readonly value: Value }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: 'member'; readonly of: Expression; readonly key: Expression; readonly optional: boolean };

/** A string with `@{...}` in it: its pieces, in order. */
export type Template = readonly (string | Expression)[];

const token =
  /\s*(?:(?<text>'(?:[^']|'')*')|(?<number>-?\d+(?:\.\d+)?)|(?<name>[A-Za-z_][\w]*)|(?<sign>\?\.|\?\[|[.,()[\]]))/y;

const tokenKinds = ['text', 'number', 'name', 'sign'] as const;

interface Token {
  readonly kind: 'text' | 'number' | 'name' | 'sign' | 'end';
  readonly text: string;
  readonly at: number;
}

class Reader {
  readonly #source: string;
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(source: string) {
    this.#source = source;
    this.#tokens = tokensOf(source);
  }

  get current(): Token {
    return this.#tokens[this.#next] ?? { kind: 'end', text: '', at: this.#source.length };
  }

  take(): Token {
    const taken = this.current;
    this.#next += 1;
    return taken;
  }

  takeSign(text: string): boolean {
    if (this.current.kind !== 'sign' || this.current.text !== text) return false;
    this.#next += 1;
    return true;
  }

  expectSign(text: string): void {
    if (!this.takeSign(text)) throw this.unexpected(`'${text}'`);
  }

  unexpected(wanted: string): Error {
    const found = this.current.kind === 'end' ? 'its end' : `'${this.current.text}'`;
    return expressionError(this.#source, `expected ${wanted} and found ${found} at character ${this.current.at + 1}`);
  }
}

function tokensOf(source: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (source.slice(at).trim() !== '') {
    token.lastIndex = at;
    const match = token.exec(source);
    if (!match) throw expressionError(source, `cannot read '${source.slice(at, at + 10)}' at character ${at + 1}`);
    const groups: Readonly<Record<string, string | undefined>> = match.groups ?? {};
    const kind = tokenKinds.find((name) => groups[name] !== undefined) ?? 'sign';
    tokens.push({ kind, text: groups[kind] ?? '', at });
    at = token.lastIndex;
  }
  return tokens;
}

/** @throws ExpectedError `pipelines.expression` */
export function parseExpression(source: string): Expression {
  const reader = new Reader(source);
  const expression = readExpression(reader);
  if (reader.current.kind !== 'end') throw reader.unexpected('the end of the expression');
  return expression;
}

function readExpression(reader: Reader): Expression {
  let expression = readPrimary(reader);
  for (;;) {
    const optional = reader.current.text === '?.' || reader.current.text === '?[';
    if (reader.takeSign('.') || reader.takeSign('?.')) {
      if (reader.current.kind !== 'name') throw reader.unexpected('a name');
      const key: Expression = { kind: 'literal', value: reader.take().text };
      expression = { kind: 'member', of: expression, key, optional };
    } else if (reader.takeSign('[') || reader.takeSign('?[')) {
      const key = readExpression(reader);
      reader.expectSign(']');
      expression = { kind: 'member', of: expression, key, optional };
    } else return expression;
  }
}

const constants: Readonly<Record<string, Value>> = { true: true, false: false, null: null };

function readPrimary(reader: Reader): Expression {
  const { kind, text } = reader.current;
  if (kind === 'text') {
    reader.take();
    return { kind: 'literal', value: text.slice(1, -1).replaceAll("''", "'") };
  }
  if (kind === 'number') {
    reader.take();
    return { kind: 'literal', value: Number(text) };
  }
  if (kind !== 'name') throw reader.unexpected('a value or a function');
  reader.take();
  if (!reader.takeSign('(')) {
    const value = constants[text.toLowerCase()];
    if (value !== undefined) return { kind: 'literal', value };
    throw reader.unexpected(`'(' after ${text}`);
  }
  const args: Expression[] = [];
  if (!reader.takeSign(')')) {
    do args.push(readExpression(reader));
    while (reader.takeSign(','));
    reader.expectSign(')');
  }
  return { kind: 'call', name: text, args };
}

/** The pieces of a string that is no expression as a whole; `@@{` stands for `@{`. */
export function parseTemplate(text: string): Template {
  const pieces: (string | Expression)[] = [];
  let at = 0;
  for (let open = text.indexOf('@{'); open >= 0; open = text.indexOf('@{', at)) {
    if (open > at && text[open - 1] === '@') {
      pieces.push(text.slice(at, open - 1), '@{');
      at = open + 2;
      continue;
    }
    if (open > at) pieces.push(text.slice(at, open));
    const close = closingBrace(text, open + 2);
    pieces.push(parseExpression(text.slice(open + 2, close)));
    at = close + 1;
  }
  if (at < text.length) pieces.push(text.slice(at));
  return pieces;
}

function closingBrace(text: string, from: number): number {
  let quoted = false;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === "'") quoted = !quoted;
    else if (text[at] === '}' && !quoted) return at;
  }
  throw expressionError(text, 'a @{ has no }');
}
