import { formatLakePath, type LakePath, parseLakeUrl, tableKey, type TableName } from './names.ts';
import type { ColumnInfo, ResolvedTable } from './resolver.ts';
import { type DatabricksPort, UnityCatalog } from './unity-catalog.ts';

/** A volume with the path under which programs know it. */
export interface VolumePlace {
  /** `/Volumes/<catalog>/<schema>/<volume>` */
  readonly path: string;
  readonly location: LakePath;
}

/** What a Spark session must know before it can be asked for a name: all of Unity Catalog's catalogs and volumes. */
export interface CatalogContents {
  readonly catalogs: readonly string[];
  readonly volumes: readonly VolumePlace[];
}

/** Rejects as the Databricks client does. */
export async function catalogContents(databricks: DatabricksPort): Promise<CatalogContents> {
  const unity = new UnityCatalog(databricks);
  const catalogs = await unity.names('catalogs', {});
  const volumes: VolumePlace[] = [];
  for (const catalog of catalogs) {
    for (const schema of await unity.names('schemas', { catalog_name: catalog })) {
      for (const volume of await unity.names('volumes', { catalog_name: catalog, schema_name: schema })) {
        const { storage_location: location } = await unity.getVolume(`${catalog}.${schema}.${volume}`);
        volumes.push({ path: `/Volumes/${catalog}/${schema}/${volume}`, location: parseLakeUrl(location) });
      }
    }
  }
  return { catalogs, volumes };
}

/** The schemas of a catalog, by name. */
export function schemaNames(databricks: DatabricksPort, catalog: string): Promise<readonly string[]> {
  return new UnityCatalog(databricks).names('schemas', { catalog_name: catalog });
}

/** Gives a table that lies at a place of the user's own choice its name (`CREATE TABLE ... LOCATION`). */
export async function registerExternalTable(
  databricks: DatabricksPort,
  name: TableName,
  location: LakePath,
  columns: readonly ColumnInfo[],
  format: 'DELTA' | 'PARQUET' = 'DELTA',
): Promise<ResolvedTable> {
  const body = {
    name: name.table,
    catalog_name: name.catalog,
    schema_name: name.schema,
    table_type: 'EXTERNAL',
    data_source_format: format,
    storage_location: formatLakePath(location),
    columns: columns.map((column) => ({ name: column.name, type_text: column.typeText, nullable: column.nullable })),
  };
  await databricks.request('POST', '/api/2.1/unity-catalog/tables', { body });
  const { table_id: tableId = '' } = await new UnityCatalog(databricks).getTable(tableKey(name));
  return { name, tableId, type: 'EXTERNAL', format, location };
}

/** A table's columns as DDL (`bay_id INT, status STRING`), as the catalog has them: of files without a log nothing else tells them. */
export async function columnsAsDdl(databricks: DatabricksPort, name: TableName): Promise<string> {
  const { columns = [] } = await new UnityCatalog(databricks).getTable(tableKey(name));
  const quoted = (text: string): string => `\`${text.replaceAll('`', '``')}\``;
  return columns
    .map((column) => `${quoted(column.name)} ${column.type_text ?? ''}${column.nullable === false ? ' NOT NULL' : ''}`)
    .join(', ');
}
