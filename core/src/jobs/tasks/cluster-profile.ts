import { at, itemsAt, mapAt, textAt, type ConfigMap } from '../../project/config-node.ts';
import type { ComputeProfile } from '../../sql/contract.ts';
import type { TaskPlace } from '../task-kind.ts';

/** ANSI is on by default from this Databricks Runtime on. */
const ansiFrom = 17;

/**
 * How the task's cluster evaluates SQL: `spark.sql.ansi.enabled` of its settings, else its runtime's default. Serverless compute, and
 * a cluster that the bundle does not describe, count as a current runtime; the run shows which of these it was.
 */
export function clusterProfile(place: TaskPlace): ComputeProfile {
  const { ansi, decidedBy } = decide(place);
  return { ansi, timeZone: 'Etc/UTC', decidedBy };
}

function decide(place: TaskPlace): { readonly ansi: boolean; readonly decidedBy: string } {
  const cluster = clusterOf(place);
  if (!cluster) {
    const existing = textAt(place.task.node, 'existing_cluster_id') !== undefined;
    return { ansi: true, decidedBy: existing ? 'an existing cluster, taken as a current runtime' : 'serverless' };
  }
  const setting = textAt(cluster, 'spark_conf', 'spark.sql.ansi.enabled');
  if (setting !== undefined) return { ansi: setting === 'true', decidedBy: 'spark.sql.ansi.enabled of the cluster' };
  const version = textAt(cluster, 'spark_version') ?? '';
  const major = Number.parseInt(version, 10);
  if (Number.isNaN(major)) return { ansi: true, decidedBy: `spark_version '${version}', taken as a current runtime` };
  return { ansi: major >= ansiFrom, decidedBy: `runtime ${version}` };
}

function clusterOf({ job, task }: TaskPlace): ConfigMap | undefined {
  const own = mapAt(task.node, 'new_cluster');
  if (own) return own;
  const key = textAt(task.node, 'job_cluster_key');
  const shared = itemsAt(job.node, 'job_clusters').find((one) => textAt(one, 'job_cluster_key') === key);
  return key === undefined || !shared ? undefined : mapAt(at(shared), 'new_cluster');
}
