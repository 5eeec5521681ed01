import type { JsonNode } from './jackson.ts';
import type { PathStep } from '../../syntax/nodes.ts';
import { jsonText } from './json-text.ts';

/** As Spark's `JsonPathParser` gives them: an index or `[*]` is a subscript with its kind, a name a key with its name. */
type Step =
  | { readonly kind: 'key'; readonly name: string }
  /** A key in any case: only one of an object's keys may be it. */
  | { readonly kind: 'anyCase'; readonly name: string }
  | { readonly kind: 'index'; readonly at: number }
  | { readonly kind: 'all' }
  | { readonly kind: 'wildcardKey' };

const KNOWN = new Map<string, readonly Step[] | undefined>();

/** A `get_json_object` path; undefined for what is none. */
export function pathSteps(path: string): readonly Step[] | undefined {
  if (!KNOWN.has(path)) {
    if (KNOWN.size > 1000) KNOWN.clear();
    KNOWN.set(path, parse(path));
  }
  return KNOWN.get(path);
}

function parse(path: string): readonly Step[] | undefined {
  if (!/^\s*\$/.test(path)) return undefined;
  const part =
    /\s*(?:\.\s*(\*)|\[\s*'\*'\s*\](?<quotedStar>)|\.\s*([^.[]+)|\[\s*'\s*([^'?]+)'\s*\]|\[\s*(\d+)\s*\]|\[\s*(\*)\s*\])/y;
  part.lastIndex = path.indexOf('$') + 1;
  const steps: Step[] = [];
  while (part.lastIndex < path.length) {
    const found = part.exec(path);
    if (!found) return undefined;
    const [, star, , plain, quoted, index, all] = found;
    if (star !== undefined || found.groups?.['quotedStar'] !== undefined) steps.push({ kind: 'wildcardKey' });
    else if (all !== undefined) steps.push({ kind: 'all' });
    else if (index !== undefined) steps.push({ kind: 'index', at: Number(index) });
    else steps.push({ kind: 'key', name: plain ?? quoted ?? '' });
  }
  return steps;
}

const KNOWN_COLON = new Map<string, readonly Step[]>();

/** The steps of a `:` path, as `colonPath` writes them. */
export function colonSteps(written: string): readonly Step[] {
  const known = KNOWN_COLON.get(written);
  if (known) return known;
  const steps = (JSON.parse(written) as readonly PathStep[]).map((step): Step => {
    if ('text' in step && step.kind === 'name') return { kind: 'anyCase', name: step.text };
    return 'text' in step ? { kind: 'key', name: step.text } : step;
  });
  if (KNOWN_COLON.size > 1000) KNOWN_COLON.clear();
  KNOWN_COLON.set(written, steps);
  return steps;
}

type Style = 'raw' | 'quoted' | 'flatten';

/** The value at a path as text, or null: as Spark's `GetJsonObjectEvaluator`, with Hive's way of lists of matches. */
export function evaluatePath(node: JsonNode, steps: readonly Step[]): string | null {
  const out: string[] = [];
  return evaluate(node, steps, 0, 'raw', out) ? out.join(' ') : null;
}

function evaluate(node: JsonNode, steps: readonly Step[], at: number, style: Style, out: string[]): boolean {
  const step = steps[at];
  if (!step) return matched(node, style, out);
  if (node.kind === 'object') {
    if (step.kind !== 'key' && step.kind !== 'anyCase') return false;
    const name = step.kind === 'key' ? step.name : soleKey(node.entries, step.name);
    return node.entries.some(
      ([key, value]) => key === name && value.kind !== 'null' && evaluate(value, steps, at + 1, style, out),
    );
  }
  if (node.kind !== 'array') return false;
  if (step.kind === 'index') {
    const item = node.items[step.at];
    const next: Style = steps[at + 1]?.kind === 'all' ? 'quoted' : style;
    return item !== undefined && evaluate(item, steps, at + 1, next, out);
  }
  return step.kind === 'all' && evaluateAll(node.items, steps, at, style, out);
}

/** The key that a name stands for. @throws Error where keys differ in their case only. */
function soleKey(entries: readonly (readonly [string, JsonNode])[], name: string): string | undefined {
  const wanted = name.toLowerCase();
  const keys = new Set(entries.map(([key]) => key).filter((key) => key.toLowerCase() === wanted));
  if (keys.size > 1)
    throw new Error(
      `[AMBIGUOUS_REFERENCE] The name ${name} stands for several keys: ${[...keys].join(', ')}. Write ['key'].`,
    );
  return [...keys][0];
}

function matched(node: JsonNode, style: Style, out: string[]): boolean {
  if (node.kind === 'array' && style === 'flatten') {
    const found = node.items.map((item) => matched(item, 'flatten', out));
    return found.includes(true);
  }
  out.push(node.kind === 'string' && style === 'raw' ? node.text : jsonText(node));
  return true;
}

function evaluateAll(
  items: readonly JsonNode[],
  steps: readonly Step[],
  at: number,
  style: Style,
  out: string[],
): boolean {
  const inner: string[] = [];
  const each = (from: number, next: Style): number =>
    items.filter((item) => evaluate(item, steps, from, next, inner)).length;
  if (steps[at + 1]?.kind === 'all') {
    const found = each(at + 2, 'flatten');
    out.push(`[${inner.join(',')}]`);
    return found > 0;
  }
  if (style === 'quoted') {
    const found = each(at + 1, 'quoted');
    out.push(`[${inner.join(',')}]`);
    return found > 0;
  }
  const found = each(at + 1, style === 'raw' ? 'quoted' : 'flatten');
  if (found > 1) out.push(`[${inner.join(',')}]`);
  else if (found === 1) out.push(inner.join(','));
  return found > 0;
}
