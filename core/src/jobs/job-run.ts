import type { StorageClient } from '../azure/storage.ts';
import type { AzureEnvironment } from '../azure/environment.ts';
import type { ReportProgress } from '../base/progress.ts';
import type { Engine, TableCheck } from '../engine/contract.ts';
import type { CachingResolver } from '../lake/resolver.ts';
import type { BundleJob } from '../project/bundle-job.ts';
import type { PlainValue } from '../project/config-node.ts';
import type { LastSuccesses } from './last-successes.ts';
import type { ReferenceScope } from './references.ts';
import type { RunRecord, TaskRecord } from './run.generated.ts';

export interface RunJobOptions {
  /** The project's root; the files of tasks are relative to it. */
  readonly root: string;
  /** From the bundle as resolved for a target. */
  readonly job: BundleJob;
  /** Every job of that bundle, for tasks that run another. Default: this one. */
  readonly jobs?: readonly BundleJob[];
  readonly target?: string;
  readonly environment: AzureEnvironment;
  readonly stateFolder: string;
  readonly engine: Engine;
  readonly lake: { readonly resolver: CachingResolver; readonly storage: StorageClient };
  /** Values over the defaults of the job's parameters. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Contracts' checks by `schema.table`. */
  readonly checks?: Readonly<Record<string, readonly TableCheck[]>>;
  /** Tables that hold what another table turned away, by `schema.table`; the value is that other one. */
  readonly quarantines?: Readonly<Record<string, string>>;
  /** Runs every task, also those that would repeat themselves. */
  readonly force?: boolean;
  /** Keys of the tasks to run; the others are taken to be done. */
  readonly only?: readonly string[];
  /** A run that did not succeed: what succeeded in it is not run again. */
  readonly resume?: RunRecord;
  /** The task that runs this job. */
  readonly parent?: { readonly run: string; readonly task: string };
  readonly report?: ReportProgress;
  readonly signal?: AbortSignal;
  readonly now?: () => Date;
}

/** What the tasks of one run share. */
export interface JobRun {
  readonly options: RunJobOptions;
  readonly id: string;
  readonly engineVersion: string;
  /** All that references speak of but the task's own. */
  readonly scope: Omit<ReferenceScope, 'task'>;
  readonly last: LastSuccesses;
  /** What succeeded in the run that this one continues, by task. */
  readonly kept: ReadonlyMap<string, TaskRecord>;
  /** Fires when the run is cancelled, or its time is over. */
  readonly signal: AbortSignal;
  /** Runs another job of the bundle on behalf of a task. */
  readonly runOther: (
    job: BundleJob,
    parameters: Readonly<Record<string, string>>,
    by: { readonly task: string; readonly signal: AbortSignal },
  ) => Promise<RunRecord>;
}

/** Where in a run a task stands. */
export interface TaskPosition {
  /** The record of a task that has ended. */
  readonly recordOf: (key: string) => TaskRecord | undefined;
  /** Of the task inside a for_each_task: the task around it and the input of this iteration. */
  readonly inside?: { readonly key: string; readonly index: number; readonly input: PlainValue };
}
