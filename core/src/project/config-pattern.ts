import { mapValues, type ConfigMap, type ConfigNode } from './config-node.ts';

/** Steps from a value down to others: keys, and `*` for every entry of a map or item of a list. */
export type ConfigPattern = readonly string[];

/** `tasks.*.notebook_task.notebook_path` as steps. */
export function pattern(text: string): ConfigPattern {
  return text.split('.');
}

/** A copy of `node` in which every value that the pattern leads to is changed; what is not there stays so. */
export function mapAtPattern(
  node: ConfigNode,
  steps: ConfigPattern,
  change: (value: ConfigNode) => ConfigNode,
): ConfigNode {
  const [step, ...rest] = steps;
  if (step === undefined) return change(node);
  const inner = (value: ConfigNode): ConfigNode => mapAtPattern(value, rest, change);
  switch (node.kind) {
    case 'scalar':
      return node;
    case 'list':
      return step === '*' ? { ...node, items: node.items.map(inner) } : node;
    case 'map':
      return step === '*' || node.entries.has(step)
        ? mapValues(node, (value, key) => (step === '*' || key === step ? inner(value) : value))
        : node;
  }
}

/** The same for the maps that the pattern leads to. */
export function mapMapsAt(node: ConfigMap, steps: ConfigPattern, change: (map: ConfigMap) => ConfigMap): ConfigMap {
  const changed = mapAtPattern(node, steps, (value) => (value.kind === 'map' ? change(value) : value));
  return changed.kind === 'map' ? changed : node;
}
