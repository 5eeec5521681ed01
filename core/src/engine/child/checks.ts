import type { DuckDBResultReader } from '@duckdb/node-api';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { ExpectedError } from '../../base/expected-error.ts';
import type { TableName } from '../../lake/names.ts';
import { checkedColumns, checkedRelation, type TableCheck } from '../../contracts/check.ts';
import type { CheckOutcome } from '../contract.ts';
import type { Run } from './context.ts';
import { nameText } from './names.ts';
import type { RelationColumn } from '../../sql/contract.ts';

/** How many NULLs each column has, by its name quoted: what the files' writer has counted needs no second look at the rows. */
export type CountedNulls = ReadonlyMap<string, number>;

/**
 * Runs the checks of a table on rows that are not committed yet; `rowsSql` is only asked for where there are checks. Violated warnings go to the run's warnings.
 * Rejects with `contract.violated`, which lists every violated error, and with `contract.unsupported-check` for a check that
 * cannot be run: it is never taken as passed.
 */
export async function runChecks(
  run: Run,
  name: TableName,
  rowsSql: string | (() => Promise<string>),
  nulls: CountedNulls = new Map(),
): Promise<readonly CheckOutcome[]> {
  const checks = run.checks[`${name.schema}.${name.table}`.toLowerCase()] ?? [];
  if (checks.length === 0) return [];
  const { session } = run;
  const scope = await session.createScope();
  await session.run(
    `CREATE VIEW ${session.qualified(scope, checkedRelation)} AS ${typeof rowsSql === 'string' ? rowsSql : await rowsSql()}`,
  );
  await session.enter(scope);
  await session.run(
    `CREATE TABLE ${session.qualified(scope, checkedColumns)} AS SELECT column_name, column_type FROM (DESCRIBE ${checkedRelation})`,
  );
  const columns = await session.describe(session.qualified(scope, checkedRelation));
  const counted = new Map([...(await countRows(run, checks, nulls)), ...(await measureAll(run, checks, columns))]);
  const outcomes: CheckOutcome[] = [];
  const errors: Diagnostic[] = [];
  for (const check of checks) {
    const violations = counted.get(check) ?? (await countViolations(run, check, columns, errors));
    outcomes.push({ name: check.name, severity: check.severity, violations });
    if (violations === 0) continue;
    const diagnostic = violated(name, check, violations);
    (check.severity === 'error' ? errors : run.warnings).push(diagnostic);
  }
  if (errors.length > 0) throw contractViolated(name, errors);
  return outcomes;
}

/** All predicates in one pass over the rows; none where one of them does not fit the columns, which is then found one by one. */
async function countRows(
  run: Run,
  checks: readonly TableCheck[],
  nulls: CountedNulls,
): Promise<ReadonlyMap<TableCheck, number>> {
  const predicates = checks.filter(({ scope }) => scope === 'row');
  const known = new Map(
    predicates.flatMap((check): [TableCheck, number][] => {
      const count = check.sql.endsWith(IS_NULL) ? nulls.get(check.sql.slice(0, -IS_NULL.length)) : undefined;
      return count === undefined ? [] : [[check, count]];
    }),
  );
  const others = predicates.filter((check) => !known.has(check));
  const counts = others.map(({ sql }) => `count(*) FILTER (WHERE ${sql})`);
  const answer = await together(run, counts, checkedRelation);
  return answer ? new Map([...known, ...others.map((check, at) => [check, answer[at] ?? 0] as const)]) : known;
}

const IS_NULL = ' IS NULL';

/** The numbers of all rules on the table in one statement; none where one of them fails, which is then found one by one. */
async function measureAll(
  run: Run,
  checks: readonly TableCheck[],
  columns: readonly RelationColumn[],
): Promise<ReadonlyMap<TableCheck, number>> {
  const rules = checks.filter(({ scope }) => scope === 'table');
  try {
    const queries = rules.map((check) => `(${judged(check, textOf(run, check, columns))})`);
    const answer = await together(run, queries);
    return new Map(answer ? rules.map((check, at) => [check, answer[at] ?? 0]) : []);
  } catch (error) {
    if (isAnalysis(error) || isUnsupported(error)) return new Map();
    throw error;
  }
}

/** The values of one row; undefined where there are none, or where what fails must be found one by one. */
async function together(
  run: Run,
  expressions: readonly string[],
  relation?: string,
): Promise<readonly number[] | undefined> {
  if (expressions.length === 0) return undefined;
  try {
    const from = relation === undefined ? '' : ` FROM ${relation}`;
    const answer = await asked(run, `SELECT ${expressions.join(', ')}${from}`);
    return expressions.map((_, at) => Number(answer.value(at, 0) ?? 0));
  } catch (error) {
    if (error instanceof ExpectedError && error.code !== 'engine.cancelled') return undefined;
    throw error;
  }
}

async function asked(run: Run, sql: string): Promise<DuckDBResultReader> {
  run.context.counters.checkQueries += 1;
  return await run.session.read(sql);
}

/** @param errors where a rule is violated already, one that cannot be run adds nothing: a missing column fails all its rules. */
async function countViolations(
  run: Run,
  check: TableCheck,
  columns: readonly RelationColumn[],
  errors: readonly Diagnostic[],
): Promise<number> {
  const rows = `SELECT count(*) FROM ${checkedRelation} WHERE ${check.sql}`;
  try {
    const sql = check.scope === 'row' ? rows : judged(check, textOf(run, check, columns));
    const answer = await asked(run, sql);
    return Number(answer.value(0, 0) ?? 0);
  } catch (error) {
    if (!isAnalysis(error) && !isUnsupported(error)) throw error;
    if (errors.length > 0) return 0;
    throw isAnalysis(error) ? notRunnable(check, error.message) : error;
  }
}

function isAnalysis(error: unknown): error is ExpectedError {
  return error instanceof ExpectedError && (error.code === 'engine.analysis-failed' || error.code.startsWith('sql.'));
}

function isUnsupported(error: unknown): error is ExpectedError {
  return error instanceof ExpectedError && error.code === 'contract.unsupported-check';
}

/** 0 where the query's number fulfils the condition, 1 where not, and also where it is NULL: a rule without an answer does not hold. */
function judged({ passes = 'value = 0' }: TableCheck, query: string): string {
  return `SELECT CASE WHEN ${passes} THEN 0 ELSE 1 END FROM (${query}) AS measured(value)`;
}

/** A query that a team wrote in the contract is Databricks SQL and goes through the dialect like any other. */
function textOf(run: Run, check: TableCheck, columns: readonly RelationColumn[]): string {
  if (check.language !== 'databricks') return check.sql;
  const compiled = run.context.dialect.compile({ text: check.sql, file: check.source }, new Map(), run.profile);
  if (!compiled.ok) throw notRunnable(check, compiled.diagnostics.map(({ message }) => message).join('; '));
  const [statement] = compiled.statements;
  if (statement?.kind !== 'query' || compiled.statements.length > 1) throw notRunnable(check, 'it is not one query');
  const { relations } = statement.query;
  for (const relation of relations) {
    if (relation.kind !== 'table' || relation.table.table !== checkedRelation)
      throw notRunnable(check, 'it reads other tables');
  }
  const { duckdbSql } = statement.query.bind(() => columns);
  const views = relations.map(({ placeholder }) => `${placeholder} AS (SELECT * FROM ${checkedRelation})`);
  return views.length === 0 ? duckdbSql : `WITH ${views.join(', ')} SELECT * FROM (${duckdbSql})`;
}

function violated(name: TableName, check: TableCheck, violations: number): Diagnostic {
  return {
    severity: check.severity,
    code: 'contract.violated',
    message: `${nameText(name)}: ${check.name} is violated${check.scope === 'row' ? ` by ${violations} row${violations === 1 ? '' : 's'}` : ''} [${check.source}]`,
  };
}

function contractViolated(name: TableName, diagnostics: readonly Diagnostic[]): ExpectedError {
  return new ExpectedError({
    code: 'contract.violated',
    message: `${nameText(name)} was not written: ${diagnostics.map(({ message }) => message).join('; ')}`,
    nextStep: 'Correct the query or the data, or change the contract together with those who rely on it.',
    diagnostics,
  });
}

function notRunnable(check: TableCheck, why: string): ExpectedError {
  return new ExpectedError({
    code: 'contract.unsupported-check',
    message: `The rule ${check.name} of ${check.source} cannot be checked: ${why}`,
    nextStep: 'Correct the rule, or remove it: a rule that is not checked protects nobody.',
  });
}
