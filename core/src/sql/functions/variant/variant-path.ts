import type { Variant } from './variant-value.ts';

type Step = { readonly key: string } | { readonly index: number };

const KNOWN = new Map<string, readonly Step[] | undefined>();

/** `$.a[0]['b']` as steps; undefined for what is no variant path. */
export function variantPath(path: string): readonly Step[] | undefined {
  if (!KNOWN.has(path)) KNOWN.set(path, parsePath(path));
  return KNOWN.get(path);
}

function parsePath(path: string): readonly Step[] | undefined {
  if (!path.startsWith('$')) return undefined;
  const part = /\.([^.[]+)|\['([^'?]*)'\]|\["([^"?]*)"\]|\[(\d+)\]/y;
  part.lastIndex = 1;
  const steps: Step[] = [];
  while (part.lastIndex < path.length) {
    const found = part.exec(path);
    if (!found) return undefined;
    const [, plain, single, double, index] = found;
    steps.push(index === undefined ? { key: plain ?? single ?? double ?? '' } : { index: Number(index) });
  }
  return steps;
}

export function atPath(value: Variant, steps: readonly Step[]): Variant | undefined {
  let found: Variant | undefined = value;
  for (const step of steps) {
    if ('key' in step)
      found = found.kind === 'object' ? found.entries.find(([key]) => key === step.key)?.[1] : undefined;
    else found = found.kind === 'array' ? found.items[step.index] : undefined;
    if (found === undefined) return undefined;
  }
  return found;
}
