import { ExpectedError } from '../../../base/expected-error.ts';
import { quoteIdentifier } from '../../../delta/duckdb-types.ts';
import type { RowDemands } from '../../../delta/write-requirements.ts';
import type { CompiledQuery } from '../../../sql/contract.ts';
import type { Run } from '../context.ts';
import type { StagedRows } from '../staging.ts';

const rows = '__rows';

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
  for (const { name, sql } of constraints) {
    const violations = await countRows(run, await violationsSql(run, staged.table, name, sql));
    if (violations > 0) throw checkViolated(table, name, sql, violations);
  }
}

/** A constraint is Databricks SQL and goes through the dialect; a row for which it is NULL violates it, as in Delta. */
async function violationsSql(run: Run, staged: string, name: string, sql: string): Promise<string> {
  const query = constraintQuery(run, name, sql);
  const columns = await run.session.describe(staged);
  const { duckdbSql } = query.bind(() => columns);
  const [relation] = query.relations;
  return relation
    ? `WITH ${relation.placeholder} AS (SELECT * FROM ${staged}) SELECT * FROM (${duckdbSql})`
    : duckdbSql;
}

/** The rows that a condition does not hold for, counted. @throws ExpectedError `delta.constraint-not-emulated`. */
function constraintQuery(run: Run, name: string, sql: string): CompiledQuery {
  const source = { text: `SELECT count(*) AS n FROM ${rows} WHERE NOT coalesce((${sql}), false)`, file: name };
  const compiled = run.context.dialect.compile(source, new Map(), run.profile);
  const [statement] = compiled.ok ? compiled.statements : [];
  const only = statement?.kind === 'query' ? statement.query : undefined;
  if (only?.relations.every((relation) => relation.kind === 'table' && relation.table.table === rows)) return only;
  const why = compiled.ok ? 'it reads other tables' : compiled.diagnostics.map(({ message }) => message).join(' ');
  throw new ExpectedError({
    code: 'delta.constraint-not-emulated',
    message: `The constraint ${name} (${sql}) cannot be checked here: ${why}`,
    nextStep: 'Write the table on Databricks, or take the constraint away with ALTER TABLE ... DROP CONSTRAINT.',
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
