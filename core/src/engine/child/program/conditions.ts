import { ExpectedError } from '../../../base/expected-error.ts';
import { type Condition, RAISED_BY_SPARK } from '../../../sql/program/spark-conditions.ts';
import type { HandledCondition } from '../../../sql/syntax/compound.ts';

/**
 * SQLSTATEs of the conditions that the dialect raises as Spark does (Spark's error-conditions.json). An error that is not here is none
 * that a handler may see: Spark might have answered.
 */
const STATES: Readonly<Record<string, string>> = {
  CAST_INVALID_INPUT: '22018',
  CAST_OVERFLOW: '22003',
  DIVIDE_BY_ZERO: '22012',
  REMAINDER_BY_ZERO: '22012',
  ARITHMETIC_OVERFLOW: '22003',
  INVALID_ARRAY_INDEX: '22003',
  INVALID_ARRAY_INDEX_IN_ELEMENT_AT: '22003',
  INVALID_INDEX_OF_ZERO: '22003',
  NUMERIC_VALUE_OUT_OF_RANGE: '22003',
  SCALAR_SUBQUERY_TOO_MANY_ROWS: '21000',
  ROW_SUBQUERY_TOO_MANY_ROWS: '21000',
  USER_RAISED_EXCEPTION: 'P0001',
  'UNSUPPORTED_FEATURE.TABLE_OPERATION': '0A000',
  'INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST': 'KD000',
  'INSERT_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS': '21S01',
  'INSERT_COLUMN_ARITY_MISMATCH.TOO_MANY_DATA_COLUMNS': '21S01',
};

/**
 * What Spark may call an error: of several reasons it names one. None where it is a refusal, or a defect, that no handler may hide.
 */
export function conditionsOf(error: unknown): readonly Condition[] {
  if (!(error instanceof Error)) return [];
  if (error instanceof ExpectedError && RAISED_BY_SPARK[error.code]) {
    const known = [error, ...error.diagnostics].map(({ code }) => RAISED_BY_SPARK[code]);
    return known.includes(undefined) ? [] : known.filter((one) => one !== undefined);
  }
  const name = /\[([A-Z][A-Z0-9_.]+)\]/.exec(error.message)?.[1];
  const known = name === undefined ? undefined : STATES[name];
  if (name !== undefined && known !== undefined) return [{ name, sqlState: known }];
  if (/More than one row returned by a subquery used as an expression/.test(error.message))
    return [{ name: 'SCALAR_SUBQUERY_TOO_MANY_ROWS', sqlState: '21000' }];
  return [];
}

/** How closely a handler's condition fits: the closest of a block handles; undefined: it does not fit. */
export function fit(
  handled: HandledCondition,
  { name, sqlState }: Condition,
  declared: ReadonlyMap<string, string>,
): number | undefined {
  switch (handled.kind) {
    case 'condition': {
      const state = declared.get(handled.name);
      if (state !== undefined) return state === sqlState ? 2 : undefined;
      if (handled.name === name) return 4;
      return name.startsWith(`${handled.name}.`) ? 3 : undefined;
    }
    case 'sqlState':
      return handled.state === sqlState ? 2 : undefined;
    case 'notFound':
      return sqlState.startsWith('02') ? 1 : undefined;
    case 'exception':
      return sqlState.startsWith('02') || sqlState.startsWith('XX') ? undefined : 1;
  }
}
