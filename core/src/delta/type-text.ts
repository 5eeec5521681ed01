/** A type text as a tree, for both dialects: `decimal(10,2)`, `array<struct<a:int>>`, `STRUCT(a INTEGER, "b c" VARCHAR[])`. */
export interface TypeTextReader {
  /** True, and past it, where the rest starts with this punctuation or word (any case). */
  take(token: string): boolean;
  expect(token: string): void;
  /** A bare word in lower case. */
  word(): string;
  /** An identifier as written, quoted with backticks or double quotes where it needs to be. */
  identifier(): string;
  /** A quoted string's content, after the opening quote was seen by `take`. */
  string(): string;
  end(): void;
  failure(): Error;
}

const TOKEN = /\s*(?:(`(?:[^`]|``)*`|"(?:[^"]|"")*"|'(?:[^']|'')*')|([\p{L}\p{N}_$.]+)|(.))/suy;

export function readTypeText(text: string): TypeTextReader {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  const trimmed = text.trimEnd();
  for (let match = TOKEN.exec(trimmed); match && match[0] !== ''; match = TOKEN.exec(trimmed))
    tokens.push(match[0].trim());
  let at = 0;
  const failure = () => new Error(`"${text}" is no type near "${tokens[at] ?? 'its end'}"`);
  const next = (pattern: RegExp): string => {
    const token = tokens[at];
    if (token === undefined || !pattern.test(token)) throw failure();
    at += 1;
    return token;
  };
  const reader: TypeTextReader = {
    take(token) {
      if (tokens[at]?.toLowerCase() !== token) return false;
      at += 1;
      return true;
    },
    expect(token) {
      if (!reader.take(token)) throw failure();
    },
    word: () => next(/^[\p{L}\p{N}_]+$/u).toLowerCase(),
    identifier: () => unquote(next(/^[\p{L}\p{N}_$."`]/u)),
    string: () => unquote(next(/^'/)),
    end() {
      if (at < tokens.length) throw failure();
    },
    failure,
  };
  return reader;
}

function unquote(token: string): string {
  const quote = token[0] ?? '';
  return '`"\''.includes(quote) ? token.slice(1, -1).replaceAll(quote + quote, quote) : token;
}
