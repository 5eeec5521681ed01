/**
 * A pattern of `include` as the Databricks CLI reads it, which is Go's `filepath.Match`: `*` and `?` stay within one folder (`**` is
 * no more than `*`), `[a-z]` and `[^a]` are classes, a backslash escapes, names with a leading dot match, braces mean themselves.
 * Undefined for a malformed pattern.
 */
export function pathGlob(pattern: string): ((path: string) => boolean) | undefined {
  const source = pattern.replaceAll(/\\(.)|\[(\^?)((?:\\.|[^\]\\])+)\]|\*+|\?|[^*?[\\]/gsu, translate);
  try {
    const expression = new RegExp(`^${source}$`, 'u');
    return (path) => expression.test(path);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** True where a text is a pattern, and not the name of one file. */
export function isGlob(pattern: string): boolean {
  return /[*?[]/.test(pattern);
}

function translate(part: string, escaped?: string, negated?: string, members?: string): string {
  if (escaped !== undefined) return literal(escaped);
  if (members !== undefined) return `(?!/)[${negated ?? ''}${members.replaceAll(/[[\]&~|^]/g, String.raw`\$&`)}]`;
  if (part.startsWith('*')) return '[^/]*';
  return part === '?' ? '[^/]' : literal(part);
}

function literal(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}/]/g, String.raw`\$&`);
}
