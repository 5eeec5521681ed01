import { posix } from 'node:path';
import { normalizeName } from './bundle-workspace.ts';
import {
  entriesAt,
  flagAt,
  mapAt,
  mapValues,
  scalar,
  textAt,
  withEntry,
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
  return normalizeName(bare.replaceAll(']', ' ')) + (bare.endsWith(']') ? '_' : bare.endsWith('_') ? '_' : '');
}

type ChangeResource = (resource: ConfigMap, presets: Presets) => ConfigMap;

/** Which resources the presets change, and how; others stay as they are. */
const changes: Readonly<Record<string, ChangeResource>> = {
  jobs: (job, presets) => paused(limited(tagged(prefixed(job, 'name', presets.namePrefix), presets), presets), presets),
  pipelines: (pipeline, presets) => {
    let result = tagged(prefixed(pipeline, 'name', presets.namePrefix), presets);
    if (presets.pipelinesDevelopment) result = withEntry(result, 'development', scalar(true, result.range));
    if (presets.pauseStatus === 'PAUSED' && result.entries.has('continuous')) {
      result = withEntry(result, 'continuous', scalar(false, result.range));
    }
    return result;
  },
  models: (model, presets) => prefixed(model, 'name', presets.namePrefix),
  experiments: (experiment, presets) => prefixedPath(experiment, presets.namePrefix),
  model_serving_endpoints: (endpoint, presets) => prefixed(endpoint, 'name', identifierPrefix(presets.namePrefix)),
  registered_models: (model, presets) => prefixed(model, 'name', identifierPrefix(presets.namePrefix)),
  schemas: (schema, presets) =>
    presets.skipSchemaPrefix ? schema : prefixed(schema, 'name', identifierPrefix(presets.namePrefix)),
  clusters: (cluster, presets) => prefixed(cluster, 'cluster_name', presets.namePrefix),
  dashboards: (dashboard, presets) => prefixed(dashboard, 'display_name', presets.namePrefix),
  alerts: (alert, presets) => prefixed(alert, 'display_name', presets.namePrefix),
  sql_warehouses: (warehouse, presets) => prefixed(warehouse, 'name', presets.namePrefix),
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

function tagged(resource: ConfigMap, presets: Presets): ConfigMap {
  if (presets.tags.size === 0) return resource;
  let tags: ConfigMap = mapAt(resource, 'tags') ?? { kind: 'map', range: resource.range, entries: new Map() };
  for (const [key, value] of presets.tags) {
    if ((textAt(tags, key) ?? '') === '') tags = withEntry(tags, key, scalar(value, resource.range));
  }
  return withEntry(resource, 'tags', tags);
}

function limited(job: ConfigMap, presets: Presets): ConfigMap {
  const written = textAt(job, 'max_concurrent_runs') ?? '0';
  if (presets.maxConcurrentRuns === undefined || written !== '0') return job;
  return withEntry(job, 'max_concurrent_runs', scalar(presets.maxConcurrentRuns, job.range));
}

function paused(job: ConfigMap, presets: Presets): ConfigMap {
  if (presets.pauseStatus === undefined || presets.pauseStatus === '') return job;
  let result = job;
  for (const key of ['schedule', 'continuous', 'trigger']) {
    const clock: ConfigNode | undefined = mapAt(result, key);
    if (clock?.kind !== 'map' || (textAt(clock, 'pause_status') ?? '') !== '') continue;
    result = withEntry(result, key, withEntry(clock, 'pause_status', scalar(presets.pauseStatus, clock.range)));
  }
  return result;
}
