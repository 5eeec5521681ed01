/** What catalogs, schemas, tables and volumes have in common. Times are milliseconds since 1970. */
export interface SecurableRecord {
  readonly id: string;
  /** In lower case: Unity Catalog does not distinguish case and stores names so. */
  readonly name: string;
  readonly owner: string;
  readonly comment?: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly updatedAt: number;
  readonly updatedBy: string;
}

export interface CatalogRecord extends SecurableRecord {
  /** As the client gave it. */
  readonly storageRoot: string;
}

export interface SchemaRecord extends SecurableRecord {
  readonly catalog: string;
  /** Absent where the schema's managed tables lie under the catalog's root. */
  readonly storageRoot?: string;
}

export interface TableRecord extends SecurableRecord {
  readonly catalog: string;
  readonly schema: string;
  readonly type: 'MANAGED' | 'EXTERNAL' | 'MATERIALIZED_VIEW' | 'STREAMING_TABLE' | 'VIEW';
  /** Absent for a VIEW, which has no files. */
  readonly format?: string;
  readonly location?: string;
  /** The query of a VIEW, MATERIALIZED_VIEW or STREAMING_TABLE. */
  readonly definition?: string;
  readonly columns: readonly ColumnRecord[];
  readonly keys?: readonly KeyRecord[];
  /** Undefined once it was taken away. */
  readonly rowFilter?: undefined | { readonly function_name: string; readonly input_column_names: readonly string[] };
  /** By column. */
  readonly masks?: Readonly<Record<string, MaskRecord>>;
}

/** A column mask as the service reads it back; its fields have the wire's names. */
export interface MaskRecord {
  readonly function_name: string;
  readonly using_column_names: readonly string[];
}

/** A primary key, or with a parent a foreign one. */
export interface KeyRecord {
  readonly name: string;
  readonly columns: readonly string[];
  /** `table` is its full name. */
  readonly parent?: { readonly table: string; readonly columns: readonly string[] };
}

/** A column as the service reads it back; its fields have the wire's names. */
export interface ColumnRecord {
  readonly name: string;
  readonly type_text: string;
  readonly type_name: string;
  readonly type_json?: string;
  readonly position: number;
  readonly nullable: boolean;
  readonly comment?: string;
  readonly partition_index?: number;
}

/** A managed table's home before the table is published under its name. */
export interface StagingRecord {
  readonly id: string;
  readonly catalog: string;
  readonly schema: string;
  readonly name: string;
  readonly location: string;
}

export interface VolumeRecord extends SecurableRecord {
  readonly catalog: string;
  readonly schema: string;
  readonly type: 'MANAGED' | 'EXTERNAL';
  readonly location: string;
}

export interface FunctionRecord extends SecurableRecord {
  readonly catalog: string;
  readonly schema: string;
  /** As it was created, with the wire's names. */
  readonly definition: Readonly<Record<string, unknown>>;
}
