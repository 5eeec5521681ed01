/**
 * What an emulated service must have executed by others: the emulator imports no other workspace, so `local/` passes these in.
 * Where one is absent the service answers as the real one does when its compute is unavailable.
 */
export interface JobExecutor {
  /** Runs a job as deployed and resolves when it has ended. Rejects where the compute itself broke: the run is then an internal error. */
  runJob(run: {
    /** The run's id, as its digits. */
    readonly runId: string;
    /** As `jobs/create` received them. */
    readonly settings: unknown;
    readonly parameters: Readonly<Record<string, string>>;
    /** The settings of every deployed job by its id: a task may run another job. */
    readonly jobs: ReadonlyMap<string, unknown>;
    /** The files and notebooks of the workspace, as they are when the run starts. */
    readonly workspace: readonly WorkspaceFile[];
    readonly signal: AbortSignal;
    /** A task has begun to run. */
    readonly started: (taskKey: string) => void;
    /** A task has ended, while others may go on. */
    readonly ended: (task: TaskOutcome) => void;
  }): Promise<{
    readonly result: 'SUCCESS' | 'FAILED' | 'CANCELED';
    readonly message: string;
    /** How single tasks ended; a task that is not named, here or by `ended`, is shown with the result of the run. */
    readonly tasks?: readonly TaskOutcome[];
  }>;
}

export interface WorkspaceFile {
  /** Absolute, without `/Workspace`; that of a notebook has no extension. */
  readonly path: string;
  /** Of a notebook in source form. */
  readonly language?: 'PYTHON' | 'SQL' | 'SCALA' | 'R';
  /** Holds the content. It is the emulator's: to be read, never written. */
  readonly contentFile: string;
}

export interface TaskOutcome {
  readonly taskKey: string;
  readonly result: 'SUCCESS' | 'FAILED' | 'CANCELED' | 'SKIPPED' | 'UPSTREAM_FAILED';
  readonly message: string;
}

export interface PipelineExecutor {
  runPipeline(run: {
    readonly factory: string;
    readonly pipeline: string;
    /** The factory (`factories/adf`) and its resources by `<type>/<name>` (`datasets/orders`, `linkedservices/store`), as put. */
    readonly resources: ReadonlyMap<string, unknown>;
    readonly parameters: Readonly<Record<string, unknown>>;
    /** The files and notebooks of the workspace that activities start, as they are when the run starts. */
    readonly workspace: readonly WorkspaceFile[];
    readonly signal: AbortSignal;
  }): Promise<{
    readonly status: 'Succeeded' | 'Failed' | 'Cancelled';
    readonly message: string;
    readonly activities: readonly unknown[];
  }>;
}

export interface StatementParameter {
  readonly name: string;
  /** Absent: NULL. */
  readonly value?: string;
  /** SQL's name of a type; absent: STRING. */
  readonly type?: string;
}

export interface StatementResult {
  /** With Spark's types: `decimal(10,2)`. No columns where the statement gives no rows. */
  readonly columns: readonly { readonly name: string; readonly typeText: string }[];
  /** As the SQL Statement Execution API's JSON_ARRAY has them: text or null. */
  readonly rows: readonly (readonly (string | null)[])[];
  /** True where more rows exist than were asked for. */
  readonly truncated: boolean;
}

export interface StatementExecutor {
  /** Runs one SQL statement as a warehouse does. Rejects only where the compute itself broke, or the statement was cancelled. */
  runStatement(run: {
    readonly statement: string;
    readonly parameters: readonly StatementParameter[];
    readonly catalog?: string;
    readonly schema?: string;
    readonly maxRows: number;
    readonly signal: AbortSignal;
  }): Promise<
    | ({ readonly kind: 'succeeded' } & StatementResult)
    /** What the author of the statement can mend. */
    | { readonly kind: 'failed'; readonly code: string; readonly message: string }
  >;
}

export interface Executors {
  readonly statements?: StatementExecutor;
  readonly jobs?: JobExecutor;
  readonly pipelines?: PipelineExecutor;
}
