import { isSampleCatalog } from '../lake/sample-catalog.ts';
import type { CompiledQuery, CompiledStatement, SampleData } from './contract.ts';

/** Where Databricks keeps the data sets of its tutorials: every workspace has them, and no lake of a team does. */
const sampleFolder = /^(dbfs:)?\/databricks-datasets(\/|$)/i;

/** What a statement asks of Databricks' own sample data, each place of the text once. */
export function sampleData(statement: CompiledStatement, queries: readonly CompiledQuery[]): readonly SampleData[] {
  const found = new Map<string, SampleData>();
  const add = (data: SampleData): void => void found.set(JSON.stringify(data.range), data);
  if (statement.kind === 'useCatalog' && isSampleCatalog(statement.catalog)) {
    add({ kind: 'catalog', name: statement.catalog, range: statement.range });
  }
  for (const relation of queries.flatMap(({ relations }) => relations)) {
    if (relation.kind === 'files' && sampleFolder.test(relation.path)) {
      add({ kind: 'folder', path: relation.path.replace(/^dbfs:/i, ''), range: relation.range });
    }
    if (relation.kind === 'table' && isSampleCatalog(relation.table.catalog)) {
      const { catalog, schema, table, range } = relation.table;
      add({ kind: 'catalog', name: [catalog, schema, table].join('.'), range });
    }
  }
  return [...found.values()];
}
