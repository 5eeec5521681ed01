import { ExpectedError } from '../../../base/expected-error.ts';
import type { CompiledQuery, CompiledStatement, KeptColumns } from '../../../sql/contract.ts';
import type { Run, TemporaryView } from '../context.ts';
import { bindQuery, viewNamed } from '../relations/bind.ts';
import { type MadeColumns, viewColumns } from '../relations/view-query.ts';
import { newViewKey, temporaryViewKey } from '../temporary-names.ts';
import type { StatementEffect } from './effect.ts';

type Creation = Extract<CompiledStatement, { kind: 'createTemporaryView' }>;

/** CREATE TEMPORARY VIEW: bound here for its columns; bound again, to what its tables then hold, where it is used. */
export async function createTemporaryView(run: Run, statement: Creation, folder: string): Promise<StatementEffect> {
  const make = temporaryView(run, statement);
  const bound = await bindQuery(run, statement.query, folder);
  run.views.set(newViewKey(statement), make(bound));
  return {};
}

/**
 * What makes the view once its columns are known.
 * @throws ExpectedError `sql.view-already-exists`, `sql.recursive-view`.
 */
export function temporaryView(run: Run, statement: Creation): (bound: MadeColumns) => TemporaryView {
  const { name, orReplace, query, collation, range } = statement;
  const key = newViewKey(statement);
  if (run.views.has(key) && !orReplace) {
    throw new ExpectedError({
      code: 'sql.view-already-exists',
      message: `There is a temporary view ${name} already.`,
      nextStep: 'Write CREATE OR REPLACE TEMPORARY VIEW, or another name.',
      range,
    });
  }
  const refersTo = viewsNamed(run, query);
  refuseCircle(run, refersTo, key, statement);
  const current = { ...run.current };
  return (bound) => ({ query, keeps: temporaryColumns(key, bound), collation, current, refersTo });
}

/** A temporary view takes of a changed table what is cast without loss. */
export function temporaryColumns(view: string, bound: MadeColumns): KeptColumns {
  return { view, mode: 'BINDING', columns: viewColumns(bound, undefined) };
}

/** The keys of the temporary views that a query names. */
export function viewsNamed(run: Run, query: CompiledQuery): ReadonlySet<string> {
  return new Set(
    query.relations.flatMap((relation) => {
      const key = relation.kind === 'table' && viewNamed(run, relation) ? temporaryViewKey(relation.table) : undefined;
      return key === undefined ? [] : [key];
    }),
  );
}

function refuseCircle(
  run: Run,
  refersTo: ReadonlySet<string>,
  key: string,
  { name, range }: Pick<Creation, 'name' | 'range'>,
): void {
  if (!reaches(run, refersTo, key)) return;
  throw new ExpectedError({
    code: 'sql.recursive-view',
    message: `The temporary view ${name} would be made from itself.`,
    nextStep: 'Give the new view another name.',
    range,
  });
}

function reaches(run: Run, names: ReadonlySet<string>, wanted: string): boolean {
  return [...names].some((name) => name === wanted || reaches(run, run.views.get(name)?.refersTo ?? new Set(), wanted));
}
