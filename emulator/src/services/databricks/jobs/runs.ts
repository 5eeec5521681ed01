import { ok, type ApiAnswer } from '../../control/exchange.ts';
import { DatabricksError, invalid } from '../errors.ts';
import { bodyOf, objectList, optionalString, pageOf, pageSize, requiredId, stringMap } from '../fields.ts';
import { withTasksOnly } from './only-tasks.ts';
import type { DatabricksRequest, DatabricksRoute } from '../route.ts';
import type { DatabricksState } from '../state.ts';
import { jobOf } from './jobs.ts';
import { isActive, type RunRecord, type TaskRunRecord } from './records.ts';
import { readBackRun, readBackTaskRun, stateOfTask } from './run-read-back.ts';

/** Jobs API 2.2: runs of jobs. */
export const runRoutes: readonly DatabricksRoute[] = [
  { method: 'POST', path: '/api/2.2/jobs/run-now', operation: 'jobs/run-now', answer: runNow },
  { method: 'GET', path: '/api/2.2/jobs/runs/get', operation: 'jobs/runs/get', answer: get },
  { method: 'GET', path: '/api/2.2/jobs/runs/list', operation: 'jobs/runs/list', answer: list },
  { method: 'GET', path: '/api/2.2/jobs/runs/get-output', operation: 'jobs/runs/get-output', answer: getOutput },
  { method: 'POST', path: '/api/2.2/jobs/runs/cancel', operation: 'jobs/runs/cancel', answer: cancel },
];

const notEmulated = [
  'notebook_params',
  'python_params',
  'python_named_params',
  'jar_params',
  'spark_submit_params',
  'sql_params',
  'dbt_commands',
  'pipeline_params',
] as const;

function runNow(state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  const body = bodyOf(request);
  const job = jobOf(state, requiredId(body['job_id'], 'job_id'), request.user.userName);
  const foreign = notEmulated.find((field) => body[field] !== undefined);
  if (foreign !== undefined) {
    throw new DatabricksError('NOT_IMPLEMENTED', `run-now with ${foreign} is not emulated: use job_parameters.`);
  }
  const parameters = stringMap(body, 'job_parameters');
  const token = optionalString(body, 'idempotency_token');
  if (token !== undefined && token.length > 64) throw invalid('idempotency_token has at most 64 characters.');
  const tokenKey = token === undefined || token === '' ? undefined : `${job.jobId}/${token}`;
  const earlier = tokenKey === undefined ? undefined : state.runTokens.get(tokenKey);
  if (earlier !== undefined) return started(runOf(state, earlier).run);
  if (objectList(job.settings, 'tasks').length === 0) throw invalid(`Job ${job.jobId} has no tasks to run.`);
  const settings = withTasksOnly(job.settings, body['only']);
  return started(request.scheduler.submit({ job, settings, parameters, user: request.user.userName, tokenKey }));
}

const started = ({ runId, numberInJob }: RunRecord): ApiAnswer =>
  ok({ run_id: BigInt(runId), number_in_job: numberInJob });

/** A run by its own id or by that of one of its tasks. */
function runOf(state: DatabricksState, runId: string): { readonly run: RunRecord; readonly task?: TaskRunRecord } {
  const run = state.runs.get(runId);
  if (run) return { run };
  for (const parent of state.runs.values()) {
    const task = parent.tasks.find((one) => one.runId === runId);
    if (task) return { run: parent, task };
  }
  throw invalid(`Run ${runId} does not exist.`);
}

function get(state: DatabricksState, { query, origin }: DatabricksRequest): ApiAnswer {
  const { run } = runOf(state, requiredId(query.get('run_id'), 'run_id'));
  const page = pageOf(run.tasks, query.get('page_token'), 100);
  const more = page.nextToken === undefined ? {} : { next_page_token: page.nextToken };
  return ok({ ...readBackRun({ ...run, tasks: page.items }, origin, true), ...more });
}

/** Newest first. */
function list(state: DatabricksState, { query, origin }: DatabricksRequest): ApiAnswer {
  const jobId = query.get('job_id');
  const [active, completed] = [query.get('active_only') === 'true', query.get('completed_only') === 'true'];
  if (active && completed) throw invalid('active_only and completed_only exclude each other.');
  const found = state.runs
    .values()
    .filter((run) => jobId === null || run.jobId === requiredId(jobId, 'job_id'))
    .filter((run) => (active ? isActive(run) : completed ? !isActive(run) : true))
    .toReversed();
  const page = pageOf(found, query.get('page_token'), pageSize(query, 'limit', { default: 20, max: 26 }));
  const withTasks = query.get('expand_tasks') === 'true';
  return ok({
    ...(page.items.length > 0 ? { runs: page.items.map((run) => readBackRun(run, origin, withTasks)) } : {}),
    has_more: page.nextToken !== undefined,
    ...(page.nextToken === undefined ? {} : { next_page_token: page.nextToken }),
  });
}

function getOutput(state: DatabricksState, { query, origin }: DatabricksRequest): ApiAnswer {
  const { run, task } = runOf(state, requiredId(query.get('run_id'), 'run_id'));
  const only = run.tasks.length === 1 ? run.tasks[0] : undefined;
  const shown = task ?? only;
  if (!shown) {
    throw invalid(
      'Retrieving the output of runs with multiple tasks is not supported. Please retrieve the output of each individual task run instead.',
    );
  }
  const { message, result } = stateOfTask(run, shown);
  const metadata = { ...readBackRun(run, origin, false), ...readBackTaskRun(run, shown, origin) };
  return ok({ metadata, ...(result === 'FAILED' ? { error: message } : {}) });
}

function cancel(state: DatabricksState, request: DatabricksRequest): ApiAnswer {
  const { run } = runOf(state, requiredId(bodyOf(request)['run_id'], 'run_id'));
  request.scheduler.cancel(run);
  return ok({});
}
