import { ExpectedError } from '../../base/expected-error.ts';
import type { TableName } from '../../lake/names.ts';
import type { TableReference } from '../../sql/contract.ts';
import type { Run } from './context.ts';

/** A reference with the levels that USE has set. @throws ExpectedError `engine.no-current-catalog`, `engine.no-current-schema`. */
export function completeName(run: Run, reference: TableReference): TableName {
  return { ...completeSchema(run, reference.catalog, reference.schema), table: reference.table };
}

/** A schema with the catalog that USE has set; the current schema where none is given. @throws as `completeName`. */
export function completeSchema(run: Run, catalog?: string, schema?: string): { catalog: string; schema: string } {
  const full = { catalog: catalog ?? run.current.catalog, schema: schema ?? run.current.schema };
  if (full.catalog === undefined) {
    throw new ExpectedError({
      code: 'engine.no-current-catalog',
      message: 'No catalog is current, and the name does not say one.',
      nextStep: 'Begin the file with USE CATALOG IDENTIFIER(:catalog); or write catalog.schema.table.',
    });
  }
  if (full.schema === undefined) {
    throw new ExpectedError({
      code: 'engine.no-current-schema',
      message: 'No schema is current, and the name does not say one.',
      nextStep: 'Write schema.table, or USE SCHEMA first.',
    });
  }
  return { catalog: full.catalog, schema: full.schema };
}

export function nameText({ catalog, schema, table }: TableName): string {
  return `${catalog}.${schema}.${table}`;
}
