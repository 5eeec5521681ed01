import { createDatabricksClient } from '../azure/databricks.ts';
import type { AzureEnvironment } from '../azure/environment.ts';
import { createStorageClient } from '../azure/storage.ts';
import { catalogContents } from '../lake/catalog-contents.ts';
import { createResolver } from '../lake/resolver.ts';
import { ExpectedError } from '../base/expected-error.ts';
import { type BridgeOperations, openBridge } from './bridge.ts';
import { endOperations, outcomeOf, type ProgramEnd } from './program-end.ts';
import { inspectPython, requireSpark, sparkPackages } from './inspect-python.ts';
import { lakeOperations, reportColumns } from './lake-names.ts';
import { findPython } from './find-python.ts';
import type { PipelineProgram } from './pipeline-program.ts';
import { type PythonEnd, runPython } from './python-process.ts';
import { sessionFolders } from './session-folders.ts';
import { secretOperations } from './secrets.ts';
import { sparkSettings } from './spark-settings.ts';
import { type TableRead, type TableWritten, TableLedger } from './table-ledger.ts';
import { type TaskValuePort, taskValueOperations } from './task-values.ts';

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
  readonly values: TaskValuePort;
  /** What this program alone may ask beside the catalog. */
  readonly operations?: BridgeOperations;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface ProgramOutcome {
  readonly reads: readonly TableRead[];
  readonly written: readonly TableWritten[];
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
  const end: ProgramEnd = {};
  await using bridge = await openBridge({
    ...lakeOperations({ resolver, databricks, storage, ledger }),
    ...taskValueOperations(request.values),
    ...secretOperations(databricks),
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
  });
  const exit = await runPython({
    interpreter: facts.python.interpreter,
    request: { ...messageOf(request), session },
    variables: facts.python.environment === undefined ? {} : { VIRTUAL_ENV: facts.python.environment },
    log: request.log,
    signal,
  });
  signal.throwIfAborted();
  const defect = bridge.defect();
  if (defect) throw defect;
  const settled = await ledger.settle();
  await reportColumns({ resolver, storage, ledger });
  return { ...settled, ...ended(end, exit) };
}

function ended(end: ProgramEnd, exit: PythonEnd): Pick<ProgramOutcome, 'exitValue' | 'failure'> {
  try {
    return outcomeOf(end, exit);
  } catch (failure) {
    if (failure instanceof ExpectedError) return { failure };
    throw failure;
  }
}

function messageOf({ program, root, parameters, path, settings }: ProgramRequest): Record<string, unknown> {
  return { ...program, folder: root, parameters, path, mayInstall: settings.installPackages === true };
}
