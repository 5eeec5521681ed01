import type { DuckDBValue } from '@duckdb/node-api';
import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { alteredProperties } from '@medallion/core/engine/child/catalog/altered-properties.ts';
import type { CatalogHost, DescribedNamespace, DescribedRelation } from '@medallion/core/engine/child/catalog/host.ts';
import { describedColumn } from '@medallion/core/engine/child/statements/described-columns.ts';
import type { FunctionDefinition } from '@medallion/core/lake/stored-function.ts';
import type { Commented } from '@medallion/core/sql/catalog-command.ts';
import type { TableReference } from '@medallion/core/sql/contract.ts';
import { quoteName } from '@medallion/core/sql/types/duckdb-type.ts';
import type { Binder } from './binder.ts';
import { CATALOG, type ScratchCatalog } from './scratch-catalog.ts';
import { isView, notRun, unknownTable } from './session-errors.ts';

interface Session {
  readonly catalog: ScratchCatalog;
  readonly binder: Binder;
  readonly routine: (name: readonly string[]) => Promise<FunctionDefinition | undefined>;
}

/** The scratch catalog as the host of the product's statements about a catalog. */
export function catalogHost({ catalog, binder, routine }: Session): CatalogHost {
  const home = () => ({ catalog: CATALOG, schema: catalog.schema });
  return {
    home,
    schemaName: (name, schema) => {
      if (name !== undefined && name.toLowerCase() !== CATALOG) throw unknownTable(name);
      return { catalog: CATALOG, schema: (schema ?? catalog.schema).toLowerCase() };
    },
    relation: (target) => described({ catalog, binder }, target),
    temporaryViews: () => [...catalog.views.keys()].filter((name) => !name.includes('.')),
    relations: async ({ schema }) => {
      catalog.namespace(schema);
      if (catalog.anyUnknown) throw notRun('SHOW TABLES where a statement that changes some is refused');
      const keys = [...catalog.tables.keys(), ...catalog.views.keys()].filter((key) => key.startsWith(`${schema}.`));
      return await Promise.resolve(keys.map((key) => key.slice(schema.length + 1)));
    },
    schema: async ({ schema }) => await Promise.resolve(namespaceOf(schema, catalog)),
    schemas: async () => await Promise.resolve(catalog.schemaNames),
    catalog: () => Promise.reject(notRun('DESCRIBE CATALOG')),
    catalogs: () => Promise.resolve([CATALOG]),
    partitions: (target) => partitionsOf({ catalog, binder }, target),
    routine,
    analyze: async ({ target }) => {
      const { type } = await described({ catalog, binder }, target);
      if (type === 'VIEW') throw isView(target.table);
      const key = catalog.key(target);
      const kept = catalog.described.of(key);
      // Sizes are those of the files that Spark would have written.
      if (kept) catalog.described.set(key, { ...kept, statistics: 'unknown' });
    },
    comment: async (on, text) => {
      await Promise.resolve();
      setComment(catalog, on, text ?? '');
    },
    grants: () => Promise.reject(noGrants()),
    changeGrants: () => Promise.reject(noGrants()),
    changeTags: () => Promise.reject(noGrants()),
    createCatalog: () => Promise.reject(noGrants()),
    createVolume: () => Promise.reject(noGrants()),
    dropVolume: () => Promise.reject(noGrants()),
    addKey: () => Promise.reject(noGrants()),
    setRowFilter: () => Promise.reject(noGrants()),
    setMask: () => Promise.reject(noGrants()),
    dropPrimaryKey: () => Promise.reject(noGrants()),
    alterSchema: async ({ schema }, change) => {
      await Promise.resolve();
      const namespace = catalog.namespace(schema);
      const before = Object.fromEntries(namespace.properties);
      // Spark's own schemas have a place that may be another.
      if (change.kind === 'setLocation') return;
      const { properties = before } = alteredProperties(schema, before, change);
      catalog.setNamespace(schema, { ...namespace, properties: new Map(Object.entries(properties)) });
    },
  };
}

/** Spark itself refuses GRANT, REVOKE and SHOW GRANTS: they are Unity Catalog's. */
function noGrants(): ExpectedError {
  return new ExpectedError({ code: 'sql.not-emulated', message: 'Spark has no grants.', nextStep: 'Leave it out.' });
}

async function described(
  { catalog, binder }: Omit<Session, 'routine'>,
  target: TableReference,
): Promise<DescribedRelation> {
  if (catalog.isUnknown(target)) throw notRun('DESCRIBE of a table that was changed');
  const view = catalog.temporaryView(target);
  const key = catalog.key(target);
  const kept = catalog.described.of(key);
  if (view) {
    const columns = (await binder.view(view)).columns.map(describedColumn);
    return { table: target.table, temporary: true, type: 'VIEW', columns, partitionColumns: [], properties: new Map() };
  }
  const [schema = '', table = ''] = key.split('.');
  if (kept) return { ...kept, catalog: CATALOG, schema, table, temporary: false, createdAt: 0, createdBy: 'Spark' };
  throw catalog.tables.has(key) ? notRun('DESCRIBE of such a table') : unknownTable(key);
}

/** By the rows: Spark keeps a partition also where its last row has gone. */
async function partitionsOf({ catalog, binder }: Omit<Session, 'routine'>, target: TableReference) {
  const { partitionColumns } = await described({ catalog, binder }, target);
  const texts = partitionColumns.map((name) => `CAST(${quoteName(name)} AS VARCHAR)`).join(', ');
  const rows = await binder.rows(`SELECT DISTINCT ${texts} FROM main.${catalog.table(target)}`);
  if (rows.length === 0) throw notRun('the partitions of a table without rows');
  return rows.map((row) => partitionColumns.map((name, at) => [name, textOf(row[at])] as const));
}

function textOf(value: DuckDBValue | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}

function namespaceOf(schema: string, catalog: ScratchCatalog): DescribedNamespace {
  const kept = catalog.namespace(schema);
  return { name: schema, owner: 'judge', location: `${schema}.db`, ...kept, comment: kept.comment ?? '' };
}

function setComment(catalog: ScratchCatalog, on: Commented, comment: string): void {
  if (on.kind === 'schema') {
    const schema = on.name.schema.toLowerCase();
    catalog.setNamespace(schema, { ...catalog.namespace(schema), comment });
    return;
  }
  if (on.kind !== 'relation') throw notRun(`COMMENT ON ${on.kind}`);
  if (catalog.isUnknown(on.target)) throw notRun('a comment on a table that was changed');
  const key = catalog.key(on.target);
  // Spark's own catalog takes no comment on a view.
  if (catalog.temporaryView(on.target) ?? catalog.views.get(key)) throw isView(key);
  const kept = catalog.described.of(key);
  if (!kept) throw catalog.tables.has(key) ? notRun('a comment on such a table') : unknownTable(key);
  catalog.described.set(key, { ...kept, comment });
}
