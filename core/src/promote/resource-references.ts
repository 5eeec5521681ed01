import type { PlainValue } from '../project/config-node.ts';
import { isBody, type Body } from './canonical.ts';

const reference = /\$\{(resources\.[A-Za-z0-9_.-]+)\}/g;

/** Answers what `resources.jobs.daily.id` stands for; undefined where that is not known yet. */
export type ResourceLookup = (path: string) => PlainValue | undefined;

/** Replaces `${resources...}` by what it stands for; what is not known yet stays as it is. */
export function resolveResources(body: Body, lookup: ResourceLookup): Body {
  const visit = (value: PlainValue): PlainValue => {
    if (Array.isArray(value)) return (value as readonly PlainValue[]).map(visit);
    if (isBody(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, visit(item)]));
    return typeof value === 'string' && value.includes('${resources.') ? replace(value) : value;
  };
  const replace = (text: string): PlainValue => {
    const whole = /^\$\{(resources\.[A-Za-z0-9_.-]+)\}$/.exec(text)?.[1];
    if (whole !== undefined) return lookup(whole) ?? text;
    return text.replaceAll(reference, (written, path: string) => {
      const value = lookup(path);
      return value === undefined || value === null || typeof value === 'object' ? written : String(value);
    });
  };
  return Object.fromEntries(Object.entries(body).map(([key, item]) => [key, visit(item)]));
}

/** The references of a body that nobody has resolved. */
export function resourceReferences(value: PlainValue): readonly string[] {
  if (typeof value === 'string') return [...value.matchAll(reference)].map((match) => match[1] ?? '');
  if (Array.isArray(value)) return (value as readonly PlainValue[]).flatMap(resourceReferences);
  return isBody(value) ? Object.values(value).flatMap(resourceReferences) : [];
}
