import { ExpectedError } from '../../../base/expected-error.ts';
import { deltaToDuckdb, quoteIdentifier } from '../../../delta/duckdb-types.ts';
import type { DeltaField, DeltaType } from '../../../delta/schema.ts';
import { deltaToSpark, sparkToDelta } from '../../../delta/spark-types.ts';
import type { BoundQuery } from '../../../sql/contract.ts';
import type { Run } from '../context.ts';
import { type Reordered, structsByName } from './structs-by-name.ts';

/** `from`: its name in the query, where it is another than the column's that it goes to. */
type Column = BoundQuery['columns'][number] & { readonly from?: string };

/**
 * How the fields of a struct find theirs in the table: UPDATE, MERGE and COPY INTO by name, INSERT by position; `byNameOrNull`: what
 * the query lacks is NULL, as under schema evolution; `sameOrder`: both agree.
 */
export type StructMatching = 'byName' | 'byNameOrNull' | 'byPosition' | 'sameOrder';

/**
 * One DuckDB expression over `q`, a query's result, for each column of a table: its value from the query cast as Delta casts what is
 * written, NULL where the query gives none.
 * @throws ExpectedError `delta.schema-mismatch` naming every column that does not fit.
 */
export function assignments(
  run: Run,
  table: string,
  fields: readonly DeltaField[],
  valueOf: (field: DeltaField) => Column | undefined,
  structs: StructMatching,
): string[] {
  const problems: string[] = [];
  const expressions = fields.map((field) => {
    const given = valueOf(field);
    const target = deltaToDuckdb(field.type);
    if (!given || given.typeText === 'void') return `CAST(NULL AS ${target})`;
    const plain = { sql: `q.${quoteIdentifier(given.from ?? given.name)}`, type: sparkToDelta(given.typeText) };
    const value = matched(plain, field.type, structs);
    const cast = value && run.context.dialect.assign(value.sql, deltaToDuckdb(value.type), target);
    if (cast === undefined)
      problems.push(`${field.name} is ${deltaToSpark(field.type)}, and the query gives ${given.typeText}`);
    return cast ?? 'NULL';
  });
  if (problems.length > 0) throw mismatch(table, problems.join('; '));
  return expressions;
}

function matched(value: Reordered, to: DeltaType, structs: StructMatching): Reordered | undefined {
  if (structs === 'byPosition') return value;
  const found = structsByName(value.sql, value.type, to, structs === 'byNameOrNull' ? 'null' : 'refused');
  return structs === 'sameOrder' && found?.sql !== value.sql ? undefined : found;
}

export function mismatch(table: string, what: string): ExpectedError {
  return new ExpectedError({
    code: 'delta.schema-mismatch',
    message: `The rows do not fit ${table}: ${what}.`,
    nextStep: 'Name the columns, or cast them to the types of the table.',
  });
}
