import type { Span } from '../syntax/problem.ts';
import { type Environment, refuse } from '../translate/environment.ts';
import type { Typed } from '../translate/typed.ts';
import { isUnknown } from '../types/spark-type.ts';

export interface Regex {
  /** RE2's text of the same language. */
  readonly pattern: string;
  readonly groups: number;
  readonly matchesEmpty: boolean;
  /** The searched text, guarded where the two engines could differ. */
  readonly guard: (sql: string) => string;
}

const SPACE = String.raw`\t\n\x0B\f\r `;
const LINE_END = String.raw`\n\r\x{85}\x{2028}\x{2029}`;
/** Escapes that mean the same in Java and RE2. */
const SAME = /^\\[dDwW.\\^$|?*+()[\]{}\-/ ntrfaA=!@#%&,:;"'<>_~`]/;

/** A literal Java pattern as RE2 reads it; refuses what RE2 does not have or reads otherwise. */
export function translateRegex(environment: Environment, typed: Typed, span: Span): Regex | undefined {
  if (typeof typed.literal !== 'string') {
    if (!isUnknown(typed.type))
      refuse(environment, 'A regular expression that is no literal', span, 'Write the pattern as a string.');
    return undefined;
  }
  const translated = new RegexTranslator(typed.literal).translate();
  if (typeof translated === 'string') {
    refuse(environment, `${translated} in a regular expression`, span, 'Write the pattern without it.');
    return undefined;
  }
  return translated;
}

class RegexTranslator {
  readonly #text: string;
  #at = 0;
  #out = '';
  #groups = 0;
  #dollar = false;

  constructor(text: string) {
    this.#text = text;
  }

  /** The pattern, or what is refused. */
  translate(): Regex | string {
    while (this.#at < this.#text.length) {
      const refused = this.#step();
      if (refused !== undefined) return refused;
    }
    let matchesEmpty: boolean;
    try {
      matchesEmpty = new RegExp(this.#text.replace(/^\(\?[a-z]+\)/, '')).test('');
    } catch (error) {
      if (error instanceof SyntaxError) return 'What is no valid pattern';
      throw error;
    }
    const guard = this.#dollar ? (sql: string) => `spark_no_final_newline(${sql})` : (sql: string) => sql;
    return { pattern: this.#out, groups: this.#groups, matchesEmpty, guard };
  }

  #step(): string | undefined {
    const rest = this.#text.slice(this.#at);
    const char = rest.charAt(0);
    switch (char) {
      case '\\':
        return this.#escape(rest, false);
      case '[':
        return this.#class(rest);
      case '(':
        return this.#group(rest);
      case '.':
        return this.#emit(`[^${LINE_END}]`, 1);
      case '$':
        this.#dollar = true;
        return this.#emit('$', 1);
      case '*':
      case '+':
      case '?':
      case '{':
        return this.#quantifier(rest);
      default:
        return this.#emit(char, 1);
    }
  }

  #emit(text: string, length: number): string | undefined {
    this.#out += text;
    this.#at += length;
    return undefined;
  }

  #quantifier(rest: string): string | undefined {
    const found = /^(?:[*+?]|\{\d+(?:,\d*)?\})(\+?)\??/.exec(rest);
    if (!found) return 'A { that is no repetition';
    if (found[1] === '+') return 'A possessive quantifier';
    return this.#emit(found[0], found[0].length);
  }

  #escape(rest: string, inClass: boolean): string | undefined {
    const code = /^\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))/.exec(rest);
    if (code) return this.#emit(`\\x{${code[1] ?? code[2] ?? ''}}`, code[0].length);
    if (rest.startsWith('\\s')) return this.#emit(inClass ? SPACE : `[${SPACE}]`, 2);
    if (rest.startsWith('\\S') && !inClass) return this.#emit(`[^${SPACE}]`, 2);
    const property = /^\\[pP]\{(?:L|Lu|Ll|Lt|Lm|Lo|N|Nd|Nl|No|P|S|Z|M)\}/.exec(rest);
    if (property) return this.#emit(property[0], property[0].length);
    if (rest.startsWith('\\z') && !inClass) return this.#emit('\\z', 2);
    const same = SAME.exec(rest);
    if (!same || (inClass && same[0] === '\\A')) return `The escape ${rest.slice(0, 2)}`;
    return this.#emit(
      same[0] === '\\/' ? '/' : /^\\[ =!@#%&,:;"'<>_~`]$/.test(same[0]) ? same[0].slice(1) : same[0],
      same[0].length,
    );
  }

  #group(rest: string): string | undefined {
    if (!rest.startsWith('(?')) {
      this.#groups++;
      return this.#emit('(', 1);
    }
    if (rest.startsWith('(?:')) return this.#emit('(?:', 3);
    const named = /^\(\?<[A-Za-z]\w*>/.exec(rest);
    if (named) {
      this.#groups++;
      return this.#emit('(', named[0].length);
    }
    if (rest.startsWith('(?i)') && this.#at === 0) return this.#emit('(?i)', 4);
    return /^\(\?<?[=!]/.test(rest) ? 'A lookaround' : `The group ${rest.slice(0, 4)}`;
  }

  #class(rest: string): string | undefined {
    const open = /^\[\^?/.exec(rest)?.[0] ?? '[';
    this.#emit(open, open.length);
    while (this.#at < this.#text.length) {
      const inner = this.#text.slice(this.#at);
      if (inner.startsWith(']')) return this.#emit(']', 1);
      if (inner.startsWith('[') || inner.startsWith('&&')) return 'A class inside a class';
      const refused = inner.startsWith('\\') ? this.#escape(inner, true) : this.#emit(inner.charAt(0), 1);
      if (refused !== undefined) return refused;
    }
    return 'A class that never ends';
  }
}
