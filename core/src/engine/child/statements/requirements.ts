import { ExpectedError } from '../../../base/expected-error.ts';
import { quoteIdentifier } from '../../../delta/duckdb-types.ts';
import type { RowDemands, WriteRequirements } from '../../../delta/write-requirements.ts';
import type { Run } from '../context.ts';
import type { StagedRows } from '../staging.ts';
import { queryOverRows, rowsName } from './row-query.ts';

/**
 * What the table demands of every row: NOT NULL columns have a value, CHECK constraints are true. Rejects with
 * `delta.not-null-violated`, `delta.check-violated`, `delta.constraint-not-emulated`.
 */
export async function checkRequirements(
  run: Run,
  table: string,
  staged: Pick<StagedRows, 'table'>,
  { notNull, constraints }: RowDemands,
): Promise<void> {
  for (const column of notNull) {
    const count = await countRows(run, `SELECT count(*) FROM ${staged.table} WHERE ${quoteIdentifier(column)} IS NULL`);
    if (count > 0) throw notNullViolated(table, column, count);
  }
  for (const { name, sql, limited } of constraints) {
    const violations = await countRows(run, await violationsSql(run, staged.table, name, sql));
    if (violations > 0 && limited !== undefined) throw tooLong(table, name, limited, violations);
    if (violations > 0) throw checkViolated(table, name, sql, violations);
  }
}

/** A constraint is Databricks SQL and goes through the dialect; a row for which it is NULL violates it, as in Delta. */
async function violationsSql(run: Run, staged: string, name: string, sql: string): Promise<string> {
  const text = `SELECT count(*) AS n FROM ${rowsName} WHERE NOT coalesce((${sql}), false)`;
  return (await queryOverRows(run, name, text, staged)).duckdbSql;
}

/**
 * Delta's writer fills generated and identity columns for every statement; whether a DEFAULT or NULL stands where files lack the
 * column is not documented for COPY INTO. @throws ExpectedError `delta.unsupported`.
 */
export function refuseDefaults(
  table: string,
  { defaults }: Pick<WriteRequirements, 'defaults'>,
  missing: ReadonlySet<string>,
): void {
  const found = [...defaults.keys()].filter((column) => missing.has(column)).map((column) => `${column} DEFAULT`);
  if (found.length === 0) return;
  throw new ExpectedError({
    code: 'delta.unsupported',
    message: `This statement does not fill ${found.join(', ')} of ${table} here.`,
    nextStep: 'Write INSERT INTO ... SELECT from read_files, which does.',
  });
}

async function countRows(run: Run, sql: string): Promise<number> {
  return Number((await run.session.read(sql)).value(0, 0));
}

function notNullViolated(table: string, column: string, count: number): ExpectedError {
  return new ExpectedError({
    code: 'delta.not-null-violated',
    message: `${table} was not written: ${column} is NOT NULL, and ${rowsText(count, 'has', 'have')} no value.`,
    nextStep: 'Leave these rows out, or give them a value.',
  });
}

function tooLong(table: string, column: string, limited: string, violations: number): ExpectedError {
  return new ExpectedError({
    code: 'delta.text-too-long',
    message: `${table} was not written: ${rowsText(violations, 'has', 'have')} a text in ${column} that is longer than ${limited} allows (DELTA_EXCEED_CHAR_VARCHAR_LIMIT).`,
    nextStep: 'Shorten the texts, or give the column a longer type.',
  });
}

function checkViolated(table: string, name: string, sql: string, count: number): ExpectedError {
  return new ExpectedError({
    code: 'delta.check-violated',
    message: `${table} was not written: the CHECK constraint ${name} (${sql}) is violated by ${rowsText(count, '', '').trim()}.`,
    nextStep: 'Leave these rows out, or correct them.',
  });
}

function rowsText(count: number, one: string, many: string): string {
  return count === 1 ? `1 row ${one}` : `${count} rows ${many}`;
}
