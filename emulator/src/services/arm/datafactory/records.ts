import type { JsonObject } from '../../control/lossless-json.ts';

/** A factory, or a linked service, dataset, pipeline, trigger or set of global parameters of one, as it was put. */
export interface FactoryObject {
  readonly factory: string;
  /** Segment of the path: `pipelines`; empty for the factory itself. */
  readonly kind: string;
  /** As it was first put: the service does not distinguish case and keeps the first spelling. */
  readonly name: string;
  /** The whole body as put, secrets included: executors need it, clients never see it. */
  readonly body: JsonObject;
  readonly etag: string;
  /** ISO 8601. */
  readonly changedAt: string;
  /** Triggers only: true between `start` and `stop`. */
  readonly started?: boolean;
  /** Event triggers only: true between `subscribeToEvents` (or `start`) and `unsubscribeFromEvents`. */
  readonly subscribed?: boolean;
}

export type PipelineRunStatus = 'InProgress' | 'Canceling' | 'Succeeded' | 'Failed' | 'Cancelled';

export interface PipelineRun {
  readonly runId: string;
  readonly factory: string;
  readonly pipeline: string;
  readonly parameters: JsonObject;
  readonly status: PipelineRunStatus;
  readonly message: string;
  /** ISO 8601. */
  readonly runStart: string;
  readonly runEnd?: string;
  readonly activities: readonly unknown[];
}
