import type { GrantedOn, PartitionSpec, SchemaAlteration } from '../catalog-command.ts';
import type { Name } from './nodes.ts';
import type { KeyNode } from './statement-nodes.ts';

interface GrantedOnNode {
  readonly type: GrantedOn['type'];
  readonly name: readonly Name[];
}

/** What CREATE CATALOG and CREATE VOLUME say beside the name. */
interface CreationParts {
  readonly ifNotExists: boolean;
  readonly comment: string | undefined;
  /** Of a catalog where its tables lie, of a volume its files: an external one's. */
  readonly location: string | undefined;
}

interface PolicyNode {
  readonly functionName: readonly Name[];
  readonly columns: readonly string[];
}

/** As `CatalogCommand`, with names as the text has them. */
export type CatalogCommandNode =
  | {
      readonly kind: 'describeRelation';
      readonly target: readonly Name[];
      readonly extended: boolean;
      readonly asJson: boolean;
      readonly column: readonly string[] | undefined;
      readonly partition: PartitionSpec | undefined;
    }
  | { readonly kind: 'describeSchema'; readonly schema: readonly Name[]; readonly extended: boolean }
  | { readonly kind: 'describeCatalog'; readonly catalog: Name; readonly extended: boolean }
  | { readonly kind: 'describeFunction'; readonly name: readonly Name[]; readonly extended: boolean }
  | {
      readonly kind: 'showTables';
      readonly within: readonly Name[] | undefined;
      readonly pattern: string | undefined;
    }
  | {
      readonly kind: 'showTableExtended';
      readonly within: readonly Name[] | undefined;
      readonly pattern: string;
      readonly partition: PartitionSpec | undefined;
    }
  | { readonly kind: 'showSchemas'; readonly catalog: Name | undefined; readonly pattern: string | undefined }
  | { readonly kind: 'showCatalogs'; readonly pattern: string | undefined }
  | { readonly kind: 'showCurrent' }
  | { readonly kind: 'showProperties'; readonly target: readonly Name[]; readonly key: string | undefined }
  | { readonly kind: 'showCreate'; readonly target: readonly Name[] }
  | {
      readonly kind: 'showPartitions';
      readonly target: readonly Name[];
      readonly partition: PartitionSpec | undefined;
    }
  | {
      readonly kind: 'comment';
      readonly on: 'catalog' | 'schema' | 'relation' | 'column';
      readonly name: readonly Name[];
      readonly text: string | undefined;
    }
  | { readonly kind: 'alterSchema'; readonly schema: readonly Name[]; readonly change: SchemaAlteration }
  | {
      readonly kind: 'analyze';
      readonly target: readonly Name[];
      readonly scans: boolean;
      readonly columns: readonly string[] | 'all';
    }
  | { readonly kind: 'expectRelation'; readonly statement: string; readonly target: readonly Name[] }
  | { readonly kind: 'expectFunction'; readonly statement: string; readonly name: readonly Name[] }
  | {
      readonly kind: 'grant';
      readonly action: 'grant' | 'revoke';
      readonly privileges: readonly string[];
      readonly on: GrantedOnNode;
      readonly principal: string;
    }
  | { readonly kind: 'showGrants'; readonly on: GrantedOnNode; readonly principal: string | undefined }
  | {
      readonly kind: 'tags';
      readonly on: GrantedOnNode;
      readonly column: string | undefined;
      readonly set: ReadonlyMap<string, string>;
      readonly unset: readonly string[];
    }
  | { readonly kind: 'addKey'; readonly target: readonly Name[]; readonly key: KeyNode }
  | { readonly kind: 'dropPrimaryKey'; readonly target: readonly Name[]; readonly ifExists: boolean }
  | ({ readonly kind: 'createCatalog'; readonly name: Name } & CreationParts)
  | ({ readonly kind: 'createVolume'; readonly target: readonly Name[] } & CreationParts)
  | { readonly kind: 'dropVolume'; readonly target: readonly Name[]; readonly ifExists: boolean }
  | { readonly kind: 'rowFilter'; readonly target: readonly Name[]; readonly filter: PolicyNode | undefined }
  | {
      readonly kind: 'mask';
      readonly target: readonly Name[];
      readonly column: string;
      readonly mask: PolicyNode | undefined;
    }
  | { readonly kind: 'nothing'; readonly statement: string };
