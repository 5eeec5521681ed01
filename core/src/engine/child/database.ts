import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { ComputeProfile, Dialect } from '../../sql/contract.ts';
import { explainDuckdbError, invalidatesInstance } from './duckdb-error.ts';
import { registerNativeFunctions } from './native-functions.ts';
import { PreludeCatalogs } from './prelude-catalog.ts';
import { Session } from './session.ts';

export interface DatabaseOptions {
  /** Of the whole process. */
  readonly memoryLimitBytes: number;
  readonly threads: number;
  /** Where DuckDB spills what does not fit into memory. */
  readonly spillFolder: string;
}

interface Instance {
  readonly duckdb: DuckDBInstance;
  readonly preludes: PreludeCatalogs;
}

/** The one DuckDB instance of the child, replaced when DuckDB declares it invalid. Memory and threads are shared by all sessions. */
export class Database {
  readonly #options: DatabaseOptions;
  #instance: Promise<Instance> | undefined;
  #sessions = 0;

  constructor(options: DatabaseOptions) {
    this.#options = options;
  }

  /** A connection with a catalog of its own, so that scripts under different profiles share no macro and no view. */
  async open(dialect: Dialect, profile: ComputeProfile, signal?: AbortSignal): Promise<Session> {
    const { duckdb, preludes } = await (this.#instance ??= this.#create(dialect));
    const prelude = await preludes.of(dialect.prelude(profile));
    const connection = await duckdb.connect();
    const session = new Session(connection, `session_${++this.#sessions}`, {
      explain: (error) => this.#explain(duckdb, error),
      prelude,
      signal,
    });
    await session.prepare(profile);
    return session;
  }

  /** Makes ready for a profile; what goes wrong, `open` says, which tries again. */
  startAhead(dialect: Dialect, profile: ComputeProfile): void {
    const ready = (this.#instance ??= this.#create(dialect));
    ready.then(({ preludes }) => preludes.of(dialect.prelude(profile))).catch(() => undefined);
  }

  async #create(dialect: Dialect): Promise<Instance> {
    const { memoryLimitBytes, threads, spillFolder } = this.#options;
    await mkdir(spillFolder, { recursive: true });
    const instance = await DuckDBInstance.create(':memory:', {
      // Nothing is fetched from the network at run time: what DuckDB does not bring is not used.
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      memory_limit: `${databaseShare(memoryLimitBytes)}B`,
      threads: String(threads),
      temp_directory: join(spillFolder, 'duckdb'),
      // A thread holds so many rows of a partitioned table before it writes them: a row group's, where DuckDB would hold four times as many.
      partitioned_write_flush_threshold: '122880',
    });
    const connection = await instance.connect();
    registerNativeFunctions(connection, dialect.functions);
    connection.closeSync();
    return { duckdb: instance, preludes: new PreludeCatalogs(instance) };
  }

  #explain(instance: DuckDBInstance, error: unknown): unknown {
    const explained = explainDuckdbError(error, this.#options);
    if (invalidatesInstance(explained)) void this.#discard(instance);
    return explained;
  }

  async #discard(instance: DuckDBInstance): Promise<void> {
    if ((await this.#instance)?.duckdb === instance) this.#instance = undefined;
  }
}

/** What the runtime, its libraries and the files at hand take is no part of what DuckDB counts: up to 1.1 GB beside ten million rows. */
const besideTheDatabase = 1.1e9;

function databaseShare(memoryLimitBytes: number): number {
  return Math.round(Math.max(memoryLimitBytes * 0.45, memoryLimitBytes - besideTheDatabase));
}
