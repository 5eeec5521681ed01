import type { PathStep } from '../syntax/nodes.ts';
import { quoteText } from '../types/duckdb-type.ts';

/**
 * `text:a.B[0]['c'][*]`: a name is found in any case, a key in brackets exactly. DuckDB answers where the text has no key that differs
 * from a name of the path in its case only; all other texts go through `spark_json_colon`.
 */
export function colonPath(text: string, steps: readonly PathStep[]): string {
  const written = quoteText(JSON.stringify(steps));
  const path = duckdbPath(steps);
  if (path === undefined) return `spark_json_colon(${text}, ${written})`;
  const names = [...new Set(steps.flatMap((step) => (step.kind === 'name' ? [step.text] : [])))].filter(hasCase);
  const rest = names.reduce((sql, name) => `replace(${sql}, ${quoteText(`"${name}"`)}, '')`, text);
  const others = names.map((name) => name.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')).join('|');
  const differing = names.length === 0 ? 'false' : `regexp_matches(${rest}, ${quoteText(`(?i)"(?:${others})"`)})`;
  const key = quoteText(`"${lastKey(steps)}"`);
  return `spark_json_path_or(${text}, ${quoteText(path)}, ${key}, ${differing}, ${written})`;
}

/** What a path is named by: its last name or key. */
export function lastKey(steps: readonly PathStep[]): string {
  const last = steps.findLast((step) => 'text' in step);
  return last && 'text' in last ? last.text : '';
}

/** Undefined where DuckDB would read another path. */
function duckdbPath(steps: readonly PathStep[]): string | undefined {
  let path = '$';
  for (const step of steps) {
    if (step.kind === 'all' || ('text' in step && /["\\*]/.test(step.text))) return undefined;
    path += step.kind === 'index' ? `[${step.at}]` : `."${step.text}"`;
  }
  return path;
}

function hasCase(name: string): boolean {
  return name.toLowerCase() !== name.toUpperCase();
}
