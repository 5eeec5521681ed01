import { ExpectedError } from '../../../base/expected-error.ts';
import type { CompiledQuery, CompiledStatement } from '../../../sql/contract.ts';
import type { VariableAssignment } from '../../../sql/program/program-statement.ts';
import { typeOf } from '../../../sql/program/sql-function.ts';
import { castSql } from '../../../sql/translate/cast.ts';
import { quoteName } from '../../../sql/types/duckdb-type.ts';
import { typeText } from '../../../sql/types/spark-type.ts';
import type { ProgramHost } from './host.ts';
import type { Program, Variable } from './program.ts';

type Statement<K extends CompiledStatement['kind']> = Extract<CompiledStatement, { kind: K }>;

export async function declareVariables(host: ProgramHost, statement: Statement<'declareVariable'>): Promise<void> {
  const { sql, columns } = await host.ready(statement.query);
  const variables = declaredVariables(host.program, statement, columns[0]?.typeText ?? 'void');
  const [first, ...others] = variables;
  if (!first) throw new Error('a DECLARE without a name');
  await host.run(`SET VARIABLE ${first.slot} = (${sql})`);
  for (const { slot } of others) await host.run(`SET VARIABLE ${slot} = (SELECT ${first.sql})`);
}

/** The variables of a DECLARE, without values. @throws ExpectedError `sql.variable-exists`, ... */
export function declaredVariables(
  program: Program,
  { names, orReplace, query }: Statement<'declareVariable'>,
  type: string,
): Variable[] {
  const spark = typeOf(type);
  return names.map((parts) => program.declare(parts, spark, orReplace, query));
}

export async function setVariables(host: ProgramHost, statement: Statement<'setVariables'>): Promise<void> {
  const all = [statement, ...statement.more];
  const variables = all.flatMap(({ targets }) => targets.map((parts) => host.program.target(parts)));
  refuseTwice(variables);
  for (const assignment of all) await assign(host, assignment);
}

/** @throws ExpectedError `sql.duplicate-assignment` */
function refuseTwice(variables: readonly Variable[]): void {
  if (new Set(variables).size === variables.length) return;
  throw new ExpectedError({
    code: 'sql.duplicate-assignment',
    message: 'A variable is assigned twice.',
    nextStep: 'Name each variable once.',
  });
}

async function assign(host: ProgramHost, statement: VariableAssignment): Promise<void> {
  const { sql, columns } = await host.ready(statement.query);
  const targets = checkedTargets(host.program, statement, columns);
  const casts = targets.map(({ variable, column }) => column && assigned(variable, column));
  const rows = `assigned_rows`;
  const names = columns.map((_, at) => quoteName(`v${at}`)).join(', ');
  // The query's values are computed before the first variable changes.
  await host.run(`CREATE OR REPLACE TEMP TABLE ${rows} AS SELECT * FROM (${sql}) AS r(${names})`);
  try {
    if (Number(await host.value(`SELECT count(*) FROM temp.main.${rows}`)) > 1) throw tooManyRows();
    for (const [at, { variable }] of targets.entries()) {
      const cast = casts[at];
      if (cast !== undefined) await host.run(`SET VARIABLE ${variable.slot} = (SELECT ${cast} FROM temp.main.${rows})`);
    }
  } finally {
    await host.run(`DROP TABLE temp.main.${rows}`);
  }
  for (const { variable, column } of targets) {
    if (column) continue;
    if (!variable.query) throw notAssignable(variable);
    const value = await host.ready(variable.query);
    await host.run(`SET VARIABLE ${variable.slot} = (${value.sql})`);
  }
}

interface Target {
  readonly variable: Variable;
  /** Absent: DEFAULT. */
  readonly column: { readonly name: string; readonly typeText: string } | undefined;
}

/** @throws ExpectedError `sql.unresolved-variable`, `sql.duplicate-assignment`, `sql.type-mismatch`. */
export function checkedTargets(
  program: Program,
  { targets, values, ofQuery }: Pick<Statement<'setVariables'>, 'targets' | 'values' | 'ofQuery'>,
  columns: readonly { readonly name: string; readonly typeText: string }[],
): Target[] {
  const variables = targets.map((parts) => program.target(parts));
  refuseTwice(variables);
  if (ofQuery && columns.length !== targets.length)
    throw new ExpectedError({
      code: 'sql.type-mismatch',
      message: `${columns.length} columns are assigned to ${targets.length} variables.`,
      nextStep: 'Select a column for each variable.',
    });
  return variables.map((variable, at) => {
    const from = values[at];
    const column = from === undefined ? undefined : columns[from];
    return { variable, column: column && { name: `v${from ?? 0}`, typeText: column.typeText } };
  });
}

/** A column's value as the variable's type. @throws ExpectedError `sql.type-mismatch` */
export function assigned(variable: Variable, column: { readonly name: string; readonly typeText: string }): string {
  // A variable takes no value that it cannot hold, with ANSI off neither.
  const sql = castSql(quoteName(column.name), typeOf(column.typeText), variable.type, 'strict');
  if (sql !== undefined) return sql;
  throw new ExpectedError({
    code: 'sql.type-mismatch',
    message: `${column.typeText.toUpperCase()} cannot be cast to ${typeText(variable.type).toUpperCase()}, the type of ${variable.name}.`,
    nextStep: 'Write an explicit CAST.',
  });
}

/** INTO of EXECUTE IMMEDIATE: a query's one row, or NULLs. */
export async function selectInto(
  host: ProgramHost,
  query: CompiledQuery,
  targets: readonly (readonly string[])[],
): Promise<void> {
  const values = targets.map((_, at) => at);
  const place = { text: '', range: { file: '', start: { line: 1, column: 1 }, end: { line: 1, column: 1 } } };
  await setVariables(host, { ...place, kind: 'setVariables', targets, values, query, ofQuery: true, more: [] });
}

export function dropVariable(
  { program }: Pick<ProgramHost, 'program'>,
  { name, ifExists }: Statement<'dropVariable'>,
): void {
  if (program.drop(name) || ifExists) return;
  throw new ExpectedError({
    code: 'sql.unresolved-variable',
    message: `There is no variable ${name.join('.')}.`,
    nextStep: 'Correct the name, or write DROP TEMPORARY VARIABLE IF EXISTS.',
  });
}

function tooManyRows(): ExpectedError {
  return new ExpectedError({
    code: 'sql.too-many-rows',
    message: '[ROW_SUBQUERY_TOO_MANY_ROWS] More than one row is assigned to variables.',
    nextStep: 'Select one row.',
  });
}

function notAssignable({ name }: Variable): ExpectedError {
  return new ExpectedError({
    code: 'sql.type-mismatch',
    message: `${name} has no default.`,
    nextStep: 'Assign a value.',
  });
}
