import { createDatabricksClient } from '../azure/databricks.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import { ExpectedError } from '../base/expected-error.ts';
import type { AzureEnvironment } from '../azure/environment.ts';
import { createStorageClient } from '../azure/storage.ts';
import { catalogContents } from '../lake/catalog-contents.ts';
import { createResolver } from '../lake/resolver.ts';
import { type BridgeOperations, openBridge } from './bridge.ts';
import { type CheckRecord, CommitChecks, type ContractChecks } from './commit-checks.ts';
import { endOperations, outcomeOf, type ProgramEnd } from './program-end.ts';
import { inspectPython, requireSpark, sparkPackages } from './inspect-python.ts';
import { lakeOperations, reportColumns } from './lake-names.ts';
import { findPython } from './find-python.ts';
import { metricOperations } from './metrics.ts';
import type { PipelineProgram } from './pipeline-program.ts';
import { type PythonEnd, runPython } from './python-process.ts';
import { sessionFolders } from './session-folders.ts';
import { secretOperations } from './secrets.ts';
import { sparkSettings } from './spark-settings.ts';
import { type TableRead, type TableWritten, TableLedger } from './table-ledger.ts';
import { type TaskValuePort, taskValueOperations } from './task-values.ts';
import { workspaceSignIn } from './workspace-sign-in.ts';

/** What is run; files are absolute. */
export type Program =
  | { readonly kind: 'notebook'; readonly file: string }
  | { readonly kind: 'script'; readonly file: string; readonly arguments: readonly string[] }
  | {
      readonly kind: 'wheel';
      /** A file in the folder that relative paths of the program start from. */
      readonly file: string;
      readonly package: string;
      readonly entryPoint: string;
      readonly arguments: readonly string[];
    }
  | PipelineProgram;

export interface ProgramRequest {
  readonly program: Program;
  /** The project's root, absolute. */
  readonly root: string;
  readonly environment: AzureEnvironment;
  /** Absolute. */
  readonly stateFolder: string;
  /** `python` of medallion.yaml. */
  readonly settings: { readonly interpreter?: string; readonly installPackages?: boolean };
  /** Widgets' values. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Folders to import from, absolute, beside the file's own. */
  readonly path: readonly string[];
  readonly ansi: boolean;
  /** Default: no table has a contract. */
  readonly contracts?: ContractChecks;
  /** Where the bundle's files lie in the workspace (`/Workspace/...`), and the folder that they are here, absolute. */
  readonly workspace?: { readonly path: string; readonly folder: string };
  readonly values: TaskValuePort;
  /** What this program alone may ask beside the catalog. */
  readonly operations?: BridgeOperations;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface ProgramOutcome {
  readonly reads: readonly TableRead[];
  readonly written: readonly TableWritten[];
  /** Of the tables that have contracts. */
  readonly checks: readonly CheckRecord[];
  readonly warnings: readonly Diagnostic[];
  /** What it logged by MLflow's calls. */
  readonly metrics: Readonly<Record<string, number>>;
  /** What a notebook ended with (`dbutils.notebook.exit`). */
  readonly exitValue?: string;
  /**
   * Why it failed, where it did: `python.task-failed` (the program's own error, with its place), `python.died`, or what the
   * runtime refused. What it had committed until then is in `reads` and `written`.
   */
  readonly failure?: ExpectedError;
}

/**
 * Runs a Python program of the project, as it is, in the project's own Python with a Spark session on the local lake. Rejects with
 * what `findPython` and `requireSpark` say, and with any error once the signal has fired. Nothing of it runs any more when it has
 * settled.
 */
export async function runProgram(request: ProgramRequest): Promise<ProgramOutcome> {
  const { environment, stateFolder, signal } = request;
  const facts = await inspectPython(findPython({ root: request.root, ...request.settings }));
  requireSpark(facts);
  const databricks = createDatabricksClient(environment);
  const storage = createStorageClient(environment);
  const resolver = createResolver(databricks);
  const ledger = new TableLedger(storage);
  const { contracts } = request;
  const checked = contracts !== undefined && CommitChecks.areNeeded(contracts);
  const commits = checked ? new CommitChecks(contracts, signal) : undefined;
  const end: ProgramEnd = {};
  const metrics = new Map<string, number>();
  await using bridge = await openBridge({
    ...lakeOperations({ resolver, databricks, storage, ledger, commits }),
    ...taskValueOperations(request.values),
    ...secretOperations(databricks),
    ...metricOperations(metrics),
    ...request.operations,
    ...endOperations(end),
  });
  await using folders = await sessionFolders(stateFolder);
  const session = sparkSettings({
    environment,
    contents: await catalogContents(databricks),
    bridge,
    ...folders,
    packages: sparkPackages(facts),
    ansi: request.ansi,
    checked,
  });
  const exit = await runPython({
    interpreter: facts.python.interpreter,
    request: { ...messageOf(request), session, workspaceClient: workspaceSignIn(environment) },
    variables: facts.python.environment === undefined ? {} : { VIRTUAL_ENV: facts.python.environment },
    log: request.log,
    signal,
  });
  signal.throwIfAborted();
  const defect = bridge.defect();
  if (defect) throw defect;
  const settled = await ledger.settle();
  await reportColumns({ resolver, storage, ledger });
  const checks = { checks: commits?.outcomes() ?? [], warnings: commits?.warnings() ?? [] };
  return { ...settled, ...checks, metrics: Object.fromEntries(metrics), ...ended(end, exit, commits) };
}

function ended(
  end: ProgramEnd,
  exit: PythonEnd,
  commits: CommitChecks | undefined,
): Pick<ProgramOutcome, 'exitValue' | 'failure'> {
  try {
    return outcomeOf(end, exit);
  } catch (failure) {
    if (failure instanceof ExpectedError) return { failure: commits?.explain(failure) ?? failure };
    throw failure;
  }
}

function messageOf({ program, root, parameters, path, settings, workspace }: ProgramRequest): Record<string, unknown> {
  const mayInstall = settings.installPackages === true;
  return { ...program, folder: root, parameters, path, mayInstall, ...(workspace ? { workspace } : {}) };
}
