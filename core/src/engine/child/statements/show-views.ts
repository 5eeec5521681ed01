import type { CompiledStatement } from '../../../sql/contract.ts';
import type { Cell, QueryResult } from '../../contract.ts';
import type { Run } from '../context.ts';
import { matching } from '../catalog/shown.ts';
import { completeSchema } from '../names.ts';
import { globalSchema } from '../temporary-names.ts';
import type { StatementEffect } from './effect.ts';

type ShowViews = Extract<CompiledStatement, { kind: 'showViews' }>;

/** SHOW VIEWS: those of a schema, and the temporary ones of the session. */
export async function showViews(run: Run, { catalog, schema, pattern }: ShowViews): Promise<StatementEffect> {
  const started = performance.now();
  const global = catalog === undefined && schema?.toLowerCase() === globalSchema;
  const place = global ? undefined : completeSchema(run, catalog, schema);
  const found = place ? await run.context.resolver.listViews(place.catalog, place.schema) : [];
  const permanent = found.map(({ schema: namespace, table }) => ({ namespace, name: table }));
  const shown = listedViews(permanent, [...run.views.keys()], { global, pattern });
  return { rows: { ...shown, truncated: false, seconds: (performance.now() - started) / 1000 } };
}

/**
 * What SHOW VIEWS shows. @param temporary the keys of the session's views (`temporary-names.ts`).
 */
export function listedViews(
  permanent: readonly { readonly namespace: string; readonly name: string }[],
  temporary: readonly string[],
  { global, pattern }: { readonly global: boolean; readonly pattern: string | undefined },
): Pick<QueryResult, 'columns' | 'rows'> {
  const prefix = `${globalSchema}.`;
  const globals = global
    ? temporary.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length))
    : [];
  const rows = [
    ...permanent.map(({ namespace, name }): Cell[] => [namespace, name, false]),
    ...globals.map((name): Cell[] => [globalSchema, name, true]),
    ...temporary.filter((key) => !key.includes('.')).map((name): Cell[] => ['', name, true]),
  ];
  const columns = [
    { name: 'namespace', typeText: 'string' },
    { name: 'viewName', typeText: 'string' },
    { name: 'isTemporary', typeText: 'boolean' },
  ];
  const fits = new Set(
    matching(
      rows.map(([, name]) => String(name)),
      pattern,
    ),
  );
  return { columns, rows: rows.filter(([, name]) => fits.has(String(name))) };
}
