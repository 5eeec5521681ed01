import { ExpectedError } from '../../../base/expected-error.ts';
import { deltaToDuckdb, quoteIdentifier } from '../../../delta/duckdb-types.ts';
import type { DeltaField } from '../../../delta/schema.ts';
import { deltaToSpark, sparkToDelta } from '../../../delta/spark-types.ts';
import type { BoundQuery } from '../../../sql/contract.ts';
import type { Run } from '../context.ts';

type Column = BoundQuery['columns'][number];

/**
 * One DuckDB expression over `q`, a query's result, for each column of a table: its value from the query cast as Delta casts what is
 * written, NULL where the query gives none. @throws ExpectedError `delta.schema-mismatch` naming every column that does not fit.
 */
export function assignments(
  run: Run,
  table: string,
  fields: readonly DeltaField[],
  valueOf: (field: DeltaField) => Column | undefined,
): string[] {
  const problems: string[] = [];
  const expressions = fields.map((field) => {
    const given = valueOf(field);
    const target = deltaToDuckdb(field.type);
    if (!given || given.typeText === 'void') return `CAST(NULL AS ${target})`;
    const source = deltaToDuckdb(sparkToDelta(given.typeText));
    const cast = run.context.dialect.assign(`q.${quoteIdentifier(given.name)}`, source, target);
    if (cast === undefined)
      problems.push(`${field.name} is ${deltaToSpark(field.type)}, and the query gives ${given.typeText}`);
    return cast ?? 'NULL';
  });
  if (problems.length > 0) throw mismatch(table, problems.join('; '));
  return expressions;
}

export function mismatch(table: string, what: string): ExpectedError {
  return new ExpectedError({
    code: 'delta.schema-mismatch',
    message: `The rows do not fit ${table}: ${what}.`,
    nextStep: 'Name the columns, or cast them to the types of the table.',
  });
}
