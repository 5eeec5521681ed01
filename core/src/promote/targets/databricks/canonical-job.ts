import type { PlainValue } from '../../../project/config-node.ts';
import { bodiesAt, bodyAt, compact, isBody, sortedBy, withoutDefaults, type Body } from '../../canonical.ts';

/** What the service writes into settings that leave it out. */
const jobDefaults: Body = { timeout_seconds: 0, max_concurrent_runs: 1, format: 'MULTI_TASK' };
const taskDefaults: Body = { run_if: 'ALL_SUCCESS', timeout_seconds: 0 };
const retryDefaults: Body = { max_retries: 0, min_retry_interval_millis: 0, retry_on_timeout: false };

/** Lists that are sets, with the key that orders them. */
const jobSets = [
  ['job_clusters', 'job_cluster_key'],
  ['parameters', 'name'],
  ['environments', 'environment_key'],
] as const;

/** A job's settings, sent or read back, in the one form in which they are compared. */
export function canonicalJob(settings: Body): Body {
  const complete: Record<string, PlainValue> = { ...settings };
  for (const [list, key] of jobSets)
    if (settings[list] !== undefined) complete[list] = sortedBy(bodiesAt(settings, list), key);
  for (const clock of ['schedule', 'trigger', 'continuous']) {
    const starter = bodyAt(settings, clock);
    if (starter) complete[clock] = { pause_status: 'UNPAUSED', ...starter };
  }
  complete['tasks'] = sortedBy(bodiesAt(settings, 'tasks').map(canonicalTask), 'task_key');
  const plain = compact(withoutDefaults(complete, jobDefaults));
  return isBody(plain) ? plain : {};
}

function canonicalTask(task: Body): Body {
  const complete: Record<string, PlainValue> = { ...withoutDefaults(task, { ...taskDefaults, ...retryDefaults }) };
  if (task['depends_on'] !== undefined) complete['depends_on'] = sortedBy(bodiesAt(task, 'depends_on'), 'task_key');
  const notebook = bodyAt(task, 'notebook_task');
  if (notebook) complete['notebook_task'] = withoutDefaults(notebook, { source: 'WORKSPACE' });
  const python = bodyAt(task, 'spark_python_task');
  if (python) complete['spark_python_task'] = withoutDefaults(python, { source: 'WORKSPACE' });
  const sql = bodyAt(task, 'sql_task');
  const file = sql && bodyAt(sql, 'file');
  if (sql && file) complete['sql_task'] = { ...sql, file: withoutDefaults(file, { source: 'WORKSPACE' }) };
  const loop = bodyAt(task, 'for_each_task');
  const inner = loop && bodyAt(loop, 'task');
  if (loop && inner) complete['for_each_task'] = { ...loop, task: canonicalTask(inner) };
  return complete;
}
