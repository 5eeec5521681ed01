import type { TableReference } from '../../sql/contract.ts';

/** The schema of the global temporary views. */
export const globalSchema = 'global_temp';

/** What a name in a statement would be called among the session's temporary views; undefined for a name that is none of theirs. */
export function temporaryViewKey({ catalog, schema, table }: Omit<TableReference, 'range'>): string | undefined {
  if (catalog !== undefined) return undefined;
  if (schema === undefined) return table.toLowerCase();
  return schema.toLowerCase() === globalSchema ? `${globalSchema}.${table.toLowerCase()}` : undefined;
}

/** As `temporaryViewKey`, of a view that is made. */
export function newViewKey({ name, global }: { readonly name: string; readonly global: boolean }): string {
  return global ? `${globalSchema}.${name.toLowerCase()}` : name.toLowerCase();
}
