import type { JsonObject } from '../../control/lossless-json.ts';
import type { Grant } from '../permission-grants.ts';

/** A deployed job. Ids are kept as their digits; on the wire they are JSON numbers. */
export interface JobRecord {
  readonly jobId: string;
  /** As the client sent them, read back through `read-back.ts`. */
  readonly settings: JsonObject;
  readonly creator: string;
  readonly createdTime: number;
  /** Runs started so far. */
  readonly runs: number;
  /** Absent until somebody set them: then the creator owns the job. */
  readonly grants?: readonly Grant[];
}

export type LifeCycleState =
  'QUEUED' | 'PENDING' | 'RUNNING' | 'TERMINATING' | 'TERMINATED' | 'SKIPPED' | 'INTERNAL_ERROR';

export interface RunState {
  readonly life: LifeCycleState;
  readonly result?: 'SUCCESS' | 'FAILED' | 'CANCELED' | 'UPSTREAM_FAILED';
  readonly message: string;
}

export interface TaskRunRecord {
  readonly runId: string;
  readonly taskKey: string;
  /** Absent where the executor has not reported on this task: it waits while the run goes on, and ends as the run does. */
  readonly state?: RunState;
  /** Milliseconds since 1970; absent where the executor did not say when, then the run's own. */
  readonly startTime?: number;
  readonly endTime?: number;
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
