import { ExpectedError } from '../../../base/expected-error.ts';
import type { CompiledQuery, CompiledStatement } from '../../../sql/contract.ts';
import type { Run, TemporaryView } from '../context.ts';
import { bindQuery, viewNamed } from '../relations/bind.ts';
import type { StatementEffect } from './effect.ts';

type Creation = Extract<CompiledStatement, { kind: 'createTemporaryView' }>;

/** CREATE TEMPORARY VIEW: bound here for its errors; bound again, to what its tables then hold, where it is used. */
export async function createTemporaryView(run: Run, statement: Creation, folder: string): Promise<StatementEffect> {
  const view = temporaryView(run, statement);
  await bindQuery(run, statement.query, folder);
  run.views.set(statement.name.toLowerCase(), view);
  return {};
}

/** @throws ExpectedError `sql.view-already-exists`, `sql.recursive-view`. */
export function temporaryView(run: Run, { name, orReplace, query, range }: Creation): TemporaryView {
  const key = name.toLowerCase();
  if (run.views.has(key) && !orReplace) {
    throw new ExpectedError({
      code: 'sql.view-already-exists',
      message: `There is a temporary view ${name} already.`,
      nextStep: 'Write CREATE OR REPLACE TEMPORARY VIEW, or another name.',
      range,
    });
  }
  const refersTo = viewsNamed(run, query);
  if (reaches(run, refersTo, key)) {
    throw new ExpectedError({
      code: 'sql.recursive-view',
      message: `The temporary view ${name} would be made from itself.`,
      nextStep: 'Give the new view another name.',
      range,
    });
  }
  return { query, current: { ...run.current }, refersTo };
}

function viewsNamed(run: Run, query: CompiledQuery): ReadonlySet<string> {
  return new Set(
    query.relations.flatMap((relation) =>
      relation.kind === 'table' && viewNamed(run, relation) ? [relation.table.table.toLowerCase()] : [],
    ),
  );
}

function reaches(run: Run, names: ReadonlySet<string>, wanted: string): boolean {
  return [...names].some((name) => name === wanted || reaches(run, run.views.get(name)?.refersTo ?? new Set(), wanted));
}
