import type { ExpectedErrorData } from '../base/expected-error.ts';
import type { Logger } from '../base/logger.ts';
import type { ProgressEvent } from '../base/progress.ts';
import type { AzureEnvironment } from '../azure/environment.ts';
import type { ComputeProfile } from '../sql/contract.ts';
import type {
  CheckCommitRequest,
  CheckedCommit,
  Engine,
  ExportRequest,
  QueryResult,
  ScriptRequest,
  ScriptResult,
} from './contract.ts';

export type QueryRequest = Parameters<Engine['query']>[0];
export type PreviewRequest = Parameters<Engine['previewFile']>[0];
export type EngineStatistics = Awaited<ReturnType<Engine['statistics']>>;

/** Every call that crosses the process boundary: its name, what goes over and what comes back. */
export interface EngineCalls {
  readonly runScript: { readonly request: ScriptRequest; readonly response: ScriptResult };
  readonly query: { readonly request: QueryRequest; readonly response: QueryResult };
  readonly checkCommit: { readonly request: CheckCommitRequest; readonly response: CheckedCommit };
  readonly exportQuery: { readonly request: ExportRequest; readonly response: { readonly rows: number } };
  readonly previewFile: { readonly request: PreviewRequest; readonly response: QueryResult };
  readonly previewTable: { readonly request: PreviewRequest; readonly response: QueryResult };
  readonly statistics: { readonly request: null; readonly response: EngineStatistics };
}

export type EngineCallName = keyof EngineCalls;

/** What the child must know before its first call. Sent by message because the environment may carry secrets. */
export interface ChildConfiguration {
  readonly environment: AzureEnvironment;
  readonly stateFolder: string;
  readonly memoryLimitBytes: number;
  readonly threads: number;
  readonly firstProfile?: ComputeProfile | undefined;
}

export type ToChild =
  | { readonly kind: 'configure'; readonly configuration: ChildConfiguration }
  | { readonly kind: 'call'; readonly id: number; readonly name: EngineCallName; readonly request: unknown }
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'stop' };

export type FromChild =
  | { readonly kind: 'ready' }
  | { readonly kind: 'response'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'expectedError'; readonly id: number; readonly error: ExpectedErrorData }
  | { readonly kind: 'bug'; readonly id: number; readonly message: string; readonly stack: string }
  | { readonly kind: 'progress'; readonly id: number; readonly event: ProgressEvent }
  | { readonly kind: 'log'; readonly level: keyof Logger; readonly message: string };
