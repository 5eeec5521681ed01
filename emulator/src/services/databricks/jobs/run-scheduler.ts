import type { JsonObject } from '../../control/lossless-json.ts';
import { objectList, optionalObject } from '../fields.ts';
import type { DatabricksState } from '../state.ts';
import { workspaceFiles } from '../workspace/tree.ts';
import { parameterDefaults } from './jobs.ts';
import { isActive, type JobRecord, type RunRecord, type RunState, type TaskRunRecord } from './records.ts';
import type { TaskOutcome } from '../../../kit/executors.ts';

/** What happens to runs after `run-now`: they wait, execute through the port, are cancelled, and end. */
export interface RunScheduler {
  /** Records the run and starts it, or queues or skips it where the job already runs as often as it may. */
  submit(request: RunSubmission): RunRecord;
  cancel(run: RunRecord): void;
  /** Ends what still runs and resolves when it has ended. */
  close(): Promise<void>;
}

export interface RunSubmission {
  readonly job: JobRecord;
  /** The job's, as far as this run runs them. */
  readonly settings: JsonObject;
  readonly parameters: Readonly<Record<string, string>>;
  readonly user: string;
  /** Recorded with the run, so that the same request sent again finds it. */
  readonly tokenKey: string | undefined;
}

const runningState: RunState = { life: 'RUNNING', message: '' };

interface Execution {
  readonly abort: AbortController;
  readonly ended: Promise<void>;
}

/** Also ends, on disk, the runs that the last process left unfinished. */
export function createRunScheduler(state: DatabricksState): RunScheduler {
  const executions = new Map<string, Execution>();
  let closing = false;
  for (const run of state.runs.values().filter(isActive)) {
    end(state, run.runId, {
      life: 'INTERNAL_ERROR',
      result: 'FAILED',
      message: 'The emulator was stopped during this run.',
    });
  }

  const startNextOf = (jobId: string): void => {
    const next = state.runs.values().find((run) => run.jobId === jobId && run.state.life === 'QUEUED');
    if (next && !closing) begin(next);
  };
  const begin = (run: RunRecord): void => {
    const running: RunRecord = { ...run, state: runningState, startTime: Date.now() };
    state.runs.set(run.runId, running);
    const abort = new AbortController();
    const ended = execute(state, running, abort.signal).then((outcome) => {
      executions.delete(run.runId);
      recording(state, run.runId, () => {
        end(state, run.runId, outcome.state, outcome.tasks);
        startNextOf(run.jobId);
      });
    });
    executions.set(run.runId, { abort, ended });
  };
  return {
    submit(request) {
      const run = recordRun(state, request);
      if (run.state.life === 'PENDING') begin(run);
      return run;
    },
    cancel(run) {
      if (!isActive(run)) return;
      const message = 'Run cancelled.';
      const execution = executions.get(run.runId);
      if (!execution) {
        end(state, run.runId, { life: 'TERMINATED', result: 'CANCELED', message });
        return;
      }
      state.runs.set(run.runId, { ...run, state: { life: 'TERMINATING', message } });
      execution.abort.abort();
    },
    async close() {
      closing = true;
      for (const { abort } of executions.values()) abort.abort();
      await Promise.all([...executions.values()].map(({ ended }) => ended));
    },
  };
}

function recordRun(state: DatabricksState, { job, settings, parameters, user, tokenKey }: RunSubmission): RunRecord {
  return state.journal.together(() => {
    const numberInJob = job.runs + 1;
    const first = firstState(state, job);
    const run: RunRecord = {
      runId: state.nextId(),
      jobId: job.jobId,
      numberInJob,
      creator: user,
      settings,
      parameters,
      tasks: objectList(settings, 'tasks').map((task): TaskRunRecord => {
        return { runId: state.nextId(), taskKey: String(task['task_key']) };
      }),
      state: first,
      startTime: Date.now(),
      ...(first.life === 'SKIPPED' ? { endTime: Date.now() } : {}),
    };
    state.jobs.set(job.jobId, { ...job, runs: numberInJob });
    state.runs.set(run.runId, run);
    if (tokenKey !== undefined) state.runTokens.set(tokenKey, run.runId);
    return run;
  });
}

function firstState(state: DatabricksState, job: JobRecord): RunState {
  const limit = Number(job.settings['max_concurrent_runs'] ?? 1);
  const active = state.runs.values().filter((run) => run.jobId === job.jobId && isActive(run)).length;
  if (active < limit) return { life: 'PENDING', message: '' };
  const message = `An active run for the same job already exists or the concurrency limit of ${limit} is reached.`;
  const queued = optionalObject(job.settings, 'queue')?.['enabled'] === true;
  return { life: queued ? 'QUEUED' : 'SKIPPED', message };
}

interface Ended {
  readonly state: RunState;
  readonly tasks?: readonly TaskOutcome[];
}

async function execute(state: DatabricksState, run: RunRecord, signal: AbortSignal): Promise<Ended> {
  if (!state.executor) {
    const message = 'No compute is available: this emulator was started without an executor for jobs.';
    return { state: { life: 'INTERNAL_ERROR', result: 'FAILED', message } };
  }
  const { runId, settings } = run;
  const report = (taskKey: string, change: Partial<TaskRunRecord>): void =>
    recording(state, runId, () => changeTask(state, runId, taskKey, change));
  try {
    const { result, message, tasks } = await state.executor.runJob({
      runId,
      settings,
      parameters: { ...parameterDefaults(settings), ...run.parameters },
      jobs: new Map(state.jobs.entries().map(([id, job]) => [id, job.settings])),
      workspace: workspaceFiles(state),
      signal,
      started: (taskKey) => report(taskKey, { state: runningState, startTime: Date.now() }),
      ended: (task) => report(task.taskKey, { state: stateOf(task), endTime: Date.now() }),
    });
    return { state: { life: 'TERMINATED', result, message }, ...(tasks ? { tasks } : {}) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    state.logger.error(`databricks: run ${run.runId} failed in its executor: ${message}`);
    return { state: { life: 'INTERNAL_ERROR', result: 'FAILED', message } };
  }
}

/** Nobody waits for the answer of what a run does by itself: where the disk is full the run goes on, and the log says so. */
function recording(state: DatabricksState, runId: string, change: () => void): void {
  try {
    change();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    state.logger.error(`databricks: the state of run ${runId} could not be recorded: ${reason}`);
  }
}

function changeTask(state: DatabricksState, runId: string, taskKey: string, change: Partial<TaskRunRecord>): void {
  const run = state.runs.get(runId);
  if (!run || !isActive(run)) return;
  const tasks = run.tasks.map((task) => (task.taskKey === taskKey ? { ...task, ...change } : task));
  state.runs.set(runId, { ...run, tasks });
}

function end(state: DatabricksState, runId: string, ended: RunState, outcomes: readonly TaskOutcome[] = []): void {
  const run = state.runs.get(runId);
  if (!run) return;
  const tasks = run.tasks.map((task): TaskRunRecord => {
    const outcome = outcomes.find(({ taskKey }) => taskKey === task.taskKey);
    if (outcome) return { ...task, state: stateOf(outcome) };
    // Of a task that still ran nobody will report any more.
    return task.state?.life === 'RUNNING' ? { ...task, state: ended, endTime: Date.now() } : task;
  });
  state.runs.set(runId, { ...run, tasks, state: ended, endTime: Date.now() });
}

function stateOf({ result, message }: TaskOutcome): RunState {
  return result === 'SKIPPED' ? { life: 'SKIPPED', message } : { life: 'TERMINATED', result, message };
}
