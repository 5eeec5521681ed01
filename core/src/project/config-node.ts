import type { SourceRange } from '../base/diagnostic.ts';

/** A value of a YAML or JSON file with its place. Immutable; unknown keys are kept. */
export type ConfigNode = ConfigMap | ConfigList | ConfigScalar;

export interface ConfigMap {
  readonly kind: 'map';
  readonly range: SourceRange;
  /** In the file's order. */
  readonly entries: ReadonlyMap<string, ConfigEntry>;
}

export interface ConfigEntry {
  /** Where the key stands. */
  readonly keyRange: SourceRange;
  readonly value: ConfigNode;
  /** True where the value, in YAML, holds an anchor for use elsewhere. */
  readonly holdsAnchors?: boolean;
}

export interface ConfigList {
  readonly kind: 'list';
  readonly range: SourceRange;
  readonly items: readonly ConfigNode[];
}

/** Whole numbers that a JavaScript number cannot hold (job ids are int64) are bigint. */
export type ScalarValue = string | number | bigint | boolean | null;

export interface ConfigScalar {
  readonly kind: 'scalar';
  readonly range: SourceRange;
  readonly value: ScalarValue;
}

/** Plain data as `JSON.parse` would give it, but for bigint (write it with lossless-json). */
export type PlainValue = ScalarValue | readonly PlainValue[] | { readonly [key: string]: PlainValue };

export function toPlain(node: ConfigNode): PlainValue {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(toPlain);
    case 'map':
      // fromEntries defines own properties, so that a key `__proto__` is just a key.
      return Object.fromEntries([...node.entries].map(([key, entry]) => [key, toPlain(entry.value)]));
  }
}

/** The value at a path of keys and indexes; undefined where any step is missing. */
export function at(node: ConfigNode | undefined, ...path: readonly (string | number)[]): ConfigNode | undefined {
  let current = node;
  for (const step of path) {
    if (current?.kind === 'map') current = current.entries.get(String(step))?.value;
    else if (current?.kind === 'list' && typeof step === 'number') current = current.items[step];
    else return undefined;
  }
  return current;
}

/** The scalar at a path as text; undefined for null, lists, maps and what is missing. */
export function textAt(node: ConfigNode | undefined, ...path: readonly (string | number)[]): string | undefined {
  const found = at(node, ...path);
  return found?.kind === 'scalar' && found.value !== null ? String(found.value) : undefined;
}

/** True only for a literal `true` (or its text, as variables give it). */
export function flagAt(node: ConfigNode | undefined, ...path: readonly (string | number)[]): boolean {
  return textAt(node, ...path) === 'true';
}

export function itemsAt(node: ConfigNode | undefined, ...path: readonly (string | number)[]): readonly ConfigNode[] {
  const found = at(node, ...path);
  return found?.kind === 'list' ? found.items : [];
}

export function entriesAt(
  node: ConfigNode | undefined,
  ...path: readonly (string | number)[]
): readonly (readonly [string, ConfigEntry])[] {
  const found = at(node, ...path);
  return found?.kind === 'map' ? [...found.entries] : [];
}

export function mapAt(node: ConfigNode | undefined, ...path: readonly (string | number)[]): ConfigMap | undefined {
  const found = at(node, ...path);
  return found?.kind === 'map' ? found : undefined;
}

export function scalar(value: ScalarValue, range: SourceRange): ConfigScalar {
  return { kind: 'scalar', value, range };
}

export function emptyMap(range: SourceRange): ConfigMap {
  return { kind: 'map', range, entries: new Map() };
}

/** A copy of `map` in which `key` holds `value`. */
export function withEntry(map: ConfigMap, key: string, value: ConfigNode): ConfigMap {
  const keyRange = map.entries.get(key)?.keyRange ?? value.range;
  return { ...map, entries: new Map(map.entries).set(key, { keyRange, value }) };
}

/** A copy of `root` in which the value at `path` is `value`; missing maps on the way are made. */
export function withValueAt(root: ConfigMap, path: readonly string[], value: ConfigNode): ConfigMap {
  const [key, ...rest] = path;
  if (key === undefined) return root;
  if (rest.length === 0) return withEntry(root, key, value);
  const inner = mapAt(root, key) ?? emptyMap(value.range);
  return withEntry(root, key, withValueAt(inner, rest, value));
}

/** A copy of the map with each value replaced. */
export function mapValues(map: ConfigMap, change: (value: ConfigNode, key: string) => ConfigNode): ConfigMap {
  const entries = [...map.entries].map(
    ([key, entry]) => [key, { keyRange: entry.keyRange, value: change(entry.value, key) }] as const,
  );
  return { ...map, entries: new Map(entries) };
}
