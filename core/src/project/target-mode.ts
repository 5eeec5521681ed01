import { posix } from 'node:path';
import type { SourceRange } from '../base/diagnostic.ts';
import { normalizeName } from './bundle-workspace.ts';
import { byCodeUnit } from './walk-folder.ts';
import {
  emptyMap,
  entriesAt,
  flagAt,
  itemsAt,
  mapAt,
  mapValues,
  scalar,
  textAt,
  withEntry,
  withValueAt,
  type ConfigMap,
  type ConfigNode,
} from './config-node.ts';

/** What `presets` and `mode: development` make of the resources. */
export interface Presets {
  readonly namePrefix: string;
  readonly tags: ReadonlyMap<string, string>;
  readonly maxConcurrentRuns: number | undefined;
  readonly pauseStatus: string | undefined;
  readonly pipelinesDevelopment: boolean;
  readonly skipSchemaPrefix: boolean;
}

/** The presets as written, filled up with those of development mode where that is the target's mode. */
export function presetsOf(config: ConfigMap, userShortName: string): Presets {
  const development = textAt(config, 'bundle', 'mode') === 'development';
  const written = new Map(entriesAt(config, 'presets', 'tags').map(([key, entry]) => [key, textAt(entry.value) ?? '']));
  if (development && !written.has('dev')) written.set('dev', userShortName);
  const prefix = textAt(config, 'presets', 'name_prefix');
  const runs = Number(textAt(config, 'presets', 'jobs_max_concurrent_runs') ?? 0);
  const pipelines = textAt(config, 'presets', 'pipelines_development');
  return {
    namePrefix: prefix !== undefined && prefix !== '' ? prefix : development ? `[dev ${userShortName}] ` : '',
    tags: written,
    maxConcurrentRuns: runs > 0 ? runs : development ? 4 : undefined,
    pauseStatus: textAt(config, 'presets', 'trigger_pause_status') ?? (development ? 'PAUSED' : undefined),
    pipelinesDevelopment: pipelines === 'true' || (development && pipelines !== 'false'),
    skipSchemaPrefix: flagAt(config, 'experimental', 'skip_name_prefix_for_schema'),
  };
}

/** `[dev jane] ` to `dev_jane_`, for names that allow neither brackets nor spaces. */
export function identifierPrefix(prefix: string): string {
  const bare = prefix.replaceAll('[', '').replaceAll(/^ +| +$/g, '');
  return normalizeName(bare.replaceAll(']', ' ')) + (bare.endsWith(']') ? '_' : '');
}

type ChangeResource = (resource: ConfigMap, presets: Presets) => ConfigMap;

/** Which resources the presets change, and how; others stay as they are. */
const changes: Readonly<Record<string, ChangeResource>> = {
  jobs: (job, presets) => paused(limited(tagged(prefixed(job, 'name', presets.namePrefix), presets), presets), presets),
  pipelines: (pipeline, presets) => {
    let result = tagged(prefixed(pipeline, 'name', presets.namePrefix), presets);
    if (presets.pipelinesDevelopment) result = withEntry(result, 'development', scalar(true, result.range));
    return presets.pauseStatus === 'PAUSED' ? withoutKey(result, 'continuous') : result;
  },
  models: (model, presets) => listTagged(prefixed(model, 'name', presets.namePrefix), ['tags'], presets),
  experiments: (experiment, presets) => listTagged(prefixedPath(experiment, presets.namePrefix), ['tags'], presets),
  model_serving_endpoints: (endpoint, presets) => prefixed(endpoint, 'name', identifierPrefix(presets.namePrefix)),
  registered_models: (model, presets) => prefixed(model, 'name', identifierPrefix(presets.namePrefix)),
  schemas: (schema, presets) =>
    presets.skipSchemaPrefix ? schema : prefixed(schema, 'name', identifierPrefix(presets.namePrefix)),
  clusters: (cluster, presets) => tagged(prefixed(cluster, 'cluster_name', presets.namePrefix), presets, 'custom_tags'),
  instance_pools: (pool, presets) =>
    tagged(prefixed(pool, 'instance_pool_name', presets.namePrefix), presets, 'custom_tags'),
  quality_monitors: (monitor, presets) => (presets.pauseStatus === 'PAUSED' ? withoutSchedule(monitor) : monitor),
  dashboards: (dashboard, presets) => prefixed(dashboard, 'display_name', presets.namePrefix),
  genie_spaces: (space, presets) => prefixed(space, 'title', presets.namePrefix),
  alerts: (alert, presets) => paused(prefixed(alert, 'display_name', presets.namePrefix), presets, ['schedule']),
  sql_warehouses: (warehouse, presets) =>
    listTagged(prefixed(warehouse, 'name', presets.namePrefix), ['tags', 'custom_tags'], presets),
};

export function applyPresets(resources: ConfigMap, presets: Presets): ConfigMap {
  return mapValues(resources, (group, kind) => {
    const change = Object.hasOwn(changes, kind) ? changes[kind] : undefined;
    if (!change || group.kind !== 'map') return group;
    return mapValues(group, (resource) => (resource.kind === 'map' ? change(resource, presets) : resource));
  });
}

function prefixed(resource: ConfigMap, key: string, prefix: string): ConfigMap {
  const name = resource.entries.get(key)?.value;
  if (prefix === '' || name?.kind !== 'scalar') return resource;
  return withEntry(resource, key, scalar(`${prefix}${String(name.value ?? '')}`, name.range));
}

/** An experiment's name is a path: the last part takes the prefix. */
function prefixedPath(resource: ConfigMap, prefix: string): ConfigMap {
  const name = resource.entries.get('name')?.value;
  if (prefix === '' || name?.kind !== 'scalar') return resource;
  const path = String(name.value ?? '');
  const folder = posix.dirname(path);
  const renamed = `${prefix}${posix.basename(path)}`;
  return withEntry(resource, 'name', scalar(folder === '.' ? renamed : `${folder}/${renamed}`, name.range));
}

function tagged(resource: ConfigMap, presets: Presets, under = 'tags'): ConfigMap {
  if (presets.tags.size === 0) return resource;
  let tags: ConfigMap = mapAt(resource, under) ?? { kind: 'map', range: resource.range, entries: new Map() };
  for (const [key, value] of presets.tags) {
    if ((textAt(tags, key) ?? '') === '') tags = withEntry(tags, key, scalar(value, resource.range));
  }
  return withEntry(resource, under, tags);
}

/** Tags that are a list of `{key, value}`. */
function listTagged(resource: ConfigMap, path: readonly string[], presets: Presets): ConfigMap {
  if (presets.tags.size === 0) return resource;
  const written = itemsAt(resource, ...path);
  const added = [...presets.tags]
    .filter(([key]) => !written.some((item) => textAt(item, 'key') === key))
    .sort(([a], [b]) => byCodeUnit(a, b))
    .map(([key, value]) => tagPair(key, value, resource.range));
  return withValueAt(resource, path, { kind: 'list', range: resource.range, items: [...written, ...added] });
}

function tagPair(key: string, value: string, range: SourceRange): ConfigMap {
  return withEntry(withEntry(emptyMap(range), 'key', scalar(key, range)), 'value', scalar(value, range));
}

/** A monitor cannot be paused: it loses its schedule, unless that says to be left alone. */
function withoutSchedule(monitor: ConfigMap): ConfigMap {
  if (textAt(monitor, 'schedule', 'pause_status') === 'UNPAUSED') return monitor;
  return withoutKey(monitor, 'schedule');
}

function withoutKey(resource: ConfigMap, key: string): ConfigMap {
  return { ...resource, entries: new Map([...resource.entries].filter(([one]) => one !== key)) };
}

function limited(job: ConfigMap, presets: Presets): ConfigMap {
  const written = textAt(job, 'max_concurrent_runs') ?? '0';
  if (presets.maxConcurrentRuns === undefined || written !== '0') return job;
  return withEntry(job, 'max_concurrent_runs', scalar(presets.maxConcurrentRuns, job.range));
}

const clocks: readonly string[] = ['schedule', 'continuous', 'trigger'];

function paused(job: ConfigMap, presets: Presets, among = clocks): ConfigMap {
  if (presets.pauseStatus === undefined || presets.pauseStatus === '') return job;
  let result = job;
  for (const key of among) {
    const clock: ConfigNode | undefined = mapAt(result, key);
    if (clock?.kind !== 'map' || (textAt(clock, 'pause_status') ?? '') !== '') continue;
    result = withEntry(result, key, withEntry(clock, 'pause_status', scalar(presets.pauseStatus, clock.range)));
  }
  return result;
}
