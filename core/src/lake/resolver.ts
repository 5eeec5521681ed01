import { ExpectedError } from '../base/expected-error.ts';
import { catalogError, notATable, schemaNotEmpty, type ScopedName, scopeOf } from './catalog-errors.ts';
import { type CatalogObjects, catalogObjects } from './catalog-objects.ts';
import { type Grant, type GrantChange, Grants, type Securable } from './grants.ts';
import {
  formatLakePath,
  joinLakePath,
  type LakePath,
  parseLakeUrl,
  tableKey,
  type TableName,
  unsupportedPath,
} from './names.ts';
import type { PolicyCall, TablePolicies } from './policies.ts';
import { nameOf, resolvedTable, resolvedView } from './resolved-table.ts';
import { findFunction, type FunctionDefinition, functionInfo } from './stored-function.ts';
import type { StoredQuery, ViewDefinition } from './stored-view.ts';
import { TableKeys } from './table-keys.ts';
import { type TagChange, Tags } from './tags.ts';
import { type DatabricksPort, type SchemaDefinition, serviceErrorCode, UnityCatalog } from './unity-catalog.ts';

export interface ColumnInfo {
  readonly name: string;
  /** Spark's type name as Unity Catalog says it: `bigint`, `decimal(10,2)`, `struct<a:int>`. */
  readonly typeText: string;
  readonly nullable: boolean;
}

export interface ResolvedTable {
  readonly name: TableName;
  readonly tableId: string;
  readonly type: 'MANAGED' | 'EXTERNAL' | DatasetType;
  readonly format: 'DELTA' | 'PARQUET' | 'CSV' | 'JSON' | 'AVRO';
  readonly location: LakePath;
  /** The query that fills a materialized view or a streaming table. */
  readonly query?: StoredQuery;
  /** A row filter and column masks, with the table as a view that applies them. */
  readonly policies?: TablePolicies & { readonly view: ResolvedView };
}

/** Tables that a query fills: nothing else writes them. */
export type DatasetType = 'MATERIALIZED_VIEW' | 'STREAMING_TABLE';

/** A view of Unity Catalog: a query under a name, without files. */
export interface ResolvedView {
  readonly name: TableName;
  readonly tableId: string;
  readonly type: 'VIEW';
  readonly view: ViewDefinition;
  /** Changes with the definition. Milliseconds since 1970. */
  readonly updatedAt: number;
}

/** A managed table's reserved home before its first commit (Unity Catalog's `staging-tables`). */
export interface StagedTable {
  readonly name: TableName;
  readonly tableId: string;
  readonly location: LakePath;
}

/**
 * The one place where a name becomes a place. It asks Unity Catalog, emulated or real; no other code builds a path from a name.
 * Every method rejects with an ExpectedError: `catalog.catalog-not-found`, `catalog.schema-not-found`, `catalog.table-not-found`,
 * `catalog.volume-not-found`, `catalog.table-already-exists`; names the nearest existing name in the next step.
 */
export interface Resolver {
  table(name: TableName): Promise<ResolvedTable>;
  /** What a name in a query means: a table, or a view. */
  relation(name: TableName): Promise<ResolvedTable | ResolvedView>;
  /** Like `table`, but undefined where catalog and schema exist and the table does not. */
  findTable(name: TableName): Promise<ResolvedTable | undefined>;
  listTables(catalog: string, schema: string): Promise<readonly ResolvedTable[]>;
  /** Reserves the home of a new managed table; nothing is visible before `publishTable`. */
  stageTable(name: TableName): Promise<StagedTable>;
  /** Makes a staged table, whose first Delta commit is written, visible under its name. */
  publishTable(
    staged: StagedTable,
    columns: readonly ColumnInfo[],
    dataset?: StoredQuery & { readonly type: DatasetType },
  ): Promise<ResolvedTable>;
  /** Makes a view. Rejects with `catalog.table-already-exists`. */
  createView(name: TableName, view: ViewDefinition): Promise<void>;
  /** Gives a view that is there another definition. */
  replaceView(name: TableName, view: ViewDefinition): Promise<void>;
  /** The views of a schema. */
  listViews(catalog: string, schema: string): Promise<readonly TableName[]>;
  /** Gives a table or a view another name in its schema. Rejects with `catalog.table-already-exists`. */
  renameTable(name: TableName, newName: string): Promise<void>;
  /** Tells the catalog a table's or view's new columns after a commit that changed its schema, and its new query if it has one. */
  updateColumns(table: Pick<ResolvedTable, 'name'>, columns: readonly ColumnInfo[], query?: StoredQuery): Promise<void>;
  dropTable(name: TableName): Promise<void>;
  /** A function in SQL; undefined where there is none of that name. Rejects with `catalog.function-not-emulated` for another language. */
  findFunction(name: TableName): Promise<FunctionDefinition | undefined>;
  /** Rejects with `catalog.schema-not-found`, `databricks.function-already-exists`. */
  createFunction(name: TableName, definition: FunctionDefinition): Promise<void>;
  /** In one step: whoever calls it finds the old one or the new one. */
  replaceFunction(name: TableName, definition: FunctionDefinition): Promise<void>;
  dropFunction(name: TableName): Promise<void>;
  createSchema(
    catalog: string,
    schema: string,
    options: { readonly ifNotExists: boolean } & SchemaDefinition,
  ): Promise<void>;
  /** What is kept of catalogs, schemas and tables beside what names mean. */
  readonly objects: CatalogObjects;
  /** The privileges on an object, inherited ones among them. */
  grants(on: Securable): Promise<readonly Grant[]>;
  changeGrants(on: Securable, change: GrantChange): Promise<void>;
  /** @param column a column of the table that is named. */
  changeTags(on: Securable, column: string | undefined, change: TagChange): Promise<void>;
  readonly keys: Pick<TableKeys, 'add' | 'drop'>;
  /** Absent: there is to be none. */
  setRowFilter(name: TableName, filter: PolicyCall | undefined): Promise<void>;
  setMask(name: TableName, column: string, mask: PolicyCall | undefined): Promise<void>;
  /** The groups of whoever is signed in. */
  groups(): Promise<readonly string[]>;
  /** Rejects with `catalog.schema-not-found`, and with `catalog.schema-not-empty` for one that holds anything, unless it `cascade`s. */
  dropSchema(catalog: string, schema: string, options: { readonly cascade: boolean }): Promise<void>;
  /** `/Volumes/<catalog>/<schema>/<volume>/...`, `abfss://...` or `dbfs:/Volumes/...` to its place. */
  path(pathOrUrl: string): Promise<LakePath>;
}

/** A resolver that remembers for a short time what it was told. */
export interface CachingResolver extends Resolver {
  /** Forgets everything: what others changed in the catalog is seen at once. */
  invalidate(): void;
}

const CACHE_MILLISECONDS = 5_000;

/** @param now milliseconds; for tests of the cache. */
export function createResolver(databricks: DatabricksPort, now: () => number = Date.now): CachingResolver {
  const catalog = new UnityCatalog(databricks);
  const grants = new Grants(databricks);
  const tags = new Tags(databricks);
  const keys = new TableKeys(databricks);
  const remembered = new Map<string, { readonly until: number; readonly value: Promise<unknown> }>();

  async function remember<T>(key: string, load: () => Promise<T>): Promise<T> {
    const known = remembered.get(key);
    if (known && known.until > now()) return await (known.value as Promise<T>);
    const value = load();
    remembered.set(key, { until: now() + CACHE_MILLISECONDS, value });
    try {
      return await value;
    } catch (error) {
      remembered.delete(key);
      throw error;
    }
  }

  /** Turns the service's "does not exist" into ours, with the nearest existing name. */
  async function expect<T>(name: ScopedName, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw await catalogError(catalog, name, error);
    }
  }

  const relation = (name: TableName): Promise<ResolvedTable | ResolvedView> =>
    remember(tableKey(name), () =>
      expect(name, async () => {
        const info = await catalog.getTable(tableKey(name));
        const resolved = resolvedTable(info) ?? resolvedView(info);
        if (!resolved) throw notATable(name);
        return resolved;
      }),
    );

  const table = async (name: TableName): Promise<ResolvedTable> => {
    const resolved = await relation(name);
    if (resolved.type === 'VIEW') throw notATable(name);
    return resolved;
  };

  return {
    table,
    relation,
    async findTable(name) {
      try {
        return await table(name);
      } catch (error) {
        if (error instanceof ExpectedError && error.code === 'catalog.table-not-found') return undefined;
        throw error;
      }
    },
    listTables: (catalogName, schema) =>
      remember(`${catalogName}.${schema}`.toLowerCase(), () =>
        expect({ catalog: catalogName, schema }, async () =>
          (await catalog.listTables(catalogName, schema)).flatMap((info) => resolvedTable(info) ?? []),
        ),
      ),
    stageTable: (name) =>
      expect(name, async () => {
        const staged = await catalog.createStagingTable(name.catalog, name.schema, name.table);
        return { name, tableId: staged.id, location: parseLakeUrl(staged.staging_location) };
      }),
    async publishTable(staged, columns, dataset) {
      const url = formatLakePath(staged.location);
      const info = await expect(staged.name, () => catalog.createManagedTable(staged.name, url, columns, dataset));
      remembered.clear();
      return resolvedTable(info) ?? { ...staged, type: 'MANAGED', format: 'DELTA' };
    },
    async createView(name, view) {
      await expect(name, () => catalog.createView(name, view));
      remembered.clear();
    },
    async replaceView(name, view) {
      await expect(name, () => catalog.replaceView(tableKey(name), view));
      remembered.clear();
    },
    listViews: (catalogName, schema) =>
      expect({ catalog: catalogName, schema }, async () =>
        (await catalog.listTables(catalogName, schema)).filter((info) => info.table_type === 'VIEW').map(nameOf),
      ),
    async renameTable(name, newName) {
      await expect({ ...name, table: newName }, () => catalog.renameTable(tableKey(name), newName));
      remembered.clear();
    },
    async updateColumns({ name }, columns, query) {
      await expect(name, () => catalog.updateTable(tableKey(name), columns, query));
      remembered.clear();
    },
    async dropTable(name) {
      await expect(name, () => catalog.deleteTable(tableKey(name)));
      remembered.clear();
    },
    findFunction: (name) => findFunction(catalog, name),
    async createFunction(name, definition) {
      const schema = { catalog: name.catalog, schema: name.schema };
      await expect(schema, () => catalog.createFunction(functionInfo(name, definition)));
    },
    async replaceFunction(name, definition) {
      await catalog.replaceFunction(tableKey(name), functionInfo(name, definition));
    },
    async dropFunction(name) {
      await catalog.deleteFunction(tableKey(name));
    },
    grants: (on) => expect(scopeOf(on), () => grants.effective(on)),
    changeGrants: (on, change) => expect(scopeOf(on), () => grants.change(on, change)),
    changeTags: (on, column, change) => expect(scopeOf(on), () => tags.change(on, column, change)),
    async setRowFilter(name, filter) {
      await expect(name, () => catalog.setRowFilter(tableKey(name), filter));
      remembered.clear();
    },
    async setMask(name, column, mask) {
      await expect(name, () => catalog.setMask(tableKey(name), column, mask));
      remembered.clear();
    },
    groups: () => remember('groups', () => catalog.groups()),
    keys: {
      add: (name, key) => expect(name, () => keys.add(name, key)),
      drop: (name, key, options) => expect(name, () => keys.drop(name, key, options)),
    },
    async dropSchema(catalogName, schema, { cascade }) {
      try {
        await expect({ catalog: catalogName, schema }, () => catalog.deleteSchema(`${catalogName}.${schema}`, cascade));
      } catch (error) {
        throw serviceErrorCode(error) === 'INVALID_STATE' ? schemaNotEmpty(`${catalogName}.${schema}`, error) : error;
      }
      remembered.clear();
    },
    objects: catalogObjects(catalog, { expect, changed: () => remembered.clear() }),
    async createSchema(catalogName, schema, { ifNotExists, ...definition }) {
      try {
        await expect({ catalog: catalogName, schema }, () => catalog.createSchema(catalogName, schema, definition));
      } catch (error) {
        const exists = error instanceof ExpectedError && error.code === 'catalog.schema-already-exists';
        if (!exists || !ifNotExists) throw error;
      }
      remembered.clear();
    },
    async path(pathOrUrl) {
      if (/^abfss?:/.test(pathOrUrl)) return parseLakeUrl(pathOrUrl);
      const match = /^(?:dbfs:)?\/Volumes\/([^/]+)\/([^/]+)\/([^/]+)(?:\/(.*))?$/.exec(pathOrUrl);
      if (!match) throw unsupportedPath(pathOrUrl);
      const [, catalogName = '', schema = '', volume = '', below = ''] = match;
      const fullName = `${catalogName}.${schema}.${volume}`.toLowerCase();
      const root = await remember(`/${fullName}`, () =>
        expect({ catalog: catalogName, schema, volume }, async () =>
          parseLakeUrl((await catalog.getVolume(fullName)).storage_location),
        ),
      );
      return joinLakePath(root, below);
    },
    invalidate: () => remembered.clear(),
  };
}
