import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { temporaryViewKey } from '@medallion/core/engine/child/temporary-names.ts';
import { evolvedView, type ViewDefinition } from '@medallion/core/lake/stored-view.ts';
import type { CompiledQuery, CompiledStatement, KeptColumns, TableReference } from '@medallion/core/sql/contract.ts';
import type { Bound } from './binder.ts';
import { DescribedTables } from './described-tables.ts';
import { exists, isView, notRun, unknownTable } from './session-errors.ts';

type Statement<K extends CompiledStatement['kind']> = Extract<CompiledStatement, { kind: K }>;

export const CATALOG = 'spark_catalog';

/** What is kept of a schema. */
export interface Namespace {
  readonly comment?: string;
  readonly location?: string;
  readonly properties: ReadonlyMap<string, string>;
}

/** A view, by what the product keeps of one. */
export type JudgedView =
  | { readonly kind: 'permanent'; readonly key: string; readonly definition: ViewDefinition }
  | {
      readonly kind: 'temporary';
      readonly key: string;
      readonly query: CompiledQuery;
      readonly keeps: KeptColumns;
      readonly collation: string | undefined;
      readonly timeZone: string;
      /** The schema that was current where it was made. */
      readonly schema: string;
      /** The keys of the temporary views that it names. */
      readonly refersTo: ReadonlySet<string>;
    };

/** What names mean in a judge's session: its schemas, tables and views, which live as long as it does. Names in lower case. */
export class ScratchCatalog {
  /** DuckDB's name of a table, by `schema.table`. */
  readonly tables = new Map<string, string>();
  /** Temporary views by their key in a session (`temporary-names.ts`), the catalog's by `schema.view`. */
  readonly views = new Map<string, JudgedView>();
  readonly described = new DescribedTables();
  /** What a statement would have changed that is refused here and that Spark runs: what it holds is not known from there on. */
  readonly #unknown = new Map<string, 'all' | 'rows'>();
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
  key({ catalog, schema, table }: Omit<TableReference, 'range'>, current = this.#schema): string {
    if (catalog !== undefined && catalog.toLowerCase() !== CATALOG) throw unknownTable(`${catalog}.${schema ?? ''}`);
    const place = schema?.toLowerCase() ?? current;
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
  temporaryView(reference: TableReference): Extract<JudgedView, { kind: 'temporary' }> | undefined {
    const key = temporaryViewKey(reference);
    const view = key === undefined ? undefined : this.views.get(key);
    return view?.kind === 'temporary' ? view : undefined;
  }

  isUnknown({ table }: TableReference): boolean {
    return this.#unknown.has(table.toLowerCase());
  }

  /** @param what of the table is no longer known. */
  distrust(name: string, what: 'all' | 'rows'): void {
    if (this.#unknown.get(name) !== 'all') this.#unknown.set(name, what);
  }

  /** A table without rows holds none that are not known. */
  trustRows(name: string): void {
    if (this.#unknown.get(name.toLowerCase()) === 'rows') this.trust(name);
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

  drop({ target, object, ifExists }: Statement<'dropTable'>): void {
    const temporary = this.temporaryView(target);
    this.trust(target.table);
    if (temporary && this.views.delete(temporary.key)) return;
    const key = this.key(target);
    if (this.#isOther(object, key)) throw isView(key);
    const dropped = object === 'TABLE' ? this.tables.delete(key) : this.views.delete(key);
    if (!dropped && !ifExists) throw unknownTable(key);
    if (dropped) this.described.drop(key);
  }

  /** A view takes its query's columns where its mode lets it. */
  evolve({ key, definition }: Extract<JudgedView, { kind: 'permanent' }>, now: Bound['columns']): void {
    const evolved = evolvedView(definition, now);
    if (evolved) this.setView(key, evolved);
  }

  setView(key: string, definition: ViewDefinition): void {
    const { columns, mode, catalog, schema, properties, comment, collation } = definition;
    this.views.set(key, { kind: 'permanent', key, definition });
    this.described.set(key, {
      type: 'VIEW',
      columns,
      partitionColumns: [],
      properties: collation === undefined ? properties : new Map([...properties, ['collation', collation]]),
      ...(comment === undefined ? {} : { comment }),
      view: {
        text: definition.definition,
        schemaMode: mode,
        home: { catalog, schema },
        outputColumns: columns.map(({ queryName }) => queryName),
      },
    });
  }

  /** True where a statement about tables names a view, or one about views a table. */
  #isOther(object: string, key: string): boolean {
    return object === 'TABLE' ? this.views.has(key) : this.tables.has(key);
  }

  /** Another name in the same schema. */
  rename({ object, target, to }: Statement<'rename'>): void {
    const temporary = this.temporaryView(target);
    if (temporary) {
      const key = temporaryViewKey({ ...to, ...(target.schema === undefined ? {} : { schema: target.schema }) });
      if (key === undefined || this.views.has(key)) throw exists(to.table);
      this.views.delete(temporary.key);
      this.views.set(key, { ...temporary, key });
      return;
    }
    const from = this.key(target);
    const [schema = ''] = from.split('.');
    const key = this.key({ ...to, schema: to.schema ?? schema });
    if (!key.startsWith(`${schema}.`)) throw exists(`${key}, which would be in another schema,`);
    if (this.isUnknown(target)) throw notRun(`another name of ${target.table}, which is not known`);
    if (this.#isOther(object, from)) throw isView(from);
    if (this.tables.has(key) || this.views.has(key)) throw exists(key);
    const table = this.tables.get(from);
    const view = this.views.get(from);
    if (table !== undefined) this.tables.set(key, table);
    else if (view) this.views.set(key, { ...view, key });
    else throw unknownTable(from);
    this.tables.delete(from);
    this.views.delete(from);
    const kept = this.described.of(from);
    if (kept) this.described.set(key, kept);
    this.described.drop(from);
    this.trust(to.table);
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
