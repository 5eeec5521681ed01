/** A JSON value as Spark's Jackson parser gives it: entries in their order with repeated keys, numbers as written. */
export type JsonNode =
  | { readonly kind: 'object'; readonly entries: readonly (readonly [string, JsonNode])[] }
  | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'integer' | 'fraction' | 'nan'; readonly text: string }
  | { readonly kind: 'true' | 'false' | 'null' };

/** Jackson's features by Spark's option names (`JSONOptions`), in lower case; what is left out has Spark's default. */
export interface JacksonFeatures {
  readonly allowcomments?: boolean;
  readonly allowunquotedfieldnames?: boolean;
  readonly allowsinglequotes?: boolean;
  readonly allownumericleadingzeros?: boolean;
  readonly allownonnumericnumbers?: boolean;
  readonly allowbackslashescapinganycharacter?: boolean;
  readonly allowunquotedcontrolchars?: boolean;
}

/** What is no JSON; `at` is where reading ended. */
export class JsonSyntaxError extends Error {
  readonly at: number;

  constructor(at: number) {
    super(`No JSON at ${at}`);
    this.at = at;
  }
}

const DEPTH = 1000;
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
const NUMBER_WITH_ZEROS = /-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
const NOT_NUMBERS = /NaN|[+-]?INF|[+-]?Infinity/y;
const PLAIN = /[^"\\\p{Cc}]*/uy;
const PLAIN_SINGLE = /[^'\\\p{Cc}]*/uy;
const SHORT: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/**
 * The first value of a text and where it ends, as Spark reads it; what follows does not count. Undefined where there is no value.
 * @throws JsonSyntaxError
 */
export function readJson(text: string, features: JacksonFeatures = {}): { node: JsonNode; end: number } | undefined {
  const reader = new JacksonReader(text, features);
  if (reader.isAtEnd()) return undefined;
  const node = reader.value(0);
  return { node, end: reader.at };
}

class JacksonReader {
  at = 0;
  readonly #text: string;
  readonly #features: JacksonFeatures;

  constructor(text: string, features: JacksonFeatures) {
    this.#text = text;
    this.#features = features;
  }

  isAtEnd(): boolean {
    this.#space();
    return this.at >= this.#text.length;
  }

  value(depth: number): JsonNode {
    if (depth > DEPTH) throw new JsonSyntaxError(this.at);
    this.#space();
    const char = this.#text.charAt(this.at);
    if (char === '{') return this.#object(depth);
    if (char === '[') return this.#array(depth);
    if (char === '"' || (char === "'" && this.#features.allowsinglequotes !== false))
      return { kind: 'string', text: this.#string(char) };
    for (const word of ['true', 'false', 'null'] as const) if (this.#word(word)) return { kind: word };
    return this.#number(depth);
  }

  #object(depth: number): JsonNode {
    this.at++;
    const entries: [string, JsonNode][] = [];
    if (this.#take('}')) return { kind: 'object', entries };
    for (;;) {
      const key = this.#key();
      this.#expect(':');
      entries.push([key, this.value(depth + 1)]);
      if (this.#take('}')) return { kind: 'object', entries };
      this.#expect(',');
    }
  }

  #array(depth: number): JsonNode {
    this.at++;
    const items: JsonNode[] = [];
    if (this.#take(']')) return { kind: 'array', items };
    for (;;) {
      items.push(this.value(depth + 1));
      if (this.#take(']')) return { kind: 'array', items };
      this.#expect(',');
    }
  }

  #key(): string {
    this.#space();
    const char = this.#text.charAt(this.at);
    if (char === '"' || (char === "'" && this.#features.allowsinglequotes !== false)) return this.#string(char);
    if (this.#features.allowunquotedfieldnames === true) {
      const name = this.#match(/[\p{L}_$][\p{L}\p{N}_$-]*/uy);
      if (name) return name[0];
    }
    throw new JsonSyntaxError(this.at);
  }

  #string(quote: string): string {
    this.at++;
    let result = '';
    for (;;) {
      result += this.#match(quote === '"' ? PLAIN : PLAIN_SINGLE)?.[0] ?? '';
      const char = this.#text.charAt(this.at);
      if (char === quote) {
        this.at++;
        return result;
      }
      if (char === '\\') result += this.#escape();
      else if (char >= ' ' || (char !== '' && this.#features.allowunquotedcontrolchars === true)) {
        result += char;
        this.at++;
      } else throw new JsonSyntaxError(this.at);
    }
  }

  #escape(): string {
    const char = this.#text.charAt(this.at + 1);
    if (char === 'u') {
      const code = /^[0-9a-fA-F]{4}/.exec(this.#text.slice(this.at + 2, this.at + 6));
      if (!code) throw new JsonSyntaxError(this.at);
      this.at += 6;
      return String.fromCharCode(Number.parseInt(code[0], 16));
    }
    const known = SHORT[char] ?? ('"\\/'.includes(char) && char !== '' ? char : undefined);
    const any = this.#features.allowbackslashescapinganycharacter === true && char !== '';
    if (known === undefined && !any) throw new JsonSyntaxError(this.at);
    this.at += 2;
    return known ?? char;
  }

  #number(depth: number): JsonNode {
    const special = this.#match(NOT_NUMBERS);
    if (special) {
      if (this.#features.allownonnumericnumbers === false) throw new JsonSyntaxError(this.at);
      return { kind: 'nan', text: special[0] };
    }
    const found = this.#match(this.#features.allownumericleadingzeros === true ? NUMBER_WITH_ZEROS : NUMBER);
    if (!found || !this.#numberEnds(depth)) throw new JsonSyntaxError(this.at);
    const [text, fraction, exponent] = found;
    const kind = fraction === undefined && exponent === undefined ? 'integer' : 'fraction';
    return { kind, text: text.replace(/^(-?)0+(?=\d)/, '$1') };
  }

  /** A number that is the whole value may be followed by white space only, as in Jackson. */
  #numberEnds(depth: number): boolean {
    const next = this.#text.charAt(this.at);
    return next === '' || (depth === 0 ? ' \t\n\r' : ' \t\n\r,]}/').includes(next);
  }

  #word(word: string): boolean {
    if (!this.#text.startsWith(word, this.at)) return false;
    if (/^[\p{L}\p{N}_$]/u.test(this.#text.slice(this.at + word.length, this.at + word.length + 1)))
      throw new JsonSyntaxError(this.at);
    this.at += word.length;
    return true;
  }

  #take(char: string): boolean {
    this.#space();
    if (this.#text.charAt(this.at) !== char) return false;
    this.at++;
    return true;
  }

  #expect(char: string): void {
    if (!this.#take(char)) throw new JsonSyntaxError(this.at);
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.#text);
    if (!found) return undefined;
    this.at += found[0].length;
    return found;
  }

  #space(): void {
    this.#match(/[ \t\n\r]*/y);
    if (this.#features.allowcomments === true)
      while (this.#match(/(?:\/\*[^]*?\*\/|\/\/[^\n\r]*)[ \t\n\r]*/y)) continue;
  }
}
