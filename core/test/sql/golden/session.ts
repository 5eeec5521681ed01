import { setImmediate } from 'node:timers/promises';
import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import type { ProgramHost } from '@medallion/core/engine/child/program/host.ts';
import { isProgramStatement, runProgramStatement } from '@medallion/core/engine/child/program/index.ts';
import { Program, ProgramNames } from '@medallion/core/engine/child/program/program.ts';
import { settled, withFunctions } from '@medallion/core/engine/child/program/settle.ts';
import { withTypes } from '@medallion/core/engine/child/relations/bind.ts';
import { registerNativeFunctions } from '@medallion/core/engine/child/native-functions.ts';
import { tableKey } from '@medallion/core/lake/names.ts';
import type { FunctionDefinition } from '@medallion/core/lake/stored-function.ts';
import type {
  CompiledQuery,
  CompiledStatement,
  ComputeProfile,
  Dialect,
  RelationColumn,
  TableReference,
} from '@medallion/core/sql/contract.ts';
import { fromDuckdbType, quoteName, toStoredType } from '@medallion/core/sql/types/duckdb-type.ts';
import { type DescribedColumn, describedAnswer, DescribedTables } from './described-tables.ts';
import { sparkType, storedAs } from './table-types.ts';
import { targetsIn } from './targets.ts';

/** A result with DuckDB's values and Spark's names and types. */
export interface Answer {
  readonly columns: readonly { readonly name: string; readonly typeText: string }[];
  readonly rows: readonly (readonly DuckDBValue[])[];
}

const CATALOG = 'spark_catalog';

interface Bound {
  readonly sql: string;
  readonly columns: Answer['columns'];
  readonly scope: string;
}

/** What a name means; `types`: of a view. */
interface Selected {
  readonly select: string;
  readonly types?: Answer['columns'];
}

const BASE_TABLES: Readonly<Record<string, string>> = {
  testdata: 'SELECT CAST(i AS INTEGER) AS key, CAST(i AS VARCHAR) AS value FROM range(1, 101) AS t(i)',
  arraydata:
    'SELECT * FROM (VALUES ([1, 2, 3]::INTEGER[], [[1, 2, 3]]::INTEGER[][]), ([2, 3, 4], [[2, 3, 4]])) AS t(arraycol, nestedarraycol)',
  mapdata: `SELECT map_from_entries([row(k::INTEGER, chr(96 + k::INTEGER) || i) FOR k IN range(1, 7 - i)])::MAP(INTEGER, VARCHAR) AS mapcol FROM range(1, 6) AS t(i)`,
  aggtest: 'SELECT * FROM (VALUES (56::INTEGER, 7.8::FLOAT), (100, 99.097), (0, 0.09561), (42, 324.78)) AS t(a, b)',
};

function unknownTable(name: string): ExpectedError {
  return new ExpectedError({
    code: 'sql.unknown-table',
    message: `There is no table or view ${name}.`,
    nextStep: 'Create it first.',
  });
}

/** The dialect on a DuckDB of its own, with a scratch catalog in the place of a lake: what a file creates lives as long as its session. */
export class GoldenSession implements AsyncDisposable {
  readonly #dialect: Dialect;
  readonly #connection: DuckDBConnection;
  readonly #tables = new Map<string, string>();
  readonly #views = new Map<string, CompiledQuery>();
  /** What a statement would have changed that is refused here and that Spark runs: what it holds is not known from there on. */
  readonly #unknown = new Set<string>();
  readonly #schemas = new Set(['default']);
  readonly #program = new Program();
  /** The catalog's functions, by `tableKey`. */
  readonly #functions = new Map<string, FunctionDefinition>();
  readonly #catalog = new DescribedTables();
  #schema = 'default';
  #profile: ComputeProfile | undefined;
  #ids = 0;

  private constructor(dialect: Dialect, connection: DuckDBConnection) {
    this.#dialect = dialect;
    this.#connection = connection;
  }

  static async open(dialect: Dialect): Promise<GoldenSession> {
    const instance = await DuckDBInstance.create(':memory:', {
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      memory_limit: '1500MB',
      threads: '1',
    });
    const connection = await instance.connect();
    registerNativeFunctions(connection, dialect.functions);
    const session = new GoldenSession(dialect, connection);
    for (const [name, select] of Object.entries(BASE_TABLES)) await session.#store(`default.${name}`, select);
    return session;
  }

  /** Runs one statement. @throws ExpectedError for a refusal, DuckDB's error for what it raises. */
  async run(sql: string, profile: ComputeProfile): Promise<Answer | undefined> {
    if (this.#profile?.ansi !== profile.ansi || this.#profile.timeZone !== profile.timeZone) {
      for (const statement of this.#dialect.prelude(profile)) await this.#connection.run(statement);
      this.#profile = profile;
    }
    const host = this.#host(profile, () => Promise.reject(new Error('a statement of no program')));
    const names = new ProgramNames(this.#program, host.home());
    const source = { text: sql, file: 'golden.sql' };
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
    if (statement.kind === 'describe' && statement.what === 'columns')
      return describedAnswer(await this.#described(statement.target, true));
    if (statement.kind === 'describeQuery') {
      if (this.#catalog.commented) throw notRun('DESCRIBE QUERY where columns have comments');
      return describedAnswer((await this.#bind(statement.query)).columns);
    }
    if (statement.kind === 'showColumns') {
      const rows = (await this.#described(statement.target, false)).map(({ name }) => [name]);
      return { columns: [{ name: 'col_name', typeText: 'string' }], rows };
    }
    if (isProgramStatement(statement)) await runProgramStatement(host, statement);
    else await this.#change(statement);
    return answer;
  }

  /** The product's own programs, over this session's tables and its own catalog of functions. */
  #host(profile: ComputeProfile, execute: ProgramHost['execute']): ProgramHost {
    return {
      program: this.#program,
      dialect: this.#dialect,
      profile,
      home: () => ({ catalog: CATALOG, schema: this.#schema }),
      views: () => [...this.#views.keys()].filter((name) => !name.includes('.')),
      ready: (query) => this.#bind(query),
      run: async (sql) => {
        await this.#connection.run(sql);
      },
      value: async (sql) => (await this.#connection.runAndReadAll(sql)).getRows()[0]?.[0],
      execute,
      pause: async () => {
        await setImmediate();
      },
      findFunction: (name) => Promise.resolve(this.#functions.get(tableKey(name))),
      createFunction: async (name, definition) => {
        this.#key(name);
        this.#functions.set(tableKey(name), definition);
      },
      dropFunction: async (name) => {
        this.#functions.delete(tableKey(name));
      },
    };
  }

  async #change(statement: CompiledStatement): Promise<void> {
    const { kind } = statement;
    if (kind === 'createTemporaryView') await this.#createView(statement);
    else if (kind === 'createView') await this.#createPermanentView(statement);
    else if (kind === 'createTableAs') await this.#createTableAs(statement);
    else if (kind === 'createTable') await this.#createTable(statement);
    else if (kind === 'insert') await this.#insert(statement);
    else if (kind === 'dropTable') this.#drop(statement);
    else if (kind === 'dropSchema') this.#dropSchema(statement);
    else if (kind === 'alterTable') await this.#alter(statement);
    else if (kind === 'truncate') await this.#connection.run(`DELETE FROM main.${this.#table(statement.target)}`);
    else if (kind === 'useSchema') this.#use(statement);
    else if (kind === 'createSchema') this.#createSchema(statement);
    else if (kind === 'update' || kind === 'delete') this.#refuseChange(statement.target);
    else throw notRun(kind);
  }

  /** @throws ExpectedError as Spark does: its own tables in these files are of Parquet files, which take no UPDATE. */
  #refuseChange(target: TableReference): never {
    const key = this.#key(target);
    if (this.#unknown.has(target.table.toLowerCase())) throw notRun(`a change of ${target.table}, which is not known`);
    if (!this.#tables.has(key)) throw unknownTable(key);
    throw new ExpectedError({
      code: 'sql.table-operation',
      message: `[UNSUPPORTED_FEATURE.TABLE_OPERATION] The table ${key} takes no UPDATE and no DELETE.`,
      nextStep: 'Use a Delta table.',
    });
  }

  async #read(query: CompiledQuery): Promise<Answer> {
    const { sql, columns } = await this.#bind(query);
    const reader = await this.#connection.runAndReadAll(sql);
    return { columns, rows: reader.getRows() };
  }

  async #createView(statement: Extract<CompiledStatement, { kind: 'createTemporaryView' }>): Promise<void> {
    const key = statement.name.toLowerCase();
    if (this.#views.has(key) && !statement.orReplace) throw exists(statement.name);
    const { columns } = await this.#bind(statement.query);
    this.#views.set(key, withColumns(statement.query, columns));
    this.#unknown.delete(key);
  }

  async #createPermanentView(statement: Extract<CompiledStatement, { kind: 'createView' }>): Promise<void> {
    const key = this.#key(statement.target);
    if (this.#tables.has(key)) throw exists(key);
    if (this.#views.has(key) && statement.mode === 'create') throw exists(key);
    if (this.#views.has(key) && statement.mode === 'createIfNotExists') return;
    const ofSession = statement.query.relations.find(
      (one) => one.kind === 'table' && one.table.schema === undefined && this.#views.has(one.table.table.toLowerCase()),
    );
    if (ofSession) throw notRun('a view over a temporary view');
    const { columns } = await this.#bind(statement.query);
    this.#views.set(key, withColumns(statement.query, columns));
    this.#catalog.set(
      key,
      columns.map((column, at) => ({ ...statement.columns?.[at], ...column })),
    );
    this.#unknown.delete(statement.target.table.toLowerCase());
  }

  async #createTableAs(statement: Extract<CompiledStatement, { kind: 'createTableAs' }>): Promise<void> {
    const key = this.#key(statement.target);
    if (this.#taken(key, statement.mode)) return;
    const { sql, columns } = await this.#bind(statement.query);
    await this.#store(key, sql);
    this.#describe(key, columns, statement.partitionedBy);
    this.#unknown.delete(statement.target.table.toLowerCase());
  }

  async #createTable(statement: Extract<CompiledStatement, { kind: 'createTable' }>): Promise<void> {
    const key = this.#key(statement.target);
    if (this.#taken(key, statement.mode)) return;
    const columns = statement.columns.map(
      ({ name, typeText, nullable }) =>
        `${quoteName(name)} ${toStoredType(sparkType(typeText))}${nullable ? '' : ' NOT NULL'}`,
    );
    const table = `table_${++this.#ids}`;
    await this.#connection.run(`CREATE TABLE main.${table} (${columns.join(', ')})`);
    this.#tables.set(key, table);
    this.#describe(key, statement.columns, statement.partitionedBy);
    this.#unknown.delete(statement.target.table.toLowerCase());
  }

  async #insert(statement: Extract<CompiledStatement, { kind: 'insert' }>): Promise<void> {
    const table = this.#tables.get(this.#key(statement.target));
    if (table === undefined) throw unknownTable(statement.target.table);
    const { sql, columns } = await this.#bind(statement.query);
    if (statement.byName) throw notRun('INSERT ... BY NAME');
    const targets = await this.#columns(`main.${table}`);
    const named = statement.columns ?? targets.map(({ name }) => name);
    const stored = columns.map(({ typeText }, at) => {
      const target = targets.find(({ name }) => name.toLowerCase() === named[at]?.toLowerCase());
      return storedAs(`c${at}`, sparkType(typeText), target && fromDuckdbType(target.duckdbType));
    });
    if (stored.length !== named.length) throw arity(stored.length, named.length);
    const into = named.map(quoteName).join(', ');
    const aliases = columns.map((_, at) => `c${at}`).join(', ');
    if (statement.mode === 'overwrite') await this.#connection.run(`DELETE FROM main.${table}`);
    await this.#connection.run(
      `INSERT INTO main.${table} (${into}) SELECT ${stored.join(', ')} FROM (${sql}) AS s(${aliases})`,
    );
  }

  #drop(statement: Extract<CompiledStatement, { kind: 'dropTable' }>): void {
    const name = statement.target.table.toLowerCase();
    const key = this.#key(statement.target);
    const dropped =
      statement.object === 'TABLE'
        ? this.#tables.delete(key)
        : (statement.target.schema === undefined && this.#views.delete(name)) || this.#views.delete(key);
    if (!dropped && !statement.ifExists) throw unknownTable(key);
    if (!this.#tables.has(key) && !this.#views.has(key)) this.#catalog.drop(key);
    this.#unknown.delete(name);
  }

  #dropSchema({ schema: named, ifExists, cascade }: Extract<CompiledStatement, { kind: 'dropSchema' }>): void {
    const schema = named.toLowerCase();
    if (!this.#schemas.has(schema) && !ifExists) throw unknownTable(schema);
    const inside = [...this.#tables.keys(), ...this.#views.keys()].filter((key) => key.startsWith(`${schema}.`));
    if (inside.length > 0 && !cascade) throw exists(inside.join(', '));
    for (const key of inside) {
      this.#tables.delete(key);
      this.#views.delete(key);
      this.#catalog.drop(key);
    }
    this.#schemas.delete(schema);
  }

  async #alter({ target, change }: Extract<CompiledStatement, { kind: 'alterTable' }>): Promise<void> {
    const table = this.#table(target);
    await this.#catalog.alter(this.#connection, this.#key(target), table, change);
  }

  /** The table in DuckDB, where it holds what Spark's does. */
  #table(target: TableReference): string {
    const table = this.#tables.get(this.#key(target));
    if (table === undefined) throw unknownTable(target.table);
    return table;
  }

  /** Spark puts partition columns last, which the judge's tables do not. */
  #describe(key: string, columns: readonly DescribedColumn[], partitionedBy: readonly string[]): void {
    if (partitionedBy.length > 0) this.#catalog.drop(key);
    else this.#catalog.set(key, columns);
  }

  /** @param comments whether they show. */
  async #described(reference: TableReference, comments: boolean): Promise<readonly DescribedColumn[]> {
    if (this.#unknown.has(reference.table.toLowerCase())) throw notRun('DESCRIBE of a table that was changed');
    const view = reference.schema === undefined ? this.#views.get(reference.table.toLowerCase()) : undefined;
    const key = this.#key(reference);
    if (comments && (view ?? this.#views.get(key)) && this.#catalog.commented)
      throw notRun('DESCRIBE of a view where columns have comments');
    if (view) return (await this.#bind(view)).columns;
    const columns = this.#catalog.of(key);
    if (columns) return columns;
    throw this.#tables.has(key) ? notRun('DESCRIBE of such a table') : unknownTable(key);
  }

  #use({ catalog, schema }: Extract<CompiledStatement, { kind: 'useSchema' }>): void {
    if (catalog !== undefined && catalog.toLowerCase() !== CATALOG) throw unknownTable(`${catalog}.${schema}`);
    if (!this.#schemas.has(schema.toLowerCase())) throw unknownTable(schema);
    this.#schema = schema.toLowerCase();
  }

  #createSchema(statement: Extract<CompiledStatement, { kind: 'createSchema' }>): void {
    const schema = statement.schema.toLowerCase();
    if (this.#schemas.has(schema) && !statement.ifNotExists) throw exists(schema);
    this.#schemas.add(schema);
  }

  /** Spark runs a statement that is refused here: what it names as its target can no longer be read. */
  distrust(sql: string): void {
    for (const name of targetsIn(sql)) {
      this.#unknown.add(name);
      this.#program.functions.delete(name);
      this.#program.drop([name]);
      for (const key of this.#functions.keys()) if (key.endsWith(`.${name}`)) this.#functions.delete(key);
    }
    this.#program.catalogFunctions.clear();
  }

  /** A name with its schema. */
  #key({ catalog, schema, table }: Omit<TableReference, 'range'>): string {
    if (catalog !== undefined && catalog.toLowerCase() !== CATALOG) throw unknownTable(`${catalog}.${schema ?? ''}`);
    const place = schema?.toLowerCase() ?? this.#schema;
    if (!this.#schemas.has(place)) throw unknownTable(`${place}.${table}`);
    return `${place}.${table.toLowerCase()}`;
  }

  #taken(key: string, mode: 'create' | 'createOrReplace' | 'createIfNotExists'): boolean {
    if (!this.#tables.has(key)) return false;
    if (mode === 'create') throw exists(key);
    return mode === 'createIfNotExists';
  }

  async #store(key: string, select: string): Promise<void> {
    const table = `table_${++this.#ids}`;
    await this.#connection.run(`CREATE TABLE main.${table} AS ${select}`);
    this.#tables.set(key, table);
  }

  async #bind(query: CompiledQuery): Promise<Bound> {
    const columnsOf = new Map<string, readonly RelationColumn[]>();
    const scope = query.relations.length === 0 ? 'main' : `scope_${++this.#ids}`;
    if (scope !== 'main') await this.#connection.run(`CREATE SCHEMA ${scope}`);
    for (const relation of query.relations) {
      if (relation.kind !== 'table') throw notRun(relation.kind);
      const { select, types } = await this.#relation(relation.table);
      await this.#connection.run(`CREATE VIEW ${scope}."${relation.placeholder}" AS ${select}`);
      const described = await this.#columns(`${scope}."${relation.placeholder}"`);
      columnsOf.set(relation.placeholder, withTypes(described, types));
    }
    await this.#connection.run(`SET search_path = '${scope === 'main' ? '' : `${scope},`}main'`);
    const { duckdbSql, columns } = query.bind((placeholder) => columnsOf.get(placeholder) ?? []);
    return { sql: duckdbSql, columns, scope };
  }

  async #selectView(query: CompiledQuery): Promise<Selected> {
    const { sql, scope, columns } = await this.#bind(query);
    const name = `${scope}.view_${++this.#ids}`;
    await this.#connection.run(`CREATE VIEW ${name} AS ${sql}`);
    return { select: `SELECT * FROM ${name}`, types: columns };
  }

  async #columns(relation: string): Promise<RelationColumn[]> {
    const described = await this.#connection.runAndReadAll(
      `SELECT column_name, column_type FROM (DESCRIBE ${relation})`,
    );
    return described.getRows().map(([name, duckdbType]) => ({ name: String(name), duckdbType: String(duckdbType) }));
  }

  async #relation(reference: TableReference): Promise<Selected> {
    if (this.#unknown.has(reference.table.toLowerCase()))
      throw notRun(`a query of ${reference.table}: a statement that changes it is refused`);
    const view = reference.schema === undefined ? this.#views.get(reference.table.toLowerCase()) : undefined;
    if (view) return await this.#selectView(view);
    const key = this.#key(reference);
    const permanent = this.#views.get(key);
    if (permanent) return await this.#selectView(permanent);
    const table = this.#tables.get(key);
    if (table === undefined) throw unknownTable(key);
    return { select: `SELECT * FROM main.${table}` };
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#connection.closeSync();
    return Promise.resolve();
  }
}

/** A view has the columns that it was made with, whatever its tables become. */
function withColumns(query: CompiledQuery, columns: Answer['columns']): CompiledQuery {
  const made = columns.map(({ name, typeText }) => `${name}:${typeText}`.toLowerCase()).join();
  return {
    relations: query.relations,
    bind: (columnsOf) => {
      const bound = query.bind(columnsOf);
      const now = bound.columns.map(({ name, typeText }) => `${name}:${typeText}`.toLowerCase()).join();
      if (now !== made) throw notRun('a view whose tables have changed');
      return bound;
    },
  };
}

function notRun(what: string): ExpectedError {
  return new ExpectedError({
    code: 'sql.not-emulated',
    message: `The judge does not run ${what}.`,
    nextStep: 'Teach it in core/test/sql/golden/session.ts.',
  });
}

function arity(values: number, columns: number): ExpectedError {
  const which = values < columns ? 'NOT_ENOUGH_DATA_COLUMNS' : 'TOO_MANY_DATA_COLUMNS';
  return new ExpectedError({
    code: 'sql.type-mismatch',
    message: `[INSERT_COLUMN_ARITY_MISMATCH.${which}] ${values} values for ${columns} columns.`,
    nextStep: 'Give a value for each column.',
  });
}

function exists(name: string): ExpectedError {
  return new ExpectedError({ code: 'sql.table-exists', message: `${name} is there.`, nextStep: 'Drop it first.' });
}
