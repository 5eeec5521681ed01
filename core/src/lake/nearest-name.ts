/** The existing name that a misspelt one most likely means, or undefined where none is near. */
export function nearestName(wanted: string, existing: readonly string[]): string | undefined {
  const lower = wanted.toLowerCase();
  const ranked = existing
    .map((name) => ({ name, distance: editDistance(lower, name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best && best.distance <= Math.max(2, Math.ceil(wanted.length / 3)) ? best.name : undefined;
}

/** "Did you mean ...?", or what there is. */
export function suggestName(wanted: string, existing: readonly string[], what: string): string {
  const nearest = nearestName(wanted, existing);
  if (nearest !== undefined) return `Did you mean ${nearest}?`;
  if (existing.length === 0) return `There are no ${what} yet.`;
  const shown = existing.slice(0, 5).join(', ');
  return `There are the ${what} ${shown}${existing.length > 5 ? ` and ${existing.length - 5} more` : ''}.`;
}

/** Levenshtein's: insertions, deletions and replacements of one character. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous.at(-1) ?? 0;
}
