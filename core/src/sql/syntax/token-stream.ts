import type { ParameterValues } from '../contract.ts';
import type { SessionNames } from '../program/session-names.ts';
import type { Token } from './lexer.ts';
import type { Expression, Name, Query } from './nodes.ts';
import { type Span, syntaxProblem } from './problem.ts';

/** The rules that call each other across files. */
export interface Grammar {
  readonly expression: (tokens: TokenStream) => Expression;
  /** One value, without what may follow it. */
  readonly value: (tokens: TokenStream) => Expression;
  readonly query: (tokens: TokenStream) => Query;
}

/** What the session adds to a statement's text. */
export interface Outside {
  readonly names: SessionNames;
  /** Texts of IDENTIFIER's expressions that are no constants, by where they start. */
  readonly constants: ReadonlyMap<number, string>;
  /** Expressions whose texts must be computed first: the parser adds to it. */
  readonly pending: Expression[];
}

/** A reader over one statement's tokens. */
export class TokenStream {
  readonly tokens: readonly Token[];
  readonly grammar: Grammar;
  /** Undefined where values are not known (`scan`). */
  readonly parameters: ParameterValues | undefined;
  /** Undefined where a text stands for itself. */
  readonly outside: Outside | undefined;
  readonly #substitutes = new Map<number, { readonly end: number; readonly text: string }>();
  #at = 0;

  /** The `?` of `?::`, which are no parameters. */
  readonly #castMarks = new Set<Token>();

  constructor(
    tokens: readonly Token[],
    grammar: Grammar,
    parameters: ParameterValues | undefined,
    outside: Outside | undefined,
  ) {
    this.tokens = tokens;
    this.grammar = grammar;
    this.parameters = parameters;
    this.outside = outside;
  }

  peek(ahead = 0): Token {
    const token = this.tokens[Math.min(this.#at + ahead, this.tokens.length - 1)];
    if (!token) throw new Error('a statement without an end token');
    return token;
  }

  next(): Token {
    const token = this.peek();
    if (token.kind !== 'end') this.#at++;
    return token;
  }

  /** The span from a start to the last token read. */
  spanFrom(start: Span): Span {
    return { start: start.start, end: Math.max(this.tokens[this.#at - 1]?.end ?? start.end, start.start) };
  }

  /** How many `?` stand before this place. */
  questionMarks(): number {
    const isMark = ({ kind, text }: Token): boolean => kind === 'operator' && text === '?';
    return this.tokens.slice(0, this.#at).filter((token) => isMark(token) && !this.#castMarks.has(token)).length;
  }

  /** `?::` after a value, with nothing between the two. */
  acceptTryCast(): boolean {
    const mark = this.peek();
    if (!this.seesOperator('?') || !this.seesOperator('::', 1) || mark.end !== this.peek(1).start) return false;
    this.#castMarks.add(mark);
    this.#at += 2;
    return true;
  }

  mark(): number {
    return this.#at;
  }

  reset(mark: number): void {
    this.#at = mark;
  }

  isEnd(): boolean {
    return this.peek().kind === 'end';
  }

  /** True where the next tokens are these keywords. */
  sees(...keywords: readonly string[]): boolean {
    return keywords.every((keyword, ahead) => this.peek(ahead).keyword === keyword);
  }

  seesOneOf(...keywords: readonly string[]): boolean {
    return keywords.includes(this.peek().keyword);
  }

  /** True where a query starts: what TABLE and FROM are followed by tells them from names. */
  seesQuery(ahead = 0): boolean {
    const { keyword } = this.peek(ahead);
    if (['SELECT', 'WITH', 'VALUES', 'FROM'].includes(keyword)) return true;
    return keyword === 'TABLE' && ['word', 'quoted', 'template'].includes(this.peek(ahead + 1).kind);
  }

  accept(...keywords: readonly string[]): boolean {
    if (!this.sees(...keywords)) return false;
    this.#at += keywords.length;
    return true;
  }

  expect(...keywords: readonly string[]): Token {
    const token = this.peek();
    if (!this.accept(...keywords)) throw this.unexpected(keywords.join(' '));
    return token;
  }

  seesOperator(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'operator' && token.text === text;
  }

  acceptOperator(text: string): boolean {
    if (!this.seesOperator(text)) return false;
    this.#at++;
    return true;
  }

  expectOperator(text: string): Token {
    const token = this.peek();
    if (!this.acceptOperator(text)) throw this.unexpected(text);
    return token;
  }

  /** Items between commas. */
  list<T>(item: () => T, between = ','): T[] {
    const items = [item()];
    while (this.acceptOperator(between)) items.push(item());
    return items;
  }

  /** `( ... )` */
  parenthesized<T>(inner: () => T): T {
    this.expectOperator('(');
    const value = inner();
    this.expectOperator(')');
    return value;
  }

  unexpected(expected: string): Error {
    const token = this.peek();
    const found = token.kind === 'end' ? 'the statement ends' : `it is "${token.text}"`;
    return syntaxProblem(`Expected ${expected} here, but ${found}.`, {
      start: token.start,
      end: Math.max(token.end, token.start + 1),
    });
  }

  /** Notes what a parameter's place in the text means, so that the text can be kept without its parameters. */
  substitute({ start, end }: Span, text: string): void {
    this.#substitutes.set(start, { end, text });
  }

  /** A part of the source with its parameters filled in. */
  filledText(source: string, span: Span): string {
    const inside = [...this.#substitutes].filter(([start]) => start >= span.start && start < span.end);
    let text = '';
    let at = span.start;
    for (const [start, { end, text: meaning }] of inside.sort(([a], [b]) => a - b)) {
      text += source.slice(at, start) + meaning;
      at = end;
    }
    return text + source.slice(at, span.end);
  }

  nameFrom(token: Token): Name {
    return { text: token.text, start: token.start, end: token.end };
  }
}
