/**
 * Patterns of `date_format`, `to_timestamp` and the like: Java's `DateTimeFormatterBuilder.appendPattern` under the rules of Spark's
 * `DateTimeFormatterHelper` (a `y` is the proleptic year unless an era stands beside it; week-based letters are refused).
 */
export type PatternPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'field'; readonly letter: string; readonly count: number }
  | { readonly kind: 'optional'; readonly parts: readonly PatternPart[] };

const FEW: Readonly<Record<string, number>> = { d: 2, h: 2, H: 2, k: 2, K: 2, m: 2, s: 2, a: 1, F: 1 };
const MOST: Readonly<Record<string, number>> = {
  ...FEW,
  ...{ G: 4, y: 6, M: 4, L: 4, Q: 4, q: 4, E: 4, D: 3, S: 9, z: 4, X: 5, x: 5, Z: 5 },
};

function invalid(pattern: string, why: string): Error {
  return new Error(`[INVALID_DATETIME_PATTERN] The datetime pattern '${pattern}' is not valid: ${why}.`);
}

function checkField(pattern: string, letter: string, count: number, reading: boolean): void {
  if (reading && /[EFqQ]/.test(letter)) throw invalid(pattern, `${letter} is not read, only written`);
  const fits =
    letter === 'V' ? count === 2 : letter === 'O' ? count === 1 || count === 4 : count <= (MOST[letter] ?? 0);
  if (!fits) throw invalid(pattern, letter.repeat(count));
}

/** @throws Error that names what is wrong with the pattern. */
export function parsePattern(pattern: string, reading: boolean): readonly PatternPart[] {
  const stack: PatternPart[][] = [[]];
  const add = (part: PatternPart): void => {
    stack.at(-1)?.push(part);
  };
  for (let at = 0; at < pattern.length;) {
    const char = pattern.charAt(at);
    const run = /^([A-Za-z])\1*/.exec(pattern.slice(at))?.[0];
    if (run !== undefined) {
      checkField(pattern, char, run.length, reading);
      add({ kind: 'field', letter: char, count: run.length });
      at += run.length;
      continue;
    }
    at++;
    if (char === "'") {
      const { text, end } = quoted(pattern, at);
      add({ kind: 'text', text });
      at = end;
    } else if (char === '[') stack.push([]);
    else if (char === ']') {
      const parts = stack.pop() ?? [];
      if (stack.length === 0) throw invalid(pattern, 'a ] without its [');
      add({ kind: 'optional', parts });
    } else if (/[{}#]/.test(char)) throw invalid(pattern, `the reserved ${char}`);
    else add({ kind: 'text', text: char });
  }
  // Java closes what is left open.
  while (stack.length > 1) {
    const parts = stack.pop() ?? [];
    add({ kind: 'optional', parts });
  }
  return stack[0] ?? [];
}

/** What is wrong with a pattern; undefined for one that is read or written. */
export function patternProblem(pattern: string, reading: boolean): string | undefined {
  try {
    parsePattern(pattern, reading);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Text up to the closing quote; two quotes are one. */
function quoted(pattern: string, from: number): { readonly text: string; readonly end: number } {
  let text = '';
  for (let at = from; at < pattern.length; at++) {
    if (pattern.charAt(at) !== "'") text += pattern.charAt(at);
    else if (pattern.charAt(at + 1) === "'") {
      text += "'";
      at++;
    } else return { text: text === '' && at === from ? "'" : text, end: at + 1 };
  }
  throw invalid(pattern, 'a quote without its end');
}

export function hasField(parts: readonly PatternPart[], letters: string): boolean {
  return parts.some((part) =>
    part.kind === 'field' ? letters.includes(part.letter) : part.kind === 'optional' && hasField(part.parts, letters),
  );
}

/** Keeps what was made of the latest pattern: a query has one, and a row must not parse it again. */
export function latest<T>(make: (pattern: string) => T): (pattern: string) => T {
  let kept: { readonly pattern: string; readonly value: T } | undefined;
  return (pattern) => {
    if (kept?.pattern !== pattern) kept = { pattern, value: make(pattern) };
    return kept.value;
  };
}

export const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
  ...['August', 'September', 'October', 'November', 'December'],
] as const;
export const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
