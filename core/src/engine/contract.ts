import type { AzureEnvironment } from '../azure/environment.ts';
import type { Cell } from '../base/cell.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import type { Logger } from '../base/logger.ts';
import type { ReportProgress } from '../base/progress.ts';
import type { TableCheck } from '../contracts/check.ts';
import type { TableName } from '../lake/names.ts';
import type { ComputeProfile, SqlSource } from '../sql/contract.ts';

export type { Cell } from '../base/cell.ts';
export type { TableCheck } from '../contracts/check.ts';

export interface ResultColumn {
  readonly name: string;
  /** Spark's type text: `decimal(10,2)`, `timestamp`. */
  readonly typeText: string;
}

export interface QueryResult {
  readonly columns: readonly ResultColumn[];
  readonly rows: readonly (readonly Cell[])[];
  /** True where more rows exist than were asked for. */
  readonly truncated: boolean;
  readonly seconds: number;
}

export interface CheckOutcome {
  readonly name: string;
  readonly severity: 'error' | 'warning';
  /** Rows (scope row) or breaks (scope table) that violate the rule. 0: passed. */
  readonly violations: number;
}

export interface TableVersion {
  /** Unity Catalog's id: a table that was dropped and made anew counts its versions from 0 again. */
  readonly tableId: string;
  /** `catalog.schema.table` */
  readonly table: string;
  readonly version: number;
}

export interface StatementOutcome {
  readonly text: string;
  readonly line: number;
  readonly kind: string;
  readonly seconds: number;
  readonly reads: readonly TableVersion[];
  /** Files read through `read_files`, with their ETags: the inputs' identity. */
  readonly readFiles: readonly { readonly path: string; readonly etag: string }[];
  /** What was asked through `read_files`: the same question tells later whether files have come, gone or changed. */
  readonly readPaths: readonly { readonly path: string; readonly options: Readonly<Record<string, string>> }[];
  readonly written?: TableVersion & {
    readonly rows: number;
    readonly files: number;
    readonly bytes: number;
    readonly checks: readonly CheckOutcome[];
  };
}

export interface ScriptRequest {
  readonly source: SqlSource;
  readonly parameters: Readonly<Record<string, string>>;
  readonly profile: ComputeProfile;
  /** Current catalog and schema at the start, as the task's compute has them. */
  readonly catalog?: string;
  readonly schema?: string;
  /** Checks by `schema.table`, run on each staged result before its commit. */
  readonly checks: Readonly<Record<string, readonly TableCheck[]>>;
  /** Streaming tables begin anew, as in a full refresh of a pipeline; those that `pipelines.reset.allowed` keeps go on. Default: false. */
  readonly fullRefresh?: boolean;
}

export interface ScriptResult {
  readonly statements: readonly StatementOutcome[];
  /** The last query's rows, if the script ends with one. */
  readonly lastQuery?: QueryResult;
  readonly warnings: readonly Diagnostic[];
}

/** A commit of another engine, before it is there. */
export interface CheckCommitRequest {
  readonly table: TableName;
  /** The table's folder, `abfss://...`. */
  readonly location: string;
  /** That it would make. */
  readonly version: number;
  /** The commit's text, one action of JSON a line. */
  readonly actions: string;
  readonly checks: readonly TableCheck[];
}

export interface CheckedCommit {
  readonly outcomes: readonly CheckOutcome[];
  readonly warnings: readonly Diagnostic[];
}

export type ExportFormat = 'csv' | 'json' | 'parquet';

export interface ExportRequest extends Omit<ScriptRequest, 'checks'> {
  readonly format: ExportFormat;
  /** Absolute; written over where it exists. */
  readonly path: string;
  /** Default: every row. */
  readonly maxRows?: number;
}

export interface EngineOptions {
  readonly environment: AzureEnvironment;
  /** The project's state folder (`.medallion`): the ETag cache and staging live in it. */
  readonly stateFolder: string;
  readonly memoryLimitBytes?: number;
  readonly threads?: number;
  /** How the first statements will be read, where that is certain: the engine makes ready for it while it starts. */
  readonly firstProfile?: ComputeProfile;
  /** The child's entry file; default: the one next to the client. A bundle (the extension) passes its own. */
  readonly childEntry?: string;
  readonly logger?: Logger;
}

/**
 * The engine as its users see it: a child process that owns DuckDB and the dialect. `core/src/engine/client.ts` exports
 * `startEngine(options): Promise<Engine>`. The child may be killed at any time: a call in flight then rejects with
 * `engine.died`, nothing half-written is visible, and the next call starts a new child.
 */
export interface Engine extends AsyncDisposable {
  runScript(request: ScriptRequest, signal?: AbortSignal, report?: ReportProgress): Promise<ScriptResult>;
  query(
    request: Omit<ScriptRequest, 'checks'> & { readonly maxRows: number; readonly offset?: number },
    signal?: AbortSignal,
  ): Promise<QueryResult>;
  /** Rejects with `contract.violated` where the table would break its contract, with `contract.unsupported-check`. */
  checkCommit(request: CheckCommitRequest, signal?: AbortSignal): Promise<CheckedCommit>;
  /** A query's rows as a file, without holding them in memory. */
  exportQuery(request: ExportRequest, signal?: AbortSignal): Promise<{ readonly rows: number }>;
  /** Rows of a local Parquet, CSV, JSON or Avro file, or of one on the lake (`abfss://`), without the dialect. */
  previewFile(
    request: { readonly path: string; readonly maxRows: number; readonly offset?: number },
    signal?: AbortSignal,
  ): Promise<QueryResult>;
  /** Rows of the newest version of a Delta table that is in no catalog, by its folder (`abfss://`), without the dialect. */
  previewTable(
    request: { readonly path: string; readonly maxRows: number; readonly offset?: number },
    signal?: AbortSignal,
  ): Promise<QueryResult>;
  /** How many statements the child has executed on the lake since it started; tests assert on it. */
  statistics(): Promise<{
    readonly statements: number;
    readonly filesFetched: number;
    readonly bytesFetched: number;
    /** Files rewritten as Parquet before DuckDB read them. */
    readonly filesRewritten: number;
    /** Data files of tables that statements opened, and those that partition values or statistics ruled out. */
    readonly filesScanned: number;
    readonly filesSkipped: number;
    /** Temporary views whose rows were computed once for several statements. */
    readonly viewsKept: number;
    /** Their columns that few rows were asked for, and that were read from the table again for those. */
    readonly columnsReadLate: number;
    /** Results that were held in the database before they were written, and so twice. */
    readonly resultsHeld: number;
    /** Queries that the rules of contracts took. */
    readonly checkQueries: number;
  }>;
}
