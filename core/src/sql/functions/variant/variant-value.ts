import { carried } from '../json/carried.ts';
import type { JsonNode } from '../json/jackson.ts';

/**
 * A VARIANT in DuckDB is JSON whose scalars are texts with a letter for their type before them: `i` whole number, `d` decimal,
 * `e` double, `f` float, `s` text, `b` boolean, `D` days, `T` instant and `N` wall-clock time in microseconds, `x` base64, `n` the
 * variant NULL. Nothing that reads JSON can change a number that way, and objects have their keys in Spark's order.
 */
export type Variant =
  | { readonly kind: 'object'; readonly entries: readonly (readonly [string, Variant])[] }
  | { readonly kind: 'array'; readonly items: readonly Variant[] }
  | { readonly kind: ScalarLetter; readonly text: string };

export type ScalarLetter = 'i' | 'd' | 'e' | 'f' | 's' | 'b' | 'D' | 'T' | 'N' | 'x' | 'n';

export function readVariant(text: string): Variant {
  return fromNode(carried(text));
}

function fromNode(node: JsonNode): Variant {
  if (node.kind === 'object')
    return { kind: 'object', entries: node.entries.map(([key, value]) => [key, fromNode(value)] as const) };
  if (node.kind === 'array') return { kind: 'array', items: node.items.map(fromNode) };
  if (node.kind !== 'string') throw new Error('a scalar of a variant is a text');
  return { kind: node.text.charAt(0) as ScalarLetter, text: node.text.slice(1) };
}

export function writeVariant(value: Variant): string {
  if (value.kind === 'object')
    return objectText(value.entries.map(([key, inner]) => [key, writeVariant(inner)] as const));
  if (value.kind === 'array') return `[${value.items.map(writeVariant).join(',')}]`;
  return scalarText(value.kind, value.text);
}

/** A variant inside a carried value: the struct that holds it in DuckDB. */
export function carriedVariant(text: string): string {
  return `{"__variant":${JSON.stringify(text)}}`;
}

/** The text of a variant inside a carried value. */
export function variantIn(node: JsonNode): string {
  const inner = node.kind === 'object' ? node.entries[0]?.[1] : undefined;
  if (inner?.kind !== 'string') throw new Error('a carried variant is a struct with its text');
  return inner.text;
}

export function scalarText(kind: ScalarLetter, text: string): string {
  return JSON.stringify(kind + text);
}

/** Keys in the order of their UTF-16 units, as Java sorts strings. */
export function objectText(entries: readonly (readonly [string, string])[]): string {
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${sorted.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(',')}}`;
}

/** A decimal as a variant keeps it: without trailing zeros. */
export function strippedDecimal(text: string): string {
  const plain = text.includes('.') ? text.replace(/\.?0+$/, '') : text;
  return /^-?0*$/.test(plain) ? '0' : plain.replace(/^(-?)0*(?=\d)/, '$1').replace(/^(-?)\./, '$10.');
}
