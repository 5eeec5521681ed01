import { ExpectedError } from '../../../base/expected-error.ts';
import type { TableName } from '../../../lake/names.ts';
import type { ResolvedTable } from '../../../lake/resolver.ts';
import type { Run } from '../context.ts';
import { nameText } from '../names.ts';
import { checkFormat } from '../relations/table.ts';

/** The Delta table that a statement changes. Rejects with `catalog.not-writable` for a table that only its own query fills. */
export async function writableTable(run: Run, name: TableName): Promise<ResolvedTable> {
  const table = await run.context.resolver.table(name);
  checkWritable(table);
  return table;
}

/** @throws ExpectedError `catalog.not-writable`, `engine.format-not-emulated`. */
export function checkWritable(table: ResolvedTable): void {
  checkFormat(table);
  if (table.type === 'MANAGED' || table.type === 'EXTERNAL') return;
  throw new ExpectedError({
    code: 'catalog.not-writable',
    message: `${nameText(table.name)} is a ${table.type.toLowerCase().replaceAll('_', ' ')}: only its own query fills it.`,
    nextStep: 'Change its query, or drop it first.',
  });
}
