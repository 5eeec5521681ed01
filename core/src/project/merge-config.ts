import type { ConfigEntry, ConfigList, ConfigMap, ConfigNode } from './config-node.ts';
import { textAt } from './config-node.ts';

/**
 * As the Databricks CLI merges: maps deeply, lists one after the other, anything else is replaced by the later value. A null on
 * either side yields the other.
 */
export function mergeConfig(earlier: ConfigNode, later: ConfigNode): ConfigNode {
  if (isNull(later)) return earlier;
  if (earlier.kind === 'map' && later.kind === 'map') return mergeMaps(earlier, later);
  if (earlier.kind === 'list' && later.kind === 'list') {
    return { ...earlier, items: [...earlier.items, ...later.items] };
  }
  return later;
}

export function mergeMaps(earlier: ConfigMap, later: ConfigMap): ConfigMap {
  const entries = new Map<string, ConfigEntry>(earlier.entries);
  for (const [key, entry] of later.entries) {
    const old = entries.get(key);
    entries.set(key, old ? { keyRange: old.keyRange, value: mergeConfig(old.value, entry.value) } : entry);
  }
  return { ...earlier, entries };
}

/**
 * Merges the maps of a list that share a key's value (`task_key`), in order of first appearance. As in the Databricks CLI, items
 * without the key share the empty one; items that are no maps stay as they are.
 */
export function mergeListByKey(
  list: ConfigList,
  key: string,
  normalize = (value: string): string => value,
): ConfigList {
  const items: ConfigNode[] = [];
  const places = new Map<string, number>();
  for (const item of list.items) {
    const text = item.kind === 'map' ? normalize(textAt(item, key) ?? '') : undefined;
    const place = text === undefined ? undefined : places.get(text);
    const earlier = place === undefined ? undefined : items[place];
    if (place !== undefined && earlier) {
      items[place] = mergeConfig(earlier, item);
      continue;
    }
    if (text !== undefined) places.set(text, items.length);
    items.push(item);
  }
  return { ...list, items };
}

function isNull(node: ConfigNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}
