/** An expression of XPath 1.0. */
export type XPath =
  | { readonly kind: 'literal'; readonly value: string | number }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly XPath[] }
  | { readonly kind: 'negative'; readonly operand: XPath }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: XPath; readonly right: XPath }
  /** From the root, from what an expression gives, or from the node that is looked at. */
  | { readonly kind: 'path'; readonly from: 'root' | 'here' | XPath; readonly steps: readonly XPathStep[] }
  | { readonly kind: 'filter'; readonly base: XPath; readonly predicates: readonly XPath[] };

export interface XPathStep {
  readonly axis: string;
  readonly test: NodeTest;
  readonly predicates: readonly XPath[];
}

/** `name`: `*` for every one. */
export type NodeTest =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'node' | 'text' | 'comment' }
  | { readonly kind: 'instruction'; readonly target: string | undefined };

/** A text that is no XPath, or whose parts are not emulated. */
export class XPathProblem extends Error {
  readonly emulated: boolean;

  constructor(message: string, emulated = true) {
    super(message);
    this.emulated = emulated;
  }
}

const AXES = new Set(
  (
    'ancestor ancestor-or-self attribute child descendant descendant-or-self following following-sibling parent preceding ' +
    'preceding-sibling self'
  ).split(' '),
);
const NODE_TYPES = new Set(['node', 'text', 'comment', 'processing-instruction']);
/** From the loosest; operators of one level are taken from the left. */
const LEVELS = [['or'], ['and'], ['=', '!='], ['<=', '<', '>=', '>'], ['+', '-'], ['*', 'div', 'mod']];
const TOKEN =
  /\s*(?:("[^"]*"|'[^']*')|(\d+(?:\.\d*)?|\.\d+)|(\.\.|::|\/\/|!=|<=|>=|[()[\].@,/|+\-=<>*$])|([A-Za-z_\u00c0-\ud7ff][\w.\-\u00b7\u00c0-\ud7ff]*(?::(?:[A-Za-z_][\w.-]*|\*))?))/y;

interface Token {
  readonly kind: 'text' | 'number' | 'sign' | 'name' | 'operator' | 'end';
  readonly text: string;
}

/** @throws XPathProblem for what is no expression. */
export function parseXPath(text: string): XPath {
  const parser = new Parser(tokens(text));
  const expression = parser.expression();
  parser.finish();
  return expression;
}

/** A name between operands is an operator, and so is a star. */
function tokens(text: string): Token[] {
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  while (text.slice(TOKEN.lastIndex).trim() !== '') {
    const from = TOKEN.lastIndex;
    const [, quoted, number, sign, name] = TOKEN.exec(text) ?? [];
    const before = found.at(-1);
    const operand =
      before !== undefined &&
      before.kind !== 'operator' &&
      !(before.kind === 'sign' && ['@', '::', '(', '[', ',', '/', '//'].includes(before.text));
    if (quoted !== undefined) found.push({ kind: 'text', text: quoted.slice(1, -1) });
    else if (number !== undefined) found.push({ kind: 'number', text: number });
    else if (name !== undefined && operand && /^(?:and|or|mod|div)$/.test(name))
      found.push({ kind: 'operator', text: name });
    else if (name !== undefined) found.push({ kind: 'name', text: name });
    else if (sign === '*') found.push({ kind: operand ? 'operator' : 'name', text: '*' });
    else if (sign !== undefined)
      found.push({ kind: /^(?:[|+\-=<>]|!=|<=|>=)$/.test(sign) ? 'operator' : 'sign', text: sign });
    else throw new XPathProblem(`There is no XPath at ${text.slice(from)}.`);
  }
  return [...found, { kind: 'end', text: '' }];
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(all: readonly Token[]) {
    this.#tokens = all;
  }

  expression(level = 0): XPath {
    const operators = LEVELS[level];
    if (!operators) return this.#unary();
    let left = this.expression(level + 1);
    while (this.#peek().kind === 'operator' && operators.includes(this.#peek().text)) {
      const operator = this.#next().text;
      left = { kind: 'binary', operator, left, right: this.expression(level + 1) };
    }
    return left;
  }

  finish(): void {
    if (this.#peek().kind !== 'end') throw new XPathProblem(`${this.#peek().text} is not expected.`);
  }

  /** One sign, as Java's XPath takes it. */
  #unary(): XPath {
    if (this.#take('-')) return { kind: 'negative', operand: this.#union() };
    return this.#union();
  }

  #union(): XPath {
    let left = this.#path();
    while (this.#take('|')) left = { kind: 'binary', operator: '|', left, right: this.#path() };
    return left;
  }

  #path(): XPath {
    const { kind, text } = this.#peek();
    if (kind === 'sign' && text === '$') throw new XPathProblem('A variable of XPath', false);
    if (kind === 'sign' && (text === '/' || text === '//')) return this.#absolute();
    const primary = kind === 'text' || kind === 'number' || (kind === 'sign' && text === '(') || this.#isCall();
    if (!primary) return { kind: 'path', from: 'here', steps: this.#steps([]) };
    const base = this.#primary();
    const predicates = this.#predicates();
    const filtered: XPath = predicates.length > 0 ? { kind: 'filter', base, predicates } : base;
    if (this.#take('//')) return { kind: 'path', from: filtered, steps: this.#steps([EVERYTHING]) };
    return this.#take('/') ? { kind: 'path', from: filtered, steps: this.#steps([]) } : filtered;
  }

  #absolute(): XPath {
    if (this.#take('//')) return { kind: 'path', from: 'root', steps: this.#steps([EVERYTHING]) };
    this.#next();
    const more = this.#peek().kind === 'name' || ['.', '..', '@'].includes(this.#peek().text);
    return { kind: 'path', from: 'root', steps: more ? this.#steps([]) : [] };
  }

  #isCall(): boolean {
    const { kind, text } = this.#peek();
    return kind === 'name' && this.#peek(1).text === '(' && this.#peek(1).kind === 'sign' && !NODE_TYPES.has(text);
  }

  #primary(): XPath {
    const { kind, text } = this.#next();
    if (kind === 'text') return { kind: 'literal', value: text };
    if (kind === 'number') return { kind: 'literal', value: Number(text) };
    if (text === '(' && kind === 'sign') {
      const inner = this.expression();
      this.#expect(')');
      return inner;
    }
    this.#expect('(');
    const args: XPath[] = [];
    if (!this.#take(')')) {
      do args.push(this.expression());
      while (this.#take(','));
      this.#expect(')');
    }
    return { kind: 'call', name: text, args };
  }

  #steps(before: readonly XPathStep[]): XPathStep[] {
    const steps = [...before, this.#step()];
    for (;;) {
      if (this.#take('//')) steps.push(EVERYTHING, this.#step());
      else if (this.#take('/')) steps.push(this.#step());
      else return steps;
    }
  }

  #step(): XPathStep {
    if (this.#take('.')) return { axis: 'self', test: { kind: 'node' }, predicates: [] };
    if (this.#take('..')) return { axis: 'parent', test: { kind: 'node' }, predicates: [] };
    let axis = this.#take('@') ? 'attribute' : 'child';
    if (axis === 'child' && this.#peek().kind === 'name' && this.#peek(1).text === '::') {
      axis = this.#next().text;
      if (!AXES.has(axis)) throw new XPathProblem(`The axis ${axis} of XPath`, axis !== 'namespace');
      this.#next();
    }
    return { axis, test: this.#test(), predicates: this.#predicates() };
  }

  #test(): NodeTest {
    const { kind, text } = this.#next();
    if (kind !== 'name') throw new XPathProblem(`${text === '' ? 'The end' : text} is not expected.`);
    if (NODE_TYPES.has(text) && this.#take('(')) {
      const target = this.#peek().kind === 'text' ? this.#next().text : undefined;
      this.#expect(')');
      if (text === 'processing-instruction') return { kind: 'instruction', target };
      if (target !== undefined) throw new XPathProblem(`${text} takes no argument.`);
      return { kind: text as 'node' | 'text' | 'comment' };
    }
    if (text.includes(':')) throw new XPathProblem('A name with a prefix in XPath', false);
    return { kind: 'name', name: text };
  }

  #predicates(): XPath[] {
    const predicates: XPath[] = [];
    while (this.#take('[')) {
      predicates.push(this.expression());
      this.#expect(']');
    }
    return predicates;
  }

  #peek(ahead = 0): Token {
    return this.#tokens[this.#at + ahead] ?? { kind: 'end', text: '' };
  }

  #next(): Token {
    const token = this.#peek();
    this.#at += 1;
    return token;
  }

  #take(sign: string): boolean {
    const { kind, text } = this.#peek();
    if (text !== sign || (kind !== 'sign' && kind !== 'operator')) return false;
    this.#at += 1;
    return true;
  }

  #expect(sign: string): void {
    if (!this.#take(sign)) throw new XPathProblem(`Expected ${sign} before ${this.#peek().text || 'the end'}.`);
  }
}

/** What `//` stands for. */
const EVERYTHING: XPathStep = { axis: 'descendant-or-self', test: { kind: 'node' }, predicates: [] };
