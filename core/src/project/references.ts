import type { SourceRange } from '../base/diagnostic.ts';
import { mapValues, scalar, type ConfigNode } from './config-node.ts';

const segment = String.raw`\p{L}+(?:[-_]*[\p{L}\p{N}]+)*`;
const pattern = new RegExp(String.raw`\$\{(${segment}(?:\.${segment}(?:\[\d+\])*)*(?:\[\d+\])*)\}`, 'gu');

/** A reference's path: `${resources.jobs.x.id}` is `['resources', 'jobs', 'x', 'id']`. */
export type ReferencePath = readonly (string | number)[];

export interface Reference {
  /** As written between the braces. */
  readonly text: string;
  readonly path: ReferencePath;
  readonly range: SourceRange;
}

/**
 * Answers what a reference stands for: a value, `'later'` where it is not this stage's to resolve (the reference stays as text),
 * or `'unknown'`.
 */
export type Lookup = (reference: Reference) => ConfigNode | 'later' | 'unknown';

export interface Interpolated {
  readonly node: ConfigNode;
  readonly unknown: readonly Reference[];
}

/** The references in one text, in order. */
export function referencesIn(text: string, range: SourceRange): readonly Reference[] {
  return [...text.matchAll(pattern)].map((match) => ({ text: match[1] ?? '', path: toPath(match[1] ?? ''), range }));
}

/**
 * Replaces references by values, through values that are references themselves. A text that is one reference takes the value's
 * type; inside other text the value is written out. Ranges stay those of the text that holds the reference.
 */
export function interpolate(node: ConfigNode, lookup: Lookup): Interpolated {
  const unknown: Reference[] = [];
  const visit = (value: ConfigNode, open: readonly string[]): ConfigNode => {
    switch (value.kind) {
      case 'map':
        return mapValues(value, (inner) => visit(inner, open));
      case 'list':
        return { ...value, items: value.items.map((item) => visit(item, open)) };
      case 'scalar':
        return typeof value.value === 'string' && value.value.includes('${')
          ? replace(value.value, value.range, open)
          : value;
    }
  };
  const resolve = (reference: Reference, open: readonly string[]): ConfigNode | undefined => {
    const found = open.includes(reference.text) ? 'unknown' : lookup(reference);
    if (found === 'later') return undefined;
    if (found === 'unknown') {
      unknown.push(reference);
      return undefined;
    }
    return visit(found, [...open, reference.text]);
  };
  const replace = (text: string, range: SourceRange, open: readonly string[]): ConfigNode => {
    const references = referencesIn(text, range);
    const [only] = references;
    if (only && references.length === 1 && text === `\${${only.text}}`) {
      const value = resolve(only, open);
      if (!value) return scalar(text, range);
      return value.kind === 'scalar' ? { ...value, range } : value;
    }
    const replaced = text.replaceAll(pattern, (whole, inner: string) => {
      const value = resolve({ text: inner, path: toPath(inner), range }, open);
      return value?.kind === 'scalar' ? String(value.value ?? '') : whole;
    });
    return scalar(replaced, range);
  };
  return { node: visit(node, []), unknown };
}

/** True where a text still holds a reference. */
export function hasReference(text: string): boolean {
  return text.search(pattern) !== -1;
}

function toPath(text: string): ReferencePath {
  return text
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .split('.')
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}
