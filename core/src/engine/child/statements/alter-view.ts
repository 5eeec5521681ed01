import { ExpectedError } from '../../../base/expected-error.ts';
import type { TableName } from '../../../lake/names.ts';
import type { ResolvedView } from '../../../lake/resolver.ts';
import type { ViewDefinition } from '../../../lake/stored-view.ts';
import type { CompiledQuery, CompiledStatement } from '../../../sql/contract.ts';
import type { Run, TemporaryView } from '../context.ts';
import { completeName, nameText } from '../names.ts';
import { bindQuery } from '../relations/bind.ts';
import { sessionQuery } from '../relations/view-query.ts';
import { newViewKey, temporaryViewKey } from '../temporary-names.ts';
import type { StatementEffect } from './effect.ts';
import { temporaryView } from './temporary-view.ts';
import { alteredView } from './view-definition.ts';
import { definedAlone, evaluation, newView, notA } from './view.ts';

type Statement<K extends CompiledStatement['kind']> = Extract<CompiledStatement, { kind: K }>;
type NewQuery = Extract<Statement<'alterView'>['change'], { kind: 'as' }>;

/** ALTER VIEW: another query, other properties, or another way to follow its tables. */
export async function alterView(run: Run, statement: Statement<'alterView'>, folder: string): Promise<StatementEffect> {
  const { target, change } = statement;
  const key = temporaryViewKey(target);
  const temporary = key === undefined ? undefined : run.views.get(key);
  if (key !== undefined && temporary) {
    await alterTemporary(run, statement, key, temporary, folder);
    return {};
  }
  const name = completeName(run, target);
  const { view } = await existingView(run, name);
  const made = change.kind === 'as' ? await withQuery(run, name, view, change, folder) : alteredView(view, change);
  await run.context.resolver.replaceView(name, made);
  return {};
}

/** The view of that name. Rejects with `catalog.table-not-found`, `catalog.wrong-kind`. */
export async function existingView(run: Run, name: TableName): Promise<ResolvedView> {
  const found = await run.context.resolver.relation(name);
  if (found.type !== 'VIEW') throw notA('VIEW', found);
  return found;
}

async function withQuery(
  run: Run,
  name: TableName,
  view: ViewDefinition,
  change: NewQuery,
  folder: string,
): Promise<ViewDefinition> {
  const query = await collatedQuery(run, nameText(name), change, view.collation);
  const { columns } = await newView(run, name, { query }, folder, undefined);
  const made = { ...view, definition: change.definition, ...run.current, ...evaluation(run), columns };
  await definedAlone(run, name, made);
  return made;
}

/** The texts of a query have the collation of the view that takes it. */
async function collatedQuery(
  run: Run,
  name: string,
  { query, definition }: NewQuery,
  collation: string | undefined,
): Promise<CompiledQuery> {
  if (collation === undefined) return query;
  const { dialect, resolver } = run.context;
  const host = {
    dialect,
    profile: run.profile,
    findFunction: (one: TableName) => resolver.findFunction(one),
    program: run.program,
  };
  return await sessionQuery(host, name, { definition, ...run.current, ansi: run.profile.ansi, collation });
}

async function alterTemporary(
  run: Run,
  { text, range, target, change }: Statement<'alterView'>,
  key: string,
  view: TemporaryView,
  folder: string,
): Promise<void> {
  if (change.kind !== 'as')
    throw new ExpectedError({
      code: 'sql.temporary-object',
      message: `${target.table} is a temporary view, which has neither properties nor a WITH SCHEMA.`,
      nextStep: 'Make a view of the catalog.',
      range: target.range,
    });
  const query = await collatedQuery(run, key, change, view.collation);
  const named = { name: target.table, global: target.schema !== undefined, orReplace: true };
  const make = temporaryView(run, { text, range, kind: 'createTemporaryView', ...named, query });
  run.views.set(newViewKey(named), { ...make(await bindQuery(run, query, folder)), collation: view.collation });
}
