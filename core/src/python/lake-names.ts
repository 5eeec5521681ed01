import { ExpectedError } from '../base/expected-error.ts';
import type { StorageClient } from '../azure/storage.ts';
import { lakeTableStore } from '../delta/lake-store.ts';
import { readSnapshot } from '../delta/snapshot.ts';
import { deltaToSpark } from '../delta/spark-types.ts';
import type { Snapshot } from '../delta/actions.ts';
import { formatLakePath, formatTableName, type LakePath, parseLakeUrl, type TableName } from '../lake/names.ts';
import { columnsAsDdl, registerExternalTable, schemaNames } from '../lake/catalog-contents.ts';
import type { CachingResolver, ColumnInfo, ResolvedTable, StagedTable } from '../lake/resolver.ts';
import type { DatabricksPort } from '../lake/unity-catalog.ts';
import type { BridgeOperations, BridgeRequest } from './bridge.ts';
import { textOf } from './bridge-fields.ts';
import type { CommitChecks } from './commit-checks.ts';
import type { TableLedger } from './table-ledger.ts';

/** The catalog as a Spark session asks for it. */
export interface LakeNames {
  readonly resolver: CachingResolver;
  readonly databricks: DatabricksPort;
  readonly storage: StorageClient;
  /** Absent where no contract is to be kept. */
  commits?: CommitChecks | undefined;
  /** What the session reads and writes from now on goes into this one. */
  ledger: TableLedger;
}

/** The operations behind `LakeCatalog.java`: names to places, and places that become visible under their names. */
export function lakeOperations(lake: LakeNames): BridgeOperations {
  const { resolver, databricks } = lake;
  return {
    'find-table': async (request) => {
      const table = await find(resolver, nameOf(request));
      if (!table) return {};
      if (table.policies) throw guardedTable(table.name);
      const at = askedFor(request);
      if (at) await lake.ledger.openedAt(table, at);
      else await lake.ledger.opened(table, request['toWrite'] === true);
      lake.commits?.at(formatLakePath(table.location), table.name);
      const { format } = table;
      const columns = format === 'PARQUET' ? { columns: await columnsAsDdl(databricks, table.name) } : {};
      return { location: formatLakePath(table.location), format, ...columns };
    },
    'list-tables': async (request) => {
      const tables = await unless('catalog.schema-not-found', () =>
        resolver.listTables(textOf(request, 'catalog'), textOf(request, 'schema')),
      );
      return tables ? { names: tables.map(({ name }) => name.table) } : {};
    },
    'list-schemas': async (request) => ({ names: await schemaNames(databricks, textOf(request, 'catalog')) }),
    reserve: async (request) => {
      const name = nameOf(request);
      if (request['location'] !== undefined) {
        const place = formatLakePath(await resolver.path(textOf(request, 'location')));
        lake.commits?.at(place, name);
        return { tableId: '', location: place };
      }
      const { tableId, location } = await resolver.stageTable(name);
      lake.commits?.at(formatLakePath(location), name);
      return { tableId, location: formatLakePath(location) };
    },
    publish: async (request) => {
      const staged = stagedTable(request);
      const columns = columnsOf(await snapshotAt(lake, staged.location));
      const table =
        staged.tableId === ''
          ? await registerExternalTable(databricks, staged.name, staged.location, columns)
          : await resolver.publishTable(staged, columns);
      resolver.invalidate();
      lake.ledger.created(table);
    },
    'check-commit': async (request) => lake.commits?.commit(request, lake),
    changed: async (request) => {
      const table = await resolver.table(nameOf(request));
      await resolver.updateColumns(table, columnsOf(await snapshotAt(lake, table.location)));
      await lake.ledger.opened(table, true);
    },
    'register-parquet': async (request) => {
      const location = await resolver.path(textOf(request, 'location'));
      await registerExternalTable(databricks, nameOf(request), location, describedColumns(request), 'PARQUET');
      resolver.invalidate();
    },
    'drop-table': async (request) => {
      const name = nameOf(request);
      if (!(await find(resolver, name))) return { dropped: false };
      await resolver.dropTable(name);
      lake.ledger.dropped(name);
      return { dropped: true };
    },
    'create-schema': async (request) => {
      await resolver.createSchema(textOf(request, 'catalog'), textOf(request, 'schema'), { ifNotExists: false });
    },
  };
}

/** Tells the catalog the columns of each table whose schema a write has changed (`mergeSchema`, `overwriteSchema`). */
export async function reportColumns({
  resolver,
  storage,
  ledger,
}: Pick<LakeNames, 'resolver' | 'storage' | 'ledger'>): Promise<void> {
  for (const table of ledger.changedSchemas()) {
    await resolver.updateColumns(table, columnsOf(await snapshotAt({ storage }, table.location)));
  }
}

export function columnsOf(snapshot: Snapshot): readonly ColumnInfo[] {
  return snapshot.schema.fields.map(({ name, type, nullable }) => ({ name, typeText: deltaToSpark(type), nullable }));
}

export function snapshotAt({ storage }: Pick<LakeNames, 'storage'>, place: LakePath): Promise<Snapshot> {
  return readSnapshot(lakeTableStore(storage, place));
}

function guardedTable(name: TableName): ExpectedError {
  return new ExpectedError({
    code: 'catalog.guarded-table',
    message: `${formatTableName(name)} has a row filter or a column mask, which local Spark does not apply.`,
    nextStep: 'Read it in SQL on the engine, or take the filter and the masks off on this machine.',
  });
}

/** Undefined where the table or its schema does not exist: Spark says so itself. */
function find(resolver: CachingResolver, name: TableName): Promise<ResolvedTable | undefined> {
  return unless('catalog.schema-not-found', () => resolver.findTable(name));
}

async function unless<T>(code: string, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ExpectedError && error.code === code) return undefined;
    throw error;
  }
}

function nameOf(request: BridgeRequest): TableName {
  return { catalog: textOf(request, 'catalog'), schema: textOf(request, 'schema'), table: textOf(request, 'table') };
}

/** Spark writes types in JSON as Delta does. */
function describedColumns(request: BridgeRequest): readonly ColumnInfo[] {
  const columns = request['columns'] as readonly { name: string; type: string; nullable: boolean }[];
  return columns.map(({ name, type, nullable }) => ({
    name,
    typeText: deltaToSpark(JSON.parse(type) as Parameters<typeof deltaToSpark>[0]),
    nullable,
  }));
}

function stagedTable(request: BridgeRequest): StagedTable {
  return {
    name: nameOf(request),
    tableId: textOf(request, 'tableId'),
    location: parseLakeUrl(textOf(request, 'location')),
  };
}

/** Spark's time travel: a version, or microseconds since 1970. */
function askedFor(request: BridgeRequest): { readonly version: number } | { readonly timestamp: Date } | undefined {
  const { version, microseconds } = request;
  if (version !== undefined) return { version: Number(version) };
  return microseconds === undefined ? undefined : { timestamp: new Date(Number(microseconds) / 1000) };
}
