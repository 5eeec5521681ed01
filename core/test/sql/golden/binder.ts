import type { DuckDBConnection } from '@duckdb/node-api';
import { withTypes } from '@medallion/core/engine/child/relations/bind.ts';
import type { CompiledQuery, RelationColumn, TableReference } from '@medallion/core/sql/contract.ts';
import type { ScratchCatalog } from './scratch-catalog.ts';
import { notRun, unknownTable } from './session-errors.ts';

type Columns = readonly { readonly name: string; readonly typeText: string }[];

/** A query as DuckDB runs it. */
export interface Bound {
  readonly sql: string;
  readonly columns: Columns;
  readonly scope: string;
}

/** What a name means; `types`: of a view. */
interface Selected {
  readonly select: string;
  readonly types?: Columns;
}

/** Binds queries to a session's tables and views: each query's placeholders are DuckDB views in a schema of their own. */
export class Binder {
  readonly #connection: DuckDBConnection;
  readonly #catalog: ScratchCatalog;
  #ids = 0;

  constructor(connection: DuckDBConnection, catalog: ScratchCatalog) {
    this.#connection = connection;
    this.#catalog = catalog;
  }

  /** The query's text, which the connection runs next. */
  async bind(query: CompiledQuery): Promise<Bound> {
    const columnsOf = new Map<string, readonly RelationColumn[]>();
    const scope = query.relations.length === 0 ? 'main' : `scope_${++this.#ids}`;
    if (scope !== 'main') await this.#connection.run(`CREATE SCHEMA ${scope}`);
    for (const relation of query.relations) {
      if (relation.kind !== 'table') throw notRun(relation.kind);
      const { select, types } = await this.#relation(relation.table);
      await this.#connection.run(`CREATE VIEW ${scope}."${relation.placeholder}" AS ${select}`);
      const described = await this.columns(`${scope}."${relation.placeholder}"`);
      columnsOf.set(relation.placeholder, withTypes(described, types));
    }
    await this.#connection.run(`SET search_path = '${scope === 'main' ? '' : `${scope},`}main'`);
    const { duckdbSql, columns } = query.bind((placeholder) => columnsOf.get(placeholder) ?? []);
    return { sql: duckdbSql, columns, scope };
  }

  /** DuckDB's columns of a relation. */
  async columns(relation: string): Promise<RelationColumn[]> {
    const described = await this.#connection.runAndReadAll(
      `SELECT column_name, column_type FROM (DESCRIBE ${relation})`,
    );
    return described.getRows().map(([name, duckdbType]) => ({ name: String(name), duckdbType: String(duckdbType) }));
  }

  async #relation(reference: TableReference): Promise<Selected> {
    if (this.#catalog.isUnknown(reference))
      throw notRun(`a query of ${reference.table}: a statement that changes it is refused`);
    const view = this.#catalog.temporaryView(reference);
    if (view) return await this.#view(view);
    const key = this.#catalog.key(reference);
    const permanent = this.#catalog.views.get(key);
    if (permanent) return await this.#view(permanent);
    const table = this.#catalog.tables.get(key);
    if (table === undefined) throw unknownTable(key);
    return { select: `SELECT * FROM main.${table}` };
  }

  async #view(query: CompiledQuery): Promise<Selected> {
    const { sql, scope, columns } = await this.bind(query);
    const name = `${scope}.view_${++this.#ids}`;
    await this.#connection.run(`CREATE VIEW ${name} AS ${sql}`);
    return { select: `SELECT * FROM ${name}`, types: columns };
  }
}
