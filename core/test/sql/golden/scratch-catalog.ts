import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import type { CompiledQuery, CompiledStatement, TableReference } from '@medallion/core/sql/contract.ts';
import { DescribedTables } from './described-tables.ts';
import { exists, notRun, unknownTable } from './session-errors.ts';

type Statement<K extends CompiledStatement['kind']> = Extract<CompiledStatement, { kind: K }>;

export const CATALOG = 'spark_catalog';

/** What is kept of a schema. */
export interface Namespace {
  readonly comment?: string;
  readonly location?: string;
  readonly properties: ReadonlyMap<string, string>;
}

/** What names mean in a judge's session: its schemas, tables and views, which live as long as it does. Names in lower case. */
export class ScratchCatalog {
  /** DuckDB's name of a table, by `schema.table`. */
  readonly tables = new Map<string, string>();
  /** Temporary views by their name, the catalog's by `schema.view`. */
  readonly views = new Map<string, CompiledQuery>();
  readonly described = new DescribedTables();
  /** What a statement would have changed that is refused here and that Spark runs: what it holds is not known from there on. */
  readonly #unknown = new Set<string>();
  readonly #schemas = new Map<string, Namespace>([['default', { properties: new Map(), comment: 'default database' }]]);
  #schema = 'default';
  #ids = 0;

  get schema(): string {
    return this.#schema;
  }

  /** A name for a table in DuckDB. */
  newTable(): string {
    return `table_${++this.#ids}`;
  }

  /** A name with its schema. @throws ExpectedError for a schema that is not there. */
  key({ catalog, schema, table }: Omit<TableReference, 'range'>): string {
    if (catalog !== undefined && catalog.toLowerCase() !== CATALOG) throw unknownTable(`${catalog}.${schema ?? ''}`);
    const place = schema?.toLowerCase() ?? this.#schema;
    if (!this.#schemas.has(place)) throw unknownTable(`${place}.${table}`);
    return `${place}.${table.toLowerCase()}`;
  }

  /** The table in DuckDB, where it holds what Spark's does. */
  table(target: TableReference): string {
    const table = this.tables.get(this.key(target));
    if (table === undefined) throw unknownTable(target.table);
    return table;
  }

  /** The temporary view that a name means. */
  temporaryView({ schema, table }: TableReference): CompiledQuery | undefined {
    return schema === undefined ? this.views.get(table.toLowerCase()) : undefined;
  }

  isUnknown({ table }: TableReference): boolean {
    return this.#unknown.has(table.toLowerCase());
  }

  distrust(name: string): void {
    this.#unknown.add(name);
  }

  trust(name: string): void {
    this.#unknown.delete(name.toLowerCase());
  }

  /** True where a statement that creates a table leaves the one that is there. @throws ExpectedError where it may not. */
  keeps(key: string, mode: 'create' | 'createOrReplace' | 'createIfNotExists'): boolean {
    if (!this.tables.has(key)) return false;
    if (mode === 'create') throw exists(key);
    return mode === 'createIfNotExists';
  }

  /** True where a statement that creates or drops something is refused here and run by Spark. */
  get anyUnknown(): boolean {
    return this.#unknown.size > 0;
  }

  get schemaNames(): readonly string[] {
    return [...this.#schemas.keys()];
  }

  /** @throws ExpectedError for a schema that is not there. */
  namespace(schema: string): Namespace {
    const found = this.#schemas.get(schema);
    if (!found) throw unknownTable(schema);
    return found;
  }

  setNamespace(schema: string, namespace: Namespace): void {
    this.#schemas.set(schema, namespace);
  }

  drop(statement: Statement<'dropTable'>): void {
    const name = statement.target.table.toLowerCase();
    const key = this.key(statement.target);
    const dropped =
      statement.object === 'TABLE'
        ? this.tables.delete(key)
        : (statement.target.schema === undefined && this.views.delete(name)) || this.views.delete(key);
    if (!dropped && !statement.ifExists) throw unknownTable(key);
    if (!this.tables.has(key) && !this.views.has(key)) this.described.drop(key);
    this.trust(name);
  }

  use({ catalog, schema }: Statement<'useSchema'>): void {
    if (catalog !== undefined && catalog.toLowerCase() !== CATALOG) throw unknownTable(`${catalog}.${schema}`);
    if (!this.#schemas.has(schema.toLowerCase())) throw unknownTable(schema);
    this.#schema = schema.toLowerCase();
  }

  createSchema(statement: Statement<'createSchema'>): void {
    const schema = statement.schema.toLowerCase();
    if (this.#schemas.has(schema)) {
      if (statement.ifNotExists) return;
      throw exists(schema);
    }
    const { comment, location, properties = new Map<string, string>() } = statement;
    const named = { ...(comment === undefined ? {} : { comment }), ...(location === undefined ? {} : { location }) };
    this.#schemas.set(schema, { properties, ...named });
  }

  dropSchema({ schema: named, ifExists, cascade }: Statement<'dropSchema'>): void {
    const schema = named.toLowerCase();
    if (!this.#schemas.has(schema) && !ifExists) throw unknownTable(schema);
    const inside = [...this.tables.keys(), ...this.views.keys()].filter((key) => key.startsWith(`${schema}.`));
    if (inside.length > 0 && !cascade) throw exists(inside.join(', '));
    for (const key of inside) {
      this.tables.delete(key);
      this.views.delete(key);
      this.described.drop(key);
    }
    this.#schemas.delete(schema);
  }

  /** @throws ExpectedError as Spark does: its own tables in these files are of Parquet files, which take no UPDATE. */
  refuseChange(target: TableReference): never {
    const key = this.key(target);
    if (this.isUnknown(target)) throw notRun(`a change of ${target.table}, which is not known`);
    if (!this.tables.has(key)) throw unknownTable(key);
    throw new ExpectedError({
      code: 'sql.table-operation',
      message: `[UNSUPPORTED_FEATURE.TABLE_OPERATION] The table ${key} takes no UPDATE and no DELETE.`,
      nextStep: 'Use a Delta table.',
    });
  }
}
