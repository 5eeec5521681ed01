import type { JsonObject } from '../../control/lossless-json.ts';
import { ok, type ApiAnswer } from '../../control/exchange.ts';
import { DatabricksError, invalid } from '../errors.ts';
import { bodyOf, objectList, optionalObject, pageOf, pageSize, requiredId } from '../fields.ts';
import type { DatabricksRequest, DatabricksRoute } from '../route.ts';
import type { DatabricksState } from '../state.ts';
import { readBackJob, readBackSettings } from './read-back.ts';
import type { JobRecord } from './records.ts';
import { checkSettings } from './settings.ts';

/** Jobs API 2.2: the definitions. Runs are in `runs.ts`. */
export const jobRoutes: readonly DatabricksRoute[] = [
  { method: 'POST', path: '/api/2.2/jobs/create', operation: 'jobs/create', answer: create },
  { method: 'POST', path: '/api/2.2/jobs/reset', operation: 'jobs/reset', answer: reset },
  { method: 'POST', path: '/api/2.2/jobs/update', operation: 'jobs/update', answer: update },
  { method: 'GET', path: '/api/2.2/jobs/get', operation: 'jobs/get', answer: get },
  { method: 'GET', path: '/api/2.2/jobs/list', operation: 'jobs/list', answer: list },
  { method: 'POST', path: '/api/2.2/jobs/delete', operation: 'jobs/delete', answer: remove },
];

/** @throws DatabricksError for a job that is not there; for a deleted one the refusal that its missing grants give. */
export function jobOf(state: DatabricksState, jobId: string, user: string): JobRecord {
  const job = state.jobs.get(jobId);
  if (job) return job;
  if (!state.deletedJobs.has(jobId)) throw invalid(`Job ${jobId} does not exist.`);
  throw new DatabricksError(
    'PERMISSION_DENIED',
    `User ${user} does not have View or Admin or Manage Run or Owner permissions on job ${jobId}`,
  );
}

function create(state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  const settings = bodyOf(request);
  if (settings['access_control_list'] !== undefined) {
    throw new DatabricksError(
      'NOT_IMPLEMENTED',
      'access_control_list is not emulated: permissions of jobs come later.',
    );
  }
  checkSettings(settings);
  return state.journal.together(() => {
    const jobId = state.nextId();
    const creator = request.user.userName;
    state.jobs.set(jobId, { jobId, settings, creator, createdTime: Date.now(), runs: 0 });
    return ok({ job_id: BigInt(jobId) });
  });
}

/** Replaces all settings, except that a missing `run_as` keeps the old one (observed on the real service). */
function reset(state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  const body = bodyOf(request);
  const job = jobOf(state, requiredId(body['job_id'], 'job_id'), request.user.userName);
  const settings = optionalObject(body, 'new_settings');
  if (!settings) throw invalid('Missing required field: new_settings');
  checkSettings(settings);
  const runAs = job.settings['run_as'];
  const kept = settings['run_as'] === undefined && runAs !== undefined ? { run_as: runAs } : {};
  state.jobs.set(job.jobId, { ...job, settings: { ...settings, ...kept } });
  return ok({});
}

/** Top-level fields are replaced, tasks and job clusters merged by their keys; `fields_to_remove` takes fields and tasks away. */
function update(state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  const body = bodyOf(request);
  const job = jobOf(state, requiredId(body['job_id'], 'job_id'), request.user.userName);
  const changes = optionalObject(body, 'new_settings') ?? {};
  const merged: Record<string, unknown> = { ...job.settings, ...changes };
  for (const [list, key] of mergedLists) {
    if (changes[list] !== undefined) merged[list] = mergeByKey(job.settings, changes, list, key);
  }
  const settings = without(merged, body['fields_to_remove']);
  checkSettings(settings);
  state.jobs.set(job.jobId, { ...job, settings });
  return ok({});
}

const mergedLists = [
  ['tasks', 'task_key'],
  ['job_clusters', 'job_cluster_key'],
] as const;

function mergeByKey(old: JsonObject, changes: JsonObject, list: string, key: string): readonly JsonObject[] {
  const byKey = new Map(objectList(old, list).map((item) => [item[key], item]));
  for (const item of objectList(changes, list)) byKey.set(item[key], item);
  return [...byKey.values()];
}

/** @param fields names of top-level fields, or `tasks/<task key>`. */
function without(settings: JsonObject, fields: unknown): JsonObject {
  if (fields === undefined || fields === null) return settings;
  if (!Array.isArray(fields) || !fields.every((field) => typeof field === 'string')) {
    throw invalid('Expected fields_to_remove to be a list of strings.');
  }
  return fields.reduce<JsonObject>(withoutField, settings);
}

function withoutField(settings: JsonObject, field: string): JsonObject {
  const [name = '', key] = field.split('/');
  if (key === undefined) return Object.fromEntries(Object.entries(settings).filter(([one]) => one !== name));
  const keyField = mergedLists.find(([list]) => list === name)?.[1];
  if (keyField === undefined) throw invalid(`Field '${field}' cannot be removed.`);
  return { ...settings, [name]: objectList(settings, name).filter((item) => item[keyField] !== key) };
}

/** One page has 100 tasks; what is no list of tasks comes with the first page only. */
function get(state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  const job = jobOf(state, requiredId(request.query.get('job_id'), 'job_id'), request.user.userName);
  const settings = readBackSettings(job.settings);
  const token = request.query.get('page_token');
  const page = pageOf(objectList(settings, 'tasks'), token, 100);
  const shown = token
    ? Object.fromEntries(Object.entries(settings).filter(([name]) => !firstPageOnly.has(name)))
    : settings;
  return ok({
    ...readBackJob(job, { ...shown, tasks: page.items }),
    ...(page.nextToken === undefined ? {} : { has_more: true, next_page_token: page.nextToken }),
  });
}

const firstPageOnly: ReadonlySet<string> = new Set(['job_clusters', 'environments', 'parameters']);

/** By name without regard to case, as the service filters; newest first. Tasks are shown only when asked for. */
function list(state: DatabricksState, { query }: DatabricksRequest): ApiAnswer {
  const name = query.get('name')?.toLowerCase();
  const found = state.jobs
    .values()
    .map((job) => ({ job, settings: readBackSettings(job.settings) }))
    .filter(({ settings }) => name === undefined || String(settings['name']).toLowerCase() === name)
    .reverse();
  const page = pageOf(found, query.get('page_token'), pageSize(query, 'limit', { default: 20, max: 100 }));
  const expand = query.get('expand_tasks') === 'true';
  const jobs = page.items.map(({ job, settings }) => readBackJob(job, expand ? settings : summary(settings)));
  return ok({
    ...(jobs.length > 0 ? { jobs } : {}),
    has_more: page.nextToken !== undefined,
    ...(page.nextToken === undefined ? {} : { next_page_token: page.nextToken }),
  });
}

const summary = (settings: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(settings).filter(([name]) => name !== 'tasks' && name !== 'job_clusters'));

function remove(state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  const { jobId } = jobOf(state, requiredId(bodyOf(request)['job_id'], 'job_id'), request.user.userName);
  state.journal.together(() => {
    state.jobs.delete(jobId);
    state.deletedJobs.set(jobId, true);
  });
  return ok({});
}

/** The default value of each of a job's parameters. */
export function parameterDefaults(settings: JsonObject): Readonly<Record<string, string>> {
  return Object.fromEntries(
    objectList(settings, 'parameters').map(({ name, default: value }) => [
      String(name),
      typeof value === 'string' ? value : '',
    ]),
  );
}
