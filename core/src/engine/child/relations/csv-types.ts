import { ExpectedError } from '../../../base/expected-error.ts';
import { deltaToDuckdb } from '../../../delta/duckdb-types.ts';
import type { DeltaField } from '../../../delta/schema.ts';

export interface CsvCast {
  /** DuckDB expression of the typed value, NULL where the text does not fit. */
  readonly value: string;
  /** True where the text is there and does not fit; absent where every text fits. */
  readonly misfit?: string;
}

/** What Spark's CSV reader takes for each type (UnivocityParser's converters); DuckDB's own casts take more, so a pattern comes first. */
const patterns: Readonly<Record<string, string>> = {
  byte: '[+-]?[0-9]+',
  short: '[+-]?[0-9]+',
  integer: '[+-]?[0-9]+',
  long: '[+-]?[0-9]+',
  float: '[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?|NaN|-?Inf|[+-]?Infinity',
  double: '[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?|NaN|-?Inf|[+-]?Infinity',
  boolean: '[tT][rR][uU][eE]|[fF][aA][lL][sS][eE]',
  date: '[0-9]{4}-[0-9]{2}-[0-9]{2}',
  timestamp: '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})?)?',
  timestamp_ntz: '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,6})?)?',
};
const decimalPattern = '[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?';

/** @throws ExpectedError `engine.type-not-emulated` for a type that CSV files cannot hold or that is not emulated. */
export function csvCast({ name, type }: DeltaField, column: string): CsvCast {
  const raw = `r.${column}`;
  if (type === 'string') return { value: raw };
  const pattern = typeof type !== 'string' ? undefined : type.startsWith('decimal(') ? decimalPattern : patterns[type];
  if (pattern === undefined) {
    throw new ExpectedError({
      code: 'engine.type-not-emulated',
      message: `Column ${name} of a CSV file cannot be read as ${typeof type === 'string' ? type : type.type}.`,
      nextStep: 'Read it as STRING and convert it in the query.',
    });
  }
  const fits = `CASE WHEN regexp_full_match(${raw}, '${pattern}') THEN TRY_CAST(${raw} AS ${deltaToDuckdb(type)}) END`;
  return { value: fits, misfit: `(${raw} IS NOT NULL AND (${fits}) IS NULL)` };
}
