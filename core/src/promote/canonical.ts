import { createHash } from 'node:crypto';
import type { PlainValue } from '../project/config-node.ts';

/** The body of an object as a service takes or gives it. */
export type Body = { readonly [key: string]: PlainValue };

export function isBody(value: PlainValue | undefined): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function bodyAt(body: Body, key: string): Body | undefined {
  const value = body[key];
  return isBody(value) ? value : undefined;
}

/** The maps in a list; `[]` where there is no list. */
export function bodiesAt(body: Body, key: string): readonly Body[] {
  const value = body[key];
  return Array.isArray(value) ? (value as readonly PlainValue[]).filter(isBody) : [];
}

/**
 * What is left when everything is taken away that says nothing: null, empty maps and lists. Services add and drop those as they
 * like. An int64 becomes its digits, so that a canonical form can be written as plain JSON.
 */
export function compact(value: PlainValue): PlainValue {
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return (value as readonly PlainValue[]).map(compact);
  if (!isBody(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => {
      const kept = compact(item);
      return saysNothing(kept) ? [] : [[key, kept] as const];
    }),
  );
}

function saysNothing(value: PlainValue): boolean {
  if (value === null) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/** The body without the fields that have a value the service gives them anyway. */
export function withoutDefaults(body: Body, defaults: Body): Body {
  return Object.fromEntries(
    Object.entries(body).filter(([key, value]) => {
      const given = defaults[key];
      return given === undefined || stableText(given) !== stableText(value);
    }),
  );
}

export function without(body: Body, keys: readonly string[]): Body {
  return Object.fromEntries(Object.entries(body).filter(([key]) => !keys.includes(key)));
}

/** For lists that are sets: the services give them in an order of their own. */
export function sortedBy(list: readonly Body[], key: string): readonly Body[] {
  return list.toSorted((a, b) => (textOf(a[key]) < textOf(b[key]) ? -1 : 1));
}

/** The text that stands there; `''` where there is none. */
export function textOf(value: PlainValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** JSON with sorted keys; a bigint is its digits. */
export function stableText(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner === 'bigint') return inner.toString();
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** SHA-256 of the value's stable text, in hexadecimal. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(stableText(value)).digest('hex');
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
