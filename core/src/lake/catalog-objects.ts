import { ExpectedError } from '../base/expected-error.ts';
import { tableKey, type TableName } from './names.ts';
import type { ScopedName } from './catalog-errors.ts';
import type { NamespaceInfo, SchemaDefinition, SecurableChange, TableInfo, UnityCatalog } from './unity-catalog.ts';

export interface NamedDefinition extends Pick<SchemaDefinition, 'comment' | 'location'> {
  readonly ifNotExists: boolean;
}

/** Calls, and takes an error whose code ends in that for nothing. */
async function unless(code: string | undefined, call: () => Promise<void>): Promise<void> {
  try {
    await call();
  } catch (error) {
    const found = error instanceof ExpectedError ? error.code.replaceAll(/[-.]/g, '_').toUpperCase() : '';
    if (code === undefined || !found.endsWith(code)) throw error;
  }
}

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
  /** Does nothing where there is one and `ifNotExists`; so for a volume. */
  createCatalog(name: string, definition: NamedDefinition): Promise<void>;
  createVolume(name: TableName, definition: NamedDefinition): Promise<void>;
  dropVolume(name: TableName, options: { readonly ifExists: boolean }): Promise<void>;
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
    async createCatalog(name, { ifNotExists, ...definition }) {
      await unless(ifNotExists ? 'ALREADY_EXISTS' : undefined, () => catalog.createCatalog(name, definition));
      changed();
    },
    async createVolume(name, { ifNotExists, ...definition }) {
      const schema = { catalog: name.catalog, schema: name.schema };
      const create = (): Promise<void> => catalog.createVolume(name, definition);
      await unless(ifNotExists ? 'ALREADY_EXISTS' : undefined, () => expect(schema, create));
      changed();
    },
    async dropVolume({ table: volume, ...schema }, { ifExists }) {
      const fullName = `${schema.catalog}.${schema.schema}.${volume}`;
      const drop = (): Promise<void> => catalog.deleteVolume(fullName);
      await unless(ifExists ? 'VOLUME_NOT_FOUND' : undefined, () => expect({ ...schema, volume }, drop));
      changed();
    },
  };
}
