import { tableKey, type TableName } from './names.ts';
import type { DatabricksPort, TableInfo } from './unity-catalog.ts';

/** A key as the catalog keeps it. */
export type StoredKey =
  | { readonly kind: 'primary'; readonly name: string; readonly columns: readonly string[] }
  | {
      readonly kind: 'foreign';
      readonly name: string;
      readonly columns: readonly string[];
      /** `catalog.schema.table` */
      readonly parent: string;
      readonly parentColumns: readonly string[];
    };

const ROOT = '/api/2.1/unity-catalog/constraints';

/** Primary and foreign keys in Unity Catalog, which enforces none of them. */
export class TableKeys {
  readonly #databricks: DatabricksPort;

  constructor(databricks: DatabricksPort) {
    this.#databricks = databricks;
  }

  async add(table: TableName, key: StoredKey): Promise<void> {
    const { name, columns } = key;
    const constraint =
      key.kind === 'primary'
        ? { primary_key_constraint: { name, child_columns: columns } }
        : {
            foreign_key_constraint: {
              name,
              child_columns: columns,
              parent_table: key.parent,
              parent_columns: key.parentColumns,
            },
          };
    const body = { full_name_arg: tableKey(table), constraint };
    await this.#databricks.request('POST', ROOT, { body });
  }

  /** @param cascade takes the foreign keys along that name it; otherwise they make it reject. */
  async drop(table: TableName, name: string, { cascade }: { readonly cascade: boolean }): Promise<void> {
    const path = `${ROOT}/${encodeURIComponent(tableKey(table))}`;
    await this.#databricks.request('DELETE', path, { query: { constraint_name: name, cascade: String(cascade) } });
  }
}

/** The keys of a table, in the order in which they came. */
export function storedKeys({ table_constraints: all = [] }: TableInfo): StoredKey[] {
  return all.flatMap(({ primary_key_constraint: primary, foreign_key_constraint: foreign }): StoredKey[] => {
    if (primary) return [{ kind: 'primary', name: primary.name, columns: primary.child_columns }];
    if (!foreign) return [];
    const { name, child_columns: columns, parent_table: parent, parent_columns: parentColumns } = foreign;
    return [{ kind: 'foreign', name, columns, parent, parentColumns }];
  });
}
