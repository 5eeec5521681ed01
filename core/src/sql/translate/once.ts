/**
 * DuckDB text that names a value many times, as the readers and writers of texts do. What is computed by such a macro itself is computed
 * once before: a macro's argument is bound anew wherever it is named, and casts of casts would grow without a bound.
 */
export function once(sql: string, of: (value: string) => string): string;
export function once(sql: string, of: (value: string) => string | undefined): string | undefined;
export function once(sql: string, of: (value: string) => string | undefined): string | undefined {
  if (!/\bspark_\w+\(/.test(sql)) return of(sql);
  const text = of('__s');
  return text && `list_transform([${sql}], lambda __s: ${text})[1]`;
}
