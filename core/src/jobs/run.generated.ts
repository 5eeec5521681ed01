/* Generated from schemas/run.schema.json by tools/schemas.mjs: change the schema, then run "npm run schemas". */

/**
 * One run of a job: what it read, wrote and checked. `<state>/runs/<id>.json`.
 */
export interface RunRecord {
  /**
   * Sorts by the time of the start.
   */
  id: string;
  /**
   * The job's key in the bundle.
   */
  job: string;
  /**
   * The bundle's target.
   */
  target?: string;
  environment: string;
  engineVersion: string;
  /**
   * SHA-256 of the resolved job and of every file of its tasks, in hexadecimal. Absent where the job was refused before it began.
   */
  contentHash?: string;
  parameters: Texts;
  startedAt: string;
  /**
   * Absent while it runs, and where its process was killed.
   */
  endedAt?: string;
  seconds: number;
  /**
   * succeededWithFailures: tasks failed, but none that others do not follow. interrupted: its process was killed.
   */
  state: 'running' | 'succeeded' | 'succeededWithFailures' | 'failed' | 'timedOut' | 'cancelled' | 'interrupted';
  error?: TaskError;
  /**
   * The process that runs it, while it does.
   */
  process?: number;
  /**
   * The tasks that were asked for; absent where all were. Such a run does not vouch for the job.
   */
  only?: string[];
  /**
   * The run that this one continues: what succeeded there was not run again. And the first of the chain, whose id and times references speak of.
   */
  resumes?: {
    run: string;
    first: string;
    firstStartedAt: string;
    count: number;
  };
  /**
   * The task that ran this job, and its run.
   */
  parent?: {
    run: string;
    task: string;
  };
  tasks: TaskRecord[];
}
export interface Texts {
  [k: string]: string;
}
/**
 * Why it was refused before its first task, or what ended it.
 */
export interface TaskError {
  code: string;
  message: string;
  nextStep: string;
  file?: string;
  line?: number;
}
export interface TaskRecord {
  key: string;
  kind: string;
  /**
   * Every file that decides the task's result, as it was when the run began.
   */
  files: File[];
  /**
   * SHA-256 of what decides the result beside the inputs: files, parameters, profile, engine, checks. Absent where it never came to run.
   */
  fingerprint?: string;
  /**
   * How the task's compute evaluates SQL, and why.
   */
  profile: string;
  /**
   * skipped: what it would do is already done, or it was not asked for. excluded: what it waits for came out otherwise. interrupted: its process was killed.
   */
  state:
    | 'running'
    | 'succeeded'
    | 'skipped'
    | 'failed'
    | 'timedOut'
    | 'upstreamFailed'
    | 'excluded'
    | 'cancelled'
    | 'interrupted';
  /**
   * Why it did not run or did not end: `unchanged`, `upstream failed: <task>`, `<task> is false`.
   */
  reason?: string;
  startedAt?: string;
  /**
   * All attempts and the time between them.
   */
  seconds: number;
  /**
   * Those that failed before the last one.
   */
  attempts?: Attempt[];
  statements: StatementRecord[];
  inputs: Inputs;
  outputs: Output[];
  checks: Check[];
  warnings: string[];
  /**
   * True where inputs and outputs hold all that the task read and wrote, so that it can be skipped while they stay what they are.
   */
  repeatable: boolean;
  parameters?: Texts1;
  /**
   * Task values that it set, by key.
   */
  values?: {
    [k: string]: unknown;
  };
  /**
   * What its last query gave, where another task asks for it.
   */
  rows?: Row[];
  /**
   * What a condition came to.
   */
  condition?: boolean;
  /**
   * What a notebook ended with.
   */
  exitValue?: string;
  metrics?: {
    [k: string]: number;
  };
  /**
   * Of a for_each_task: the task inside, once for each input, in the order of the inputs.
   */
  iterations?: TaskRecord[];
  /**
   * Of an iteration: its input, as JSON.
   */
  input?: string;
  /**
   * Of a run_job_task: the run of the other job.
   */
  ran?: string;
  /**
   * The file of the task's own output, relative to the state folder.
   */
  log?: string;
  error?: TaskError1;
}
export interface File {
  /**
   * Relative to the project's root.
   */
  file: string;
  /**
   * Of the file's bytes, in hexadecimal.
   */
  sha256: string;
}
export interface Attempt {
  seconds: number;
  state: 'failed' | 'timedOut';
  error: TaskError1;
}
export interface TaskError1 {
  code: string;
  message: string;
  nextStep: string;
  file?: string;
  line?: number;
}
export interface StatementRecord {
  line: number;
  kind: string;
  seconds: number;
}
export interface Inputs {
  tables: TableAt[];
  files: {
    path: string;
    etag: string;
  }[];
  /**
   * What was asked through read_files.
   */
  paths: {
    path: string;
    options: Texts;
  }[];
}
export interface TableAt {
  table: string;
  tableId: string;
  version: number;
}
export interface Output {
  table: string;
  tableId: string;
  version: number;
  rows: number;
  files: number;
  bytes: number;
  /**
   * The table whose rows it took aside, as `schema.table`, where a contract says so.
   */
  quarantineOf?: string;
}
export interface Check {
  table: string;
  name: string;
  severity: 'error' | 'warning';
  violations: number;
  /**
   * Rows that met the expectation of a pipeline's dataset.
   */
  passed?: number;
  /**
   * What an expectation of a pipeline's dataset does with a row that violates it.
   */
  onViolation?: 'keep' | 'dropRow' | 'failUpdate';
}
/**
 * As the task was given them.
 */
export interface Texts1 {
  [k: string]: string;
}
export interface Row {
  [k: string]: unknown;
}
