import type { DuckDBConnection, DuckDBResultReader } from '@duckdb/node-api';
import { quoteIdentifier, quoteLiteral } from '../../delta/duckdb-types.ts';
import type { ComputeProfile, RelationColumn } from '../../sql/contract.ts';
import { groupsVariable } from '../../sql/rules/session.ts';
import { cancelled } from './duckdb-error.ts';
import type { Prelude } from './prelude-catalog.ts';
import type { AnswersVary } from './varying-answers.ts';

export interface SessionOptions {
  /** What DuckDB threw, as an ExpectedError where it is one. */
  readonly explain: (error: unknown) => unknown;
  readonly prelude: Prelude;
  readonly signal?: AbortSignal | undefined;
}

/**
 * One DuckDB connection with an in-memory database of its own, for one script or query. Every method rejects with ExpectedErrors:
 * `engine.cancelled` once the signal has fired, else as `duckdb-error.ts` maps them.
 */
export class Session implements AsyncDisposable {
  readonly connection: DuckDBConnection;
  readonly name: string;
  readonly signal: AbortSignal | undefined;
  /** Of a text for this session, its macros included. */
  readonly answersVary: AnswersVary;
  readonly #explain: (error: unknown) => unknown;
  readonly #interrupt: () => void;
  readonly #prelude: Prelude;
  #scopes = 0;
  #groups: (() => Promise<readonly string[]>) | undefined;

  constructor(connection: DuckDBConnection, name: string, options: SessionOptions) {
    this.connection = connection;
    this.name = name;
    this.#explain = options.explain;
    this.#prelude = options.prelude;
    this.answersVary = options.prelude.answersVary;
    this.signal = options.signal;
    this.#interrupt = () => connection.interrupt();
    this.signal?.addEventListener('abort', this.#interrupt);
  }

  async prepare(profile: ComputeProfile): Promise<void> {
    await this.run(`ATTACH ':memory:' AS ${this.name}`);
    await this.#lookIn(`${this.name}.main`);
    await this.run(`SET TimeZone = ${quoteLiteral(profile.timeZone)}`);
    for (const setting of this.#prelude.settings) await this.run(setting);
  }

  /** How to find the groups of whoever is signed in: asked for once a text needs them (`sql/rules/session.ts`). */
  askGroups(groups: () => Promise<readonly string[]>): void {
    this.#groups = groups;
  }

  async #provide(sql: string): Promise<void> {
    const groups = this.#groups;
    if (!groups || !sql.includes(groupsVariable)) return;
    this.#groups = undefined;
    const names = (await groups()).map(quoteLiteral).join(', ');
    await this.connection.run(`SET VARIABLE ${groupsVariable} = CAST([${names}] AS VARCHAR[])`);
  }

  /** A schema in which the placeholders of one statement live; later statements use the same placeholder names for other things. */
  async createScope(): Promise<string> {
    const scope = `scope_${++this.#scopes}`;
    await this.run(`CREATE SCHEMA ${this.name}.${scope}`);
    return scope;
  }

  /** Unqualified names of what follows are looked up in the scope first. */
  async enter(scope: string): Promise<void> {
    await this.#lookIn(`${this.name}.${scope},${this.name}.main`);
  }

  async #lookIn(schemas: string): Promise<void> {
    await this.run(`SET search_path = '${schemas},${this.#prelude.catalog}.main'`);
  }

  /** A name inside a scope, quoted, valid from everywhere in this session. */
  qualified(scope: string, name: string): string {
    return `${this.name}.${scope}.${quoteIdentifier(name)}`;
  }

  async run(sql: string): Promise<void> {
    await this.#provide(sql);
    await this.#guard(() => this.connection.run(sql));
  }

  /** All rows, for small results. */
  async read(sql: string): Promise<DuckDBResultReader> {
    await this.#provide(sql);
    return await this.#guard(() => this.connection.runAndReadAll(sql));
  }

  /** The columns of a table or view. */
  async describe(qualifiedName: string): Promise<readonly RelationColumn[]> {
    const answer = await this.read(`SELECT column_name, column_type FROM (DESCRIBE ${qualifiedName})`);
    return answer.getRows().map(([name, type]) => ({ name: String(name), duckdbType: String(type) }));
  }

  /** At least `rows` rows where there are as many, without computing the rest. */
  async readUntil(sql: string, rows: number): Promise<DuckDBResultReader> {
    await this.#provide(sql);
    return await this.#guard(() => this.connection.streamAndReadUntil(sql, rows));
  }

  /** Runs other work on the connection, such as an appender's, under the same rules for errors and cancellation. */
  async use<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    return await this.#guard(() => work(this.connection));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.signal?.removeEventListener('abort', this.#interrupt);
    try {
      await this.connection.run('USE memory');
      await this.connection.run(`DETACH ${this.name}`);
    } catch (error) {
      // An invalidated instance cannot detach; it is discarded as a whole. Anything else is a bug that must be seen.
      const explained = this.#explain(error);
      if (!(explained instanceof Error && 'code' in explained && explained.code === 'engine.internal')) throw explained;
    } finally {
      this.connection.closeSync();
    }
  }

  async #guard<T>(work: () => Promise<T>): Promise<T> {
    if (this.signal?.aborted) throw cancelled();
    try {
      return await work();
    } catch (error) {
      // An interrupt may surface as whatever the interrupted operator made of it.
      throw this.signal?.aborted ? cancelled() : this.#explain(error);
    }
  }
}
