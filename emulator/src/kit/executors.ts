/**
 * What an emulated service must have executed by others: the emulator imports no other workspace, so `local/` passes these in.
 * Where one is absent the service answers as the real one does when its compute is unavailable.
 */
export interface JobExecutor {
  /** Runs a job as deployed (its settings as `jobs/create` received them) and resolves when it has ended. */
  runJob(run: {
    readonly settings: unknown;
    readonly parameters: Readonly<Record<string, string>>;
    readonly signal: AbortSignal;
  }): Promise<{
    readonly result: 'SUCCESS' | 'FAILED' | 'CANCELED';
    readonly message: string;
    /** How single tasks ended; a task that is not named is shown with the result of the run. */
    readonly tasks?: readonly TaskOutcome[];
  }>;
}

export interface TaskOutcome {
  readonly taskKey: string;
  readonly result: 'SUCCESS' | 'FAILED' | 'CANCELED' | 'SKIPPED';
  readonly message: string;
}

export interface PipelineExecutor {
  runPipeline(run: {
    readonly factory: string;
    readonly pipeline: string;
    /** Every resource of the factory by `<type>/<name>` (`datasets/orders`, `linkedservices/store`), as its body was put. */
    readonly resources: ReadonlyMap<string, unknown>;
    readonly parameters: Readonly<Record<string, unknown>>;
    readonly signal: AbortSignal;
  }): Promise<{
    readonly status: 'Succeeded' | 'Failed' | 'Cancelled';
    readonly message: string;
    readonly activities: readonly unknown[];
  }>;
}

export interface Executors {
  readonly jobs?: JobExecutor;
  readonly pipelines?: PipelineExecutor;
}
