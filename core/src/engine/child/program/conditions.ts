import { ExpectedError } from '../../../base/expected-error.ts';
import type { HandledCondition } from '../../../sql/syntax/compound.ts';

/** An error as Spark names it. */
export interface Condition {
  /** With its subclass, if it has one: `CAST_INVALID_INPUT`. */
  readonly name: string;
  readonly sqlState: string;
}

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
};

/** Codes of ours that say what Spark says. */
const CODES: Readonly<Record<string, Condition>> = {
  'sql.unresolved-column': { name: 'UNRESOLVED_COLUMN', sqlState: '42703' },
  'sql.ambiguous-column': { name: 'AMBIGUOUS_REFERENCE', sqlState: '42704' },
  'sql.unknown-table': { name: 'TABLE_OR_VIEW_NOT_FOUND', sqlState: '42P01' },
  'sql.unresolved-variable': { name: 'UNRESOLVED_VARIABLE', sqlState: '42883' },
  'sql.variable-exists': { name: 'VARIABLE_ALREADY_EXISTS', sqlState: '42723' },
  'catalog.table-not-found': { name: 'TABLE_OR_VIEW_NOT_FOUND', sqlState: '42P01' },
  'catalog.schema-not-found': { name: 'SCHEMA_NOT_FOUND', sqlState: '42704' },
  'catalog.table-already-exists': { name: 'TABLE_OR_VIEW_ALREADY_EXISTS', sqlState: '42P07' },
};

/** What Spark calls an error; undefined where it is a refusal, or a defect, that no handler may hide. */
export function conditionOf(error: unknown): Condition | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof ExpectedError && error.diagnostics.length <= 1 && CODES[error.code]) return CODES[error.code];
  const name = /\[([A-Z][A-Z0-9_.]+)\]/.exec(error.message)?.[1];
  const known = name === undefined ? undefined : STATES[name];
  if (name !== undefined && known !== undefined) return { name, sqlState: known };
  if (/More than one row returned by a subquery used as an expression/.test(error.message))
    return { name: 'SCALAR_SUBQUERY_TOO_MANY_ROWS', sqlState: '21000' };
  return undefined;
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
