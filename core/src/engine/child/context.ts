import type { AzureEnvironment } from '../../azure/environment.ts';
import type { StorageClient } from '../../azure/storage.ts';
import type { ReportProgress } from '../../base/progress.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { DeltaField } from '../../delta/schema.ts';
import type { CachingResolver } from '../../lake/resolver.ts';
import type { CompiledQuery, CompiledStatement, ComputeProfile, Dialect, KeptColumns } from '../../sql/contract.ts';
import type { TableCheck } from '../contract.ts';
import type { ContentCache } from './content-cache.ts';
import type { Counters } from './counters.ts';
import type { Database } from './database.ts';
import type { Program } from './program/program.ts';
import type { KnownConstants } from './relations/constants.ts';
import type { KeptViews } from './relations/kept-views.ts';
import type { ScratchFolder } from './scratch-folder.ts';
import type { Session } from './session.ts';

/** What lives as long as the child. */
export interface EngineContext {
  readonly environment: AzureEnvironment;
  readonly storage: StorageClient;
  readonly resolver: CachingResolver;
  readonly dialect: Dialect;
  readonly database: Database;
  readonly cache: ContentCache;
  readonly counters: Counters;
  readonly scratch: ScratchFolder;
  /** The folder that stands for DBFS. */
  readonly dbfs: string;
  /** What of the queries' constants was computed. */
  readonly knownConstants: KnownConstants;
  /** The columns that files were found to have, by their versions and how they are read. */
  readonly inferredSchemas: Map<string, Promise<readonly DeltaField[]>>;
}

/** A temporary view means at its use what its names meant where it was made, whatever USE has said since. */
export interface TemporaryView {
  readonly query: CompiledQuery;
  /** The columns that it was made with. */
  readonly keeps: KeptColumns;
  /** The collation of the texts that it writes. */
  readonly collation?: string | undefined;
  readonly current: Readonly<Run['current']>;
  /** The keys of the temporary views that its text names: any other name in it is a table's, even the view's own. */
  readonly refersTo: ReadonlySet<string>;
}

/** What lives as long as one script or query. The current names and the temporary views change as its statements run. */
export interface Run {
  readonly context: EngineContext;
  readonly session: Session;
  readonly profile: ComputeProfile;
  readonly signal: AbortSignal | undefined;
  readonly report: ReportProgress;
  readonly current: { catalog: string | undefined; schema: string | undefined };
  /** Temporary views by their key (`temporary-names.ts`): as Spark's, they are evaluated anew wherever they are used. */
  readonly views: Map<string, TemporaryView>;
  /** What SET has said, keys and values in lower case. */
  readonly settings: Map<string, string>;
  /** The catalog's views that are being read, outermost first, by `tableKey`. */
  readonly within: readonly string[];
  /** Their rows, where they need not be computed again. */
  readonly keptViews: KeptViews;
  readonly checks: Readonly<Record<string, readonly TableCheck[]>>;
  /** Streaming tables take all that their sources hold, and none of what they took before. */
  readonly fullRefresh: boolean;
  readonly warnings: Diagnostic[];
  /** The session's functions and variables. */
  readonly program: Program;
  /** Runs a statement of a script, as one of the file's. */
  readonly execute: (statement: CompiledStatement) => Promise<void>;
}
