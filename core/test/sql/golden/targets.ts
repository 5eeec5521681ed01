const TARGET = new RegExp(
  [
    String.raw`\b(?:insert\s+(?:into|overwrite)(?:\s+table)?`,
    String.raw`create\s+(?:or\s+replace\s+)?(?:global\s+)?(?:temp(?:orary)?\s+)?(?:table|view|function|variable)(?:\s+if\s+not\s+exists)?`,
    String.raw`(?:drop|alter|truncate|replace|refresh)\s+(?:temporary\s+)?(?:table|view|function)(?:\s+if\s+exists)?`,
    String.raw`comment\s+on\s+table|analyze\s+table|update|delete\s+from|merge(?:\s+with\s+schema\s+evolution)?\s+into)`,
  ].join('|'),
  'gi',
);

/** The last part of each name that a statement, or the text of one inside it, would change; lower-case. */
export function targetsIn(sql: string): string[] {
  return [...sql.matchAll(TARGET)].flatMap((found) => {
    const rest = sql.slice(found.index + found[0].length);
    const name = /^\s+(?:identifier\s*\(\s*['"]([^'"]*)['"]|([\w.`]+))/i.exec(rest);
    const last = (name?.[1] ?? name?.[2])?.split('.').at(-1)?.replaceAll('`', '').toLowerCase();
    return last === undefined || last === '' ? [] : [last];
  });
}
