import type { Diagnostic } from '../../base/diagnostic.ts';
import { at, itemsAt, textAt } from '../../project/config-node.ts';
import { finding, type Rule } from '../rule.ts';
import { placesOf, type TaskPlace } from '../scan-tasks.ts';

/** Keys of a task that name an item of a list of its job. */
const keys = [
  ['job_cluster_key', 'job_clusters'],
  ['environment_key', 'environments'],
] as const;

/** The cluster or environment that a task names is one of its job's. */
export const taskCompute: Rule = ({ bundles }) =>
  bundles.flatMap(({ jobs }) => jobs.flatMap(placesOf).flatMap((place) => keys.flatMap((key) => dangling(place, key))));

function dangling({ job, task }: TaskPlace, [key, list]: (typeof keys)[number]): readonly Diagnostic[] {
  const wanted = textAt(task.node, key);
  const place = at(task.node, key);
  const listed = at(job.node, list);
  // A list that is still a reference holds who knows what.
  const known = listed === undefined || listed.kind === 'list';
  if (wanted === undefined || !place || !known || wanted.includes('${')) return [];
  if (itemsAt(job.node, list).some((item) => textAt(item, key) === wanted)) return [];
  const message = `Task ${task.key} names the ${key} ${wanted}, which ${job.key} has not under ${list}.`;
  return [
    finding('error', `jobs.dangling-${key.replaceAll('_', '-')}`, message, place.range, `Declare it under ${list}.`),
  ];
}
