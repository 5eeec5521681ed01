import type { CompiledStatement, TableReference } from '@medallion/core/sql/contract.ts';

/** Catalogs and schemas that must be there before a script runs. */
export interface NamesUsed {
  readonly catalogs: readonly string[];
  readonly schemas: readonly { readonly catalog: string; readonly schema: string }[];
}

interface Current {
  readonly catalog?: string | undefined;
  readonly schema?: string | undefined;
}

/** Statements that may be the first to write below a schema: what the others write to, or read, must be there already. */
const makesTable: ReadonlySet<CompiledStatement['kind']> = new Set([
  'createTable',
  'createTableAs',
  'createView',
  'createMaterializedView',
  'createStreamingTable',
]);

/**
 * What a script takes to be there and does not make itself: the names of USE, and of the schemas that it makes tables in. Names that
 * it only reads from are none of them: a table that it reads would be missing still.
 * @param start as the task's compute has it when the script begins.
 */
export function namesUsed(script: readonly CompiledStatement[], start: Current): NamesUsed {
  const catalogs = new Map<string, string>();
  const schemas = new Map<string, { catalog: string; schema: string }>();
  const own = new Set<string>();
  let current = start;
  const useSchema = (catalog: string | undefined, schema: string | undefined): void => {
    if (catalog === undefined || schema === undefined) return;
    const key = `${catalog}.${schema}`.toLowerCase();
    catalogs.set(catalog.toLowerCase(), catalog);
    if (!own.has(key)) schemas.set(key, { catalog, schema });
  };
  useSchema(start.catalog, start.schema);
  for (const statement of script) {
    if (statement.kind === 'useCatalog') {
      catalogs.set(statement.catalog.toLowerCase(), statement.catalog);
      current = { catalog: statement.catalog, schema: 'default' };
    } else if (statement.kind === 'useSchema') {
      current = { catalog: statement.catalog ?? current.catalog, schema: statement.schema };
      useSchema(current.catalog, current.schema);
    } else if (statement.kind === 'createSchema') {
      const catalog = statement.catalog ?? current.catalog;
      if (catalog === undefined) continue;
      catalogs.set(catalog.toLowerCase(), catalog);
      own.add(`${catalog}.${statement.schema}`.toLowerCase());
    } else if (makesTable.has(statement.kind) && 'target' in statement) {
      const { target }: { readonly target: TableReference } = statement;
      useSchema(target.catalog ?? current.catalog, target.schema ?? current.schema);
    }
  }
  return { catalogs: [...catalogs.values()], schemas: [...schemas.values()] };
}
