import { setImmediate } from 'node:timers/promises';
import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { globalSchema } from '@medallion/core/engine/child/temporary-names.ts';
import type { Shown } from '@medallion/core/engine/child/catalog/shown.ts';
import type { CatalogHost } from '@medallion/core/engine/child/catalog/host.ts';
import { runCatalogCommand } from '@medallion/core/engine/child/catalog/index.ts';
import { describedColumn } from '@medallion/core/engine/child/statements/described-columns.ts';
import type { ProgramHost } from '@medallion/core/engine/child/program/host.ts';
import { isProgramStatement, runProgramStatement } from '@medallion/core/engine/child/program/index.ts';
import { Program, ProgramNames } from '@medallion/core/engine/child/program/program.ts';
import { settled, withFunctions } from '@medallion/core/engine/child/program/settle.ts';
import { listedViews } from '@medallion/core/engine/child/statements/show-views.ts';
import type { ViewHost } from '@medallion/core/engine/child/relations/view-query.ts';
import { registerNativeFunctions } from '@medallion/core/engine/child/native-functions.ts';
import { tableKey } from '@medallion/core/lake/names.ts';
import type { FunctionDefinition } from '@medallion/core/lake/stored-function.ts';
import type {
  CompiledQuery,
  CompiledStatement,
  ComputeProfile,
  Dialect,
  TableReference,
} from '@medallion/core/sql/contract.ts';
import { BASE_TABLES } from './base-tables.ts';
import { Binder } from './binder.ts';
import { catalogHost } from './catalog-host.ts';
import { answerOf, type DescribedColumn, describedAnswer } from './described-tables.ts';
import { CATALOG, ScratchCatalog } from './scratch-catalog.ts';
import { notRun, unknownTable } from './session-errors.ts';
import { change, storeTable } from './table-changes.ts';
import { withoutFormat } from './table-format.ts';
import { targetsIn } from './targets.ts';

/** A result with DuckDB's values and Spark's names and types. */
export interface Answer {
  readonly columns: readonly { readonly name: string; readonly typeText: string }[];
  readonly rows: readonly (readonly DuckDBValue[])[];
}

/** The dialect on a DuckDB of its own, with a scratch catalog in the place of a lake: what a file creates lives as long as its session. */
export class GoldenSession implements AsyncDisposable {
  readonly #dialect: Dialect;
  readonly #connection: DuckDBConnection;
  readonly #catalog = new ScratchCatalog();
  readonly #binder: Binder;
  readonly #program = new Program();
  /** The catalog's functions, by `tableKey`. */
  readonly #functions = new Map<string, FunctionDefinition>();
  #profile: ComputeProfile | undefined;
  /** The format that the statement's text names. */
  #provider: string | undefined;

  private constructor(dialect: Dialect, connection: DuckDBConnection, inMemory: boolean) {
    this.#dialect = dialect;
    this.#connection = connection;
    this.#binder = new Binder(connection, this.#catalog, () => this.#viewHost(), inMemory);
  }

  /** @param inMemory what is a table here is a view of VALUES to Spark, which computes such rows while it plans. */
  static async open(dialect: Dialect, { inMemory = false } = {}): Promise<GoldenSession> {
    const instance = await DuckDBInstance.create(':memory:', {
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      memory_limit: '1500MB',
      threads: '1',
    });
    const connection = await instance.connect();
    registerNativeFunctions(connection, dialect.functions);
    const session = new GoldenSession(dialect, connection, inMemory);
    for (const [name, select] of Object.entries(BASE_TABLES))
      await storeTable({ connection, catalog: session.#catalog }, `default.${name}`, select);
    return session;
  }

  /** Runs one statement. @throws ExpectedError for a refusal, DuckDB's error for what it raises. */
  async run(sql: string, profile: ComputeProfile): Promise<Answer | undefined> {
    if (this.#profile?.ansi !== profile.ansi || this.#profile.timeZone !== profile.timeZone) {
      for (const statement of this.#dialect.prelude(profile)) await this.#connection.run(statement);
      this.#profile = profile;
    }
    const host = this.#host(profile, () => Promise.reject(new Error('a statement of no program')));
    const names = new ProgramNames(this.#program, host.home(), new Map(), host.views());
    const { sql: text, provider } = withoutFormat(sql);
    this.#provider = provider;
    const source = { text, file: 'golden.sql' };
    const compiled = await withFunctions(host, names, () => this.#dialect.compile(source, new Map(), profile, names));
    if (!compiled.ok) {
      const [first] = compiled.diagnostics;
      if (!first) throw new Error('refused without a diagnostic');
      throw new ExpectedError({ nextStep: '', ...first, diagnostics: compiled.diagnostics });
    }
    let answer: Answer | undefined;
    for (const statement of compiled.statements) answer = await this.#execute(statement, profile);
    return answer;
  }

  async #execute(late: CompiledStatement, profile: ComputeProfile): Promise<Answer | undefined> {
    let answer: Answer | undefined;
    const host = this.#host(profile, async (inner) => {
      const shown = await this.#execute(inner, profile);
      answer = shown ?? answer;
    });
    const statement = late.kind === 'late' ? await settled(host, late) : late;
    if (statement.kind === 'query') return await this.#read(statement.query);
    if (statement.kind === 'catalog') {
      const shown = await runCatalogCommand(this.#catalogHost(host), statement.command);
      return shown && answerOf(shown);
    }
    if (statement.kind === 'describeQuery') {
      return describedAnswer((await this.#binder.bind(statement.query)).columns.map(describedColumn));
    }
    if (statement.kind === 'showViews') return answerOf(this.#views(statement));
    if (statement.kind === 'showColumns') {
      const rows = (await this.#columns(statement.target)).map(({ name }) => [name]);
      return { columns: [{ name: 'col_name', typeText: 'string' }], rows };
    }
    if (isProgramStatement(statement)) await runProgramStatement(host, statement);
    else
      await change(
        {
          connection: this.#connection,
          catalog: this.#catalog,
          binder: this.#binder,
          program: this.#program,
          provider: this.#provider,
        },
        statement,
      );
    return answer;
  }

  /** The product's own programs, over this session's tables and its own catalog of functions. */
  #host(profile: ComputeProfile, execute: ProgramHost['execute']): ProgramHost {
    return {
      program: this.#program,
      dialect: this.#dialect,
      profile,
      home: () => ({ catalog: CATALOG, schema: this.#catalog.schema }),
      views: () => [...this.#catalog.views.keys()].filter((name) => !name.includes('.')),
      ready: (query) => this.#binder.bind(query),
      run: async (sql) => {
        await this.#connection.run(sql);
      },
      value: async (sql) => (await this.#connection.runAndReadAll(sql)).getRows()[0]?.[0],
      execute,
      pause: async () => {
        await setImmediate();
      },
      findFunction: this.#findFunction,
      createFunction: async (name, definition) => {
        this.#catalog.key(name);
        this.#functions.set(tableKey(name), definition);
      },
      replaceFunction: async (name, definition) => {
        this.#functions.set(tableKey(name), definition);
      },
      dropFunction: async (name) => {
        this.#functions.delete(tableKey(name));
      },
    };
  }

  readonly #findFunction: ProgramHost['findFunction'] = (name) => Promise.resolve(this.#functions.get(tableKey(name)));

  #viewHost(): ViewHost {
    if (!this.#profile) throw new Error('a view is read by a statement');
    return { dialect: this.#dialect, profile: this.#profile, findFunction: this.#findFunction };
  }

  async #read(query: CompiledQuery): Promise<Answer> {
    const { sql, columns } = await this.#binder.planned(query);
    const reader = await this.#connection.runAndReadAll(sql);
    return { columns, rows: reader.getRows() };
  }

  #catalogHost(host: ProgramHost): CatalogHost {
    const routine = async (name: readonly string[]): Promise<FunctionDefinition | undefined> => {
      const [table = '', schema = this.#catalog.schema, catalog = CATALOG] = name.toReversed();
      const own = name.length === 1 ? host.program.functions.get(table.toLowerCase())?.definition : undefined;
      return own ?? (await host.findFunction({ catalog, schema, table }));
    };
    return catalogHost({ catalog: this.#catalog, binder: this.#binder, routine });
  }

  #views({ schema, pattern }: Extract<CompiledStatement, { kind: 'showViews' }>): Shown {
    if (this.#catalog.anyUnknown) throw notRun('SHOW VIEWS where a statement that changes some is refused');
    const global = schema?.toLowerCase() === globalSchema;
    const place = (schema ?? this.#catalog.schema).toLowerCase();
    if (!global) this.#catalog.namespace(place);
    const all = [...this.#catalog.views.values()];
    const permanent = all
      .filter(({ kind, key }) => !global && kind === 'permanent' && key.startsWith(`${place}.`))
      .map(({ key }) => ({ namespace: place, name: key.slice(place.length + 1) }));
    const temporary = all.filter(({ kind }) => kind === 'temporary').map(({ key }) => key);
    return listedViews(permanent, temporary, { global, pattern });
  }

  async #columns(reference: TableReference): Promise<readonly DescribedColumn[]> {
    const { described, tables } = this.#catalog;
    if (this.#catalog.isUnknown(reference)) throw notRun('SHOW COLUMNS of a table that was changed');
    const view = this.#catalog.temporaryView(reference);
    if (view) return (await this.#binder.view(view)).columns;
    const key = this.#catalog.key(reference);
    const kept = described.of(key);
    if (kept) return kept.columns;
    throw tables.has(key) ? notRun('SHOW COLUMNS of such a table') : unknownTable(key);
  }

  /** Spark runs a statement that is refused here: what it names as its target can no longer be read. */
  distrust(sql: string): void {
    const what = /^\s*(?:insert|update|delete|merge)\b/i.test(sql) ? 'rows' : 'all';
    for (const name of targetsIn(sql)) {
      this.#catalog.distrust(name, what);
      this.#program.functions.delete(name);
      this.#program.drop([name]);
      for (const key of this.#functions.keys()) if (key.endsWith(`.${name}`)) this.#functions.delete(key);
    }
    this.#program.catalogFunctions.clear();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#connection.closeSync();
    return Promise.resolve();
  }
}
