import type { LakePath, TableName } from './names.ts';

export interface ColumnInfo {
  readonly name: string;
  /** Spark's type name as Unity Catalog says it: `bigint`, `decimal(10,2)`, `struct<a:int>`. */
  readonly typeText: string;
  readonly nullable: boolean;
}

export interface ResolvedTable {
  readonly name: TableName;
  readonly tableId: string;
  readonly type: 'MANAGED' | 'EXTERNAL';
  readonly format: 'DELTA' | 'PARQUET' | 'CSV' | 'JSON' | 'AVRO';
  readonly location: LakePath;
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
  /** Like `table`, but undefined where catalog and schema exist and the table does not. */
  findTable(name: TableName): Promise<ResolvedTable | undefined>;
  listTables(catalog: string, schema: string): Promise<readonly ResolvedTable[]>;
  /** Reserves the home of a new managed table; nothing is visible before `publishTable`. */
  stageTable(name: TableName): Promise<StagedTable>;
  /** Makes a staged table, whose first Delta commit is written, visible under its name. */
  publishTable(staged: StagedTable, columns: readonly ColumnInfo[]): Promise<ResolvedTable>;
  /** Tells the catalog a table's new columns after a commit that changed its schema. */
  updateColumns(table: ResolvedTable, columns: readonly ColumnInfo[]): Promise<void>;
  dropTable(name: TableName): Promise<void>;
  createSchema(catalog: string, schema: string, options: { readonly ifNotExists: boolean }): Promise<void>;
  /** `/Volumes/<catalog>/<schema>/<volume>/...`, `abfss://...` or `dbfs:/Volumes/...` to its place. */
  path(pathOrUrl: string): Promise<LakePath>;
}
