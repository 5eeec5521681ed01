import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import type {
  CompiledQuery,
  CompiledStatement,
  ComputeProfile,
  Dialect,
  LakeRelation,
} from '@medallion/core/sql/contract.ts';
import { registerNativeFunctions } from '@medallion/core/engine/child/native-functions.ts';
import { createDialect } from '@medallion/core/sql/dialect.ts';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';

export const ansi: ComputeProfile = { ansi: true, timeZone: 'Etc/UTC', decidedBy: 'test' };

/** A result with its values as DuckDB's VARCHAR shows them, and its columns as `name:type`. */
export interface Answer {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/** The dialect on a real DuckDB as the engine drives it, with tables of the test's own in the place of a lake. */
export class SparkSession implements AsyncDisposable {
  readonly #dialect: Dialect;
  readonly #connection: DuckDBConnection;
  readonly #tables = new Map<string, string>();
  readonly #views = new Map<string, CompiledQuery>();
  readonly #profile: ComputeProfile;
  #scopes = 0;

  private constructor(dialect: Dialect, connection: DuckDBConnection, profile: ComputeProfile) {
    this.#dialect = dialect;
    this.#connection = connection;
    this.#profile = profile;
  }

  static async open(profile: ComputeProfile = ansi): Promise<SparkSession> {
    const instance = await DuckDBInstance.create(':memory:', { autoinstall_known_extensions: 'false', threads: '1' });
    const connection = await instance.connect();
    const dialect = await createDialect();
    registerNativeFunctions(connection, dialect.functions);
    await connection.run(`SET TimeZone = '${profile.timeZone}'`);
    for (const statement of dialect.prelude(profile)) await connection.run(statement);
    return new SparkSession(dialect, connection, profile);
  }

  /** Makes `name` (as SQL says it: `bronze.orders`, or a read_files path) a table of these DuckDB rows. */
  async define(name: string, duckdbSelect: string): Promise<void> {
    const table = `lake_${this.#tables.size}`;
    await this.#connection.run(`CREATE TABLE main.${table} AS ${duckdbSelect}`);
    this.#tables.set(name.toLowerCase(), table);
  }

  /** Runs every statement; CREATE TABLE AS defines the table. @throws the first diagnostic as an ExpectedError. */
  async run(text: string, parameters: Readonly<Record<string, string>> = {}): Promise<Answer | undefined> {
    const compiled = this.#dialect.compile(
      { text, file: 'test.sql' },
      new Map(Object.entries(parameters)),
      this.#profile,
    );
    if (!compiled.ok) {
      const [first] = compiled.diagnostics;
      if (!first) throw new Error('refused without a diagnostic');
      throw new ExpectedError({ nextStep: '', ...first, diagnostics: compiled.diagnostics });
    }
    let answer: Answer | undefined;
    for (const statement of compiled.statements) answer = await this.#execute(statement);
    return answer;
  }

  async #execute(statement: CompiledStatement): Promise<Answer | undefined> {
    if (statement.kind === 'query') return await this.#read(statement.query);
    if (statement.kind === 'createTemporaryView') this.#views.set(statement.name.toLowerCase(), statement.query);
    else if (statement.kind === 'createTableAs') {
      const { sql } = await this.#bind(statement.query);
      const { schema = '', table } = statement.target;
      await this.define(schema === '' ? table : `${schema}.${table}`, sql);
    } else if (statement.kind !== 'useCatalog' && statement.kind !== 'useSchema')
      throw new Error(`the session does not run ${statement.kind}`);
    return undefined;
  }

  async #read(query: CompiledQuery): Promise<Answer> {
    const { sql, columns } = await this.#bind(query);
    const described = await this.#connection.runAndReadAll(`DESCRIBE ${sql}`);
    const names = described.getRows().map(([name]) => `"${String(name).replaceAll('"', '""')}"`);
    const aliases = names.map((_name, index) => `c${index}`);
    const reader = await this.#connection.runAndReadAll(
      `SELECT ${aliases.map((alias) => `CAST(${alias} AS VARCHAR)`).join(', ')} FROM (${sql}) AS t(${aliases.join(', ')})`,
    );
    return {
      columns: columns.map(({ name, typeText }) => `${name}:${typeText}`),
      rows: reader.getRows().map((row) => row.map((value) => (value === null ? null : String(value)))),
    };
  }

  async #bind(
    query: CompiledQuery,
  ): Promise<{ sql: string; scope: string; columns: readonly { name: string; typeText: string }[] }> {
    const scope = `scope_${++this.#scopes}`;
    await this.#connection.run(`CREATE SCHEMA ${scope}`);
    for (const relation of query.relations) await this.#bindRelation(scope, relation);
    await this.#connection.run(`SET search_path = '${scope},main'`);
    const columnsOf = new Map<string, { name: string; duckdbType: string }[]>();
    for (const { placeholder } of query.relations) {
      const answer = await this.#connection.runAndReadAll(
        `SELECT column_name, column_type FROM (DESCRIBE ${scope}."${placeholder}")`,
      );
      columnsOf.set(
        placeholder,
        answer.getRows().map(([name, duckdbType]) => ({ name: String(name), duckdbType: String(duckdbType) })),
      );
    }
    const bound = query.bind((placeholder) => columnsOf.get(placeholder) ?? []);
    return { sql: bound.duckdbSql, scope, columns: bound.columns };
  }

  async #bindRelation(scope: string, relation: LakeRelation): Promise<void> {
    if (relation.kind === 'local' || relation.kind === 'hubs') throw new Error('the session has tables and files only');
    const { schema = '', table } = relation.kind === 'table' ? relation.table : { table: relation.path };
    const name = (schema === '' ? table : `${schema}.${table}`).toLowerCase();
    const view = this.#views.get(name);
    if (view) {
      const { sql, scope: inner } = await this.#bind(view);
      await this.#connection.run(`CREATE VIEW ${inner}.__view AS ${sql}`);
      await this.#connection.run(`CREATE VIEW ${scope}."${relation.placeholder}" AS SELECT * FROM ${inner}.__view`);
      return;
    }
    const stored = this.#tables.get(name);
    if (stored === undefined) throw new Error(`the test defines no ${name}`);
    await this.#connection.run(`CREATE VIEW ${scope}."${relation.placeholder}" AS SELECT * FROM main.${stored}`);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#connection.closeSync();
    return Promise.resolve();
  }
}
