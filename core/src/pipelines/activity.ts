import type { StorageClient } from '../azure/storage.ts';
import type { ReportProgress } from '../base/progress.ts';
import type { Factory } from '../project/factory.ts';
import type { Scope, Value } from './expressions/value.ts';
import type { Properties } from './factory-objects.ts';

export interface ActivityContext {
  /** The name of the activity that runs. */
  readonly activity: string;
  readonly factory: Factory;
  readonly storage: StorageClient;
  readonly scope: Scope;
  readonly report: ReportProgress;
  readonly signal?: AbortSignal | undefined;
}

/** One type of activity that runs here. */
export interface ActivityKind {
  readonly type: string;
  /** Why this one does not run here, in words that go on from "it": `reads ...`; undefined where it does. Judged without running. */
  whyNot(definition: Properties, factory: Factory): string | undefined;
  /** Resolves to the activity's `output`, with the service's names. */
  run(definition: Properties, context: ActivityContext): Promise<Readonly<Record<string, Value>>>;
}

/** An attempt at an activity, as the service's monitoring tells it. */
export interface ActivityRun {
  readonly activityName: string;
  readonly activityType: string;
  readonly status: 'Succeeded' | 'Failed' | 'Cancelled';
  /** ISO 8601. */
  readonly activityRunStart: string;
  readonly activityRunEnd: string;
  readonly durationInMs: number;
  readonly output: Readonly<Record<string, Value>>;
  /** 1 for the first attempt after the one that failed first. */
  readonly retryAttempt?: number;
  /** Of an activity that failed: `errorCode` is ours. */
  readonly error?: { readonly errorCode: string; readonly message: string };
}
