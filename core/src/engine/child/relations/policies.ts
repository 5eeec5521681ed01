import { ExpectedError } from '../../../base/expected-error.ts';
import { tableKey } from '../../../lake/names.ts';
import type { ResolvedTable, ResolvedView } from '../../../lake/resolver.ts';
import type { Run } from '../context.ts';
import { nameText } from '../names.ts';

/** What a name means to whoever reads it: a table with a row filter or masks is a view over itself, which alone sees its rows. */
export function guarded(run: Run, found: ResolvedTable | ResolvedView): ResolvedTable | ResolvedView {
  if (found.type === 'VIEW' || !found.policies || run.within.includes(tableKey(found.name))) return found;
  return found.policies.view;
}

/** @param what `A stream of`, before the table's name. @throws ExpectedError `catalog.guarded-table` where the table has a row filter or a mask. */
export function requireUnguarded(table: Pick<ResolvedTable, 'name' | 'policies'>, what: string): void {
  if (!table.policies) return;
  const { rowFilter, masks } = table.policies;
  const has = [
    ...(rowFilter ? [`the row filter ${rowFilter.functionName}`] : []),
    ...[...masks].map(([column, { functionName }]) => `the column mask ${functionName} of ${column}`),
  ];
  throw new ExpectedError({
    code: 'catalog.guarded-table',
    message: `${what} ${nameText(table.name)}, which has ${has.join(', ')}, is not emulated locally.`,
    nextStep: 'Take it off first: ALTER TABLE ... DROP ROW FILTER, ALTER TABLE ... ALTER COLUMN ... DROP MASK.',
  });
}
