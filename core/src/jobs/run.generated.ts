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
   * SHA-256 of the resolved job and of every file of its tasks, in hexadecimal.
   */
  contentHash: string;
  parameters: Texts;
  startedAt: string;
  endedAt: string;
  seconds: number;
  state: 'succeeded' | 'failed' | 'cancelled';
  tasks: TaskRecord[];
}
export interface Texts {
  [k: string]: string;
}
export interface TaskRecord {
  key: string;
  kind: string;
  /**
   * Every file that decides the task's result, as it was when the run began.
   */
  files: File[];
  /**
   * SHA-256 of what decides the result beside the inputs: text, parameters, profile, engine, checks.
   */
  fingerprint: string;
  /**
   * How the task's compute evaluates SQL, and why.
   */
  profile: string;
  state: 'succeeded' | 'skipped' | 'failed' | 'upstreamFailed' | 'cancelled';
  /**
   * Why it did not run: `unchanged`, `upstream failed: <task>`.
   */
  reason?: string;
  seconds: number;
  statements: StatementRecord[];
  inputs: Inputs;
  outputs: Output[];
  checks: Check[];
  warnings: string[];
  /**
   * True where inputs and outputs hold all that the task read and wrote, so that it can be skipped while they stay what they are.
   */
  repeatable: boolean;
  error?: TaskError;
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
}
export interface Check {
  table: string;
  name: string;
  severity: 'error' | 'warning';
  violations: number;
}
export interface TaskError {
  code: string;
  message: string;
  nextStep: string;
  file?: string;
  line?: number;
}
