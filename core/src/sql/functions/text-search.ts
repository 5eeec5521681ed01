import { native, type NativeFunction } from './native-function.ts';

const PATTERNS = new Map<string, RegExp>();

function remembered(key: string, make: () => RegExp): RegExp {
  const known = PATTERNS.get(key);
  if (known) return known;
  const made = make();
  if (PATTERNS.size > 1000) PATTERNS.clear();
  PATTERNS.set(key, made);
  return made;
}

/** LIKE with a pattern that comes from the rows. @throws Error where the escape stands before an ordinary character. */
function like(text: string, pattern: string, escape: string): boolean {
  return remembered(`${escape}${pattern}`, () => likePattern(pattern, escape)).test(text);
}

function likePattern(pattern: string, escape: string): RegExp {
  let source = '';
  const chars = Array.from(pattern);
  for (let at = 0; at < chars.length; at++) {
    const char = chars[at] ?? '';
    if (char === escape) {
      const next = chars[++at];
      if (next !== '%' && next !== '_' && next !== escape)
        throw new Error(
          `[INVALID_FORMAT] The escape character stands before an ordinary one in the pattern ${pattern}`,
        );
      source += quoted(next);
    } else if (char === '%') source += '[^]*';
    else source += char === '_' ? '[^]' : quoted(char);
  }
  return new RegExp(`^${source}$`, 'u');
}

function quoted(char: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(char) ? `\\${char}` : char;
}

/** Java's split into at most `limit` pieces by a pattern that never matches nothing. */
function split(text: string, pattern: string, limit: number): string[] {
  const regex = remembered(`split:${pattern}`, () => new RegExp(javascriptPattern(pattern), 'gu'));
  const pieces: string[] = [];
  let from = 0;
  for (const found of text.matchAll(regex)) {
    if (pieces.length === limit - 1) break;
    pieces.push(text.slice(from, found.index));
    from = found.index + found[0].length;
  }
  return [...pieces, text.slice(from)];
}

/** What `translateRegex` writes for RE2, for JavaScript. */
function javascriptPattern(pattern: string): string {
  return pattern.replace(/\\x\{([0-9a-fA-F]+)\}/g, '\\u{$1}').replace(/\\z/g, '$');
}

/** Splitting at nothing: the characters, the last piece with what is left. */
function splitChars(text: string, limit: number): string[] {
  const chars = Array.from(text);
  if (chars.length === 0) return [''];
  if (limit <= 0 || chars.length <= limit) return chars;
  return [...chars.slice(0, limit - 1), chars.slice(limit - 1).join('')];
}

/** The part that a number names from the left, or from the right where it is negative; empty where there is none. */
function splitPart(text: string, delimiter: string, part: number): string {
  if (part === 0)
    throw new Error('[INVALID_INDEX_OF_ZERO] The index 0 is invalid. An index shall be either < 0 or > 0.');
  // Spark takes the least INT, which has no opposite, for a place of the array and fails.
  if (part === -2147483648) throw new Error('[INTERNAL_ERROR] split_part fails with the part -2147483648.');
  const parts = delimiter === '' ? [text] : text.split(delimiter);
  return parts[part > 0 ? part - 1 : parts.length + part] ?? '';
}

function decoded(bytes: Uint8Array, fatal: boolean): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function validated(bytes: Uint8Array): string {
  const text = decoded(bytes, true);
  if (text !== undefined) return text;
  throw new Error(
    `[INVALID_UTF8_STRING] Invalid UTF8 byte sequence found in string: ${Buffer.from(bytes).toString('hex')}`,
  );
}

export const TEXT_SEARCH_NATIVES: readonly NativeFunction[] = [
  native('spark_like', ['VARCHAR', 'VARCHAR', 'VARCHAR'], 'BOOLEAN', like),
  native('spark_split', ['VARCHAR', 'VARCHAR', 'INTEGER'], 'VARCHAR[]', split),
  native('spark_split_chars', ['VARCHAR', 'INTEGER'], 'VARCHAR[]', splitChars),
  native('spark_split_part', ['VARCHAR', 'VARCHAR', 'INTEGER'], 'VARCHAR', splitPart),
  native('spark_is_valid_utf8', ['BLOB'], 'BOOLEAN', (bytes) => decoded(bytes, true) !== undefined),
  native('spark_make_valid_utf8', ['BLOB'], 'VARCHAR', (bytes) => decoded(bytes, false) ?? null),
  native('spark_validate_utf8', ['BLOB'], 'VARCHAR', validated),
  native('spark_try_validate_utf8', ['BLOB'], 'VARCHAR', (bytes) => decoded(bytes, true) ?? null),
];
