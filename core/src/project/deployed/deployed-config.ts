import { posix } from 'node:path';
import {
  at,
  emptyMap,
  mapAt,
  mapValues,
  scalar,
  textAt,
  withEntry,
  withValueAt,
  type ConfigList,
  type ConfigMap,
  type ConfigNode,
} from '../config-node.ts';
import type { Bundle } from '../bundle.ts';
import { mapMapsAt, pattern } from '../config-pattern.ts';
import { interpolate } from '../references.ts';
import type { ResolvedBundle } from '../resolve-bundle.ts';
import { belowSyncRoot, syncRules } from '../sync-files.ts';
import type { Presets } from '../target-mode.ts';
import { withClusterFixups, withDefaults } from './deployed-defaults.ts';
import { withCatalogReferences } from './deployed-names.ts';
import { withDeployedPaths } from './deployed-paths.ts';
import { withDeployedPermissions } from './deployed-permissions.ts';

/**
 * A bundle as it would be deployed: what `databricks bundle validate -o json` prints, but for what only a workspace or a build knows
 * (the user's groups, built artifacts). Resources have the CLI's defaults, their paths in the workspace, permissions and marks;
 * `${resources...}` references stay, as they do there.
 */
export function deployedConfig({ bundle, config, presets }: ResolvedBundle): ConfigMap {
  const { range } = config;
  const resources = deployedResources(config, bundle);
  const included = bundle.files.slice(1).map((file) => scalar(posix.relative(bundle.folder, file), range));
  const sections: readonly (readonly [string, ConfigNode | undefined])[] = [
    ['include', listOf(included, range)],
    // Where the CLI kept it first, it still keeps a copy.
    ['experimental', experimental(config)],
    ['presets', deployedPresets(config, presets)],
    ['sync', deployedSync(config, bundle)],
    ['resources', resources],
  ];
  return sections.reduce((result, [key, value]) => (value ? withEntry(result, key, value) : result), config);
}

function experimental(config: ConfigMap): ConfigMap | undefined {
  const python = mapAt(config, 'python');
  const written = mapAt(config, 'experimental');
  return python ? withEntry(written ?? emptyMap(config.range), 'python', python) : written;
}

function deployedResources(config: ConfigMap, { root, folder }: Bundle): ConfigMap | undefined {
  const written = mapAt(config, 'resources');
  if (!written) return undefined;
  const places = {
    project: root,
    syncRoot: syncRules(config, folder).root,
    filePath: textAt(config, 'workspace', 'file_path') ?? '',
  };
  const userName = textAt(config, 'workspace', 'current_user', 'userName') ?? '';
  const computed = withCompute(withRunAs(written, at(config, 'run_as')), textAt(config, 'bundle', 'cluster_id'));
  const granted = withDeployedPermissions(
    withDefaults(withClusterFixups(withCatalogReferences(computed))),
    config,
    userName,
  );
  const sorted = mapMapsAt(withVolumeReferences(withVolumePaths(granted)), pattern('jobs.*'), withSortedTasks);
  return mapValues(sorted, (group, kind) => {
    if (group.kind !== 'map' || (kind !== 'jobs' && kind !== 'pipelines' && kind !== 'apps')) return group;
    return mapValues(group, (resource) => {
      if (resource.kind !== 'map') return resource;
      const placed = withDeployedPaths(kind, resource, places);
      return kind === 'apps' ? placed : marked(kind, placed, config);
    });
  });
}

/** Jobs and pipelines run as the bundle says where they do not say it themselves. */
function withRunAs(resources: ConfigMap, runAs: ConfigNode | undefined): ConfigMap {
  if (!runAs) return resources;
  return ['jobs.*', 'pipelines.*'].reduce(
    (result, path) =>
      mapMapsAt(result, pattern(path), (one) => (one.entries.has('run_as') ? one : withEntry(one, 'run_as', runAs))),
    resources,
  );
}

/** A target may name one cluster for every task that has compute of its own. */
function withCompute(resources: ConfigMap, cluster: string | undefined): ConfigMap {
  if (cluster === undefined || cluster === '') return resources;
  const compute = ['new_cluster', 'existing_cluster_id', 'environment_key', 'job_cluster_key'];
  const override = (task: ConfigMap): ConfigMap => {
    if (!compute.some((key) => task.entries.has(key))) return task;
    const entries = new Map([...task.entries].filter(([key]) => !compute.includes(key)));
    return withEntry({ ...task, entries }, 'existing_cluster_id', scalar(cluster, task.range));
  };
  return mapMapsAt(resources, pattern('jobs.*.tasks.*'), (task) => {
    const nested = mapAt(task, 'for_each_task', 'task');
    return nested ? withValueAt(task, ['for_each_task', 'task'], override(nested)) : override(task);
  });
}

/** The service gives tasks in the order of their keys. */
function withSortedTasks(job: ConfigMap): ConfigMap {
  const tasks = at(job, 'tasks');
  if (tasks?.kind !== 'list') return job;
  const keyOf = (task: ConfigNode): string => textAt(task, 'task_key') ?? '';
  return withEntry(job, 'tasks', { ...tasks, items: tasks.items.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)) });
}

function withVolumePaths(resources: ConfigMap): ConfigMap {
  const lookup = (path: readonly (string | number)[]): ConfigNode | 'later' =>
    at(resources, ...path.slice(1)) ?? 'later';
  return mapMapsAt(resources, pattern('volumes.*'), (volume) => {
    const parts = ['catalog_name', 'schema_name', 'name'].map((key) => {
      const { node } = interpolate(volume.entries.get(key)?.value ?? scalar('', volume.range), ({ path }) =>
        lookup(path),
      );
      return textAt(node) ?? '';
    });
    return withEntry(volume, 'volume_path', scalar(`/Volumes/${parts.join('/')}`, volume.range));
  });
}

/** The path of a volume follows from its names, so that it needs no service to be known. */
function withVolumeReferences(resources: ConfigMap): ConfigMap {
  const { node } = interpolate(resources, ({ path }) =>
    path[1] === 'volumes' && path[3] === 'volume_path' ? (at(resources, ...path.slice(1)) ?? 'later') : 'later',
  );
  return node.kind === 'map' ? node : resources;
}

/** What tells the workspace that a bundle made it. */
function marked(kind: 'jobs' | 'pipelines', resource: ConfigMap, config: ConfigMap): ConfigMap {
  const { range } = resource;
  const file = `${textAt(config, 'workspace', 'state_path') ?? ''}/metadata.json`;
  const deployment = withEntry(emptyMap(range), 'kind', scalar('BUNDLE', range));
  const result = withEntry(resource, 'deployment', withEntry(deployment, 'metadata_file_path', scalar(file, range)));
  if (kind === 'pipelines') return result;
  const locked = withEntry(result, 'edit_mode', scalar('UI_LOCKED', range));
  return withEntry(locked, 'format', scalar('MULTI_TASK', range));
}

/** As written, with what development mode adds. */
function deployedPresets(config: ConfigMap, presets: Presets): ConfigMap {
  const { range } = config;
  const written = mapAt(config, 'presets') ?? emptyMap(range);
  if (textAt(config, 'bundle', 'mode') !== 'development') return written;
  const filled: readonly (readonly [string, string | number | boolean | undefined])[] = [
    ['name_prefix', presets.namePrefix],
    ['jobs_max_concurrent_runs', presets.maxConcurrentRuns],
    ['trigger_pause_status', presets.pauseStatus],
    ['pipelines_development', presets.pipelinesDevelopment],
  ];
  const tags = [...presets.tags].reduce(
    (map, [key, value]) => withEntry(map, key, scalar(value, range)),
    emptyMap(range),
  );
  return filled.reduce(
    (result, [key, value]) => (value === undefined ? result : withEntry(result, key, scalar(value, range))),
    withEntry(written, 'tags', tags),
  );
}

/** Every path of `sync` relative to the folder that becomes `workspace.file_path`. */
function deployedSync(config: ConfigMap, { root: project, folder }: Bundle): ConfigMap {
  const { range } = config;
  const { root, paths, include, exclude } = syncRules(config, folder);
  const list = (entries: readonly string[]): ConfigList =>
    listOf(
      entries.map((path) => scalar(belowSyncRoot(project, root, path) || '.', range)),
      range,
    );
  const written = mapAt(config, 'sync') ?? emptyMap(range);
  return [
    ['paths', list(paths ?? [folder])] as const,
    ['include', list(include)] as const,
    ['exclude', list(exclude)] as const,
  ].reduce((result, [key, value]) => (value.items.length > 0 ? withEntry(result, key, value) : result), written);
}

function listOf(items: readonly ConfigNode[], range: ConfigMap['range']): ConfigList {
  return { kind: 'list', range, items };
}
