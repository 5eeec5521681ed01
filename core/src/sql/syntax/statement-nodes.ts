import type { ViewSchemaMode } from '../../lake/stored-view.ts';
import type {
  ColumnName,
  CompiledStatement,
  Expectation,
  TableAlteration,
  ViewAlteration,
} from '../compiled-statement.ts';
import type { ColumnDefinition, ColumnRule } from '../contract.ts';
import type { CatalogCommandNode } from './catalog-nodes.ts';
import type { Block } from './compound.ts';
import type { Expression, Name, Query, Source, VersionPin } from './nodes.ts';
import type { Span } from './problem.ts';
import type { CreateFunctionNode, DropFunctionNode } from './routines.ts';
import type { VariableNode } from './variables.ts';

export interface TableDefinitionParts {
  readonly target: readonly Name[];
  readonly mode: 'create' | 'createOrReplace' | 'createIfNotExists';
  readonly partitionedBy: readonly string[];
  readonly clusteredBy: readonly string[];
  readonly comment: string | undefined;
  readonly properties: ReadonlyMap<string, string>;
}

/** How a column gets its values: text is filled in once parameters are known. */
export type ColumnRuleNode =
  | { readonly kind: 'default' | 'generated'; readonly expression: Expression; readonly span: Span }
  | Extract<ColumnRule, { kind: 'identity' }>;

/** A primary key, or a foreign key: what a table says of its columns, which nothing enforces. */
export type KeyNode =
  | { readonly kind: 'primary'; readonly name: string | undefined; readonly columns: readonly string[] }
  | {
      readonly kind: 'foreign';
      readonly name: string | undefined;
      readonly columns: readonly string[];
      readonly parent: readonly Name[];
      readonly parentColumns: readonly string[] | undefined;
    };

export interface ColumnNode extends Omit<ColumnDefinition, 'rule'> {
  readonly rule?: ColumnRuleNode;
}

export interface ExpectationNode extends Pick<Expectation, 'name' | 'onViolation'> {
  readonly condition: Expression;
}

/** A materialized view or a streaming table. */
export interface DatasetParts extends TableDefinitionParts {
  readonly expectations: readonly ExpectationNode[];
  readonly query: Query;
}

/** The table that UPDATE, DELETE or MERGE changes. */
export interface ModifiedTable {
  readonly target: readonly Name[];
  readonly alias: Name | undefined;
}

/** `t.a`: the column `a`, behind the names `t`. */
export interface TargetColumn extends Name {
  readonly qualifier: readonly Name[];
}

export interface Assignment {
  readonly column: TargetColumn;
  readonly value: Expression;
}

export type MergeAction =
  | { readonly kind: 'update'; readonly assignments: readonly Assignment[] }
  | { readonly kind: 'updateAll' }
  | { readonly kind: 'delete' }
  | { readonly kind: 'insert'; readonly assignments: readonly Assignment[] }
  | { readonly kind: 'insertAll' };

export interface MergeClauseNode extends Span {
  readonly on: 'matched' | 'notMatched' | 'notMatchedBySource';
  readonly condition: Expression | undefined;
  readonly action: MergeAction;
}

/** A statement as the text says it. */
export type StatementNode =
  | CreateFunctionNode
  | DropFunctionNode
  | VariableNode
  | { readonly kind: 'compound'; readonly block: Block }
  | { readonly kind: 'useCatalog'; readonly catalog: Name }
  | { readonly kind: 'useSchema'; readonly parts: readonly Name[] }
  | { readonly kind: 'query'; readonly query: Query }
  | ({ readonly kind: 'createTableAs'; readonly query: Query } & TableDefinitionParts)
  | ({
      readonly kind: 'createTable';
      readonly columns: readonly ColumnNode[];
      readonly keys: readonly KeyNode[];
    } & TableDefinitionParts)
  | {
      readonly kind: 'insert';
      readonly target: readonly Name[];
      readonly mode: 'append' | 'overwrite';
      readonly columns: readonly Name[] | undefined;
      readonly byName: boolean;
      /** `PARTITION (p = 'a')`: constants; undefined where a value is unknown yet. */
      readonly partition: ReadonlyMap<string, string | null | undefined> | undefined;
      readonly replaceWhere: Expression | undefined;
      readonly replaceUsing: readonly string[] | undefined;
      readonly query: Query;
    }
  | {
      readonly kind: 'createTemporaryView';
      readonly name: Name;
      /** In the schema `global_temp`. */
      readonly global: boolean;
      readonly orReplace: boolean;
      readonly columns: readonly ColumnName[] | undefined;
      readonly collation: string | undefined;
      readonly query: Query;
    }
  | {
      readonly kind: 'createView';
      readonly target: readonly Name[];
      readonly mode: TableDefinitionParts['mode'];
      readonly columns: readonly ColumnName[] | undefined;
      readonly comment: string | undefined;
      readonly collation: string | undefined;
      readonly schemaMode: ViewSchemaMode | undefined;
      readonly properties: ReadonlyMap<string, string>;
      readonly query: Query;
    }
  | {
      readonly kind: 'alterView';
      readonly target: readonly Name[];
      readonly change: { readonly kind: 'as'; readonly query: Query } | Exclude<ViewAlteration, { kind: 'as' }>;
    }
  | {
      readonly kind: 'rename';
      readonly object: 'TABLE' | 'VIEW';
      readonly target: readonly Name[];
      readonly to: readonly Name[];
    }
  | { readonly kind: 'showViews'; readonly parts: readonly Name[]; readonly pattern: string | undefined }
  | ({
      readonly kind: 'createMaterializedView' | 'createStreamingTable';
      readonly columns: readonly ColumnName[] | undefined;
    } & DatasetParts)
  | ({
      readonly kind: 'merge';
      readonly evolves: boolean;
      readonly source: Exclude<Source, { kind: 'join' | 'lateralView' | 'pivot' }>;
      readonly on: Expression;
      readonly clauses: readonly MergeClauseNode[];
    } & ModifiedTable)
  | ({
      readonly kind: 'update';
      readonly assignments: readonly Assignment[];
      readonly where: Expression | undefined;
    } & ModifiedTable)
  | ({ readonly kind: 'delete'; readonly where: Expression | undefined } & ModifiedTable)
  | {
      readonly kind: 'alterTable';
      readonly target: readonly Name[];
      readonly change:
        | Exclude<TableAlteration, { kind: 'addCheck' | 'addColumns' | 'setDefault' }>
        | { readonly kind: 'addColumns'; readonly columns: readonly ColumnNode[] }
        | { readonly kind: 'setDefault'; readonly column: string; readonly rule: ColumnRuleNode | undefined }
        | { readonly kind: 'addCheck'; readonly name: string; readonly condition: Expression; readonly span: Span };
    }
  | { readonly kind: 'truncate'; readonly target: readonly Name[] }
  | { readonly kind: 'restore'; readonly target: readonly Name[]; readonly pin: VersionPin }
  | {
      readonly kind: 'describe';
      readonly what: 'history' | 'detail';
      readonly target: readonly Name[];
      readonly limit: number | undefined;
    }
  | { readonly kind: 'catalog'; readonly command: CatalogCommandNode }
  | { readonly kind: 'describeQuery'; readonly query: Query }
  | { readonly kind: 'showColumns'; readonly target: readonly Name[] }
  | { readonly kind: 'optimize'; readonly target: readonly Name[]; readonly zOrderBy: readonly string[] }
  | {
      readonly kind: 'vacuum';
      readonly target: readonly Name[];
      readonly retainHours: number | undefined;
      readonly dryRun: boolean;
    }
  | {
      readonly kind: 'copyInto';
      readonly target: readonly Name[];
      /** By position: the columns of the table, or all. */
      readonly columns?: readonly string[] | 'all';
      readonly query: Query;
      readonly mergeSchema: boolean;
      readonly force: boolean;
    }
  | { readonly kind: 'set'; readonly key: string; readonly value: string }
  | {
      readonly kind: 'dropSchema';
      readonly parts: readonly Name[];
      readonly ifExists: boolean;
      readonly cascade: boolean;
    }
  | {
      readonly kind: 'createSchema';
      readonly parts: readonly Name[];
      readonly ifNotExists: boolean;
      readonly comment: string | undefined;
      readonly location: string | undefined;
      readonly properties: ReadonlyMap<string, string>;
    }
  | {
      readonly kind: 'dropTable';
      readonly target: readonly Name[];
      readonly ifExists: boolean;
      readonly object: Extract<CompiledStatement, { kind: 'dropTable' }>['object'];
    };
