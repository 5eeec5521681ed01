import { type DatabricksPort, UnityCatalog } from '../../lake/unity-catalog.ts';
import type { KnownLake, KnownRelation } from './known-lake.ts';

/** The tables, views and volumes of a catalog, with columns: two requests a schema, and one for the schemas. Rejects as the client does. */
export async function lakeRelations(
  databricks: DatabricksPort,
  catalog: string,
): Promise<Pick<KnownLake, 'relations' | 'volumes'>> {
  const unity = new UnityCatalog(databricks);
  const relations: KnownRelation[] = [];
  const volumes: string[] = [];
  for (const schema of await unity.names('schemas', { catalog_name: catalog })) {
    for (const table of await unity.tablesWithColumns(catalog, schema)) {
      const { name, table_type: type, columns = [] } = table;
      const known = columns.map((column) => ({ name: column.name, typeText: column.type_text }));
      const kind = type === 'VIEW' ? 'view' : 'table';
      relations.push({ catalog, schema, name, kind, source: 'lake', ...(known.length > 0 ? { columns: known } : {}) });
    }
    const found = await unity.names('volumes', { catalog_name: catalog, schema_name: schema });
    volumes.push(...found.map((volume) => `/Volumes/${catalog}/${schema}/${volume}`));
  }
  return { relations, volumes };
}
