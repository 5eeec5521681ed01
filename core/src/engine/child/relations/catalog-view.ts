import { ExpectedError } from '../../../base/expected-error.ts';
import { tableKey } from '../../../lake/names.ts';
import type { ResolvedView, StoredQuery } from '../../../lake/resolver.ts';
import type { CompiledQuery } from '../../../sql/contract.ts';
import type { Run } from '../context.ts';
import { nameText } from '../names.ts';

/** The run as a view of the catalog sees it: no temporary view, and the names that were current where it was made. */
export function withinCatalogView(run: Run, view: Pick<ResolvedView, 'name' | 'query'>): Run {
  const key = tableKey(view.name);
  if (run.within.includes(key)) throw recursive(view, run.within);
  return { ...withinStored(run, view.query), within: [...run.within, key] };
}

/** The run with the names that were current where a query was stored. */
export function withinStored(run: Run, { catalog, schema }: StoredQuery): Run {
  return { ...run, current: { catalog, schema }, views: new Map() };
}

/** A view's text, compiled. Rejects with `engine.view-not-emulated` where the dialect refuses it. */
export function viewQuery(run: Run, { name, query }: Pick<ResolvedView, 'name' | 'query'>): CompiledQuery {
  const source = { text: query.definition, file: nameText(name) };
  const compiled = run.context.dialect.compile(source, new Map(), run.profile);
  const [statement] = compiled.ok ? compiled.statements : [];
  if (statement?.kind === 'query') return statement.query;
  const why = compiled.ok ? 'it is no query' : compiled.diagnostics.map(({ message }) => message).join(' ');
  throw new ExpectedError({
    code: 'engine.view-not-emulated',
    message: `The view ${nameText(name)} cannot be read here: ${why}`,
    nextStep: 'Make the view anew with what is emulated.',
  });
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
