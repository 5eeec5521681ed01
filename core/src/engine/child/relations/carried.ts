import { withoutLiterals } from './asked-columns.ts';

/** The column that tells rows apart, of a view over a table's rows with their places. */
export const rowPlace = '__row_place';

/** The same text without the place of rows, which stands in its lists alone; what it is used for otherwise stays. */
export function withoutPlace(sql: string): string {
  return sql.replaceAll(new RegExp(`, \\w+\\."${rowPlace}" AS "${rowPlace}"`, 'g'), '');
}

/**
 * Whether each row of a query comes from one row of the relation and has that row's own place and column: each of its SELECTs reads
 * one relation, this one or a SELECT before it, and hands both on as they are.
 * @param sql the dialect's text of a query over one relation.
 */
export function carries(sql: string, placeholder: string, column: string): boolean {
  const names = new Map<string, string>();
  // A name in quotes is one word from here on, whatever stands in it.
  const text = withoutLiterals(sql).text.replaceAll(/"(?:[^"]|"")*"/g, (name) => {
    const word = names.get(name) ?? `#${names.size}#`;
    names.set(name, word);
    return word;
  });
  const wordOf = (name: string): string => names.get(`"${name.replaceAll('"', '""')}"`) ?? '#none#';
  const count = (pattern: RegExp): number => [...text.matchAll(pattern)].length;
  const sources = [...text.matchAll(/\bFROM\s+(#\d+#|\w+) AS (\w+)(?=\s*(?:\)|$|WHERE\b))/gi)].map(
    ([, source]) => source,
  );
  const selects = count(/\bSELECT\b/gi);
  if (sources.length !== selects || count(/\bFROM\b/gi) !== selects) return false;
  if (
    /\b(?:JOIN|UNION|INTERSECT|EXCEPT|DISTINCT|GROUP|HAVING|LIMIT|OFFSET|SAMPLE|VALUES|LATERAL|RECURSIVE)\b/i.test(text)
  )
    return false;
  const own = sources.filter((source) => source === wordOf(placeholder) || source === placeholder);
  const before = sources.filter((source) => /^c\d+$/.test(source ?? ''));
  if (own.length !== 1 || own.length + before.length !== selects) return false;
  return [rowPlace, column].every((name) => {
    const word = wordOf(name);
    return (
      count(new RegExp(`\\w+\\.${word} AS ${word}(?=,|\\s)`, 'g')) === selects &&
      count(new RegExp(`AS ${word}`, 'g')) === selects
    );
  });
}
