import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../../control/lossless-json.ts';
import type { ArmState } from '../state.ts';
import type { FactoryObject, PipelineRun } from './records.ts';
import { definitionOf } from './references.ts';

/** Runs of pipelines that are under way, through the executor's port. */
export interface PipelineRuns {
  start(pipeline: FactoryObject, parameters: JsonObject): PipelineRun;
  cancel(run: PipelineRun): void;
  close(): Promise<void>;
}

interface Execution {
  readonly abort: AbortController;
  readonly ended: Promise<void>;
}

export const isActive = ({ status }: PipelineRun): boolean => status === 'InProgress' || status === 'Canceling';

type Outcome = Pick<PipelineRun, 'status' | 'message' | 'activities'>;

/** Also ends, on disk, the runs that the last process left unfinished. */
export function createPipelineRuns(state: ArmState): PipelineRuns {
  const executions = new Map<string, Execution>();
  for (const run of state.runs.values().filter(isActive)) {
    end(state, run.runId, { status: 'Failed', message: 'The emulator was stopped during this run.', activities: [] });
  }
  return {
    start(pipeline, parameters) {
      const run = newRun(pipeline, parameters);
      state.runs.set(run.runId, run);
      const abort = new AbortController();
      const ended = execute(state, run, abort.signal).then((outcome) => {
        executions.delete(run.runId);
        record(state, run.runId, outcome);
      });
      executions.set(run.runId, { abort, ended });
      return run;
    },
    cancel(run) {
      state.runs.set(run.runId, { ...run, status: 'Canceling' });
      executions.get(run.runId)?.abort.abort();
    },
    async close() {
      for (const { abort } of executions.values()) abort.abort();
      await Promise.all([...executions.values()].map(({ ended }) => ended));
    },
  };
}

const newRun = (pipeline: FactoryObject, parameters: JsonObject): PipelineRun => ({
  runId: randomUUID(),
  factory: pipeline.factory,
  pipeline: pipeline.name,
  parameters,
  status: 'InProgress',
  message: '',
  runStart: new Date().toISOString(),
  activities: [],
});

async function execute(state: ArmState, run: PipelineRun, signal: AbortSignal): Promise<Outcome> {
  if (!state.executor) {
    const message = 'No compute is available: this emulator was started without an executor for pipelines.';
    return { status: 'Failed', message, activities: [] };
  }
  const { factory, pipeline, parameters } = run;
  const objects = state.objects.values().filter((object) => object.factory === factory);
  const resources = new Map([
    [`factories/${factory}`, state.factories.get(factory.toLowerCase())?.body],
    ...objects.map((object) => [`${object.kind}/${object.name}`, definitionOf(object)] as const),
  ]);
  try {
    const workspace = state.workspace();
    return await state.executor.runPipeline({ factory, pipeline, resources, parameters, workspace, signal });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    state.logger.error(`arm: pipeline run ${run.runId} failed in its executor: ${message}`);
    return { status: 'Failed', message, activities: [] };
  }
}

/** Nobody waits for the answer of a run's end: where the disk is full the log says so. */
function record(state: ArmState, runId: string, outcome: Outcome): void {
  try {
    end(state, runId, outcome);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    state.logger.error(`arm: the end of pipeline run ${runId} could not be recorded: ${reason}`);
  }
}

function end(state: ArmState, runId: string, { status, message, activities }: Outcome): void {
  const run = state.runs.get(runId);
  if (run) state.runs.set(runId, { ...run, status, message, activities, runEnd: new Date().toISOString() });
}
