import { mapAt, mapValues, withEntry, type ConfigMap, type ConfigNode } from './config-node.ts';
import { mergeListByKey } from './merge-config.ts';

/** Lists of a resource whose items are merged by a key, as a target's override expects. */
const mergedLists: Readonly<Record<string, readonly (readonly [list: string, key: string])[]>> = {
  jobs: [
    ['tasks', 'task_key'],
    ['job_clusters', 'job_cluster_key'],
    ['parameters', 'name'],
  ],
  pipelines: [['clusters', 'label']],
};

/** After a target's lists were appended to the root's, items with the same key become one. */
export function mergeResourceLists(config: ConfigMap): ConfigMap {
  const resources = mapAt(config, 'resources');
  if (!resources) return config;
  return withEntry(
    config,
    'resources',
    mapValues(resources, (group, kind) => {
      const lists = Object.hasOwn(mergedLists, kind) ? mergedLists[kind] : undefined;
      if (!lists || group.kind !== 'map') return group;
      return mapValues(group, (resource) => (resource.kind === 'map' ? mergeLists(resource, lists) : resource));
    }),
  );
}

function mergeLists(resource: ConfigMap, lists: readonly (readonly [string, string])[]): ConfigNode {
  let result = resource;
  for (const [list, key] of lists) {
    const found = result.entries.get(list)?.value;
    // The CLI compares the labels of pipeline clusters without regard to case.
    const normalize = key === 'label' ? (text: string): string => text.toLowerCase() : undefined;
    if (found?.kind === 'list') result = withEntry(result, list, mergeListByKey(found, key, normalize));
  }
  return result;
}
