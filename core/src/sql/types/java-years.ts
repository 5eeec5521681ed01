/** A date's or time's text from DuckDB as Java writes it: `0045-03-15 (BC)` is `-0044-03-15`, and 10000 is `+10000`. */
export function javaYears(text: string): string {
  const found = /^(\d{4,})(-\d\d-\d\d)( \(BC\))?(.*)$/.exec(text);
  if (!found) return text;
  const [, digits = '', days = '', before, rest = ''] = found;
  const year = before === undefined ? Number(digits) : 1 - Number(digits);
  return `${javaYear(year)}${days}${rest.replace(' (BC)', '')}`;
}

/** Four digits at least; a sign before what has more, and before years that are no AD. */
export function javaYear(year: number): string {
  const digits = String(Math.abs(year)).padStart(4, '0');
  return year < 0 ? `-${digits}` : year > 9999 ? `+${digits}` : digits;
}
