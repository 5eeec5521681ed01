import { ExpectedError } from '../../../base/expected-error.ts';
import { tableKey } from '../../../lake/names.ts';
import type { ResolvedView } from '../../../lake/resolver.ts';
import type { StoredQuery } from '../../../lake/stored-view.ts';
import type { CompiledQuery } from '../../../sql/contract.ts';
import type { Run } from '../context.ts';
import { nameText } from '../names.ts';
import { type ViewHost, viewQuery } from './view-query.ts';

type CatalogView = Pick<ResolvedView, 'name' | 'view'>;

/** The run as a view of the catalog sees it: no temporary view, and the names that were current where it was made. */
export function withinCatalogView(run: Run, view: CatalogView): Run {
  const key = tableKey(view.name);
  if (run.within.includes(key)) throw recursive(view, run.within);
  return { ...withinStored(run, view.view), within: [...run.within, key] };
}

/** The run with the names that were current where a query was stored. */
export function withinStored(run: Run, { catalog, schema }: StoredQuery): Run {
  return { ...run, current: { catalog, schema }, views: new Map() };
}

/** A view's query. Rejects as `view-query.ts` says. */
export async function catalogViewQuery(run: Run, { name, view }: CatalogView): Promise<CompiledQuery> {
  return await viewQuery(viewHost(run), nameText(name), view);
}

export function viewHost({ context, profile }: Run): ViewHost {
  return { dialect: context.dialect, profile, findFunction: (name) => context.resolver.findFunction(name) };
}

/** @throws ExpectedError always: a view has no versions. */
export function unpinnable({ name }: Pick<ResolvedView, 'name'>): ExpectedError {
  return new ExpectedError({
    code: 'engine.view-without-versions',
    message: `${nameText(name)} is a view, which has no versions to go back to.`,
    nextStep: 'Leave VERSION or TIMESTAMP AS OF out, or name the table behind it.',
  });
}

function recursive({ name }: Pick<ResolvedView, 'name'>, within: readonly string[]): ExpectedError {
  return new ExpectedError({
    code: 'sql.recursive-view',
    message: `The view ${nameText(name)} is made from itself (${within.join(' -> ')}).`,
    nextStep: 'Make it anew from tables.',
  });
}
