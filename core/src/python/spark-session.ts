import { join } from 'node:path';
import { createDatabricksClient } from '../azure/databricks.ts';
import type { AzureEnvironment } from '../azure/environment.ts';
import { createStorageClient } from '../azure/storage.ts';
import { catalogContents } from '../lake/catalog-contents.ts';
import { type CachingResolver, createResolver } from '../lake/resolver.ts';
import { type BridgeOperations, type BridgeRequest, openBridge } from './bridge.ts';
import { CommitChecks, type ContractChecks } from './commit-checks.ts';
import { findPython } from './find-python.ts';
import { inspectPython, requireSpark, sparkPackages } from './inspect-python.ts';
import { type LakeNames, lakeOperations } from './lake-names.ts';
import { endOperations, outcomeOf, type ProgramEnd } from './program-end.ts';
import { runPython } from './python-process.ts';
import { sessionFolders } from './session-folders.ts';
import { sparkSettings } from './spark-settings.ts';
import { TableLedger } from './table-ledger.ts';
import { WorkQueue } from './work-queue.ts';

export interface SparkSessionOptions {
  /** The project's root, absolute. */
  readonly root: string;
  readonly environment: AzureEnvironment;
  readonly stateFolder: string;
  /** `python` of medallion.yaml. */
  readonly settings: { readonly interpreter?: string };
  readonly ansi: boolean;
  /** Default: no table has a contract. */
  readonly contracts?: ContractChecks;
  /** Stands between the session and the catalog; default: the catalog itself. */
  readonly names?: (resolver: CachingResolver) => CachingResolver;
  readonly log: (line: string) => void;
}

/** A Spark session on the local lake that lives for several pieces of work. */
export interface SparkSession extends AsyncDisposable {
  readonly lake: LakeNames;
  /** True where every commit is asked for first. */
  readonly checked: boolean;
  /** One piece of work (`engine.py`). Rejects with `python.died`, and when the signal fires, which ends the session. */
  work(work: BridgeRequest, signal?: AbortSignal): Promise<BridgeRequest>;
}

/**
 * Starts it; `operations` answer what its work asks beside the catalog. Rejects with what `findPython` and `requireSpark` say.
 */
export async function startSparkSession(
  options: SparkSessionOptions,
  operations: (lake: LakeNames) => BridgeOperations,
): Promise<SparkSession> {
  const { root, environment, stateFolder, settings, ansi, contracts, names = unchanged, log } = options;
  const facts = await inspectPython(findPython({ root, ...settings }));
  requireSpark(facts);
  await using opening = new AsyncDisposableStack();
  const databricks = createDatabricksClient(environment);
  const storage = createStorageClient(environment);
  const resolver = names(createResolver(databricks));
  const checked = contracts !== undefined && CommitChecks.areNeeded(contracts);
  const lake: LakeNames = { resolver, databricks, storage, ledger: new TableLedger(storage) };
  const queue = new WorkQueue();
  const end: ProgramEnd = {};
  const bridge = opening.use(
    await openBridge({ ...lakeOperations(lake), ...queue.operations(), ...operations(lake), ...endOperations(end) }),
  );
  const folders = opening.use(await sessionFolders(stateFolder));
  const contents = await catalogContents(databricks);
  const session = sparkSettings({
    environment,
    contents,
    bridge,
    ...folders,
    packages: sparkPackages(facts),
    ansi,
    checked,
  });
  const stop = new AbortController();
  const { interpreter } = facts.python;
  const file = join(root, 'databricks.yml');
  const request = { kind: 'engine', file, folder: root, parameters: {}, path: [], session };
  const ended = runPython({ interpreter, request, variables: {}, log, signal: stop.signal }).then(
    (exit) => queue.fail(bridge.defect() ?? whyEnded(end, exit)),
    (error: unknown) => queue.fail(error instanceof Error ? error : new Error(String(error))),
  );
  opening.defer(async () => {
    queue.finish();
    // What it was given is done or has failed: nothing that it would write is on the way.
    stop.abort();
    await ended;
  });
  const opened = opening.move();
  return {
    lake,
    checked,
    async work(work, signal) {
      signal?.throwIfAborted();
      const cancel = (): void => stop.abort();
      signal?.addEventListener('abort', cancel, { once: true });
      try {
        return await queue.give(work);
      } finally {
        signal?.removeEventListener('abort', cancel);
      }
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

function unchanged(resolver: CachingResolver): CachingResolver {
  return resolver;
}

function whyEnded(end: ProgramEnd, exit: Parameters<typeof outcomeOf>[1]): Error {
  try {
    outcomeOf(end, exit);
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
  return new Error('The Spark session has ended.');
}
