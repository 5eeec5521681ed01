import type { Diagnostic, SourceRange } from '../base/diagnostic.ts';
import type { ViewColumn, ViewSchemaMode } from '../lake/stored-view.ts';
import type { CompiledStatement } from './compiled-statement.ts';
import type { NativeFunction } from './functions/native-function.ts';
import type { SessionNames } from './program/session-names.ts';
import type { Trace } from './translate/trace.ts';
import type { ColumnNotes, HasNotes } from './types/column-notes.ts';

export type { CompiledStatement } from './compiled-statement.ts';
export type { NativeFunction } from './functions/native-function.ts';

/** SQL text as a team wrote it, perhaps many statements. */
export interface SqlSource {
  readonly text: string;
  /** For ranges in diagnostics: absolute, or relative to the project. */
  readonly file: string;
  /** The line of `file` on which `text` starts; 1 where the file is all SQL (a notebook's cell is not). */
  readonly firstLine?: number;
}

/** How the task's compute evaluates SQL. Shown in the run; refused when unknown. */
export interface ComputeProfile {
  readonly ansi: boolean;
  /** An IANA name; Databricks' default is `Etc/UTC`. */
  readonly timeZone: string;
  /** The collation of texts that are written, in a view that has one of its own. */
  readonly collation?: string;
  /** Why it is so, for people: `SQL warehouse`, `spark_version 15.4 (ANSI off before 17)`. */
  readonly decidedBy: string;
}

export type StatementKind = CompiledStatement['kind'] | 'setConfiguration' | 'other';

/** A table reference as far as the text tells: missing levels come from USE at run time. */
export interface TableReference {
  readonly catalog?: string;
  readonly schema?: string;
  readonly table: string;
  readonly range: SourceRange;
}

/** What can be said of a statement without a lake, for `scan`, diagnostics in the editor, and as the compiler's first stage. */
export interface AnalyzedStatement {
  readonly text: string;
  readonly range: SourceRange;
  readonly kind: StatementKind;
  readonly verdict: 'here' | 'refused';
  /** Why it is refused: every construct that is not emulated, with its range. Empty where the verdict is `here`. */
  readonly diagnostics: readonly Diagnostic[];
  /** Databricks' own sample data that it reads: it runs here once somebody has put data in its place. */
  readonly needs?: readonly SampleData[];
  readonly reads: readonly TableReference[];
  readonly writes?: TableReference;
}

/** Data that every workspace of Databricks has, and a laptop where a folder or a table stands for it. */
export type SampleData =
  /** Below `/databricks-datasets`. @see dbfsFolder */
  | { readonly kind: 'folder'; readonly path: string; readonly range: SourceRange }
  /** In the catalog `samples`, or that itself. */
  | { readonly kind: 'catalog'; readonly name: string; readonly range: SourceRange };

/** Named parameters (`:p`, `{{p}}`). Undefined for `scan`: values are unknown then, and IDENTIFIER(:p) is taken on trust. */
export type ParameterValues = ReadonlyMap<string, string>;

/** A condition on a column of a relation: only rows for which it is true matter. `in` and the comparisons reject NULL. */
export interface ScanFilter {
  readonly column: string;
  readonly test: '=' | '<' | '<=' | '>' | '>=' | 'in' | 'isNull' | 'isNotNull';
  /** Spark's type of the constant, and its text: `date`, `2024-05-01`. */
  readonly values: readonly { readonly typeText: string; readonly text: string }[];
}

/** What `read_kafka` reads. Nothing in it is secret: signing in is the environment's. */
export interface HubSource {
  readonly bootstrapServers: string;
  readonly hubs: readonly string[];
  /** `earliest`, `latest`, or Kafka's JSON: `{"<hub>":{"<partition>":<offset>}}`, where -2 is earliest and -1 latest. */
  readonly startingOffsets: string;
  readonly endingOffsets: string;
  readonly failOnDataLoss: boolean;
}

/** A relation of the lake inside compiled SQL. The engine binds `placeholder` to a DuckDB view before it runs the statement. */
export type LakeRelation =
  | {
      readonly kind: 'table';
      /** The identifier that stands for it in the DuckDB text (already quoted there): `__lake_0`. */
      readonly placeholder: string;
      readonly table: TableReference;
      readonly version?: number;
      readonly timestamp?: string;
      /** True where the statement reads what has come since it last did (`STREAM`): in streaming tables only. */
      readonly stream?: boolean;
      /** `table_changes`: what the versions from one to another have changed; each a version, or a time as text. */
      readonly changes?: { readonly from: string; readonly to?: string };
      /** One list of conditions for each place in which it stands: a row matters that fulfils all of one list. Absent: every row does. */
      readonly filters?: readonly (readonly ScanFilter[])[];
    }
  | {
      readonly kind: 'files';
      readonly placeholder: string;
      /** As evaluated: a `/Volumes/...` or `abfss://` path, perhaps with globs. */
      readonly path: string;
      /** `read_files` options, keys in lower case: `format`, `header`, `schema`, `rescueddatacolumn`, ... */
      readonly options: ReadonlyMap<string, string>;
      /** True where the statement asks for the hidden `_metadata` struct. */
      readonly usesMetadata: boolean;
      /** As of a table. */
      readonly stream?: boolean;
      readonly range: SourceRange;
    }
  | {
      /** Events of event hubs as Kafka's readers see them (`read_kafka`). */
      readonly kind: 'hubs';
      readonly placeholder: string;
      readonly source: HubSource;
      /** As of a table. */
      readonly stream?: boolean;
      readonly range: SourceRange;
    }
  | {
      /** Rows that the engine gives a statement that changes a table: the table's own, and those of MERGE's source. */
      readonly kind: 'local';
      readonly placeholder: string;
      readonly relation: 'target' | 'source';
      readonly stream?: false;
      /** As of a table. */
      readonly filters?: readonly (readonly ScanFilter[])[];
    };

/** A column of a relation as DuckDB's DESCRIBE says it: `column_name` and `column_type` (`DECIMAL(12,4)`, `STRUCT(a INTEGER)`). */
export interface RelationColumn {
  readonly name: string;
  readonly duckdbType: string;
  /** Spark's type, of a query's column: DuckDB's does not tell an interval's fields, a time's precision, or a NULL without a type. */
  readonly typeText?: string;
  readonly notes?: ColumnNotes;
  /** Where the relation's rows are: `stored` in files, `given` in the text (VALUES), which Spark computes while it plans; absent: not known. */
  readonly rows?: 'stored' | 'given';
}

/** DuckDB text that behaves as Databricks SQL does, and the result's columns with Spark's types (`decimal(10,2)`, `timestamp`). */
export interface BoundQuery {
  readonly duckdbSql: string;
  readonly columns: readonly ({ readonly name: string; readonly typeText: string } & HasNotes)[];
  /** What the query itself calls its columns, where the statement names them. */
  readonly queryNames?: readonly string[];
  /** The same result in two parts, where its rows are kept anyway. */
  readonly ranked?: RankedRows;
  /**
   * Values that Spark computes while it plans, whatever rows there are, and that may raise: to be computed (`SELECT ...`) before the
   * query is run. DuckDB does not ask for what no row needs.
   */
  readonly constants?: readonly string[];
}

/** A query's rows without the number of each within its partition, and those numbers apart, to be computed one after the other. */
export interface RankedRows {
  /** The number's column, where the rows have all others of the query by name. */
  readonly number: string | undefined;
  readonly rowsSql: string;
  /** `row` (the table's own `rowid`) and `place` of the rows that are not the first of their partition. @param rows a table of `rowsSql`. */
  readonly placesSql: (rows: string) => string;
  /** The query's result. @param places a table of `placesSql`. */
  readonly sql: (rows: string, places: string) => string;
}

/** The columns that a view was made with, which it has whatever its tables become. */
export interface KeptColumns {
  /** For messages. */
  readonly view: string;
  readonly mode: ViewSchemaMode;
  readonly columns: readonly ViewColumn[];
}

/**
 * A query before its relations' columns are known. Spark's answer depends on types (`a / b`, `'1' < n`, `tags[0]`), so its DuckDB
 * text is made in two steps: the engine creates a view for each of `relations`, then calls `bind`.
 */
export interface CompiledQuery {
  readonly relations: readonly LakeRelation[];
  /**
   * Holds no state: it may be called again with other columns, as before a script's first effect and at the statement itself.
   * @param columnsOf the columns of a placeholder's view, `_metadata` included where a `files` relation has it.
   * Undefined columns, which only an editor may give, are any; `trace` is told what comes from what. `keeps`: of a view that is read.
   * @throws ExpectedError `sql.not-emulated`, `sql.unresolved-column`, `sql.type-mismatch`, ... with every diagnostic.
   */
  bind(
    columnsOf: (placeholder: string) => readonly RelationColumn[] | undefined,
    trace?: Trace,
    keeps?: KeptColumns,
  ): BoundQuery;
}

/** How a column gets its values where a statement gives none, or always. Expressions are SQL text. */
export type ColumnRule =
  | { readonly kind: 'default' | 'generated'; readonly sql: string }
  /** Whole numbers as text; `always`: no statement may give the values. */
  | { readonly kind: 'identity'; readonly always: boolean; readonly start: string; readonly step: string };

export interface ColumnDefinition {
  readonly name: string;
  /** Spark's DDL type text: `DECIMAL(10,2)`. */
  readonly typeText: string;
  readonly nullable: boolean;
  readonly comment?: string;
  readonly rule?: ColumnRule;
}

/** The outcome of compiling: every statement, or every reason why not. All or nothing, so that a file never runs by half. */
export type CompileResult =
  | { readonly ok: true; readonly statements: readonly CompiledStatement[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/**
 * `core/src/sql/dialect.ts` exports `createDialect(): Promise<Dialect>`; a dialect holds no state.
 * An allow-list rules: what is not mapped and tested is the diagnostic `sql.not-emulated` with its range, never passed through.
 */
export interface Dialect {
  analyze(source: SqlSource, parameters?: ParameterValues): readonly AnalyzedStatement[];
  /** @param names those of the session in which the text runs, for a text that is no file's. */
  compile(source: SqlSource, parameters: ParameterValues, profile: ComputeProfile, names?: SessionNames): CompileResult;
  /**
   * A value that is written to a column of another type, as Delta writes it: Spark's ANSI cast, whatever the profile.
   * @param from and `to` are DuckDB's names of the types. Undefined where the cast is refused or not emulated.
   */
  assign(sql: string, from: string, to: string): string | undefined;
  /** Settings of each DuckDB connection (SET), and macros with Spark's semantics, which connections of one profile may share. */
  prelude(profile: ComputeProfile): readonly string[];
  /** JavaScript functions that the prelude and compiled text call: to register once on each DuckDB instance, before the prelude. */
  readonly functions: readonly NativeFunction[];
}
