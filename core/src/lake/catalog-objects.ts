import { tableKey, type TableName } from './names.ts';
import type { ScopedName } from './resolver.ts';
import type { NamespaceInfo, SecurableChange, TableInfo, UnityCatalog } from './unity-catalog.ts';

/** What Unity Catalog keeps of its objects: comments, owners, properties, times. Rejects as the resolver does. */
export interface CatalogObjects {
  table(name: TableName): Promise<TableInfo>;
  changeTable(name: TableName, change: SecurableChange): Promise<void>;
  /** Names of the tables and views of a schema. */
  tableNames(catalog: string, schema: string): Promise<readonly string[]>;
  schema(catalog: string, schema: string): Promise<NamespaceInfo>;
  changeSchema(catalog: string, schema: string, change: SecurableChange): Promise<void>;
  schemaNames(catalog: string): Promise<readonly string[]>;
  catalog(name: string): Promise<NamespaceInfo>;
  changeCatalog(name: string, change: SecurableChange): Promise<void>;
  catalogNames(): Promise<readonly string[]>;
}

/** @param around how the service's errors are told, and what is to be forgotten after a change. */
export function catalogObjects(
  catalog: UnityCatalog,
  {
    expect,
    changed,
  }: { readonly expect: <T>(name: ScopedName, call: () => Promise<T>) => Promise<T>; readonly changed: () => void },
): CatalogObjects {
  return {
    table: (name) => expect(name, () => catalog.getTable(tableKey(name))),
    async changeTable(name, change) {
      await expect(name, () => catalog.changeSecurable('tables', tableKey(name), change));
      changed();
    },
    tableNames: (catalogName, schema) =>
      expect({ catalog: catalogName, schema }, () =>
        catalog.names('tables', { catalog_name: catalogName, schema_name: schema, omit_columns: 'true' }),
      ),
    schema: (catalogName, schema) =>
      expect({ catalog: catalogName, schema }, () => catalog.getNamespace('schemas', `${catalogName}.${schema}`)),
    async changeSchema(catalogName, schema, change) {
      const fullName = `${catalogName}.${schema}`;
      await expect({ catalog: catalogName, schema }, () => catalog.changeSecurable('schemas', fullName, change));
      changed();
    },
    schemaNames: (catalogName) =>
      expect({ catalog: catalogName, schema: 'default' }, () =>
        catalog.names('schemas', { catalog_name: catalogName }),
      ),
    catalog: (name) => expect({ catalog: name, schema: 'default' }, () => catalog.getNamespace('catalogs', name)),
    async changeCatalog(name, change) {
      await expect({ catalog: name, schema: 'default' }, () => catalog.changeSecurable('catalogs', name, change));
      changed();
    },
    catalogNames: () => catalog.names('catalogs', {}),
  };
}
