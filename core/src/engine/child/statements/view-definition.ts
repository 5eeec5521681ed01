import type { ViewDefinition, ViewSchemaMode } from '../../../lake/stored-view.ts';
import type { CompiledStatement } from '../../../sql/contract.ts';

type Statement<K extends CompiledStatement['kind']> = Extract<CompiledStatement, { kind: K }>;

/** With names of its own a view has these columns for good; Databricks brings their types back where a view says nothing. */
export function newViewMode({
  schemaMode,
  columns,
}: Pick<Statement<'createView'>, 'schemaMode' | 'columns'>): ViewSchemaMode {
  return schemaMode === 'EVOLUTION' && columns ? 'TYPE EVOLUTION' : (schemaMode ?? 'COMPENSATION');
}

/** A view after ALTER VIEW, where its query stays. */
export function alteredView(
  view: ViewDefinition,
  change: Exclude<Statement<'alterView'>['change'], { kind: 'as' }>,
): ViewDefinition {
  if (change.kind === 'setMode') return { ...view, mode: change.mode };
  const properties = new Map(view.properties);
  if (change.kind === 'setProperties') for (const [key, value] of change.properties) properties.set(key, value);
  else for (const key of change.names) properties.delete(key);
  return { ...view, properties };
}
