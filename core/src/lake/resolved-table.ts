import { parseLakeUrl, type TableName } from './names.ts';
import { policyQuery, storedPolicies, type TablePolicies } from './policies.ts';
import type { ResolvedTable, ResolvedView } from './resolver.ts';
import { storedQuery, storedView, type ViewDefinition } from './stored-view.ts';
import type { TableInfo } from './unity-catalog.ts';

const FORMATS = ['DELTA', 'PARQUET', 'CSV', 'JSON', 'AVRO'] as const;
const TABLE_TYPES = ['MANAGED', 'EXTERNAL', 'MATERIALIZED_VIEW', 'STREAMING_TABLE'] as const;

/** Undefined for what has no files of its own: views, metric views, foreign tables. */
export function resolvedTable(info: TableInfo): ResolvedTable | undefined {
  const format = FORMATS.find((known) => known === info.data_source_format);
  const { storage_location: location } = info;
  const type = TABLE_TYPES.find((known) => known === info.table_type);
  if (!type || !format || location === undefined) return undefined;
  const query = storedQuery(info);
  const place = { type, format, location: parseLakeUrl(location) };
  const policies = storedPolicies(info);
  return {
    name: nameOf(info),
    tableId: info.table_id ?? '',
    ...place,
    ...(query ? { query } : {}),
    ...(policies ? { policies: { ...policies, view: policyView(info, policies) } } : {}),
  };
}

/** The table as those see it whom its policies are for. */
function policyView(info: TableInfo, policies: TablePolicies): ResolvedView {
  const [name, columns] = [nameOf(info), info.columns ?? []];
  const unsaid = { ansi: undefined, timeZone: undefined, collation: undefined, comment: undefined };
  const definition = policyQuery(
    name,
    columns.map((column) => column.name),
    policies,
  );
  const view: ViewDefinition = {
    definition,
    catalog: name.catalog,
    schema: name.schema,
    columns: columns.map((column) => ({
      name: column.name,
      typeText: column.type_text ?? '',
      queryName: column.name,
    })),
    mode: 'BINDING',
    ...unsaid,
    properties: new Map(),
  };
  return { name, tableId: info.table_id ?? '', updatedAt: info.updated_at ?? 0, type: 'VIEW', view };
}

export function resolvedView(info: TableInfo): ResolvedView | undefined {
  const view = storedView(info);
  if (info.table_type !== 'VIEW' || !view) return undefined;
  return { name: nameOf(info), tableId: info.table_id ?? '', updatedAt: info.updated_at ?? 0, type: 'VIEW', view };
}

export function nameOf(info: TableInfo): TableName {
  return { catalog: info.catalog_name, schema: info.schema_name, table: info.name };
}
