import { native, type NativeFunction, notEmulatedHere } from './native-function.ts';

/** What follows the i of a lower-cased capital I with a dot. */
const DOT = '\u0307';
const DOTTED_I = '\u0130';

/** UTF8_LCASE knows code points one by one, and one sigma. Spark 4: `CollationAwareUTF8String.lowerCaseCodePoints`. */
function lowered(char: string): string {
  return char === 'ς' ? 'σ' : char.toLowerCase();
}

function lowerCase(text: string): string {
  return Array.from(text, lowered).join('');
}

/** How many code points of the text from a place on are the (lower-cased) pattern; -1: they are not. Half of a letter is no match. */
function matchLength(text: readonly string[], pattern: string, at: number): number {
  let rest = pattern;
  for (let length = 0; ; length++) {
    if (rest === '') return length;
    const char = text[at + length];
    if (char === undefined) return -1;
    const lower = lowered(char);
    if (!rest.startsWith(lower)) return -1;
    rest = rest.slice(lower.length);
  }
}

/** The first place at or after `from` where the pattern stands, and its length there. */
function find(text: readonly string[], pattern: string, from: number): { at: number; length: number } | undefined {
  for (let at = from; at < text.length; at++) {
    const length = matchLength(text, pattern, at);
    if (length >= 0) return { at, length };
  }
  return undefined;
}

function places(text: readonly string[], pattern: string): { at: number; length: number }[] {
  const found = [];
  for (let one = find(text, pattern, 0); one; one = find(text, pattern, one.at + one.length)) found.push(one);
  return found;
}

/** The place of a part, counted from 1; of nothing, 1. */
function locate(part: string, text: string, from: number): number {
  if (from < 1) return 0;
  if (part === '') return 1;
  const found = find(Array.from(text), lowerCase(part), from - 1);
  return found ? found.at + 1 : 0;
}

function contains(text: string, part: string): boolean {
  return part === '' || locate(part, text, 1) > 0;
}

function startsWith(text: string, part: string): boolean {
  return matchLength(Array.from(text), lowerCase(part), 0) >= 0;
}

function endsWith(text: string, part: string): boolean {
  const [chars, pattern] = [Array.from(text), lowerCase(part)];
  for (let at = chars.length; at >= 0; at--) if (matchLength(chars, pattern, at) === chars.length - at) return true;
  return false;
}

function replace(text: string, part: string, by: string): string {
  if (part === '') return text;
  return pieces(text, part).join(by);
}

/** What stands between the places of a delimiter. */
function pieces(text: string, delimiter: string): string[] {
  const chars = Array.from(text);
  const found = places(chars, lowerCase(delimiter));
  const starts = [0, ...found.map(({ at, length }) => at + length)];
  return starts.map((start, index) => chars.slice(start, found[index]?.at).join(''));
}

function substringIndex(text: string, delimiter: string, count: number): string {
  // The least count has no opposite, and Spark counts none down from it here.
  if (delimiter === '' || count === 0 || count === -2147483648) return '';
  const chars = Array.from(text);
  const pattern = lowerCase(delimiter);
  // Each place is looked for one character beside the one before: unlike those of `replace` they may overlap.
  let at = count > 0 ? -1 : chars.length + 1;
  for (let left = Math.abs(count); left > 0; left--) {
    const next = count > 0 ? find(chars, pattern, at + 1)?.at : lastEnd(chars, pattern, at - 1);
    if (next === undefined) return text;
    at = next;
  }
  return (count > 0 ? chars.slice(0, at) : chars.slice(at)).join('');
}

/** Where the last match ends that ends at or before a place. */
function lastEnd(text: readonly string[], pattern: string, before: number): number | undefined {
  for (let end = before; end > 0; end--)
    for (let at = end - 1; at >= 0; at--) if (matchLength(text, pattern, at) === end - at) return end;
  return undefined;
}

function splitPart(text: string, delimiter: string, part: number): string {
  if (part === 0)
    throw new Error('[INVALID_INDEX_OF_ZERO] The index 0 is invalid. An index shall be either < 0 or > 0.');
  // Spark takes the least INT, which has no opposite, for a place of the array and fails.
  if (part === -2147483648) throw new Error('[INTERNAL_ERROR] split_part fails with the part -2147483648.');
  const parts = delimiter === '' ? [text] : pieces(text, delimiter);
  return parts[part > 0 ? part - 1 : parts.length + part] ?? '';
}

function findInSet(text: string, set: string): number {
  if (text.includes(',')) return 0;
  const wanted = lowerCase(text);
  return set.split(',').findIndex((one) => lowerCase(one) === wanted) + 1;
}

/** Each character by the one at its place, or by nothing. A capital I with a dot stands for its two lower-case letters. */
function translate(text: string, from: string, to: string): string {
  const targets = Array.from(to);
  const table = new Map<string, string>();
  for (const [at, char] of Array.from(from).entries()) {
    const key = char === DOTTED_I ? char : lowered(char);
    if (!table.has(key)) table.set(key, targets[at] ?? '');
  }
  const chars = Array.from(text);
  let result = '';
  for (let at = 0; at < chars.length; at++) {
    const char = chars[at] ?? '';
    const pair = lowered(char) === 'i' && chars[at + 1] === DOT && table.has(DOTTED_I);
    if (pair) at++;
    const key = pair || char === DOTTED_I ? DOTTED_I : lowered(char);
    result += table.get(key) ?? char;
  }
  return result;
}

/** Characters of a set, in any case, off the ends. */
function trim(text: string, set: string, side: string): string {
  if ([DOT, DOTTED_I].some((char) => (text + set).includes(char)))
    throw notEmulatedHere(`Trimming a dotted I by UTF8_LCASE: ${text}`);
  const wanted = new Set(Array.from(set, lowered));
  const chars = Array.from(text);
  let [start, end] = [0, chars.length];
  if (side !== 'rtrim') while (start < end && wanted.has(lowered(chars[start] ?? ''))) start++;
  if (side !== 'ltrim') while (end > start && wanted.has(lowered(chars[end - 1] ?? ''))) end--;
  return chars.slice(start, end).join('');
}

/** What UTF8_LCASE is to text functions, and the mappings of case that ICU knows by the letters around. */
export const LOWERCASE_NATIVES: readonly NativeFunction[] = [
  native('spark_lcase_text', ['VARCHAR'], 'VARCHAR', lowerCase),
  native('spark_lcase_locate', ['VARCHAR', 'VARCHAR', 'INTEGER'], 'INTEGER', locate),
  native('spark_lcase_contains', ['VARCHAR', 'VARCHAR'], 'BOOLEAN', contains),
  native('spark_lcase_startswith', ['VARCHAR', 'VARCHAR'], 'BOOLEAN', startsWith),
  native('spark_lcase_endswith', ['VARCHAR', 'VARCHAR'], 'BOOLEAN', endsWith),
  native('spark_lcase_replace', ['VARCHAR', 'VARCHAR', 'VARCHAR'], 'VARCHAR', replace),
  native('spark_lcase_substring_index', ['VARCHAR', 'VARCHAR', 'INTEGER'], 'VARCHAR', substringIndex),
  native('spark_lcase_split_part', ['VARCHAR', 'VARCHAR', 'INTEGER'], 'VARCHAR', splitPart),
  native('spark_lcase_find_in_set', ['VARCHAR', 'VARCHAR'], 'INTEGER', findInSet),
  native('spark_lcase_translate', ['VARCHAR', 'VARCHAR', 'VARCHAR'], 'VARCHAR', translate),
  native('spark_lcase_trim', ['VARCHAR', 'VARCHAR', 'VARCHAR'], 'VARCHAR', trim),
  native('spark_lower_text', ['VARCHAR'], 'VARCHAR', (text) => text.toLowerCase()),
  native('spark_upper_text', ['VARCHAR'], 'VARCHAR', (text) => text.toUpperCase()),
];
