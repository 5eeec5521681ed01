import type { StorageClient } from '../azure/storage.ts';
import type { ReportProgress } from '../base/progress.ts';
import type { Factory } from '../project/factory.ts';
import type { Scope, Value } from './expressions/value.ts';
import type { Properties } from './factory-objects.ts';

export interface ActivityContext {
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
  whyNot(definition: Properties): string | undefined;
  /** Resolves to the activity's `output`, with the service's names. */
  run(definition: Properties, context: ActivityContext): Promise<Readonly<Record<string, Value>>>;
}
