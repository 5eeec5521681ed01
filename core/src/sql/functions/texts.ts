import { native, type NativeFunction, notEmulatedHere } from './native-function.ts';

/** Upper-case, lower-case and digit characters as Java's Character tells them; an empty replacement leaves its kind as it is. */
function mask(text: string, upper: string, lower: string, digit: string, other: string): string {
  return Array.from(text)
    .map((char) => {
      if (/\p{Lu}/u.test(char)) return upper || char;
      if (/\p{Ll}/u.test(char)) return lower || char;
      return (/\p{Nd}/u.test(char) ? digit : other) || char;
    })
    .join('');
}

function luhnCheck(text: string): boolean {
  if (!/^[0-9]+$/.test(text)) return false;
  let sum = 0;
  Array.from(text)
    .reverse()
    .forEach((char, at) => {
      const digit = Number(char) * (at % 2 === 1 ? 2 : 1);
      sum += digit > 9 ? digit - 9 : digit;
    });
  return sum % 10 === 0;
}

/** Everything before the count-th delimiter, from the left, or from the right where the count is negative. */
function substringIndex(text: string, delimiter: string, count: number): string {
  if (delimiter === '' || count === 0) return '';
  // Spark negates the count, which the least has no opposite for, and fails with bytes of a negative size.
  if (count === -2147483648) throw new Error('[INTERNAL_ERROR] substring_index fails with the count -2147483648.');
  let at = count > 0 ? -1 : text.length;
  for (let left = Math.abs(count); left > 0; left--) {
    at =
      count > 0
        ? text.indexOf(delimiter, at < 0 ? 0 : at + 1)
        : at === 0
          ? -1
          : text.lastIndexOf(delimiter, at - 1 - (at === text.length ? delimiter.length - 1 : 0));
    if (at < 0) return text;
  }
  return count > 0 ? text.slice(0, at) : text.slice(at + delimiter.length);
}

function soundex(text: string): string {
  const codes = '01230127022455012623017202';
  const first = text.charAt(0);
  if (!/[A-Za-z]/.test(first)) return text;
  const codeOf = (char: string): string => codes.charAt(char.toUpperCase().charCodeAt(0) - 65);
  let result = first.toUpperCase();
  let last = codeOf(first);
  for (const char of text.slice(1)) {
    if (result.length === 4) break;
    if (!/[A-Za-z]/.test(char)) {
      last = '0';
      continue;
    }
    const code = codeOf(char);
    if (code === '7') continue;
    if (code !== '0' && code !== last) result += code;
    last = code;
  }
  return result.padEnd(4, '0');
}

function levenshtein(left: string, right: string): number {
  const [a, b] = [Array.from(left), Array.from(right)];
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (const [i, char] of a.entries()) {
    const next = [i + 1];
    for (const [j, other] of b.entries())
      next.push(Math.min((row[j] ?? 0) + (char === other ? 0 : 1), (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    row = next;
  }
  return row[b.length] ?? 0;
}

/** Each word, after a space, with one upper-case letter first. Refuses letters whose case Java changes in its own way. */
function initcap(text: string): string {
  if (/[^\p{ASCII}]/u.test(text)) throw notEmulatedHere(`initcap of letters outside ASCII: ${text}`);
  return text
    .toLowerCase()
    .replace(/(^| )([a-z])/g, (_, space: string, letter: string) => space + letter.toUpperCase());
}

/** `input` with `replacement` from a position counted from 1 over `length` characters; a negative length is the replacement's. Places are Spark's INTs, which wrap. */
function overlay(input: string, replacement: string, position: number, length: number): string {
  const text = Array.from(input);
  const size = length >= 0 ? length : Array.from(replacement).length;
  const until = (count: number): string => text.slice(0, Math.max(count, 0)).join('');
  const start = (position + size) | 0;
  const first = start > 0 ? start - 1 : text.length + start;
  const rest = text.slice(Math.max(first, 0), Math.max(first + 0x7fffffff, 0));
  return until((position - 1) | 0) + replacement + (start === 0 ? text.join('') : rest.join(''));
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "\\'")}'`;
}

function findInSet(wanted: string, list: string): number {
  return wanted.includes(',') ? 0 : list.split(',').indexOf(wanted) + 1;
}

function padBytes(bytes: Uint8Array, size: number, pad: Uint8Array, left: boolean): Uint8Array {
  if (size <= 0) return new Uint8Array();
  if (bytes.length >= size || pad.length === 0) return bytes.slice(0, size);
  const filling = Uint8Array.from({ length: size - bytes.length }, (_, at) => pad[at % pad.length] ?? 0);
  return Buffer.concat(left ? [filling, bytes] : [bytes, filling]);
}

const bytesTest = (name: string, test: (bytes: Buffer, part: Buffer) => boolean): NativeFunction =>
  native(name, ['BLOB', 'BLOB'], 'BOOLEAN', (bytes, part) => test(Buffer.from(bytes), Buffer.from(part)));

function trimBytes(bytes: Uint8Array, set: Uint8Array, left: boolean, right: boolean): Uint8Array {
  let start = 0;
  let end = bytes.length;
  while (left && start < end && set.includes(bytes[start] ?? 0)) start++;
  while (right && end > start && set.includes(bytes[end - 1] ?? 0)) end--;
  return bytes.slice(start, end);
}

export const TEXT_NATIVES: readonly NativeFunction[] = [
  native('spark_mask', ['VARCHAR', 'VARCHAR', 'VARCHAR', 'VARCHAR', 'VARCHAR'], 'VARCHAR', mask),
  native('spark_luhn_check', ['VARCHAR'], 'BOOLEAN', luhnCheck),
  native('spark_substring_index', ['VARCHAR', 'VARCHAR', 'INTEGER'], 'VARCHAR', substringIndex),
  native('spark_soundex', ['VARCHAR'], 'VARCHAR', soundex),
  native('spark_levenshtein', ['VARCHAR', 'VARCHAR'], 'INTEGER', levenshtein),
  native('spark_initcap', ['VARCHAR'], 'VARCHAR', initcap),
  native('spark_overlay', ['VARCHAR', 'VARCHAR', 'INTEGER', 'INTEGER'], 'VARCHAR', overlay),
  native('spark_quote', ['VARCHAR'], 'VARCHAR', quote),
  native('spark_find_in_set', ['VARCHAR', 'VARCHAR'], 'INTEGER', findInSet),
  native('spark_lpad_bytes', ['BLOB', 'INTEGER', 'BLOB'], 'BLOB', (bytes, size, pad) =>
    padBytes(bytes, size, pad, true),
  ),
  native('spark_rpad_bytes', ['BLOB', 'INTEGER', 'BLOB'], 'BLOB', (bytes, size, pad) =>
    padBytes(bytes, size, pad, false),
  ),
  native('spark_btrim_bytes', ['BLOB', 'BLOB'], 'BLOB', (bytes, set) => trimBytes(bytes, set, true, true)),
  bytesTest('spark_contains_bytes', (bytes, part) => bytes.includes(part)),
  bytesTest('spark_startswith_bytes', (bytes, part) => bytes.subarray(0, part.length).equals(part)),
  bytesTest(
    'spark_endswith_bytes',
    (bytes, part) => bytes.length >= part.length && bytes.subarray(bytes.length - part.length).equals(part),
  ),
];
