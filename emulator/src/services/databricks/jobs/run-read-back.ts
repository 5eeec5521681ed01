import { workspaceId } from '../../../kit/identity.ts';
import type { JsonObject } from '../../control/lossless-json.ts';
import { objectList } from '../fields.ts';
import { parameterDefaults } from './jobs.ts';
import { readBackSettings } from './read-back.ts';
import type { RunRecord, RunState, TaskRunRecord } from './records.ts';

/** A run as `runs/get` and `runs/list` show it; `tasks` only where they are asked for. */
export function readBackRun(run: RunRecord, origin: string, withTasks: boolean): JsonObject {
  const settings = readBackSettings(run.settings);
  const parameters = parametersOf(run);
  return {
    job_id: BigInt(run.jobId),
    run_id: BigInt(run.runId),
    number_in_job: run.numberInJob,
    original_attempt_run_id: BigInt(run.runId),
    creator_user_name: run.creator,
    run_name: settings['name'],
    run_page_url: `${origin}/?o=${workspaceId}#job/${run.jobId}/run/${run.runId}`,
    run_type: 'JOB_RUN',
    trigger: 'ONE_TIME',
    format: 'MULTI_TASK',
    ...stateFields(run.state),
    ...timeFields(run),
    ...(parameters.length > 0 ? { job_parameters: parameters } : {}),
    ...(withTasks ? { tasks: run.tasks.map((task) => readBackTaskRun(run, task, origin)) } : {}),
  };
}

export function readBackTaskRun(run: RunRecord, task: TaskRunRecord, origin: string): JsonObject {
  const definition = objectList(readBackSettings(run.settings), 'tasks').find(
    (one) => one['task_key'] === task.taskKey,
  );
  return {
    ...definition,
    run_id: BigInt(task.runId),
    attempt_number: 0,
    run_page_url: `${origin}/?o=${workspaceId}#job/${run.jobId}/run/${task.runId}`,
    ...stateFields(stateOfTask(run, task)),
    ...timeFields({ ...run, ...task }),
  };
}

/** A task of which nothing is known yet waits as long as its run goes on, and ends as the run does. */
export function stateOfTask(run: RunRecord, task: TaskRunRecord): RunState {
  if (task.state) return task.state;
  return run.state.life === 'RUNNING' ? { life: 'PENDING', message: '' } : run.state;
}

/** Both forms of a state: `state` of the first versions of the API, `status` of the present one. */
function stateFields(state: RunState): JsonObject {
  const { life, result, message } = state;
  const done = life === 'TERMINATED' || life === 'SKIPPED' || life === 'INTERNAL_ERROR';
  return {
    state: {
      life_cycle_state: life,
      ...(result === undefined ? {} : { result_state: result }),
      state_message: message,
      user_cancelled_or_timedout: result === 'CANCELED',
    },
    status: {
      state: done ? 'TERMINATED' : life,
      ...(done ? { termination_details: { ...terminationOf(state), message } } : {}),
    },
  };
}

function terminationOf({ life, result }: RunState): { code: string; type: string } {
  if (life === 'SKIPPED') return { code: 'SKIPPED', type: 'CLIENT_ERROR' };
  if (life === 'INTERNAL_ERROR') return { code: 'INTERNAL_ERROR', type: 'INTERNAL_ERROR' };
  if (result === 'SUCCESS') return { code: 'SUCCESS', type: 'SUCCESS' };
  if (result === 'UPSTREAM_FAILED') return { code: 'SKIPPED', type: 'CLIENT_ERROR' };
  return { code: result === 'CANCELED' ? 'USER_CANCELED' : 'RUN_EXECUTION_ERROR', type: 'CLIENT_ERROR' };
}

function timeFields({ startTime, endTime }: Pick<RunRecord, 'startTime' | 'endTime'>): JsonObject {
  const start = { start_time: startTime, setup_duration: 0, cleanup_duration: 0 };
  if (endTime === undefined) return { ...start, execution_duration: 0, end_time: 0 };
  return { ...start, execution_duration: endTime - startTime, run_duration: endTime - startTime, end_time: endTime };
}

/** Every parameter that the job defines, with what this run overrode, by name. */
function parametersOf({ settings, parameters }: RunRecord): readonly JsonObject[] {
  const defaults = parameterDefaults(settings);
  return [...new Set([...Object.keys(defaults), ...Object.keys(parameters)])].toSorted().map((name) => ({
    name,
    ...(defaults[name] === undefined ? {} : { default: defaults[name] }),
    value: parameters[name] ?? defaults[name],
  }));
}
