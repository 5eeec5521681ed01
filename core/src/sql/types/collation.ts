/**
 * What a text is compared by. Spark 4: `CollationFactory`. UTF8_BINARY, by bytes, is the absence of one; `null` is the collation of what
 * mixes several, which can be shown and stored but not compared.
 */
export const INDETERMINATE = 'null';

export interface CollationParts {
  readonly base: 'UTF8_BINARY' | 'UTF8_LCASE' | 'UNICODE';
  readonly caseInsensitive: boolean;
  readonly accentInsensitive: boolean;
  /** Spaces at the end do not count. */
  readonly trimmed: boolean;
}

/** A collation by any of its names; undefined where it is not emulated (those of a language). */
export function collationParts(name: string): CollationParts | undefined {
  const upper = name.toUpperCase().replace(/^SYSTEM\.BUILTIN\./, '');
  const found = /^(UTF8_BINARY|UTF8_LCASE|UNICODE)((?:_(?:CI|CS|AI|AS|RTRIM))*)$/.exec(upper);
  if (!found) return undefined;
  const words = (found[2] ?? '').split('_').slice(1);
  const base = found[1] as CollationParts['base'];
  const groups = [['CI', 'CS'], ['AI', 'AS'], ['RTRIM']];
  if (groups.some((group) => words.filter((word) => group.includes(word)).length > 1)) return undefined;
  if (base !== 'UNICODE' && words.some((word) => word !== 'RTRIM')) return undefined;
  return {
    base,
    caseInsensitive: words.includes('CI'),
    accentInsensitive: words.includes('AI'),
    trimmed: words.includes('RTRIM'),
  };
}

/** Spark's spelling: `UNICODE_CI_AI_RTRIM`; undefined for UTF8_BINARY itself. */
export function collationName({
  base,
  caseInsensitive,
  accentInsensitive,
  trimmed,
}: CollationParts): string | undefined {
  const words = [
    base,
    ...(caseInsensitive ? ['CI'] : []),
    ...(accentInsensitive ? ['AI'] : []),
    ...(trimmed ? ['RTRIM'] : []),
  ];
  return words.join('_') === 'UTF8_BINARY' ? undefined : words.join('_');
}

export const EMULATED_COLLATIONS = 'UTF8_BINARY, UTF8_LCASE and UNICODE are emulated, with CI, AI and RTRIM.';
