import type { TableReference } from './contract.ts';

/** A schema as far as the text tells. */
export interface SchemaReference {
  readonly catalog?: string;
  readonly schema: string;
}

/** `PARTITION (a = 'x', b)`: constants as text; null is NULL, undefined a column without a value. */
export type PartitionSpec = ReadonlyMap<string, string | null | undefined>;

/** What COMMENT ON names. */
export type Commented =
  | { readonly kind: 'catalog'; readonly catalog: string }
  | { readonly kind: 'schema'; readonly name: SchemaReference }
  | { readonly kind: 'relation'; readonly target: TableReference }
  | { readonly kind: 'column'; readonly target: TableReference; readonly column: string };

/** What GRANT names; a catalog and a schema without a name are the current ones. */
export type GrantedOn =
  | { readonly type: 'METASTORE' }
  | { readonly type: 'CATALOG'; readonly catalog?: string }
  | { readonly type: 'SCHEMA'; readonly name?: SchemaReference }
  | { readonly type: 'TABLE' | 'FUNCTION' | 'VOLUME'; readonly target: TableReference };

/** What CREATE CATALOG and CREATE VOLUME say beside the name. */
export interface Creation {
  readonly ifNotExists: boolean;
  readonly comment?: string;
  /** Where the catalog's managed tables lie, or an external volume's files. */
  readonly location?: string;
}

/** A function that a row filter or a mask calls, and the columns that it is given. */
export interface Policy {
  readonly functionName: TableReference;
  readonly columns: readonly string[];
}

/** What a table says of its columns, which nothing enforces. Without a name the catalog gives one. */
export type TableKey =
  | { readonly kind: 'primary'; readonly name?: string; readonly columns: readonly string[] }
  | {
      readonly kind: 'foreign';
      readonly name?: string;
      readonly columns: readonly string[];
      readonly parent: TableReference;
      /** Absent: those of the parent's primary key. */
      readonly parentColumns?: readonly string[];
    };

export type SchemaAlteration =
  | { readonly kind: 'setProperties'; readonly properties: ReadonlyMap<string, string> }
  | { readonly kind: 'unsetProperties'; readonly names: readonly string[] }
  | { readonly kind: 'setLocation'; readonly location: string }
  | { readonly kind: 'setOwner'; readonly owner: string };

/** A statement about what the catalog keeps of its objects: it reads and changes no row. Switched without `default`. */
export type CatalogCommand =
  | {
      readonly kind: 'describeRelation';
      readonly target: TableReference;
      readonly extended: boolean;
      readonly asJson: boolean;
      /** A column, and what is nested in it, by its names. */
      readonly column?: readonly string[];
      readonly partition?: PartitionSpec;
    }
  | { readonly kind: 'describeSchema'; readonly name: SchemaReference; readonly extended: boolean }
  | { readonly kind: 'describeCatalog'; readonly catalog: string; readonly extended: boolean }
  | { readonly kind: 'describeFunction'; readonly name: readonly string[]; readonly extended: boolean }
  | { readonly kind: 'showTables'; readonly within?: SchemaReference; readonly pattern?: string }
  | {
      readonly kind: 'showTableExtended';
      readonly within?: SchemaReference;
      readonly pattern: string;
      readonly partition?: PartitionSpec;
    }
  | { readonly kind: 'showSchemas'; readonly catalog?: string; readonly pattern?: string }
  | { readonly kind: 'showCatalogs'; readonly pattern?: string }
  | { readonly kind: 'showCurrent' }
  | { readonly kind: 'showProperties'; readonly target: TableReference; readonly key?: string }
  | { readonly kind: 'showCreate'; readonly target: TableReference }
  | { readonly kind: 'showPartitions'; readonly target: TableReference; readonly partition?: PartitionSpec }
  | { readonly kind: 'comment'; readonly on: Commented; readonly text: string | undefined }
  | { readonly kind: 'alterSchema'; readonly name: SchemaReference; readonly change: SchemaAlteration }
  /** `columns`: those whose statistics are asked for too. */
  | {
      readonly kind: 'analyze';
      readonly target: TableReference;
      readonly scans: boolean;
      readonly columns: readonly string[] | 'all';
    }
  /** What changes how fast something is and never what it answers (CACHE, REFRESH): that its object is there is all it asks. */
  | { readonly kind: 'expectRelation'; readonly statement: string; readonly target: TableReference }
  | { readonly kind: 'expectFunction'; readonly statement: string; readonly name: readonly string[] }
  /** Privileges as SQL writes them: `USE SCHEMA`. */
  | {
      readonly kind: 'grant';
      readonly action: 'grant' | 'revoke';
      readonly privileges: readonly string[];
      readonly on: GrantedOn;
      readonly principal: string;
    }
  | { readonly kind: 'showGrants'; readonly on: GrantedOn; readonly principal?: string }
  /** `column`: the tags are one of its columns'. */
  | {
      readonly kind: 'tags';
      readonly on: GrantedOn;
      readonly column?: string;
      readonly set: ReadonlyMap<string, string>;
      readonly unset: readonly string[];
    }
  | { readonly kind: 'addKey'; readonly target: TableReference; readonly key: TableKey }
  | { readonly kind: 'dropPrimaryKey'; readonly target: TableReference; readonly ifExists: boolean }
  | ({ readonly kind: 'createCatalog'; readonly name: string } & Creation)
  | ({ readonly kind: 'createVolume'; readonly target: TableReference } & Creation)
  | { readonly kind: 'dropVolume'; readonly target: TableReference; readonly ifExists: boolean }
  /** Without a filter the table is to have none; so with a mask. */
  | { readonly kind: 'rowFilter'; readonly target: TableReference; readonly filter?: Policy }
  | { readonly kind: 'mask'; readonly target: TableReference; readonly column: string; readonly mask?: Policy }
  | { readonly kind: 'nothing'; readonly statement: string };

const CHANGES: ReadonlySet<CatalogCommand['kind']> = new Set([
  'comment',
  'grant',
  'alterSchema',
  'analyze',
  'tags',
  'addKey',
  'dropPrimaryKey',
  'rowFilter',
  'mask',
  'createCatalog',
  'createVolume',
  'dropVolume',
]);

/** True where a command changes what the catalog keeps. */
export function changesCatalog({ kind }: CatalogCommand): boolean {
  return CHANGES.has(kind);
}
