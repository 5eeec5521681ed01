import { join } from 'node:path';
import { createDatabricksClient, databricksScope } from '../../azure/databricks.ts';
import { createCredential } from '../../azure/credential.ts';
import { createStorageClient } from '../../azure/storage.ts';
import { ExpectedError, expectedErrorToData } from '../../base/expected-error.ts';
import { createResolver } from '../../lake/resolver.ts';
import type { Dialect } from '../../sql/contract.ts';
import { dbfsFolder } from '../dbfs-files.ts';
import type { ChildConfiguration, EngineCallName, EngineCalls, FromChild, ToChild } from '../protocol.ts';
import { checkCommit } from './check-commit.ts';
import { ContentCache } from './content-cache.ts';
import type { EngineContext } from './context.ts';
import { newCounters } from './counters.ts';
import { Database } from './database.ts';
import { cancelled, explainDuckdbError } from './duckdb-error.ts';
import { previewFile, previewTable } from './preview.ts';
import { type CallOptions, runExport, runQuery, runScript } from './run-script.ts';
import { ScratchFolder } from './scratch-folder.ts';

type Handler<Name extends EngineCallName> = (
  context: EngineContext,
  request: EngineCalls[Name]['request'],
  options: CallOptions,
) => Promise<EngineCalls[Name]['response']>;

const handlers: { readonly [Name in EngineCallName]: Handler<Name> } = {
  runScript,
  query: runQuery,
  checkCommit,
  exportQuery: runExport,
  previewFile,
  previewTable,
  statistics: async ({ counters }) => ({ ...counters }),
};

/** Serves the parent's calls until it says stop or is gone. The process then ends by itself, for nothing holds it any more. */
export function serve(loadDialect: () => Promise<Dialect>): void {
  const calls = new Map<number, AbortController>();
  let context: Promise<EngineContext> | undefined;

  const call = async (id: number, name: EngineCallName, request: unknown): Promise<void> => {
    const abort = new AbortController();
    calls.set(id, abort);
    try {
      if (!context) throw new Error(`${name} was called before the engine was configured`);
      // The table's type ties request and handler together, which TypeScript cannot see through a computed name.
      const handler = handlers[name] as Handler<EngineCallName>;
      const report: CallOptions['report'] = (event) => send({ kind: 'progress', id, event });
      send({
        kind: 'response',
        id,
        value: await handler(await context, request as never, { signal: abort.signal, report }),
      });
    } catch (error) {
      send(failure(id, abort.signal.aborted ? cancelled() : error));
    } finally {
      calls.delete(id);
    }
  };

  const stop = async (): Promise<void> => {
    for (const abort of calls.values()) abort.abort();
    const opened = await context?.catch(() => undefined);
    await opened?.scratch[Symbol.asyncDispose]();
    if (process.connected) process.disconnect();
    process.exitCode = 0;
  };

  process.on('message', (message: ToChild) => {
    switch (message.kind) {
      case 'configure':
        context = openContext(message.configuration, loadDialect);
        context.then(
          () => send({ kind: 'ready' }),
          (error: unknown) => send(failure(0, error)),
        );
        return;
      case 'call':
        void call(message.id, message.name, message.request);
        return;
      case 'cancel':
        calls.get(message.id)?.abort();
        return;
      case 'stop':
        void stop();
        return;
    }
  });
  // The parent is gone: work for nobody is given up, and a statement in DuckDB does not hold the process.
  process.once('disconnect', () => void stop().finally(() => process.kill(process.pid, 'SIGTERM')));
}

async function openContext(
  configuration: ChildConfiguration,
  loadDialect: () => Promise<Dialect>,
): Promise<EngineContext> {
  const { environment, stateFolder, memoryLimitBytes, threads } = configuration;
  const scratch = new ScratchFolder(join(stateFolder, 'staging'), process.pid);
  await scratch.removeLeftovers();
  const credential = createCredential(environment);
  const storage = createStorageClient(environment, credential);
  const counters = newCounters();
  const dialect = await loadDialect();
  const database = new Database({ memoryLimitBytes, threads, spillFolder: scratch.path });
  if (configuration.firstProfile) {
    database.startAhead(dialect, configuration.firstProfile);
    // While DuckDB reads hundreds of macros. A name is looked up with it; who may not sign in hears of it then.
    credential.getToken(databricksScope).catch(() => undefined);
  }
  return {
    environment,
    storage,
    counters,
    scratch,
    dbfs: dbfsFolder(stateFolder),
    knownConstants: new Set(),
    inferredSchemas: new Map(),
    resolver: createResolver(createDatabricksClient(environment, credential)),
    dialect,
    database,
    cache: new ContentCache(join(stateFolder, 'cache'), storage, counters),
  };
}

function send(message: FromChild): void {
  // A parent that went away in between is noticed by 'disconnect'.
  if (process.connected) process.send?.(message);
}

/** What the parent is told; a bug comes with its stack. A full disk may also surface outside DuckDB. */
function failure(id: number, error: unknown): FromChild {
  const explained = explainDuckdbError(error, { memoryLimitBytes: 0 });
  if (explained instanceof ExpectedError) return { kind: 'expectedError', id, error: expectedErrorToData(explained) };
  const bug = explained instanceof Error ? explained : new Error(String(explained));
  return { kind: 'bug', id, message: bug.message, stack: bug.stack ?? '' };
}
