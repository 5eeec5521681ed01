import type { StructFields } from './set-fields.ts';
import type { SourceRange } from '../base/diagnostic.ts';
import type { CatalogCommand, TableKey } from './catalog-command.ts';
import type { ViewSchemaMode } from '../lake/stored-view.ts';
import type { ColumnDefinition, CompiledQuery, TableReference } from './contract.ts';
import type { ProgramStatement } from './program/program-statement.ts';

type TableMode = 'create' | 'createOrReplace' | 'createIfNotExists';

interface TableClauses {
  readonly target: TableReference;
  readonly mode: TableMode;
  readonly partitionedBy: readonly string[];
  readonly clusteredBy: readonly string[];
  readonly comment?: string;
  readonly properties: ReadonlyMap<string, string>;
}

/** A rule on the rows that a query gives to a materialized view or a streaming table. A row keeps it where it is true. */
export interface Expectation {
  readonly name: string;
  readonly onViolation: 'keep' | 'dropRow' | 'failUpdate';
  /** The column of the dataset's query that says for each row whether it keeps the rule. */
  readonly column: string;
}

/** A table that a query fills, as its definition says it. */
export interface DatasetDefinition extends TableClauses {
  /** The query's text with its parameters filled in, as Unity Catalog keeps it. */
  readonly definition: string;
  /** The dataset's own names of the query's columns; absent: the query's. */
  readonly columns?: readonly ColumnName[];
  readonly expectations: readonly Expectation[];
  /** Its last columns are those of `expectations`. */
  readonly query: CompiledQuery;
}

export interface ColumnName {
  readonly name: string;
  /** Spark's type where the definition gives one: the query's column must have it. */
  readonly typeText?: string;
  readonly comment?: string;
}

/** What a MERGE's plan is made for. `defaults`: what DEFAULT means for a column of the target, by its name in lower case. */
export interface MergeColumns {
  readonly target: readonly string[];
  readonly source: readonly string[];
  readonly defaults?: ReadonlyMap<string, string>;
  readonly fields?: StructFields;
  readonly sourceFields?: StructFields;
}

/**
 * The queries of a MERGE over the rows that the engine gives as `target` (with `__target_file`, `__target_row`, and for an update of
 * matched rows `__pair`, its row of the source) and `source` (with `__source_row`). `__clause` is the place of the first WHEN clause
 * that takes the row, -1 for none.
 */
export interface MergePlan {
  /** `__target_file`, `__target_row`, `__source_row`, `__clause` of every pair that ON joins. */
  readonly matches: CompiledQuery;
  /** `__source_row`, `__clause` of the source's rows without a match. */
  readonly newRows: CompiledQuery;
  /** `__target_file`, `__target_row`, `__clause` of the target's rows without a match. */
  readonly oldRows: CompiledQuery;
  readonly clauses: readonly PlannedClause[];
}

export type PlannedClause = {
  readonly on: 'matched' | 'notMatched' | 'notMatchedBySource';
  readonly conditional: boolean;
} & (
  | { readonly action: 'delete' }
  /** `rows`: `__target_file`, `__target_row`, and all columns of the target, of which `assigned` are those that SET names. */
  | { readonly action: 'update'; readonly assigned: readonly string[]; readonly rows: CompiledQuery }
  /** `rows`: the values of `columns`. */
  | { readonly action: 'insert'; readonly columns: readonly string[]; readonly rows: CompiledQuery }
);

/** One change of a table's definition. */
export type TableAlteration =
  | { readonly kind: 'addColumns'; readonly columns: readonly ColumnDefinition[] }
  | { readonly kind: 'setProperties'; readonly properties: ReadonlyMap<string, string> }
  | { readonly kind: 'unsetProperties'; readonly names: readonly string[]; readonly ifExists: boolean }
  /** `condition` as Databricks SQL text. */
  | { readonly kind: 'addCheck'; readonly name: string; readonly condition: string }
  | { readonly kind: 'dropConstraint'; readonly name: string; readonly ifExists: boolean }
  | { readonly kind: 'setNullable'; readonly column: string; readonly nullable: boolean }
  /** `sql` undefined: DROP DEFAULT. */
  | { readonly kind: 'setDefault'; readonly column: string; readonly sql: string | undefined }
  | { readonly kind: 'setComment'; readonly column: string; readonly comment: string }
  | { readonly kind: 'setTableComment'; readonly comment: string }
  | { readonly kind: 'clusterBy'; readonly columns: readonly string[] }
  /** `path`: a column, or what is nested in it, by its names from the top. */
  | { readonly kind: 'renameColumn'; readonly path: readonly string[]; readonly name: string }
  | { readonly kind: 'dropColumns'; readonly paths: readonly (readonly string[])[]; readonly ifExists: boolean }
  | { readonly kind: 'setType'; readonly path: readonly string[]; readonly typeText: string };

/** One change of a view. */
export type ViewAlteration =
  /** Another query, of which the view takes its columns. `definition`: its text with its parameters filled in. */
  | { readonly kind: 'as'; readonly definition: string; readonly query: CompiledQuery }
  | { readonly kind: 'setMode'; readonly mode: ViewSchemaMode }
  | Extract<TableAlteration, { kind: 'setProperties' | 'unsetProperties' }>;

interface RowChanges {
  readonly target: TableReference;
  /**
   * `__target_file`, `__target_row` and, for UPDATE, all columns of the rows that change. @throws as `plan` of MERGE.
   * @param defaults what DEFAULT means for a column, by its name in lower case; NULL for the others.
   * @param fields of the columns that are structs, for what SET says of one of them.
   */
  changes(columns: readonly string[], defaults?: ReadonlyMap<string, string>, fields?: StructFields): CompiledQuery;
}

/** What the engine does for one statement. Widened by one kind at a time; switched without `default`. */
export type CompiledStatement = { readonly text: string; readonly range: SourceRange } & (
  | ProgramStatement
  | { readonly kind: 'useCatalog'; readonly catalog: string }
  | { readonly kind: 'useSchema'; readonly catalog?: string; readonly schema: string }
  | { readonly kind: 'query'; readonly query: CompiledQuery }
  | ({ readonly kind: 'createTableAs'; readonly query: CompiledQuery } & TableClauses)
  | ({
      readonly kind: 'createTable';
      readonly columns: readonly ColumnDefinition[];
      readonly keys: readonly TableKey[];
    } & TableClauses)
  | {
      readonly kind: 'insert';
      readonly target: TableReference;
      readonly mode: 'append' | 'overwrite';
      /** Named target columns, in the query's order; absent: by position. */
      readonly columns?: readonly string[];
      readonly byName: boolean;
      /** Partition columns that the statement itself gives: the query gives the others. An overwrite replaces this partition only. */
      readonly partition?: ReadonlyMap<string, string | null>;
      /** REPLACE WHERE: the rows that go, as of DELETE; the rows that come must all fulfil it too. */
      readonly replaces?: (columns: readonly string[]) => CompiledQuery;
      /** REPLACE USING: the rows go whose values in these columns are those of a row that comes; NULL is no such value. */
      readonly replacesUsing?: readonly string[];
      readonly query: CompiledQuery;
      /** Present where VALUES holds the keyword DEFAULT, which is NULL in `query`. @param columns in the query's order. */
      readonly withDefaults?: (columns: readonly string[], defaults: ReadonlyMap<string, string>) => CompiledQuery;
    }
  | {
      readonly kind: 'createTemporaryView';
      readonly name: string;
      /** In the schema `global_temp`. */
      readonly global: boolean;
      readonly orReplace: boolean;
      /** As of `createView`. */
      readonly collation?: string;
      readonly query: CompiledQuery;
    }
  | {
      readonly kind: 'createView';
      readonly target: TableReference;
      readonly mode: TableMode;
      /** The query's text with its parameters filled in. */
      readonly definition: string;
      /** The view's own names of the query's columns; absent: the query's. */
      readonly columns?: readonly ColumnName[];
      readonly comment?: string;
      /** The collation of texts that the query writes; absent: UTF8_BINARY. */
      readonly collation?: string;
      /** Absent: COMPENSATION. */
      readonly schemaMode?: ViewSchemaMode;
      readonly properties: ReadonlyMap<string, string>;
      readonly query: CompiledQuery;
    }
  | { readonly kind: 'alterView'; readonly target: TableReference; readonly change: ViewAlteration }
  /** `to` without a schema is in that of `target`. */
  | {
      readonly kind: 'rename';
      readonly object: 'TABLE' | 'VIEW';
      readonly target: TableReference;
      readonly to: TableReference;
    }
  /** Those of the current schema where none is named, and the session's. `pattern`: with `*` and `|`. */
  | {
      readonly kind: 'showViews';
      readonly catalog?: string;
      readonly schema?: string;
      readonly pattern?: string;
    }
  | ({ readonly kind: 'createMaterializedView' } & DatasetDefinition)
  | ({ readonly kind: 'createStreamingTable' } & DatasetDefinition)
  | {
      readonly kind: 'merge';
      readonly target: TableReference;
      /** WITH SCHEMA EVOLUTION: what clauses assign and the target lacks is added, where the source has it under the same name. */
      readonly evolves: boolean;
      /** What evolution may bring: everything by `SET *` or `INSERT *`, else these columns and fields by their paths in lower case. */
      readonly brings: 'all' | readonly (readonly string[])[];
      readonly source: CompiledQuery;
      /** @throws ExpectedError `sql.unresolved-column`, `sql.duplicate-column`, ... */
      plan(columns: MergeColumns): MergePlan;
    }
  | { readonly kind: 'alterTable'; readonly target: TableReference; readonly change: TableAlteration }
  | { readonly kind: 'truncate'; readonly target: TableReference }
  /** The table becomes what it was in a version, or at a time. */
  | {
      readonly kind: 'restore';
      readonly target: TableReference;
      readonly version?: number;
      readonly timestamp?: string;
    }
  | {
      readonly kind: 'describe';
      readonly what: 'history' | 'detail';
      readonly target: TableReference;
      readonly limit?: number;
    }
  /** What the catalog keeps of its objects: DESCRIBE, SHOW, COMMENT ON, ... */
  | { readonly kind: 'catalog'; readonly command: CatalogCommand }
  /** DESCRIBE QUERY: the columns that the query would give. */
  | { readonly kind: 'describeQuery'; readonly query: CompiledQuery }
  | { readonly kind: 'showColumns'; readonly target: TableReference }
  | { readonly kind: 'optimize'; readonly target: TableReference; readonly zOrderBy: readonly string[] }
  | {
      readonly kind: 'vacuum';
      readonly target: TableReference;
      /** Absent: as the table's `delta.deletedFileRetentionDuration` says, a week by default. */
      readonly retainHours?: number;
      readonly dryRun: boolean;
    }
  | {
      readonly kind: 'copyInto';
      readonly target: TableReference;
      /** The table's columns that the query gives by position, all or these; absent: columns go by their names. */
      readonly columns?: readonly string[] | 'all';
      /** Its files are a stream: each is read once. */
      readonly query: CompiledQuery;
      /** Columns that the table lacks are added. */
      readonly mergeSchema: boolean;
      /** Files that were copied before are copied again. */
      readonly force: boolean;
    }
  /** A setting for the statements that follow; key and value in lower case. */
  | { readonly kind: 'set'; readonly key: string; readonly value: string }
  /** `assigned`: the columns that SET names; the others keep their values. */
  | ({ readonly kind: 'update'; readonly assigned: readonly string[] } & RowChanges)
  /** `everyRow`: no WHERE, so no row need be looked at. */
  | ({ readonly kind: 'delete'; readonly everyRow: boolean } & RowChanges)
  | {
      readonly kind: 'dropSchema';
      readonly catalog?: string;
      readonly schema: string;
      readonly ifExists: boolean;
      /** With all that is in it; otherwise a schema that holds anything is refused. */
      readonly cascade: boolean;
    }
  | {
      readonly kind: 'createSchema';
      readonly catalog?: string;
      readonly schema: string;
      readonly ifNotExists: boolean;
      readonly comment?: string;
      readonly location?: string;
      readonly properties?: ReadonlyMap<string, string>;
    }
  | {
      readonly kind: 'dropTable';
      readonly target: TableReference;
      readonly ifExists: boolean;
      /** What the statement names: DROP VIEW does not drop a table, nor DROP TABLE a view. */
      readonly object: 'TABLE' | 'VIEW' | 'MATERIALIZED VIEW' | 'STREAMING TABLE';
    }
);
