import { ExpectedError } from '../../../base/expected-error.ts';
import type { ColumnRules, GeneratedColumn, IdentityColumn } from '../../../delta/column-rules.ts';
import { deltaToDuckdb, quoteIdentifier } from '../../../delta/duckdb-types.ts';
import type { DeltaField, DeltaStruct } from '../../../delta/schema.ts';
import { deltaToSpark, sparkToDelta } from '../../../delta/spark-types.ts';
import type { RowDemands } from '../../../delta/write-requirements.ts';
import type { BoundQuery } from '../../../sql/contract.ts';
import type { Run } from '../context.ts';
import type { StagedRows } from '../staging.ts';
import { queryOverRows, rowsName, sparkName } from './row-query.ts';

/** The last numbers that a statement has given, by identity column: what it does not commit is given again. */
export type Marks = Map<string, bigint>;

/** Rows of the session whose columns lack what the statement did not say. */
export interface IncompleteRows {
  /** Quoted, valid from everywhere in the session. */
  readonly table: string;
  readonly schema: DeltaStruct;
  /** Columns that hold NULL because the statement gives no value for them. */
  readonly missing: ReadonlySet<string>;
}

/** True where a column that the statement leaves out gets more than NULL. */
export function needsValues(rules: ColumnRules, missing: ReadonlySet<string>): boolean {
  const named = [...rules.generated, ...rules.identities].map(({ column }) => column);
  return [...named, ...rules.defaults.keys()].some((column) => missing.has(column));
}

/**
 * Fills what a statement left out, as Delta does: defaults, numbers of identity columns, then generated columns from the rest.
 * Resolves to a DuckDB query that gives the schema's columns. Notes the numbers given in `marks`.
 */
export async function completedRows(run: Run, rows: IncompleteRows, rules: ColumnRules, marks: Marks): Promise<string> {
  const { table, schema, missing } = rows;
  const counted = await run.session.read(`SELECT count(*) FROM ${table}`);
  const count = BigInt(String(counted.value(0, 0)));
  const columns: string[] = [];
  for (const field of schema.fields) {
    const name = quoteIdentifier(field.name);
    const identity = rules.identities.find(({ column }) => column === field.name);
    const value = rules.defaults.get(field.name);
    if (missing.has(field.name) && identity) columns.push(`${numbers(identity, count, marks)} AS ${name}`);
    else if (missing.has(field.name) && value !== undefined)
      columns.push(`${await defaultSql(run, field, value)} AS ${name}`);
    else columns.push(name);
  }
  const filled = `SELECT ${columns.join(', ')} FROM ${table}`;
  const generated = rules.generated.filter(({ column }) => missing.has(column));
  return generated.length === 0 ? filled : await generatedSql(run, rows, filled, generated);
}

/** Staged rows with what the table's own rules give for the columns that the statement left out. */
export async function completed(
  run: Run,
  staged: StagedRows,
  rules: ColumnRules,
  missing: ReadonlySet<string>,
  marks: Marks,
): Promise<StagedRows> {
  if (!needsValues(rules, missing)) return staged;
  const sql = await completedRows(run, { ...staged, missing }, rules, marks);
  const table = staged.table.replace(/"$/, '_complete"');
  await run.session.run(`CREATE TABLE ${table} AS ${sql}`);
  return { ...staged, table };
}

/** Numbers that follow the last one given: unique and in steps, in no promised order. */
function numbers({ column, start, step, highWaterMark }: IdentityColumn, count: bigint, marks: Marks): string {
  const last = marks.get(column) ?? highWaterMark;
  const first = last === undefined ? start : last + step;
  if (count > 0n) marks.set(column, first + (count - 1n) * step);
  const mark = marks.get(column) ?? 0n;
  // The counter stands in the log as a JSON number.
  if (mark > BigInt(Number.MAX_SAFE_INTEGER) || mark < BigInt(Number.MIN_SAFE_INTEGER)) throw exhausted(column);
  return `CAST(${first} + (row_number() OVER () - 1) * ${step} AS BIGINT)`;
}

async function defaultSql(run: Run, field: DeltaField, sql: string): Promise<string> {
  const bound = await defaultQuery(run, field.name, sql);
  return `(SELECT ${assigned(run, field, bound, 'v')} FROM (${bound.duckdbSql}) AS d(v))`;
}

async function defaultQuery(run: Run, column: string, sql: string): Promise<BoundQuery> {
  return await queryOverRows(run, `DEFAULT of ${column}`, `SELECT (${sql}) AS v`, '(SELECT 1)');
}

async function generatedSql(
  run: Run,
  { schema, table }: IncompleteRows,
  filled: string,
  generated: readonly GeneratedColumn[],
): Promise<string> {
  const view = table.replace(/"$/, '_filled"');
  await run.session.run(`CREATE VIEW ${view} AS ${filled}`);
  const bySql = new Map(generated.map(({ column, sql }) => [column, sql]));
  const items = schema.fields.map(({ name }) => `(${bySql.get(name) ?? sparkName(name)}) AS ${sparkName(name)}`);
  const text = `SELECT ${items.join(', ')} FROM ${rowsName}`;
  const bound = await queryOverRows(run, generated.map(({ column }) => column).join(', '), text, view);
  const columns = schema.fields.map((field, index) => {
    const name = quoteIdentifier(field.name);
    const typeText = bound.columns[index]?.typeText ?? '';
    return bySql.has(field.name)
      ? `${assigned(run, field, { columns: [{ name: '', typeText }] }, name)} AS ${name}`
      : name;
  });
  const names = schema.fields.map(({ name }) => quoteIdentifier(name)).join(', ');
  return `SELECT ${columns.join(', ')} FROM (${bound.duckdbSql}) AS g(${names})`;
}

function assigned(run: Run, field: DeltaField, { columns }: Pick<BoundQuery, 'columns'>, sql: string): string {
  const typeText = columns[0]?.typeText ?? '';
  const target = deltaToDuckdb(field.type);
  if (typeText === 'void') return `CAST(NULL AS ${target})`;
  const cast = run.context.dialect.assign(sql, deltaToDuckdb(sparkToDelta(typeText)), target);
  if (cast === undefined) throw misfit(field, typeText);
  return cast;
}

/** Generated columns that a statement gives itself must hold what their expression says, as a constraint does. */
export function generatedDemands(rules: ColumnRules, missing: ReadonlySet<string>): RowDemands['constraints'] {
  return rules.generated
    .filter(({ column }) => !missing.has(column))
    .map(({ column, sql }) => ({ name: `Generated Column ${column}`, sql: `${sparkName(column)} <=> (${sql})` }));
}

/** @throws ExpectedError `delta.identity-given` where a statement gives values to a column GENERATED ALWAYS AS IDENTITY. */
export function checkIdentities(table: string, { identities }: ColumnRules, given: (column: string) => boolean): void {
  const column = identities.find((one) => !one.allowsExplicit && given(one.column))?.column;
  if (column === undefined) return;
  throw new ExpectedError({
    code: 'delta.identity-given',
    message: `${column} of ${table} is GENERATED ALWAYS AS IDENTITY: no statement may give its values (DELTA_IDENTITY_COLUMNS_EXPLICIT_INSERT_NOT_SUPPORTED).`,
    nextStep: 'Name the other columns in the statement, or make the column GENERATED BY DEFAULT AS IDENTITY.',
  });
}

/** @throws ExpectedError `delta.identity-updated`: numbers that Delta gave stay as they are. */
export function checkUpdatedIdentities(table: string, { identities }: ColumnRules, assigned: readonly string[]): void {
  const names = new Set(assigned.map((name) => name.toLowerCase()));
  const column = identities.find((one) => names.has(one.column.toLowerCase()))?.column;
  if (column === undefined) return;
  throw new ExpectedError({
    code: 'delta.identity-updated',
    message: `${column} of ${table} is an identity column and cannot be updated (DELTA_IDENTITY_COLUMNS_UPDATE_NOT_SUPPORTED).`,
    nextStep: 'Leave it out of SET.',
  });
}

/**
 * Finds what is wrong with the rules of a new table before it is made: a default or generated value of another type, an
 * expression that is not emulated, an identity that is no BIGINT.
 */
export async function checkRules(run: Run, schema: DeltaStruct, rules: ColumnRules): Promise<void> {
  const fieldOf = new Map(schema.fields.map((field) => [field.name, field]));
  for (const { column, step } of rules.identities) {
    const type = fieldOf.get(column)?.type ?? 'long';
    if (type !== 'long')
      throw misfit({ name: column, type, nullable: true, metadata: {} }, 'an identity, which is BIGINT');
    if (step === 0n) throw misfit({ name: column, type, nullable: true, metadata: {} }, 'steps of 0');
  }
  for (const [column, sql] of rules.defaults) {
    const field = fieldOf.get(column);
    if (field) assigned(run, field, await defaultQuery(run, column, sql), 'v');
  }
  if (rules.generated.length === 0) return;
  const own = new Set(rules.generated.map(({ column }) => column));
  const others = schema.fields.filter(({ name }) => !own.has(name));
  const columns = others.map(({ name, type }) => `CAST(NULL AS ${deltaToDuckdb(type)}) AS ${quoteIdentifier(name)}`);
  for (const { column, sql } of rules.generated) {
    const field = fieldOf.get(column);
    const bound = await queryOverRows(
      run,
      column,
      `SELECT (${sql}) AS v FROM ${rowsName}`,
      `(SELECT ${columns.join(', ')})`,
    );
    const typeText = bound.columns[0]?.typeText ?? '';
    if (field && deltaToSpark(field.type) !== typeText) throw misfit(field, typeText);
  }
}

function misfit({ name, type }: DeltaField, given: string): ExpectedError {
  return new ExpectedError({
    code: 'delta.schema-mismatch',
    message: `The rule of column ${name} does not fit it: it is ${deltaToSpark(type)}, and the rule gives ${given}.`,
    nextStep: `Cast the expression to ${deltaToSpark(type)}.`,
  });
}

function exhausted(column: string): ExpectedError {
  return new ExpectedError({
    code: 'delta.unsupported',
    message: `The identity column ${column} has reached a number that cannot be counted on from here.`,
    nextStep: 'Write the table on Databricks.',
  });
}
