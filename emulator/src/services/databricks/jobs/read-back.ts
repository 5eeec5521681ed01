import { isJsonObject, type JsonObject } from '../../control/lossless-json.ts';
import { objectList } from '../fields.ts';
import type { JobRecord } from './records.ts';

/** Settings as the service reads them back: with its defaults, and with dependencies in its own order. */
export function readBackSettings(settings: JsonObject): JsonObject {
  return {
    name: 'Untitled',
    email_notifications: {},
    webhook_notifications: {},
    timeout_seconds: 0,
    max_concurrent_runs: 1,
    ...withoutNulls(settings),
    ...unpaused(settings),
    tasks: objectList(settings, 'tasks').map((task) => readBackTask(task, settings)),
    format: 'MULTI_TASK',
  };
}

/** What starts a job by itself is on unless it was paused. It is kept and shown; here nothing but `run-now` starts a run. */
function unpaused(settings: JsonObject): JsonObject {
  const starters = ['schedule', 'trigger', 'continuous'].flatMap((name) => {
    const starter = settings[name];
    return isJsonObject(starter) ? [[name, { pause_status: 'UNPAUSED', ...starter }] as const] : [];
  });
  return Object.fromEntries(starters);
}

function readBackTask(task: JsonObject, settings: JsonObject): JsonObject {
  const dependsOn = objectList(task, 'depends_on').toSorted((a, b) =>
    String(a['task_key']) < String(b['task_key']) ? -1 : 1,
  );
  const source = isJsonObject(settings['git_source']) ? 'GIT' : 'WORKSPACE';
  return {
    run_if: 'ALL_SUCCESS',
    timeout_seconds: 0,
    email_notifications: {},
    webhook_notifications: {},
    ...withoutNulls(task),
    ...(dependsOn.length > 0 ? { depends_on: dependsOn } : {}),
    ...withSource(task, source),
  };
}

/** Where the code of a notebook or a SQL file comes from is always said on read-back. */
function withSource(task: JsonObject, source: string): JsonObject {
  const { notebook_task: notebook, sql_task: sql } = task;
  if (isJsonObject(notebook)) return { notebook_task: { source, ...notebook } };
  if (isJsonObject(sql) && isJsonObject(sql['file'])) return { sql_task: { ...sql, file: { source, ...sql['file'] } } };
  return {};
}

const withoutNulls = (value: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(value).filter(([, item]) => item !== null));

/** A job as `jobs/get` and `jobs/list` show it, with the given settings. */
export function readBackJob(job: JobRecord, settings: JsonObject): JsonObject {
  return {
    job_id: BigInt(job.jobId),
    creator_user_name: job.creator,
    run_as_user_name: runAsOf(job),
    run_as_owner: true,
    settings,
    created_time: job.createdTime,
  };
}

function runAsOf({ settings, creator }: JobRecord): string {
  const runAs = settings['run_as'];
  if (!isJsonObject(runAs)) return creator;
  const name = runAs['service_principal_name'] ?? runAs['user_name'];
  return typeof name === 'string' ? name : creator;
}
