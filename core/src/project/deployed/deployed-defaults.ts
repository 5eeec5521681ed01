import { emptyMap, scalar, withEntry, type ConfigMap, type ConfigNode, type ScalarValue } from '../config-node.ts';
import { mapMapsAt, pattern } from '../config-pattern.ts';

type Default = ScalarValue | Readonly<Record<string, ScalarValue>>;

/** What the Databricks CLI writes into resources that leave it out: where, which key, which value. */
const defaults: readonly (readonly [path: string, key: string, value: Default])[] = [
  ['volumes.*', 'volume_type', 'MANAGED'],
  ['jobs.*', 'name', 'Untitled'],
  ['jobs.*', 'max_concurrent_runs', 1],
  ['jobs.*.schedule', 'pause_status', 'UNPAUSED'],
  ['jobs.*.trigger', 'pause_status', 'UNPAUSED'],
  ['jobs.*.continuous', 'pause_status', 'UNPAUSED'],
  ['jobs.*', 'queue', { enabled: true }],
  ['jobs.*.job_clusters.*.new_cluster.workload_type.clients', 'notebooks', true],
  ['jobs.*.job_clusters.*.new_cluster.workload_type.clients', 'jobs', true],
  ['pipelines.*', 'edition', 'ADVANCED'],
  ['pipelines.*', 'channel', 'CURRENT'],
  ['sql_warehouses.*', 'auto_stop_mins', 120],
  ['sql_warehouses.*', 'enable_photon', true],
  ['sql_warehouses.*', 'max_num_clusters', 1],
  ['sql_warehouses.*', 'spot_instance_policy', 'COST_OPTIMIZED'],
  ['apps.*', 'description', ''],
  ['clusters.*', 'autotermination_minutes', 60],
  ['clusters.*.workload_type.clients', 'notebooks', true],
  ['clusters.*.workload_type.clients', 'jobs', true],
];

export function withDefaults(resources: ConfigMap): ConfigMap {
  return defaults.reduce(
    (result, [path, key, value]) =>
      mapMapsAt(result, pattern(path), (map) => (map.entries.has(key) ? map : withEntry(map, key, node(value, map)))),
    resources,
  );
}

/** A fixed number of workers is always said; what an instance pool decides is never. */
export function withClusterFixups(resources: ConfigMap): ConfigMap {
  const paths = ['jobs.*.job_clusters.*.new_cluster', 'jobs.*.tasks.*.new_cluster', 'clusters.*'];
  const pooled = paths.reduce((result, path) => mapMapsAt(result, pattern(path), withoutPoolsOwn), resources);
  return mapMapsAt(pooled, pattern('jobs.*.job_clusters.*.new_cluster'), (cluster) =>
    cluster.entries.has('autoscale') || cluster.entries.has('num_workers')
      ? cluster
      : withEntry(cluster, 'num_workers', scalar(0, cluster.range)),
  );
}

/** Attributes of a cloud that a pool leaves to the cluster. */
const keptAttributes: Readonly<Record<string, string>> = {
  aws_attributes: 'instance_profile_arn',
  azure_attributes: '',
  gcp_attributes: 'google_service_account',
};

function withoutPoolsOwn(cluster: ConfigMap): ConfigMap {
  const pool = cluster.entries.get('instance_pool_id')?.value;
  if (pool?.kind !== 'scalar' || pool.value === '') return without(cluster, ['driver_instance_pool_id']);
  const bare = without(cluster, ['enable_elastic_disk', 'node_type_id', 'driver_node_type_id']);
  return Object.entries(keptAttributes).reduce((result, [key, kept]) => {
    const attributes = result.entries.get(key)?.value;
    if (attributes?.kind !== 'map') return result;
    const entries = new Map([...attributes.entries].filter(([name]) => name === kept));
    return withEntry(result, key, { ...attributes, entries });
  }, bare);
}

function without(map: ConfigMap, keys: readonly string[]): ConfigMap {
  return { ...map, entries: new Map([...map.entries].filter(([key]) => !keys.includes(key))) };
}

function node(value: Default, { range }: ConfigMap): ConfigNode {
  if (value === null || typeof value !== 'object') return scalar(value, range);
  return Object.entries(value).reduce((map, [key, one]) => withEntry(map, key, scalar(one, range)), emptyMap(range));
}
