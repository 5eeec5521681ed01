import type { JsonObject } from '../../control/lossless-json.ts';

/** A deployed job. Ids are kept as their digits; on the wire they are JSON numbers. */
export interface JobRecord {
  readonly jobId: string;
  /** As the client sent them, read back through `read-back.ts`. */
  readonly settings: JsonObject;
  readonly creator: string;
  readonly createdTime: number;
  /** Runs started so far. */
  readonly runs: number;
}

export type LifeCycleState =
  'QUEUED' | 'PENDING' | 'RUNNING' | 'TERMINATING' | 'TERMINATED' | 'SKIPPED' | 'INTERNAL_ERROR';

export interface RunState {
  readonly life: LifeCycleState;
  readonly result?: 'SUCCESS' | 'FAILED' | 'CANCELED';
  readonly message: string;
}

export interface TaskRunRecord {
  readonly runId: string;
  readonly taskKey: string;
  /** Absent where the executor did not report on this task: then the run's own state stands for it. */
  readonly state?: RunState;
}

export interface RunRecord {
  readonly runId: string;
  readonly jobId: string;
  readonly numberInJob: number;
  readonly creator: string;
  /** The job's settings at the time of the run. */
  readonly settings: JsonObject;
  /** What `run-now` overrode. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly tasks: readonly TaskRunRecord[];
  readonly state: RunState;
  /** Milliseconds since 1970. */
  readonly startTime: number;
  readonly endTime?: number;
}

export const isActive = ({ state }: RunRecord): boolean =>
  ['QUEUED', 'PENDING', 'RUNNING', 'TERMINATING'].includes(state.life);
