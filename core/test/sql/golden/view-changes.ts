import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { definitionQuery, sessionQuery, viewColumns } from '@medallion/core/engine/child/relations/view-query.ts';
import { alteredView, newViewMode } from '@medallion/core/engine/child/statements/view-definition.ts';
import { newViewKey, temporaryViewKey } from '@medallion/core/engine/child/temporary-names.ts';
import type { ViewColumn, ViewDefinition } from '@medallion/core/lake/stored-view.ts';
import type { CompiledQuery } from '@medallion/core/sql/contract.ts';
import { CATALOG, type JudgedView, type ScratchCatalog } from './scratch-catalog.ts';
import { exists, isView, unknownTable } from './session-errors.ts';
import type { Place, Statement } from './table-changes.ts';

export async function createTemporaryView(place: Place, statement: Statement<'createTemporaryView'>): Promise<void> {
  const key = newViewKey(statement);
  if (place.catalog.views.has(key) && !statement.orReplace) throw exists(statement.name);
  await setTemporary(place, key, statement.query, statement.collation);
  place.catalog.trust(statement.name);
}

async function setTemporary(
  { catalog, binder }: Place,
  key: string,
  query: CompiledQuery,
  collation: string | undefined,
): Promise<void> {
  const refersTo = temporaryNames(catalog, query);
  if (reaches(catalog, refersTo, key)) throw exists(`${key}, which would be made from itself,`);
  const columns = viewColumns(await binder.bind(query), undefined);
  catalog.views.set(key, {
    kind: 'temporary',
    key,
    query,
    keeps: { view: key, mode: 'BINDING', columns },
    collation,
    timeZone: binder.viewHost.profile.timeZone,
    schema: catalog.schema,
    refersTo,
  });
}

function temporaryNames(catalog: ScratchCatalog, query: CompiledQuery): ReadonlySet<string> {
  const found = query.relations.map((one) =>
    one.kind === 'table' ? catalog.temporaryView(one.table)?.key : undefined,
  );
  return new Set(found.filter((key) => key !== undefined));
}

function reaches(catalog: ScratchCatalog, keys: ReadonlySet<string>, wanted: string): boolean {
  return [...keys].some((key) => {
    const view = catalog.views.get(key);
    return key === wanted || (view?.kind === 'temporary' && reaches(catalog, view.refersTo, wanted));
  });
}

export async function createPermanentView(place: Place, statement: Statement<'createView'>): Promise<void> {
  const { catalog } = place;
  const key = catalog.key(statement.target);
  if (catalog.tables.has(key)) throw exists(key);
  if (catalog.views.has(key) && statement.mode === 'create') throw exists(key);
  if (catalog.views.has(key) && statement.mode === 'createIfNotExists') return;
  const { definition, comment, collation, properties } = statement;
  const columns = await newColumns(place, key, statement.query, statement.columns);
  const own = { mode: newViewMode(statement), collation, comment, properties, columns };
  catalog.setView(key, await definedAlone(place, key, { definition, ...evaluation(place), ...own }));
  catalog.trust(statement.target.table);
}

/** @throws ExpectedError where the view would refer to a temporary one, or to itself. */
async function newColumns(
  { catalog, binder }: Place,
  key: string,
  query: CompiledQuery,
  named: Statement<'createView'>['columns'],
): Promise<readonly ViewColumn[]> {
  const [temporary] = temporaryNames(catalog, query);
  if (temporary !== undefined)
    throw new ExpectedError({
      code: 'sql.temporary-object',
      message: `[INVALID_TEMP_OBJ_REFERENCE] The view ${key} would refer to the temporary view ${temporary}.`,
      nextStep: 'Make a temporary view of it, or make that permanent.',
    });
  const bound = await binder.bind(query, { views: [key] });
  // What only DuckDB finds (a column that is not grouped) is found where the view is made.
  await binder.columns(`(${bound.sql})`);
  return viewColumns(bound, named);
}

function evaluation({ catalog, binder }: Place): Pick<ViewDefinition, 'catalog' | 'schema' | 'ansi' | 'timeZone'> {
  const { ansi, timeZone } = binder.viewHost.profile;
  return { catalog: CATALOG, schema: catalog.schema, ansi, timeZone };
}

/** Whoever reads a view has none of this session's functions and variables. */
async function definedAlone({ binder }: Place, key: string, view: ViewDefinition): Promise<ViewDefinition> {
  await definitionQuery(binder.viewHost, key, view);
  return view;
}

export async function alterView(place: Place, { target, change }: Statement<'alterView'>): Promise<void> {
  const { catalog } = place;
  const view = viewNamed(place, target);
  if (change.kind !== 'as') {
    if (view.kind === 'temporary') throw isView(view.key);
    catalog.setView(view.key, alteredView(view.definition, change));
    return;
  }
  const collation = view.kind === 'temporary' ? view.collation : view.definition.collation;
  const query = collation === undefined ? change.query : await collatedQuery(place, change.definition, collation);
  if (view.kind === 'temporary') {
    await setTemporary(place, view.key, query, collation);
    return;
  }
  const columns = await newColumns(place, view.key, query, undefined);
  const made = { ...view.definition, definition: change.definition, ...evaluation(place), columns };
  catalog.setView(view.key, await definedAlone(place, view.key, made));
}

function viewNamed({ catalog }: Place, target: Statement<'alterView'>['target']): JudgedView {
  const temporary = catalog.temporaryView(target);
  if (temporary) return temporary;
  const key = catalog.key(target);
  const view = catalog.views.get(key);
  if (view) return view;
  throw catalog.tables.has(key) ? isView(key) : unknownTable(temporaryViewKey(target) ?? key);
}

async function collatedQuery(place: Place, definition: string, collation: string): Promise<CompiledQuery> {
  const { binder, program } = place;
  return await sessionQuery({ ...binder.viewHost, program }, 'view', { definition, ...evaluation(place), collation });
}
