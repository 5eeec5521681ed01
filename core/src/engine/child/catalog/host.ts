import type { Grant, GrantChange } from '../../../lake/grants.ts';
import type { StoredKey } from '../../../lake/table-keys.ts';
import type { TagChange } from '../../../lake/tags.ts';
import type {
  CatalogCommand,
  Commented,
  Creation,
  GrantedOn,
  PartitionSpec,
  SchemaAlteration,
  TableKey,
  Policy,
} from '../../../sql/catalog-command.ts';
import type { ColumnRule, TableReference } from '../../../sql/contract.ts';
import type { FunctionDefinition, FunctionHome } from '../../../lake/stored-function.ts';

export interface DescribedColumn {
  readonly name: string;
  /** Spark's type as it was declared: `decimal(10,2)`, `char(5)`. */
  readonly typeText: string;
  readonly nullable?: boolean;
  readonly comment?: string;
  readonly rule?: ColumnRule;
}

/** What a view keeps beside its columns. */
export interface DescribedView {
  /** Its query's text. */
  readonly text: string;
  /** As `WITH SCHEMA` names it: BINDING, COMPENSATION, ... */
  readonly schemaMode: string;
  /** The names that were current where it was made. */
  readonly home: FunctionHome;
  /** The query's own names of its columns; absent where they are not known. */
  readonly outputColumns?: readonly string[];
}

export interface Statistics {
  readonly bytes: number;
  readonly rows?: number;
  /** Columns whose own statistics were asked for, which are not kept. */
  readonly columns: readonly string[];
}

export interface Buckets {
  readonly count: number;
  readonly columns: readonly string[];
  readonly sorted: readonly string[];
}

/** A table or a view as its catalog keeps it; a temporary view has no catalog and no schema. */
export interface DescribedRelation {
  readonly catalog?: string;
  readonly schema?: string;
  readonly table: string;
  readonly temporary: boolean;
  readonly type: 'MANAGED' | 'EXTERNAL' | 'VIEW' | 'MATERIALIZED_VIEW' | 'STREAMING_TABLE';
  readonly columns: readonly DescribedColumn[];
  readonly partitionColumns: readonly string[];
  readonly clusteringColumns?: readonly string[];
  readonly owner?: string;
  /** Milliseconds since 1970. */
  readonly createdAt?: number;
  readonly createdBy?: string;
  readonly provider?: string;
  readonly comment?: string;
  readonly properties: ReadonlyMap<string, string>;
  /** What the format was told (`OPTIONS`). */
  readonly options?: ReadonlyMap<string, string>;
  readonly buckets?: Buckets;
  readonly location?: string;
  readonly view?: DescribedView;
  readonly keys?: readonly StoredKey[];
  /** What ANALYZE TABLE found; `unknown`: it cannot be said here. */
  readonly statistics?: Statistics | 'unknown';
}

/** A catalog or a schema. */
export interface DescribedNamespace {
  readonly name: string;
  readonly comment?: string;
  readonly owner?: string;
  readonly location?: string;
  readonly properties: ReadonlyMap<string, string>;
  readonly createdAt?: number;
  readonly createdBy?: string;
  readonly updatedAt?: number;
  readonly updatedBy?: string;
}

export interface SchemaName {
  readonly catalog: string;
  readonly schema: string;
}

/** The values of a partition's columns, in their order; null is NULL. */
export type Partition = readonly (readonly [column: string, value: string | null])[];

/** What the statements about a catalog need of the session in which they run: names, not rows. */
export interface CatalogHost {
  /** The current catalog and schema. */
  home(): FunctionHome;
  /** A name with the levels that USE has set. @throws ExpectedError where none is current. */
  schemaName(catalog: string | undefined, schema: string | undefined): SchemaName;
  /** A temporary view where the name is one's, otherwise what the catalog has. Rejects where there is neither. */
  relation(target: TableReference): Promise<DescribedRelation>;
  /** Names of the session's temporary views. */
  temporaryViews(): readonly string[];
  /** Names of the tables and views of a schema. Rejects where there is no such schema. */
  relations(name: SchemaName): Promise<readonly string[]>;
  schema(name: SchemaName): Promise<DescribedNamespace>;
  schemas(catalog: string): Promise<readonly string[]>;
  catalog(name: string): Promise<DescribedNamespace>;
  catalogs(): Promise<readonly string[]>;
  /** The partitions of a table that hold rows. */
  partitions(target: TableReference): Promise<readonly Partition[]>;
  /** A function of the session or the catalog, by its name's parts; undefined where there is none. */
  routine(name: readonly string[]): Promise<FunctionDefinition | undefined>;
  analyze(command: Extract<CatalogCommand, { kind: 'analyze' }>): Promise<void>;
  comment(on: Commented, text: string | undefined): Promise<void>;
  alterSchema(name: SchemaName, change: SchemaAlteration): Promise<void>;
  /** Own and inherited privileges. */
  grants(on: GrantedOn): Promise<readonly Grant[]>;
  changeGrants(on: GrantedOn, change: GrantChange): Promise<void>;
  changeTags(on: GrantedOn, column: string | undefined, change: TagChange): Promise<void>;
  createCatalog(name: string, creation: Creation): Promise<void>;
  createVolume(target: TableReference, creation: Creation): Promise<void>;
  dropVolume(target: TableReference, ifExists: boolean): Promise<void>;
  addKey(target: TableReference, key: TableKey): Promise<void>;
  setRowFilter(target: TableReference, filter: Policy | undefined): Promise<void>;
  setMask(target: TableReference, column: string, mask: Policy | undefined): Promise<void>;
  /** Does nothing where there is none and `ifExists`. */
  dropPrimaryKey(target: TableReference, ifExists: boolean): Promise<void>;
}

export type { PartitionSpec };
