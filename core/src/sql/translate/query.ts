import { isBuiltIn } from '../rules/functions.ts';
import type { Expression, Query, QueryBody, SortKey } from '../syntax/nodes.ts';
import { gathered } from '../syntax/walk.ts';
import { sortText } from '../rules/windows.ts';
import { commonType } from '../types/coercion.ts';
import { quoteName, toDuckdbType } from '../types/duckdb-type.ts';
import { BINARY, isCollated, isUnknown, sameType, type SparkType, VOID } from '../types/spark-type.ts';
import { castSql } from './cast.ts';
import { translateWith } from './common-tables.ts';
import {
  EMPTY_SCOPE,
  type Environment,
  type OutputColumn,
  refuse,
  report,
  type Scope,
  type TranslatedQuery,
} from './environment.ts';
import { ordinal } from '../syntax/ordinal.ts';
import { distinguishable, hasKey, sortable, normalized } from './orderable.ts';
import { notesOf } from '../types/column-notes.ts';
import { originsOf } from '../types/origins.ts';
import { outputColumns, relationOf } from './outputs.ts';
import { withLazyRecursion } from './recursion.ts';
import { rows, together } from './rows-of.ts';
import { distinctRows, translateSelect } from './select.ts';
import { translateValues } from './values.ts';

/** A whole query; its subqueries see `environment.scope` as the scope around them. */
export function translateQuery(outerEnvironment: Environment, query: Query): TranslatedQuery {
  const { environment, definitions } = translateWith(outerEnvironment, query);
  const body = orderedBody(environment, query);
  if (definitions.length === 0) return body;
  const withTables = `WITH ${query.with.some(({ recursive }) => recursive) ? 'RECURSIVE ' : ''}${definitions.join(', ')} `;
  const { ranked } = body;
  return {
    ...body,
    sql: withTables + body.sql,
    ...(ranked
      ? { ranked: { ...ranked, whole: withTables + ranked.whole, rowsSql: withTables + ranked.rowsSql } }
      : {}),
  };
}

function orderedBody(outerEnvironment: Environment, query: Query): TranslatedQuery {
  const lazy = withLazyRecursion(outerEnvironment, query);
  const environment: Environment = query.limit && !lazy.limited ? { ...lazy, limited: true } : lazy;
  const { body } = query;
  const tail = limitSql(environment, query);
  const sorted = query.orderBy.length > 0 || query.orderByAll !== undefined;
  if (body.kind === 'select' && !body.distinct && !query.orderByAll)
    return translateSelect(environment, body, query.orderBy, tail);
  const inner = translateBody(environment, body);
  if (!sorted)
    return tail === '' ? inner : { ...inner, sql: `SELECT * FROM (${inner.sql}) AS q${environment.nextId()}${tail}` };
  const alias = `q${environment.nextId()}`;
  const scope: Scope = {
    ...EMPTY_SCOPE,
    outer: environment.scope.outer,
    relations: [relationOf(inner.columns, inner.open, alias, [])],
  };
  // A column of that name is meant before the word.
  const all = inner.columns.filter(({ name }) => name.toLowerCase() === 'all');
  if (query.orderByAll && inner.namesAll && all.length === 0 && body.kind === 'select' && !body.distinct) {
    const { start, end } = body;
    const expression: Expression = { kind: 'column', parts: [{ text: 'all', start, end }], start, end };
    return translateSelect(environment, body, [{ ...query.orderByAll, expression }], tail);
  }
  const keys = query.orderByAll
    ? (all.length > 0 ? all : inner.columns).map((column) =>
        sortText(
          sortable(environment, { sql: `${alias}.${quoteName(column.internal)}`, type: column.type }, 'ORDER BY', body),
          query.orderByAll ?? { descending: false, nulls: undefined },
        ),
      )
    : query.orderBy.map((key) => outputKey({ ...environment, scope }, inner.columns, alias, key));
  return { ...inner, sql: `SELECT * FROM (${inner.sql}) AS ${alias} ORDER BY ${keys.join(', ')}${tail}` };
}

/** ORDER BY of a set operation or DISTINCT: a result column by number, name or expression. */
function outputKey(environment: Environment, columns: readonly OutputColumn[], alias: string, key: SortKey): string {
  const at = ordinal(key.expression);
  const column = at === undefined ? undefined : columns[at - 1];
  const typed =
    at !== undefined && column
      ? { sql: `${alias}.${quoteName(column.internal)}`, type: column.type }
      : environment.translate(environment, unqualified(key.expression));
  return sortText(sortable(environment, typed, 'ORDER BY', key.expression), key);
}

/** `ORDER BY t.a` after DISTINCT means the result's `a`. */
function unqualified(expression: Expression): Expression {
  if (expression.kind !== 'column' || expression.parts.length < 2) return expression;
  return { ...expression, parts: expression.parts.slice(-1) };
}

function limitSql(environment: Environment, { limit, offset }: Query): string {
  const count = (node: Expression | undefined, word: string): string => {
    if (!node) return '';
    const typed = environment.translate(environment, node);
    const plain = typeof typed.literal === 'string' && /^\d+$/.test(typed.literal) && typed.type.kind === 'int';
    const value = plain ? typed.literal : undefined;
    if (value !== undefined || isUnknown(typed.type)) return ` ${word} ${value ?? '0'}`;
    const varying = gathered(
      node,
      (one) => ['scalarQuery', 'parameter'].includes(one.kind) || (one.kind === 'call' && !isBuiltIn(one.name)),
    );
    // A name that is no column is a variable, of one value.
    const ofRows = typed.local ?? typed.outer ?? typed.aggregate ?? typed.volatile;
    if (varying.length > 0 || typed.type.kind !== 'int' || ofRows === true)
      refuse(environment, `${word} with other than a number`, node);
    // NULL and what is negative are errors in both.
    return ` ${word} (coalesce(${typed.sql}, -1))`;
  };
  return count(limit, 'LIMIT') + count(offset, 'OFFSET');
}

function translateBody(environment: Environment, body: QueryBody): TranslatedQuery {
  switch (body.kind) {
    case 'select':
      return translateSelect(environment, body, [], '');
    case 'values': {
      const values = translateValues(environment, body.rows, body);
      const columns = values.columns.map((column, at) => ({
        ...column,
        name: body.alias.columns?.[at]?.text ?? column.name,
      }));
      return { ...values, columns, rows: 'given' };
    }
    case 'nested':
      return translateQuery({ ...environment, scope: environment.scope.outer ?? EMPTY_SCOPE }, body.query);
    case 'set':
      return setOperation(environment, body);
  }
}

/** What differs in the names of fields alone is of one type, the first. With ANSI on text beside bytes is bytes. */
function unitedType({ profile }: Environment, left: SparkType, right: SparkType): SparkType | undefined {
  const kinds = [left.kind, right.kind];
  if (profile.ansi && kinds.includes('string') && kinds.includes('binary')) return BINARY;
  return commonType(left, right, profile.ansi) ?? (sameShape(left, right) ? left : undefined);
}

function sameShape(left: SparkType, right: SparkType): boolean {
  if (left.kind === 'struct' && right.kind === 'struct')
    return (
      left.fields.length === right.fields.length &&
      left.fields.every((field, at) => sameShape(field.type, right.fields[at]?.type ?? VOID))
    );
  if (left.kind === 'array' && right.kind === 'array') return sameShape(left.element, right.element);
  if (left.kind === 'map' && right.kind === 'map')
    return sameShape(left.key, right.key) && sameShape(left.value, right.value);
  return sameType(left, right);
}

function setOperation(environment: Environment, body: Extract<QueryBody, { kind: 'set' }>): TranslatedQuery {
  // What makes rows equal is asked for.
  const compared = body.all && body.operator === 'UNION' ? environment : { ...environment, wholly: true };
  const left = translateBody(compared, body.left);
  const right = translateBody(compared, body.right);
  const open = left.open || right.open;
  if (!open && left.columns.length !== right.columns.length) {
    report(
      environment,
      'sql.type-mismatch',
      `${body.operator} of ${left.columns.length} and ${right.columns.length} columns.`,
      body,
      'Give both sides as many columns.',
    );
    return left;
  }
  const types = left.columns.map((column, at) => {
    const other = right.columns[at];
    const type = other ? unitedType(environment, column.type, other.type) : column.type;
    if (!type && other)
      report(
        environment,
        'sql.type-mismatch',
        `Column ${column.name} of ${body.operator} is ${column.type.kind} and ${other.type.kind}.`,
        body,
        'Write an explicit CAST.',
      );
    return type ?? column.type;
  });
  if (body.operator !== 'UNION' || !body.all)
    for (const type of types) {
      distinguishable(environment, { sql: '', type }, body.operator, body);
      // Spark's own plan fails: an EXCEPT compares, and these are not compared.
      if (body.operator !== 'UNION' && type.kind === 'interval')
        refuse(environment, `${body.operator} of calendar intervals`, body, 'Cast them to text.');
    }
  const outputs = outputColumns(
    left.columns.map((column, at) => ({
      name: column.name,
      type: types[at] ?? column.type,
      ...originsOf([column, right.columns[at]]),
      // Of the first, as Spark's Union has it.
      ...notesOf(column),
    })),
  );
  const side = (query: TranslatedQuery): string => {
    const alias = `s${environment.nextId()}`;
    const items = query.columns.map((column, at) => {
      const type = types[at] ?? column.type;
      const text = `${alias}.${quoteName(column.internal)}`;
      const cast = castSql(text, column.type, type, environment.profile.ansi ? 'strict' : 'legacy');
      if (cast === undefined) refuse(environment, `Bringing ${column.name} to ${toDuckdbType(type)}`, body);
      const shown = body.operator !== 'UNION' || !body.all ? normalized(cast ?? 'NULL', type) : (cast ?? 'NULL');
      return `${shown} AS ${quoteName(outputs[at]?.internal ?? column.internal)}`;
    });
    return `SELECT ${items.join(', ') || '*'} FROM (${query.sql}) AS ${alias}`;
  };
  if (types.some(hasKey) && (body.operator !== 'UNION' || !body.all)) {
    if (body.operator !== 'UNION' && types.some(isCollated))
      refuse(environment, `${body.operator} of collated texts`, body);
    const all = `(${side(left)}) UNION ALL (${side(right)})`;
    return {
      sql: distinctRows(environment, all, outputs, body),
      columns: outputs,
      open,
      ...rows(together(left.rows, right.rows)),
    };
  }
  const sql = `(${side(left)}) ${body.operator}${body.all ? ' ALL' : ''} (${side(right)})`;
  return {
    sql: `SELECT * FROM (${sql}) AS u${environment.nextId()}`,
    columns: outputs,
    open,
    ...rows(together(left.rows, right.rows)),
  };
}
