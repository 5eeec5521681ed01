import type { Call, Expression, ExpressionOf, Query, SourceOf } from '../syntax/nodes.ts';
import type { Problem } from '../syntax/problem.ts';
import { contains } from '../syntax/walk.ts';
import { castSql } from '../translate/cast.ts';
import { EMPTY_SCOPE, type Environment, refuse, report, type Scope } from '../translate/environment.ts';
import { inherited, type Typed, withoutLiteral } from '../translate/typed.ts';
import { quoteName } from '../types/duckdb-type.ts';
import { isUnknown, sameType, type SparkType, typeText, UNKNOWN } from '../types/spark-type.ts';
import { otherProfile, type SqlFunction } from './sql-function.ts';

/** A text this long comes from functions that call functions over and over; nobody reads DuckDB's answer to it. */
const LONGEST_TEXT = 2_000_000;

export interface InlinedTable {
  readonly sql: string;
  readonly columns: readonly { readonly name: string; readonly type: SparkType; readonly internal: string }[];
}

export function calledName({ qualifier = [], name }: Call): string[] {
  return [...qualifier.map(({ text }) => text), name];
}

/** The function of the session or the catalog that a call names; undefined where it is one of Spark's, or none. */
export function namedFunction(environment: Environment, call: Call): SqlFunction | 'unknown' | undefined {
  return environment.names.function(calledName(call), environment.callers.at(-1));
}

/** A call of a scalar function: its body, with the arguments in the place of the parameters. */
export function inlineScalar(environment: Environment, call: ExpressionOf<'call'>, fn: SqlFunction): Typed {
  const { name } = fn.definition;
  if (fn.returns.kind === 'table')
    return report(environment, 'sql.not-a-scalar-function', `${name} returns a table.`, call, 'Write it in FROM.');
  const modifier = modifierOf(call);
  if (modifier !== undefined)
    return report(
      environment,
      'sql.syntax',
      `${modifier} cannot stand on ${name}, a function in SQL.`,
      call,
      'Leave it out.',
    );
  if (environment.joins && fn.body.kind === 'query' && contains(scalar(fn.body.query), isNested(fn.body.query)))
    return refuse(environment, `The function ${name}, whose query holds a query, in a join's condition`, call);
  if (environment.scope.aliasesFirst)
    return refuse(environment, `The function ${name} in ORDER BY`, call, 'Compute it as a column.');
  if (environment.scope.variables.size > 0)
    return refuse(environment, `The function ${name} inside a lambda`, call, 'Write its body instead.');
  const args = argumentsOf(environment, call, fn);
  if (!args || !mayInline(environment, call, fn)) return { sql: 'NULL', type: fn.returns.type ?? UNKNOWN, name: '' };
  const shown = `${name}(${args.map((arg) => arg.name).join(', ')})`;
  const inner = bodyEnvironment(environment, fn, args);
  const { body } = fn;
  const value = body.kind === 'expression' ? body.expression : scalar(body.query);
  const typed = inner.environment.translate(inner.environment, value);
  if (typed.generator || typed.aggregate || typed.window)
    problemAt(inner.problems, 'sql.syntax', 'It holds an aggregate, a window function or a generator.');
  const type = fn.returns.type ?? typed.type;
  const sql = castTo(environment, inner.problems, typed, type);
  refuseTwice(inner.problems, value, sql, args);
  adopt(environment, call, name, inner.problems);
  const flags = { ...inherited(args), ...(typed.volatile ? { volatile: true } : {}) };
  return { sql, type, name: shown, ...flags };
}

/** A call of a table function in FROM: its query as a subquery's text. */
export function inlineTable(
  environment: Environment,
  source: SourceOf<'tableFunction'>,
  fn: SqlFunction,
): InlinedTable | undefined {
  const { call } = source;
  const { name } = fn.definition;
  if (fn.returns.kind !== 'table' || fn.body.kind !== 'query') {
    report(environment, 'sql.not-a-table-function', `${name} returns no table.`, call, 'Write it as a value.');
    return undefined;
  }
  const args = argumentsOf(environment, call, fn);
  if (!args || !mayInline(environment, call, fn)) return undefined;
  if (args.some((arg) => arg.aggregate || arg.window))
    report(environment, 'sql.syntax', `An aggregate cannot be an argument of ${name}.`, call, 'Use a subquery.');
  const inner = bodyEnvironment(environment, fn, args);
  const query = inner.environment.translateQuery(inner.environment, fn.body.query);
  const columns = fn.returns.columns ?? query.columns;
  if (!query.open && columns.length !== query.columns.length)
    problemAt(
      inner.problems,
      'sql.type-mismatch',
      `It returns ${query.columns.length} columns, not ${columns.length}.`,
    );
  const items = query.columns.map((column, at) => {
    const type = columns[at]?.type ?? column.type;
    const value: Typed = { sql: quoteName(column.internal), type: column.type, name: column.name };
    return `${castTo(environment, inner.problems, value, type)} AS ${quoteName(`c${at}`)}`;
  });
  refuseTwice(inner.problems, undefined, query.sql, args);
  adopt(environment, call, name, inner.problems);
  const sql = `SELECT ${items.join(', ') || '1'} FROM (${query.sql}) AS f${environment.nextId()}`;
  return { sql, columns: columns.map((column, at) => ({ name: column.name, type: column.type, internal: `c${at}` })) };
}

function modifierOf(call: Call): string | undefined {
  if (call.distinct) return 'DISTINCT';
  if (call.filter) return 'FILTER';
  if (call.over) return 'OVER';
  if (call.withinGroup) return 'WITHIN GROUP';
  return call.ignoreNulls ? 'IGNORE NULLS' : undefined;
}

function mayInline(environment: Environment, call: Call, fn: SqlFunction): boolean {
  const { definition } = fn;
  const within = environment.callers;
  if (within.some((one) => one.name.toLowerCase() === definition.name.toLowerCase())) {
    const path = [...within.map(({ name }) => name), definition.name].join(' -> ');
    report(environment, 'sql.recursive-function', `A function calls itself: ${path}.`, call, 'Break the circle.');
    return false;
  }
  if (!otherProfile(definition, environment.profile)) return true;
  refuse(
    environment,
    `${definition.name}, made where ANSI was ${definition.ansi ? 'on' : 'off'},`,
    call,
    'Make it anew.',
  );
  return false;
}

/** Each parameter's value, of its type; undefined where the arguments do not fit, which is then said. */
function argumentsOf(environment: Environment, call: Call, fn: SqlFunction): Typed[] | undefined {
  const { parameters, definition } = fn;
  const wrong = (message: string): Typed[] | undefined => {
    report(environment, 'sql.wrong-arguments', `${definition.name}: ${message}`, call, 'Correct the arguments.');
    return undefined;
  };
  if (call.args.length > parameters.length)
    return wrong(`${call.args.length} arguments stand for ${parameters.length} parameters.`);
  const given = new Map<string, Expression>();
  for (const [at, arg] of call.args.entries()) given.set(parameters[at]?.name.toLowerCase() ?? '', arg);
  const [firstNamed] = call.named;
  if (firstNamed && call.args.some((arg) => arg.start > firstNamed.value.start))
    return wrong('an argument without a name follows one with a name.');
  for (const { name, value } of call.named) {
    if (!parameters.some((one) => one.name.toLowerCase() === name)) return wrong(`it has no parameter ${name}.`);
    if (given.has(name)) return wrong(`the parameter ${name} is given twice.`);
    given.set(name, value);
  }
  const values: Typed[] = [];
  for (const { name, type, defaultValue } of parameters) {
    const own = given.get(name.toLowerCase());
    const value = own ?? defaultValue;
    if (!value) return wrong(`the parameter ${name} has no value.`);
    values.push(argumentValue(environment, call, fn, value, type, own === undefined));
  }
  return values;
}

function argumentValue(
  environment: Environment,
  call: Call,
  fn: SqlFunction,
  value: Expression,
  type: SparkType,
  isDefault: boolean,
): Typed {
  if (value.kind === 'star') return refuse(environment, '* as an argument', value);
  const body = isDefault ? bodyEnvironment(environment, fn, []) : undefined;
  const inner = body?.environment ?? environment;
  const typed = inner.translate(inner, value);
  if (body && asksQuery(value)) problemAt(body.problems, 'sql.syntax', 'A default holds no subquery.');
  if (body && (typed.aggregate || typed.window || typed.generator))
    problemAt(body.problems, 'sql.syntax', 'A default holds no aggregate, window function or generator.');
  if (body) adopt(environment, call, fn.definition.name, body.problems);
  if (isUnknown(typed.type) || sameType(typed.type, type))
    return { ...typed, ...(isUnknown(typed.type) ? { type } : {}) };
  const sql = castSql(typed.sql, typed.type, type, environment.profile.ansi ? 'strict' : 'legacy');
  if (sql !== undefined) return { ...withoutLiteral(typed), sql, type };
  const shown = typeText(typed.type).toUpperCase();
  return report(
    environment,
    'sql.type-mismatch',
    `${shown} cannot be cast to ${typeText(type).toUpperCase()}, the parameter's type.`,
    isDefault ? call : value,
    'Give a value of that type.',
  );
}

/** Names in a body mean its parameters, after the columns of its own queries, and nothing of the caller. */
function bodyEnvironment(
  caller: Environment,
  fn: SqlFunction,
  args: readonly Typed[],
): { environment: Environment; problems: Problem[] } {
  const problems: Problem[] = [];
  const { definition, parameters } = fn;
  const last = definition.name.split('.').at(-1)?.toLowerCase() ?? '';
  const columns = args.map((arg, at) => ({
    name: parameters[at]?.name ?? '',
    type: arg.type,
    sql: arg.sql,
    hidden: true,
  }));
  const scope: Scope = {
    ...EMPTY_SCOPE,
    relations: [{ names: [last], columns, open: false, reach: fn.body.kind === 'query' ? 2 : 1 }],
  };
  const environment: Environment = {
    ...caller,
    scope,
    problems,
    commonTables: new Map(),
    callers: [...caller.callers, definition],
    catalog: {
      table: (source) => caller.catalog.table(atHome(source, fn)),
      files: (source, path) => {
        refuse(environment, 'read_files in a function', { start: 0, end: 0 }, 'Make a view of it.');
        return caller.catalog.files(source, path);
      },
      hubs: (source) => {
        refuse(environment, 'read_kafka in a function', { start: 0, end: 0 }, 'Make a view of it.');
        return caller.catalog.hubs(source);
      },
      changes: (...given) => {
        refuse(environment, 'A change data feed in a function', { start: 0, end: 0 }, 'Make a view of it.');
        return caller.catalog.changes(...given);
      },
    },
  };
  return { environment, problems };
}

/** A plain name in a body is one of the schema that was current where the function was made. */
function atHome(source: SourceOf<'table'>, { definition }: SqlFunction): SourceOf<'table'> {
  const { parts } = source;
  const { catalog, schema } = definition.home;
  const [only] = parts;
  const span = { start: source.start, end: source.end };
  if (source.local || (parts.length === 1 && only && definition.views.includes(only.text.toLowerCase()))) return source;
  const missing = parts.length === 1 ? [catalog, schema] : parts.length === 2 ? [catalog] : [];
  if (missing.includes(undefined)) return source;
  return { ...source, parts: [...missing.map((text) => ({ text: text ?? '', ...span })), ...parts] };
}

function castTo(environment: Environment, problems: Problem[], typed: Typed, type: SparkType): string {
  if (sameType(typed.type, type) || isUnknown(typed.type) || isUnknown(type)) return typed.sql;
  const sql = castSql(typed.sql, typed.type, type, environment.profile.ansi ? 'strict' : 'legacy');
  if (sql !== undefined) return sql;
  const types = `${typeText(typed.type)} to ${typeText(type)}`.toUpperCase();
  problemAt(problems, 'sql.type-mismatch', `It would cast ${types}.`);
  return 'NULL';
}

/** An argument that answers otherwise each time stands at one place of the text, and no row of a subquery evaluates it again. */
function refuseTwice(problems: Problem[], body: Expression | undefined, sql: string, args: readonly Typed[]): void {
  if (sql.length > LONGEST_TEXT)
    problemAt(problems, 'sql.not-emulated', 'Its text in the place of its calls is too long.');
  const asks = !body || asksQuery(body);
  for (const arg of args) {
    if (!arg.volatile && !(asks && (arg.aggregate || arg.window))) continue;
    if (asks || sql.split(arg.sql).length > 2)
      problemAt(problems, 'sql.not-emulated', 'An argument that is not a plain value stands in it more than once.');
  }
}

function scalar(query: Query): Expression {
  return { kind: 'scalarQuery', query, start: 0, end: 0 };
}

function isNested(own: Query): (inner: Expression) => boolean {
  return (inner) =>
    (inner.kind === 'scalarQuery' || inner.kind === 'exists' || inner.kind === 'inQuery') && inner.query !== own;
}

function asksQuery(value: Expression): boolean {
  return contains(value, ({ kind }) => kind === 'scalarQuery' || kind === 'exists' || kind === 'inQuery');
}

function problemAt(problems: Problem[], code: string, message: string): void {
  problems.push({ code, message, span: { start: 0, end: 0 }, nextStep: 'Correct the function.' });
}

/** What is wrong in a body is said at its call: the body's own text is elsewhere. */
function adopt(environment: Environment, call: Call, name: string, problems: readonly Problem[]): void {
  for (const { code, message, nextStep } of problems)
    report(environment, code, `In the function ${name}: ${message}`, call, nextStep);
}
