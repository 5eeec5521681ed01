import type { BoundQuery, CompiledQuery, LakeRelation, RelationColumn } from '../../../sql/contract.ts';
import { ExpectedError } from '../../../base/expected-error.ts';
import type { StatementOutcome } from '../../contract.ts';
import { tableKey } from '../../../lake/names.ts';
import type { ResolvedView } from '../../../lake/resolver.ts';
import { evolvedView } from '../../../lake/stored-view.ts';
import type { Run, TemporaryView } from '../context.ts';
import type { ColumnNotes } from '../../../sql/types/column-notes.ts';
import { completeName, nameText } from '../names.ts';
import type { PlacedView } from './late-columns.ts';
import { temporaryViewKey } from '../temporary-names.ts';
import { bindFiles } from './files.ts';
import { bindHubs } from './hubs.ts';
import { guarded, requireUnguarded } from './policies.ts';
import { bindTable, checkFormat, type TableRelation, versionOf } from './table.ts';
import { bindChanges } from './table-changes.ts';
import { catalogViewQuery, unpinnable, withinCatalogView } from './catalog-view.ts';
import { checkZone, keptQuery } from './view-query.ts';

/** What a statement reads, pinned: the identity of its inputs. */
export interface Inputs {
  readonly reads: StatementOutcome['reads'][number][];
  readonly readFiles: StatementOutcome['readFiles'][number][];
  readonly readPaths: StatementOutcome['readPaths'][number][];
}

/** A query whose relations are views in `scope`, with its result's columns in Spark's types. */
export interface BoundRelations extends Inputs {
  /** Text to run in `scope`. */
  readonly sql: string;
  readonly scope: string;
  readonly columns: BoundQuery['columns'];
  readonly queryNames?: BoundQuery['queryNames'];
  readonly constants?: BoundQuery['constants'];
}

/** Where a relation's view is made, and what it adds to the inputs. */
export interface Binding {
  readonly run: Run;
  readonly scope: string;
  readonly inputs: Inputs;
  /** Files that only this statement needs go here. */
  readonly folder: string;
  readonly own: BindOwn | undefined;
}

/** Binds a relation that is not simply the lake's: a statement's own rows, the new part of a stream. False: bind it as usual. */
export type BindOwn = (binding: Binding, relation: LakeRelation) => Promise<boolean>;

/**
 * Makes each placeholder of a query a DuckDB view in a scope of its own, over files on disk, every table at one version.
 * Rejects as the resolver, the Delta log, the storage, the readers of files and the dialect do.
 */
export async function bindQuery(
  run: Run,
  query: CompiledQuery,
  folder: string,
  own?: BindOwn,
): Promise<BoundRelations> {
  const inputs: Inputs = { reads: [], readFiles: [], readPaths: [] };
  const { scope, bound } = await bindScope({ run, inputs, folder, own }, query);
  const { duckdbSql, ...result } = bound;
  return { sql: duckdbSql, ...result, scope, ...inputs };
}

/** @param reader the query as its script has it. */
async function bindScope(
  around: Omit<Binding, 'scope'>,
  query: CompiledQuery,
  reader = query,
): Promise<{ scope: string; bound: BoundQuery }> {
  const { session } = around.run;
  const scope = await session.createScope();
  const binding: Binding = { ...around, scope };
  const columns = new Map<string, readonly RelationColumn[]>();
  for (const relation of query.relations) {
    const { types, notes, rows } = await bindRelation(binding, relation, reader);
    const described = await session.describe(session.qualified(scope, relation.placeholder));
    const known = withNotes(withTypes(described, types), notes);
    columns.set(relation.placeholder, rows ? known.map((column) => ({ ...column, rows })) : known);
  }
  await session.enter(scope);
  const bound = query.bind((placeholder) => columns.get(placeholder) ?? []);
  // What was kept for another text lacks what this one may ask for.
  if (!around.run.keptViews.holds(reader, bound.duckdbSql)) return await bindScope(around, query, reader);
  return { scope, bound };
}

/** DuckDB's columns of a query with the types that Spark gives them. @param types in the columns' order. */
export function withTypes(
  columns: readonly RelationColumn[],
  types: BoundQuery['columns'] | undefined,
): readonly RelationColumn[] {
  return columns.map((column, at) => {
    const { typeText, notes } = types?.[at] ?? {};
    return { ...column, ...(typeText === undefined ? {} : { typeText }), ...(notes ? { notes } : {}) };
  });
}

/** What is known of a relation's columns beside what DuckDB says. */
interface Facts {
  /** Of a view, in its columns' order. */
  readonly types?: BoundQuery['columns'];
  /** Of a table, by the columns' names in lower case. */
  readonly notes?: ReadonlyMap<string, ColumnNotes>;
  /** Absent: of a view. */
  readonly rows?: RelationColumn['rows'];
}

async function bindRelation(binding: Binding, relation: LakeRelation, reader: CompiledQuery): Promise<Facts> {
  if (await binding.own?.(binding, relation)) return { rows: 'stored' };
  switch (relation.kind) {
    case 'table': {
      const view = viewNamed(binding.run, relation);
      if (view) return { types: await bindTemporaryView(binding, relation.placeholder, view, reader) };
      return await bindNamed(binding, relation);
    }
    case 'files':
      await bindFiles(binding, relation);
      return { rows: 'stored' };
    case 'hubs':
      await bindHubs(binding, relation);
      return { rows: 'stored' };
    case 'local':
      throw new Error(`the statement gives no rows for ${relation.relation}`);
  }
}

/** Columns with what their table keeps of them. */
export function withNotes(
  columns: readonly RelationColumn[],
  notes: ReadonlyMap<string, ColumnNotes> = new Map(),
): readonly RelationColumn[] {
  return columns.map((column) => {
    const found = notes.get(column.name.toLowerCase());
    return found ? { ...column, notes: found } : column;
  });
}

async function bindNamed(binding: Binding, relation: TableRelation): Promise<Facts> {
  const { run } = binding;
  const named = await run.context.resolver.relation(completeName(run, relation.table));
  const pinned = relation.version !== undefined || relation.timestamp !== undefined || relation.changes !== undefined;
  if (named.type !== 'VIEW' && pinned && !run.within.includes(tableKey(named.name)))
    requireUnguarded(named, 'An earlier version of');
  const found = guarded(run, named);
  if (found.type === 'VIEW') return { types: await bindCatalogView(binding, relation, found) };
  checkFormat(found);
  const notes = relation.changes
    ? await bindChanges(binding, relation, relation.changes, found)
    : await bindTable(binding, relation, found);
  return { notes, rows: 'stored' };
}

/** The temporary view that a relation names, if it names one. */
export function viewNamed(
  run: Run,
  { table, changes }: Extract<LakeRelation, { kind: 'table' }>,
): TemporaryView | undefined {
  if (changes) return undefined;
  const key = temporaryViewKey(table);
  return key === undefined ? undefined : run.views.get(key);
}

/** The run as a temporary view sees it: the names that were current where it was made, and the views that it knew. */
export function withinView(run: Run, { current, refersTo }: TemporaryView): Run {
  return { ...run, current: { ...current }, views: new Map([...run.views].filter(([name]) => refersTo.has(name))) };
}

/** A view is bound where it is used: its own placeholders live in a scope below, under the same names as the statement's. */
async function bindTemporaryView(
  { run, scope, inputs, folder }: Binding,
  placeholder: string,
  view: TemporaryView,
  reader: CompiledQuery,
): Promise<BoundQuery['columns']> {
  const { session } = run;
  const own: Inputs = { reads: [], readFiles: [], readPaths: [] };
  const around = { run: withinView(run, view), inputs: own, folder, own: undefined };
  const { scope: inner, bound } = await bindScope(around, keptQuery(view.query, view.keeps), view.query);
  inputs.reads.push(...own.reads);
  inputs.readFiles.push(...own.readFiles);
  inputs.readPaths.push(...own.readPaths);
  const content = session.qualified(inner, '__view');
  await session.run(`CREATE VIEW ${content} AS ${bound.duckdbSql}`);
  const { duckdbSql: sql, columns, ranked } = bound;
  const placed = async () => await bindPlacedView(around, view, own);
  const relation = await run.keptViews.relation(
    session,
    { query: view.query, content, sql, columns, inputs: own, ranked, scope: inner, placed },
    reader,
  );
  await session.run(`CREATE VIEW ${session.qualified(scope, placeholder)} AS SELECT * FROM ${relation}`);
  return bound.columns;
}

/** The view once more over the rows of its one table with their places; undefined where that is not what it reads, or has changed since. */
async function bindPlacedView(
  around: Omit<Binding, 'scope'>,
  view: TemporaryView,
  before: Inputs,
): Promise<PlacedView | undefined> {
  const [relation, more] = view.query.relations;
  if (relation?.kind !== 'table' || more) return undefined;
  const inputs: Inputs = { reads: [], readFiles: [], readPaths: [] };
  const placed: boolean[] = [];
  const own: BindOwn = async (binding) => {
    placed.push(await bindPlaced(binding, relation));
    return placed.every(Boolean);
  };
  const { scope, bound } = await bindScope({ ...around, inputs, own }, view.query);
  const { ranked } = bound;
  if (!placed.every(Boolean) || !ranked || JSON.stringify(inputs) !== JSON.stringify(before)) return undefined;
  return { scope, placeholder: relation.placeholder, ranked };
}

/** @returns false for what is no table whose rows have places. */
async function bindPlaced(binding: Binding, relation: TableRelation): Promise<boolean> {
  const { run } = binding;
  if (viewNamed(run, relation) || relation.changes) return false;
  const named = await run.context.resolver.relation(completeName(run, relation.table));
  const found = guarded(run, named);
  if (found.type === 'VIEW') return false;
  checkFormat(found);
  try {
    await bindTable(binding, relation, found, { rowPlace: true });
    return true;
  } catch (error) {
    if (error instanceof ExpectedError && error.code === 'delta.no-row-places') return false;
    throw error;
  }
}

/** A view of Unity Catalog: its text, compiled for this run, under the columns that it was given. */
async function bindCatalogView(
  { run, scope, inputs, folder }: Binding,
  relation: TableRelation,
  view: ResolvedView,
): Promise<BoundQuery['columns']> {
  const { session } = run;
  if (relation.version !== undefined || relation.timestamp !== undefined || relation.changes) throw unpinnable(view);
  // A view that was made anew is another input, though it has no version.
  inputs.reads.push({ ...versionOf(view, view.updatedAt) });
  const { scope: inner, bound } = await bindScope(
    { run: withinCatalogView(run, view), inputs, folder, own: undefined },
    await catalogViewQuery(run, view),
  );
  checkZone(nameText(view.name), view.view.timeZone, run.profile.timeZone, bound.duckdbSql);
  const evolved = evolvedView(view.view, bound.columns);
  if (evolved) await run.context.resolver.replaceView(view.name, evolved);
  const content = session.qualified(inner, '__view');
  await session.run(`CREATE VIEW ${content} AS ${bound.duckdbSql}`);
  await session.run(`CREATE VIEW ${session.qualified(scope, relation.placeholder)} AS SELECT * FROM ${content}`);
  return bound.columns;
}
