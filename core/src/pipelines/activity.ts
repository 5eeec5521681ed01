import type { AzureEnvironment } from '../azure/environment.ts';
import type { StorageClient } from '../azure/storage.ts';
import type { ReportProgress } from '../base/progress.ts';
import type { Factory } from '../project/factory.ts';
import type { Scope, Value } from './expressions/value.ts';
import type { Properties } from './factory-objects.ts';
import type { ProgramCompute, ProgramFolder } from './programs.ts';
import type { Variables } from './variables.ts';

export interface ActivityContext {
  /** The name of the activity that runs. */
  readonly activity: string;
  readonly factory: Factory;
  readonly environment: AzureEnvironment;
  readonly storage: StorageClient;
  readonly variables: Variables;
  /** Undefined where the factory stands alone: what it would start on Databricks is then refused. */
  readonly programs?: ProgramCompute | undefined;
  readonly scope: Scope;
  readonly report: ReportProgress;
  readonly signal?: AbortSignal | undefined;
}

export interface ActivityVerdict {
  readonly verdict: 'here' | 'spark' | 'refused';
  /** Empty where the verdict is `here`. */
  readonly reason: string;
}

/** One type of activity that runs here. */
export interface ActivityKind {
  readonly type: string;
  /** Why this one does not run here, in words that go on from "it": `reads ...`; undefined where it does. Judged without running. */
  whyNot(definition: Properties, factory: Factory, folder?: ProgramFolder): string | undefined;
  /** The same, for a kind that may need Spark. */
  judge?(definition: Properties, factory: Factory, folder: ProgramFolder | undefined): ActivityVerdict;
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
