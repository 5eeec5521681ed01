import type { Diagnostic, SourceRange } from '../base/diagnostic.ts';
import type { CompiledQuery, CompiledStatement } from './contract.ts';

/** Where Databricks keeps the data sets of its tutorials: every workspace has them, and no lake of a team does. */
const sampleFolder = /^(dbfs:)?\/databricks-datasets(\/|$)/i;
const sampleCatalog = 'samples';

/** What a statement asks of Databricks' own sample data, which neither a laptop nor a team's storage account holds. */
export function sampleData(statement: CompiledStatement, queries: readonly CompiledQuery[]): readonly Diagnostic[] {
  const found = new Map<string, Diagnostic>();
  const add = (diagnostic: Diagnostic): void => void found.set(JSON.stringify(diagnostic.range), diagnostic);
  if (statement.kind === 'useCatalog' && isSampleCatalog(statement.catalog)) {
    add(ofCatalog('The catalog samples', statement.range));
  }
  for (const relation of queries.flatMap(({ relations }) => relations)) {
    if (relation.kind === 'files' && sampleFolder.test(relation.path)) add(ofFolder(relation.path, relation.range));
    if (relation.kind === 'table' && isSampleCatalog(relation.table.catalog)) {
      const { catalog, schema, table, range } = relation.table;
      add(ofCatalog([catalog, schema, table].join('.'), range));
    }
  }
  return [...found.values()];
}

const isSampleCatalog = (name: string | undefined): boolean => name?.toLowerCase() === sampleCatalog;

function ofFolder(path: string, range: SourceRange): Diagnostic {
  return {
    severity: 'error',
    code: 'sql.sample-data',
    message: `${path} is sample data that Databricks keeps in its workspaces: it is not on a laptop.`,
    range,
    nextStep:
      'Put files of that shape into a volume (resources.volumes of the bundle makes one here) and read /Volumes/<catalog>/<schema>/<volume>/...',
  };
}

function ofCatalog(name: string, range: SourceRange): Diagnostic {
  return {
    severity: 'error',
    code: 'sql.sample-data',
    message: `${name} is sample data that Databricks keeps in its workspaces: it is not on a laptop.`,
    range,
    nextStep: 'Put the rows into a table of a catalog of your own, and read that one instead.',
  };
}
