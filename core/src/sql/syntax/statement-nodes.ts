import type { ColumnDefinition } from '../contract.ts';
import type { Name, Query } from './nodes.ts';

export interface TableDefinitionParts {
  readonly target: readonly Name[];
  readonly mode: 'create' | 'createOrReplace' | 'createIfNotExists';
  readonly partitionedBy: readonly string[];
  readonly clusteredBy: readonly string[];
  readonly comment: string | undefined;
  readonly properties: ReadonlyMap<string, string>;
}

/** A statement as the text says it. */
export type StatementNode =
  | { readonly kind: 'useCatalog'; readonly catalog: Name }
  | { readonly kind: 'useSchema'; readonly parts: readonly Name[] }
  | { readonly kind: 'query'; readonly query: Query }
  | ({ readonly kind: 'createTableAs'; readonly query: Query } & TableDefinitionParts)
  | ({ readonly kind: 'createTable'; readonly columns: readonly ColumnDefinition[] } & TableDefinitionParts)
  | {
      readonly kind: 'insert';
      readonly target: readonly Name[];
      readonly mode: 'append' | 'overwrite';
      readonly columns: readonly Name[] | undefined;
      readonly byName: boolean;
      readonly query: Query;
    }
  | {
      readonly kind: 'createTemporaryView';
      readonly name: Name;
      readonly orReplace: boolean;
      readonly columns: readonly Name[] | undefined;
      readonly query: Query;
    }
  | { readonly kind: 'createSchema'; readonly parts: readonly Name[]; readonly ifNotExists: boolean }
  | { readonly kind: 'dropTable'; readonly target: readonly Name[]; readonly ifExists: boolean };
