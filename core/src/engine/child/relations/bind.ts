import type { BoundQuery, CompiledQuery, LakeRelation, RelationColumn } from '../../../sql/contract.ts';
import type { StatementOutcome } from '../../contract.ts';
import type { Run, TemporaryView } from '../context.ts';
import { bindFiles } from './files.ts';
import { bindTable } from './table.ts';

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
}

/** Where a relation's view is made, and what it adds to the inputs. */
export interface Binding {
  readonly run: Run;
  readonly scope: string;
  readonly inputs: Inputs;
  /** Files that only this statement needs go here. */
  readonly folder: string;
}

/**
 * Makes each placeholder of a query a DuckDB view in a scope of its own, over files on disk, every table at one version.
 * Rejects as the resolver, the Delta log, the storage, the readers of files and the dialect do.
 */
export async function bindQuery(run: Run, query: CompiledQuery, folder: string): Promise<BoundRelations> {
  const inputs: Inputs = { reads: [], readFiles: [], readPaths: [] };
  const { scope, bound } = await bindScope(run, query, inputs, folder);
  return { sql: bound.duckdbSql, columns: bound.columns, scope, ...inputs };
}

async function bindScope(
  run: Run,
  query: CompiledQuery,
  inputs: Inputs,
  folder: string,
): Promise<{ scope: string; bound: BoundQuery }> {
  const { session } = run;
  const scope = await session.createScope();
  const binding: Binding = { run, scope, inputs, folder };
  const columns = new Map<string, readonly RelationColumn[]>();
  for (const relation of query.relations) {
    await bindRelation(binding, relation);
    columns.set(relation.placeholder, await session.describe(session.qualified(scope, relation.placeholder)));
  }
  await session.enter(scope);
  return { scope, bound: query.bind((placeholder) => columns.get(placeholder) ?? []) };
}

async function bindRelation(binding: Binding, relation: LakeRelation): Promise<void> {
  switch (relation.kind) {
    case 'table': {
      const view = viewNamed(binding.run, relation);
      await (view ? bindTemporaryView(binding, relation.placeholder, view) : bindTable(binding, relation));
      return;
    }
    case 'files':
      await bindFiles(binding, relation);
      return;
  }
}

/** The temporary view that a relation names, if it names one. */
export function viewNamed(run: Run, { table }: Extract<LakeRelation, { kind: 'table' }>): TemporaryView | undefined {
  if (table.catalog !== undefined || table.schema !== undefined) return undefined;
  return run.views.get(table.table.toLowerCase());
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
): Promise<void> {
  const { session } = run;
  const own: Inputs = { reads: [], readFiles: [], readPaths: [] };
  const { scope: inner, bound } = await bindScope(withinView(run, view), view.query, own, folder);
  inputs.reads.push(...own.reads);
  inputs.readFiles.push(...own.readFiles);
  inputs.readPaths.push(...own.readPaths);
  const content = session.qualified(inner, '__view');
  await session.run(`CREATE VIEW ${content} AS ${bound.duckdbSql}`);
  const bindable = { query: view.query, content, sql: bound.duckdbSql, inputs: own };
  const relation = await run.keptViews.relation(session, bindable);
  await session.run(`CREATE VIEW ${session.qualified(scope, placeholder)} AS SELECT * FROM ${relation}`);
}
