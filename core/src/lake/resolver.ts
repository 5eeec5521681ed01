import { ExpectedError } from '../base/expected-error.ts';
import {
  formatLakePath,
  formatTableName,
  joinLakePath,
  type LakePath,
  parseLakeUrl,
  tableKey,
  type TableName,
  unsupportedPath,
} from './names.ts';
import { suggestName } from './nearest-name.ts';
import { type DatabricksPort, serviceErrorCode, type TableInfo, UnityCatalog } from './unity-catalog.ts';

export interface ColumnInfo {
  readonly name: string;
  /** Spark's type name as Unity Catalog says it: `bigint`, `decimal(10,2)`, `struct<a:int>`. */
  readonly typeText: string;
  readonly nullable: boolean;
}

export interface ResolvedTable {
  readonly name: TableName;
  readonly tableId: string;
  readonly type: 'MANAGED' | 'EXTERNAL';
  readonly format: 'DELTA' | 'PARQUET' | 'CSV' | 'JSON' | 'AVRO';
  readonly location: LakePath;
}

/** A managed table's reserved home before its first commit (Unity Catalog's `staging-tables`). */
export interface StagedTable {
  readonly name: TableName;
  readonly tableId: string;
  readonly location: LakePath;
}

/**
 * The one place where a name becomes a place. It asks Unity Catalog, emulated or real; no other code builds a path from a name.
 * Every method rejects with an ExpectedError: `catalog.catalog-not-found`, `catalog.schema-not-found`, `catalog.table-not-found`,
 * `catalog.volume-not-found`, `catalog.table-already-exists`; names the nearest existing name in the next step.
 */
export interface Resolver {
  table(name: TableName): Promise<ResolvedTable>;
  /** Like `table`, but undefined where catalog and schema exist and the table does not. */
  findTable(name: TableName): Promise<ResolvedTable | undefined>;
  listTables(catalog: string, schema: string): Promise<readonly ResolvedTable[]>;
  /** Reserves the home of a new managed table; nothing is visible before `publishTable`. */
  stageTable(name: TableName): Promise<StagedTable>;
  /** Makes a staged table, whose first Delta commit is written, visible under its name. */
  publishTable(staged: StagedTable, columns: readonly ColumnInfo[]): Promise<ResolvedTable>;
  /** Tells the catalog a table's new columns after a commit that changed its schema. */
  updateColumns(table: ResolvedTable, columns: readonly ColumnInfo[]): Promise<void>;
  dropTable(name: TableName): Promise<void>;
  createSchema(catalog: string, schema: string, options: { readonly ifNotExists: boolean }): Promise<void>;
  /** `/Volumes/<catalog>/<schema>/<volume>/...`, `abfss://...` or `dbfs:/Volumes/...` to its place. */
  path(pathOrUrl: string): Promise<LakePath>;
}

/** A resolver that remembers for a short time what it was told. */
export interface CachingResolver extends Resolver {
  /** Forgets everything: what others changed in the catalog is seen at once. */
  invalidate(): void;
}

const CACHE_MILLISECONDS = 5_000;
const FORMATS = ['DELTA', 'PARQUET', 'CSV', 'JSON', 'AVRO'] as const;

/** @param now milliseconds; for tests of the cache. */
export function createResolver(databricks: DatabricksPort, now: () => number = Date.now): CachingResolver {
  const catalog = new UnityCatalog(databricks);
  const remembered = new Map<string, { readonly until: number; readonly value: Promise<unknown> }>();

  async function remember<T>(key: string, load: () => Promise<T>): Promise<T> {
    const known = remembered.get(key);
    if (known && known.until > now()) return await (known.value as Promise<T>);
    const value = load();
    remembered.set(key, { until: now() + CACHE_MILLISECONDS, value });
    try {
      return await value;
    } catch (error) {
      remembered.delete(key);
      throw error;
    }
  }

  /** Turns the service's "does not exist" into ours, with the nearest existing name. */
  async function expect<T>(name: ScopedName, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw await catalogError(catalog, name, error);
    }
  }

  const table = (name: TableName): Promise<ResolvedTable> =>
    remember(tableKey(name), () =>
      expect(name, async () => {
        const resolved = resolvedTable(await catalog.getTable(tableKey(name)));
        if (!resolved) throw notATable(name);
        return resolved;
      }),
    );

  return {
    table,
    async findTable(name) {
      try {
        return await table(name);
      } catch (error) {
        if (error instanceof ExpectedError && error.code === 'catalog.table-not-found') return undefined;
        throw error;
      }
    },
    listTables: (catalogName, schema) =>
      remember(`${catalogName}.${schema}`.toLowerCase(), () =>
        expect({ catalog: catalogName, schema }, async () =>
          (await catalog.listTables(catalogName, schema)).flatMap((info) => resolvedTable(info) ?? []),
        ),
      ),
    stageTable: (name) =>
      expect(name, async () => {
        const staged = await catalog.createStagingTable(name.catalog, name.schema, name.table);
        return { name, tableId: staged.id, location: parseLakeUrl(staged.staging_location) };
      }),
    async publishTable(staged, columns) {
      const url = formatLakePath(staged.location);
      const info = await expect(staged.name, () => catalog.createManagedTable(staged.name, url, columns));
      remembered.clear();
      return resolvedTable(info) ?? { ...staged, type: 'MANAGED', format: 'DELTA' };
    },
    async updateColumns({ name }, columns) {
      await expect(name, () => catalog.updateColumns(tableKey(name), columns));
      remembered.clear();
    },
    async dropTable(name) {
      await expect(name, () => catalog.deleteTable(tableKey(name)));
      remembered.clear();
    },
    async createSchema(catalogName, schema, { ifNotExists }) {
      try {
        await expect({ catalog: catalogName, schema }, () => catalog.createSchema(catalogName, schema));
      } catch (error) {
        const exists = error instanceof ExpectedError && error.code === 'catalog.schema-already-exists';
        if (!exists || !ifNotExists) throw error;
      }
      remembered.clear();
    },
    async path(pathOrUrl) {
      if (/^abfss?:/.test(pathOrUrl)) return parseLakeUrl(pathOrUrl);
      const match = /^(?:dbfs:)?\/Volumes\/([^/]+)\/([^/]+)\/([^/]+)(?:\/(.*))?$/.exec(pathOrUrl);
      if (!match) throw unsupportedPath(pathOrUrl);
      const [, catalogName = '', schema = '', volume = '', below = ''] = match;
      const fullName = `${catalogName}.${schema}.${volume}`.toLowerCase();
      const root = await remember(`/${fullName}`, () =>
        expect({ catalog: catalogName, schema, volume }, async () =>
          parseLakeUrl((await catalog.getVolume(fullName)).storage_location),
        ),
      );
      return joinLakePath(root, below);
    },
    invalidate: () => remembered.clear(),
  };
}

/** Undefined for what has no files of its own: views, metric views, foreign tables. */
function resolvedTable(info: TableInfo): ResolvedTable | undefined {
  const format = FORMATS.find((known) => known === info.data_source_format);
  const { table_type: type, storage_location: location } = info;
  if ((type !== 'MANAGED' && type !== 'EXTERNAL') || !format || location === undefined) return undefined;
  const name = { catalog: info.catalog_name, schema: info.schema_name, table: info.name };
  return { name, tableId: info.table_id ?? '', type, format, location: parseLakeUrl(location) };
}

/** What was asked for: a schema, a table in one, or a volume in one. */
interface ScopedName {
  readonly catalog: string;
  readonly schema: string;
  readonly table?: string;
  readonly volume?: string;
}

const ALREADY_EXISTS = /^(TABLE|SCHEMA|RESOURCE)_ALREADY_EXISTS$|^ALREADY_EXISTS$/;
const DOES_NOT_EXIST = /_DOES_NOT_EXIST$|^(TABLE_OR_VIEW|SCHEMA|CATALOG|VOLUME)_NOT_FOUND$|^NOT_FOUND$/;

async function catalogError(catalog: UnityCatalog, name: ScopedName, error: unknown): Promise<unknown> {
  const code = serviceErrorCode(error) ?? '';
  if (ALREADY_EXISTS.test(code)) return alreadyExists(name, error);
  if (!DOES_NOT_EXIST.test(code)) return error;
  const catalogs = await catalog.names('catalogs', {});
  if (!has(catalogs, name.catalog)) return notFound('catalog', name.catalog, name.catalog, catalogs, error);
  const schemas = await catalog.names('schemas', { catalog_name: name.catalog });
  const schemaName = `${name.catalog}.${name.schema}`;
  if (!has(schemas, name.schema)) return notFound('schema', name.schema, schemaName, schemas, error);
  const kind = name.volume === undefined ? 'table' : 'volume';
  const wanted = name.volume ?? name.table ?? '';
  const inside = await catalog.names(`${kind}s`, { catalog_name: name.catalog, schema_name: name.schema });
  return notFound(kind, wanted, `${schemaName}.${wanted}`, inside, error);
}

function has(names: readonly string[], wanted: string): boolean {
  return names.some((name) => name.toLowerCase() === wanted.toLowerCase());
}

function notFound(
  kind: 'catalog' | 'schema' | 'table' | 'volume',
  wanted: string,
  fullName: string,
  existing: readonly string[],
  cause: unknown,
): ExpectedError {
  return new ExpectedError({
    code: `catalog.${kind}-not-found`,
    message: `There is no ${kind} ${fullName}.`,
    nextStep: suggestName(wanted, existing, `${kind}s`),
    cause,
  });
}

function alreadyExists({ catalog, schema, table }: ScopedName, cause: unknown): ExpectedError {
  const kind = table === undefined ? 'schema' : 'table';
  const name = table === undefined ? `${catalog}.${schema}` : formatTableName({ catalog, schema, table });
  return new ExpectedError({
    code: `catalog.${kind}-already-exists`,
    message: `The ${kind} ${name} exists already.`,
    nextStep: `Use another name, or CREATE ${kind === 'table' ? 'OR REPLACE TABLE' : 'SCHEMA IF NOT EXISTS'}.`,
    cause,
  });
}

function notATable(name: TableName): ExpectedError {
  return new ExpectedError({
    code: 'catalog.not-a-table',
    message: `${formatTableName(name)} is no table with files in the lake (a view or a foreign table).`,
    nextStep: 'Read the tables behind it.',
  });
}
