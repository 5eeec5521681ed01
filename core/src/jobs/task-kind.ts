import type { AzureEnvironment } from '../azure/environment.ts';
import type { SourceRange } from '../base/diagnostic.ts';
import type { ReportProgress } from '../base/progress.ts';
import type { Engine, TableCheck } from '../engine/contract.ts';
import type { BundleJob, BundleTask } from '../project/bundle-job.ts';
import type { ConfigMap, PlainValue } from '../project/config-node.ts';
import type { Check, Inputs, Output, Row, RunRecord, StatementRecord, TaskError, TaskRecord } from './run.generated.ts';

/** Where a task stands: all that a kind may look at before anything runs. */
export interface TaskPlace {
  /** The project's root, absolute; the files of tasks are relative to it. */
  readonly root: string;
  readonly job: BundleJob;
  readonly task: BundleTask;
  /** The jobs of the same bundle as resolved for the same target, which a task may run. */
  readonly jobs: readonly BundleJob[];
}

/** Why a task does not run here. `scan` and a run say it in these very words, with this very code. */
export interface TaskRefusal {
  readonly runs: 'refused';
  /** `jobs.task-not-emulated`, `jobs.missing-file`, `jobs.file-elsewhere`, ... */
  readonly code: string;
  /** A clause that begins in lower case and ends without a full stop. */
  readonly reason: string;
  /** The value that is at fault; the task where there is none. */
  readonly range?: SourceRange;
  readonly nextStep?: string;
}

/** A task that runs here. What says so also brings what runs it, so that the two cannot disagree. */
export interface RunnableTask {
  /** `here`: on the engine. `spark`: in the user's own Python with Spark, which `reason` says. */
  readonly runs: 'here' | 'spark';
  readonly reason: string;
  /** Files that hold the task's SQL: the task runs as far as their statements do. */
  readonly sqlFiles?: readonly string[];
  /** What `${name}` in their text stands for, where it stands for anything: a pipeline's configuration. */
  readonly textValues?: Readonly<Record<string, string>>;
  /** Reads the task's files, once: what is hashed is what runs. Rejects with an ExpectedError for what it cannot read. */
  prepare(): Promise<PreparedTask>;
}

/** One kind of task, such as `sql_task`: a file of `tasks/` and a line of its table. It may look into the files, and writes nothing. */
export type TaskKind = (place: TaskPlace) => RunnableTask | TaskRefusal;

/** A task with its files in memory. It may run more than once: retries, iterations. */
export interface PreparedTask {
  /** Every file that decides the result, relative to the project's root. */
  readonly files: readonly TaskFile[];
  /** How the task's compute evaluates what it runs, and why, for people: `ANSI, Etc/UTC (SQL warehouse)`. */
  readonly profile: string;
  /** What else decides the result beside files, parameters and the engine's version: the profile, a Python's version. */
  readonly fingerprint: PlainValue;
  /**
   * Rejects where this machine lacks what the task runs on: asked before a run's first task, and by nothing that runs nothing.
   * Absent: it needs nothing.
   */
  readonly ready?: () => Promise<void>;
  /**
   * Rejects with an ExpectedError for what a user can cause, and with any error once `context.signal` has fired; anything else is
   * a defect. Holds no process, connection or file after it has settled.
   */
  run(context: TaskRunContext): Promise<TaskOutcome>;
}

/** A task of a job, ready to run. */
export interface JobTask {
  readonly task: BundleTask;
  readonly prepared: PreparedTask;
}

export interface TaskFile {
  readonly file: string;
  /** Of the file's bytes, in hexadecimal. */
  readonly sha256: string;
}

/** All that a task is given to run. References (`{{...}}`) are resolved in `parameters` and `body`. */
export interface TaskRunContext {
  /** The project's root, absolute. */
  readonly root: string;
  /** Carries secrets: goes to child processes by message or environment, never to a file, a log or an argument. */
  readonly environment: AzureEnvironment;
  /** `.medallion`, absolute. */
  readonly stateFolder: string;
  readonly engine: Engine;
  readonly run: RunIdentity;
  /** The task's own named parameters (`parameters`, `base_parameters`, `named_parameters`) with the job's over them. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The value of the task's kind (`notebook_task: {...}`), for parameters that are a list and all else that it says. */
  readonly body: ConfigMap;
  /** Contracts' checks by `schema.table`. */
  readonly checks: Readonly<Record<string, readonly TableCheck[]>>;
  readonly values: TaskValues;
  /** Fires when the run is cancelled or the task's `timeout_seconds` are over. */
  readonly signal: AbortSignal;
  readonly report: ReportProgress;
  readonly nested: NestedRuns;
  /** A line of the task's own output, without its line break; kept in the run's log. Never a secret. */
  readonly log: (line: string) => void;
}

export interface RunIdentity {
  readonly id: string;
  readonly jobKey: string;
  readonly jobName: string;
  readonly taskKey: string;
  /** 0 for the first attempt. */
  readonly attempt: number;
  /** ISO 8601, of the job's run. */
  readonly startedAt: string;
}

/** What a task may have run on its behalf. */
export interface NestedRuns {
  /** Runs the task inside a for_each_task for one of its inputs, under the inner task's own retries and timeout. */
  iterate(inner: JobTask, input: PlainValue, index: number): Promise<TaskRecord>;
  /** Runs another job of the bundle; its run has a record of its own. */
  runJob(job: BundleJob, parameters: Readonly<Record<string, string>>): Promise<RunRecord>;
}

/** What `dbutils.jobs.taskValues` reads and writes: JSON values by task and key, of this run. */
export interface TaskValues {
  get(taskKey: string, key: string): PlainValue | undefined;
  /** Sets a value of the running task. */
  set(key: string, value: PlainValue): void;
}

/** What a task did. What it cannot know, such as the inputs of a program of its own, stays empty. */
export interface TaskOutcome {
  readonly statements: StatementRecord[];
  readonly inputs: Inputs;
  readonly outputs: Output[];
  readonly checks: Check[];
  readonly warnings: string[];
  /**
   * True only where `inputs` and `outputs` hold all that the task read and wrote: it is then skipped while they and its
   * fingerprint stay what they are.
   */
  readonly repeatable: boolean;
  /** It failed, and the rest of this says what it did until then. */
  readonly error?: TaskError;
  /** What a condition came to; decides which tasks follow. */
  readonly condition?: boolean;
  /** What the last query gave, as objects, for tasks that refer to it. */
  readonly rows?: Row[];
  readonly iterations?: TaskRecord[];
  /** The id of the run of another job. */
  readonly ran?: string;
  /** What a notebook ended with (`dbutils.notebook.exit`). */
  readonly exitValue?: string;
  /** Numbers that the task reported, such as a model's accuracy, by name. */
  readonly metrics?: Record<string, number>;
}

/** The outcome of a task that touched no table. */
export const noOutcome: TaskOutcome = {
  statements: [],
  inputs: { tables: [], files: [], paths: [] },
  outputs: [],
  checks: [],
  warnings: [],
  repeatable: false,
};
