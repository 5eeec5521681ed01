import type { BundleJob } from './bundle-job.ts';
import { emptyMap, entriesAt, scalar, textAt, withEntry, withValueAt } from './config-node.ts';
import { withResources, type ResolvedBundle } from './resolve-bundle.ts';

/** A job whose one task updates this pipeline of the bundle, as `databricks bundle run <pipeline>` does; undefined where it has none. */
export function pipelineJob(bundle: ResolvedBundle, name: string): BundleJob | undefined {
  const found = entriesAt(bundle.config, 'resources', 'pipelines').find(
    ([key, { value }]) => key === name || textAt(value, 'name') === name,
  );
  if (!found) return undefined;
  const [key, { keyRange: range }] = found;
  const id = scalar(`\${resources.pipelines.${key}.id}`, range);
  const named = withEntry(emptyMap(range), 'task_key', scalar(key, range));
  const task = withValueAt(named, ['pipeline_task', 'pipeline_id'], id);
  const job = withEntry(emptyMap(range), 'tasks', { kind: 'list', range, items: [task] });
  const config = withValueAt(bundle.config, ['resources', 'jobs', key], job);
  const resources = config.entries.get('resources')?.value;
  return resources?.kind === 'map' ? withResources(bundle, resources).jobs.find((one) => one.key === key) : undefined;
}
