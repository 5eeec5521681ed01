import type { CompiledQuery } from '../../../sql/contract.ts';
import type { Run } from '../context.ts';
import { type BindOwn, type BoundRelations, bindQuery } from './bind.ts';
import { checkConstants } from './constants.ts';

/** A query that is run next: bound, and the constants computed that Spark computes before any row. Rejects as `bindQuery`, and with what they raise. */
export async function plannedQuery(
  run: Run,
  query: CompiledQuery,
  folder: string,
  own?: BindOwn,
): Promise<BoundRelations> {
  const bound = await bindQuery(run, query, folder, own);
  await checkConstants(bound, run.profile, run.context.knownConstants, (sql) => run.session.read(sql));
  return bound;
}
