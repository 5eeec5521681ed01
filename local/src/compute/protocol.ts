import type { AzureEnvironment } from '@medallion/core/azure/environment.ts';
import type {
  JobExecutor,
  PipelineExecutor,
  StatementExecutor,
  TaskOutcome,
} from '@medallion/emulator/kit/executors.ts';

type JobRun = Parameters<JobExecutor['runJob']>[0];
type PipelineRun = Parameters<PipelineExecutor['runPipeline']>[0];

type StatementRun = Parameters<StatementExecutor['runStatement']>[0];

/** Every call that crosses to the compute process: what goes over and what comes back. */
export interface ComputeCalls {
  readonly runJob: {
    readonly request: Omit<JobRun, 'signal' | 'started' | 'ended'>;
    readonly response: Awaited<ReturnType<JobExecutor['runJob']>>;
  };
  readonly runPipeline: {
    readonly request: Omit<PipelineRun, 'signal'>;
    readonly response: Awaited<ReturnType<PipelineExecutor['runPipeline']>>;
  };
  readonly runStatement: {
    readonly request: Omit<StatementRun, 'signal'>;
    readonly response: Awaited<ReturnType<StatementExecutor['runStatement']>>;
  };
}

export type ComputeCallName = keyof ComputeCalls;

/** What a call tells before it ends. */
export type ComputeUpdate =
  { readonly kind: 'started'; readonly taskKey: string } | { readonly kind: 'ended'; readonly task: TaskOutcome };

/** Sent by message because the environment carries secrets. */
export interface ComputeConfiguration {
  readonly environment: AzureEnvironment;
  /** The project's state folder (`.medallion`). */
  readonly stateFolder: string;
}

export type ToCompute =
  | { readonly kind: 'configure'; readonly configuration: ComputeConfiguration }
  | { readonly kind: 'call'; readonly id: number; readonly name: ComputeCallName; readonly request: unknown }
  | { readonly kind: 'cancel'; readonly id: number };

export type FromCompute =
  | { readonly kind: 'result'; readonly id: number; readonly value: unknown }
  /** The compute itself broke; what a user can cause is a result. */
  | { readonly kind: 'broken'; readonly id: number; readonly message: string; readonly stack: string }
  | { readonly kind: 'update'; readonly id: number; readonly update: ComputeUpdate };
