import { ExpectedError } from '@medallion/core/base/expected-error.ts';

export function unknownTable(name: string): ExpectedError {
  return new ExpectedError({
    code: 'sql.unknown-table',
    message: `There is no table or view ${name}.`,
    nextStep: 'Create it first.',
  });
}

/** What Spark runs, and the judge does not. */
export function notRun(what: string): ExpectedError {
  return new ExpectedError({
    code: 'sql.not-emulated',
    message: `The judge does not run ${what}.`,
    nextStep: 'Teach it in core/test/sql/golden.',
  });
}

export function arity(values: number, columns: number): ExpectedError {
  const which = values < columns ? 'NOT_ENOUGH_DATA_COLUMNS' : 'TOO_MANY_DATA_COLUMNS';
  return new ExpectedError({
    code: 'sql.type-mismatch',
    message: `[INSERT_COLUMN_ARITY_MISMATCH.${which}] ${values} values for ${columns} columns.`,
    nextStep: 'Give a value for each column.',
  });
}

export function isView(name: string): ExpectedError {
  return new ExpectedError({
    code: 'catalog.wrong-kind',
    message: `[EXPECT_TABLE_NOT_VIEW] ${name} is a view.`,
    nextStep: 'Name a table.',
  });
}

export function exists(name: string): ExpectedError {
  return new ExpectedError({ code: 'sql.table-exists', message: `${name} is there.`, nextStep: 'Drop it first.' });
}

export function recursive(view: string): ExpectedError {
  return new ExpectedError({
    code: 'sql.recursive-view',
    message: `The view ${view} is made from itself.`,
    nextStep: 'Make it anew from tables.',
  });
}
