import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { withNotes, withTypes } from '@medallion/core/engine/child/relations/bind.ts';
import { checkConstants, type KnownConstants } from '@medallion/core/engine/child/relations/constants.ts';
import type { BoundQuery, CompiledQuery, RelationColumn, TableReference } from '@medallion/core/sql/contract.ts';
import { checkZone, keptQuery, type ViewHost, viewQuery } from '@medallion/core/engine/child/relations/view-query.ts';
import type { ColumnNotes } from '@medallion/core/sql/types/column-notes.ts';
import type { DescribedColumn } from './described-tables.ts';
import type { JudgedView, ScratchCatalog } from './scratch-catalog.ts';
import { notRun, recursive, unknownTable } from './session-errors.ts';
import { declaredSparkType, isLimited } from './table-types.ts';

type Columns = BoundQuery['columns'];

/** A query as DuckDB runs it. */
export interface Bound {
  readonly sql: string;
  readonly columns: Columns;
  readonly queryNames?: readonly string[];
  readonly constants?: readonly string[];
  readonly scope: string;
}

/** What a name means; `types`: of a view. */
interface Selected {
  readonly select: string;
  readonly types?: Columns;
  /** Of a table, what is kept of its columns. */
  readonly notes?: ReadonlyMap<string, ColumnNotes>;
  readonly rows?: RelationColumn['rows'];
}

/** Where names stand: in the session's own statement, or in a view, which sees what it saw where it was made. */
interface Within {
  readonly schema?: string;
  /** The keys of the temporary views that it sees; absent: all. */
  readonly temporary?: ReadonlySet<string>;
  /** The catalog's views that are being read or made, outermost first. */
  readonly views: readonly string[];
}

/** Binds queries to a session's tables and views: each query's placeholders are DuckDB views in a schema of their own. */
export class Binder {
  readonly #connection: DuckDBConnection;
  readonly #catalog: ScratchCatalog;
  readonly #viewHost: () => ViewHost;
  readonly #inMemory: boolean;
  readonly #constants: KnownConstants = new Set();
  #ids = 0;

  /** @param viewHost what views of the catalog are compiled with. @param inMemory its tables are Spark's views of VALUES. */
  constructor(connection: DuckDBConnection, catalog: ScratchCatalog, viewHost: () => ViewHost, inMemory: boolean) {
    this.#inMemory = inMemory;
    this.#connection = connection;
    this.#catalog = catalog;
    this.#viewHost = viewHost;
  }

  get viewHost(): ViewHost {
    return this.#viewHost();
  }

  /** The query's text, which the connection runs next. */
  async bind(query: CompiledQuery, within: Within = { views: [] }): Promise<Bound> {
    const columnsOf = new Map<string, readonly RelationColumn[]>();
    const scope = query.relations.length === 0 ? 'main' : `scope_${++this.#ids}`;
    if (scope !== 'main') await this.#connection.run(`CREATE SCHEMA ${scope}`);
    for (const relation of query.relations) {
      if (relation.kind !== 'table') throw notRun(relation.kind);
      const { select, types, notes, rows } = await this.#relation(relation.table, within);
      await this.#connection.run(`CREATE VIEW ${scope}."${relation.placeholder}" AS ${select}`);
      const described = await this.columns(`${scope}."${relation.placeholder}"`);
      const known = notes ? withNotes(described, notes) : withTypes(described, types);
      columnsOf.set(relation.placeholder, rows ? known.map((column) => ({ ...column, rows })) : known);
    }
    await this.#connection.run(`SET search_path = '${scope === 'main' ? '' : `${scope},`}main'`);
    const { duckdbSql, ...result } = query.bind((placeholder) => columnsOf.get(placeholder) ?? []);
    return { sql: duckdbSql, ...result, scope };
  }

  /** The query's text, which the connection runs next, once what Spark computes while it plans was computed. */
  async planned(query: CompiledQuery): Promise<Bound> {
    const bound = await this.bind(query);
    await checkConstants(bound, this.viewHost.profile, this.#constants, (sql) => this.#connection.run(sql));
    return bound;
  }

  /** DuckDB's columns of a relation. */
  async columns(relation: string): Promise<RelationColumn[]> {
    const described = await this.#connection.runAndReadAll(
      `SELECT column_name, column_type FROM (DESCRIBE ${relation})`,
    );
    return described.getRows().map(([name, duckdbType]) => ({ name: String(name), duckdbType: String(duckdbType) }));
  }

  /** The rows of a text of DuckDB's. */
  async rows(sql: string): Promise<readonly (readonly DuckDBValue[])[]> {
    return (await this.#connection.runAndReadAll(sql)).getRows();
  }

  async #relation(reference: TableReference, within: Within): Promise<Selected> {
    if (this.#catalog.isUnknown(reference))
      throw notRun(`a query of ${reference.table}: a statement that changes it is refused`);
    const temporary = this.#catalog.temporaryView(reference);
    if (temporary && (within.temporary?.has(temporary.key) ?? true)) return await this.#selected(temporary, within);
    const key = this.#catalog.key(reference, within.schema);
    const view = this.#catalog.views.get(key);
    if (view) return await this.#selected(view, within);
    const table = this.#catalog.tables.get(key);
    if (table === undefined) throw unknownTable(key);
    const { columns = [] } = this.#catalog.described.of(key) ?? {};
    return {
      select: `SELECT * FROM main.${table}`,
      notes: new Map(columns.map(noted)),
      rows: this.#inMemory ? 'given' : 'stored',
    };
  }

  async #selected(view: JudgedView, within: Within): Promise<Selected> {
    const { sql, scope, columns } = await this.view(view, within);
    const name = `${scope}.view_${++this.#ids}`;
    await this.#connection.run(`CREATE VIEW ${name} AS ${sql}`);
    return { select: `SELECT * FROM ${name}`, types: columns };
  }

  /** A view's query, as whoever reads it now gets it. */
  async view(view: JudgedView, { views }: Within = { views: [] }): Promise<Bound> {
    const { profile } = this.viewHost;
    if (view.kind === 'temporary') {
      const { query, keeps, schema, refersTo: temporary } = view;
      const bound = await this.bind(keptQuery(query, keeps), { schema, temporary, views });
      checkZone(view.key, view.timeZone, profile.timeZone, bound.sql);
      return bound;
    }
    const { key, definition } = view;
    if (views.includes(key)) throw recursive(key);
    const query = await viewQuery(this.viewHost, key, definition);
    const home = definition.schema === undefined ? {} : { schema: definition.schema };
    const bound = await this.bind(query, { ...home, temporary: new Set(), views: [...views, key] });
    checkZone(key, definition.timeZone, profile.timeZone, bound.sql);
    this.#catalog.evolve(view, bound.columns);
    return bound;
  }
}

function noted({ name, typeText, comment }: DescribedColumn): [string, ColumnNotes] {
  const declared = isLimited(declaredSparkType(typeText)) ? { declared: typeText } : {};
  return [name.toLowerCase(), { ...declared, ...(comment === undefined ? {} : { comment }) }];
}
