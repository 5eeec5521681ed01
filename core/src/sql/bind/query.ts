import type { Query, QueryBody, SortKey } from '../syntax/nodes.ts';
import { unify } from '../translate/coerce.ts';
import {
  EMPTY_SCOPE,
  type Environment,
  type OutputColumn,
  refuse,
  report,
  type TranslatedQuery,
} from '../translate/environment.ts';
import type { Typed } from '../translate/typed.ts';
import { quoteName } from '../types/duckdb-type.ts';
import { isUnknown } from '../types/spark-type.ts';
import { sortText } from '../rules/windows.ts';
import { translateSelect } from './select.ts';
import { valuesQuery } from './sources.ts';

/** What stands after a query's body. */
export type Tail = Pick<Query, 'orderBy' | 'orderByAll' | 'limit' | 'offset'>;

/** A whole query as DuckDB text. `environment.scope` is the scope around it, for correlated subqueries. */
export function translateQuery(environment: Environment, query: Query): TranslatedQuery {
  const commonTables = new Map(environment.commonTables);
  const definitions: string[] = [];
  for (const { name, columns, query: inner } of query.with) {
    const translated = named(
      environment,
      translateQuery({ ...environment, commonTables, scope: EMPTY_SCOPE }, inner),
      columns,
      name,
    );
    const reference = `__cte_${environment.nextId()}`;
    definitions.push(`${quoteName(reference)} AS (${translated.sql})`);
    commonTables.set(name.text.toLowerCase(), { ...translated, reference });
  }
  const body = translateBody({ ...environment, commonTables }, query.body, query);
  const head = definitions.length > 0 ? `WITH ${definitions.join(', ')} ` : '';
  return { ...body, sql: head + body.sql };
}

/** `WITH x(a, b) AS ...`: the columns under other names. */
export function named(
  environment: Environment,
  query: TranslatedQuery,
  names: readonly { readonly text: string }[] | undefined,
  span: { readonly start: number; readonly end: number },
): TranslatedQuery {
  if (!names || query.open) return query;
  if (names.length !== query.columns.length)
    report(
      environment,
      'sql.type-mismatch',
      `${names.length} names are given to ${query.columns.length} columns.`,
      span,
      'Name each column.',
    );
  return {
    ...query,
    columns: query.columns.map((column, at) => ({ ...column, name: names[at]?.text ?? column.name })),
  };
}

function translateBody(environment: Environment, body: QueryBody, tail: Tail): TranslatedQuery {
  switch (body.kind) {
    case 'select':
      return translateSelect(environment, body, tail);
    case 'values': {
      const { sql, columns } = valuesQuery(environment, body);
      const all = named(environment, { sql, columns, open: false }, body.alias.columns, body);
      return withTail(environment, all, tail);
    }
    case 'nested':
      return withTail(environment, translateQuery(environment, body.query), tail);
    case 'set':
      return withTail(environment, setOperation(environment, body), tail);
  }
}

function setOperation(environment: Environment, body: Extract<QueryBody, { kind: 'set' }>): TranslatedQuery {
  const nothing: Tail = { orderBy: [], orderByAll: undefined, limit: undefined, offset: undefined };
  const left = translateBody(environment, body.left, nothing);
  const right = translateBody(environment, body.right, nothing);
  if (left.open || right.open) return { sql: '', columns: [], open: true };
  if (left.columns.length !== right.columns.length) {
    const message = `${body.operator} of ${left.columns.length} and ${right.columns.length} columns.`;
    report(environment, 'sql.type-mismatch', message, body, 'Select as many columns on both sides.');
    return { sql: '', columns: [], open: true };
  }
  const pairs = left.columns.map((column, at) => {
    const typed = [column, right.columns[at] ?? column].map((one): Typed => ({
      sql: quoteName(one.internal),
      type: one.type,
      name: one.name,
    }));
    return unify(environment, typed, [body.left, body.right]);
  });
  const columns = left.columns.map(({ name, internal }, at): OutputColumn => ({
    name,
    internal,
    type: pairs[at]?.type ?? { kind: 'void' },
  }));
  const side = (query: TranslatedQuery, which: 0 | 1): string => {
    const items = pairs.map(
      ({ items: both }, at) => `${both[which]?.sql ?? ''} AS ${quoteName(columns[at]?.internal ?? '')}`,
    );
    return `(SELECT ${items.join(', ')} FROM (${query.sql}) AS s${environment.nextId()})`;
  };
  return { sql: `${side(left, 0)} ${body.operator}${body.all ? ' ALL' : ''} ${side(right, 1)}`, columns, open: false };
}

/** ORDER BY, LIMIT and OFFSET over a finished result, whose columns are all that they see. */
function withTail(environment: Environment, query: TranslatedQuery, tail: Tail): TranslatedQuery {
  const { orderBy, orderByAll } = tail;
  if (orderBy.length === 0 && !orderByAll && !tail.limit && !tail.offset) return query;
  const id = `t${environment.nextId()}`;
  const columns = query.columns.map(({ name, type, internal }) => ({
    name,
    type,
    sql: `${id}.${quoteName(internal)}`,
    hidden: false,
  }));
  const scope = { ...EMPTY_SCOPE, relations: [{ names: [], columns, open: query.open }], outer: environment.scope };
  const keys = orderByAll
    ? columns.map(({ sql }) => sortText(sql, orderByAll))
    : orderBy.map((key) =>
        sortText(
          ordinal(environment, key, columns) ?? environment.translate({ ...environment, scope }, key.expression).sql,
          key,
        ),
      );
  const sorted = keys.length > 0 ? ` ORDER BY ${keys.join(', ')}` : '';
  return { ...query, sql: `SELECT * FROM (${query.sql}) AS ${id}${sorted}${limits(environment, tail)}` };
}

function ordinal(
  environment: Environment,
  { expression }: SortKey,
  columns: readonly { readonly sql: string }[],
): string | undefined {
  if (expression.kind !== 'literal' || expression.type.kind !== 'int') return undefined;
  const column = columns[Number(expression.value) - 1];
  if (column) return column.sql;
  return report(
    environment,
    'sql.unresolved-column',
    `There is no column ${String(expression.value)} to order by.`,
    expression,
    'Name a column.',
  ).sql;
}

/** LIMIT and OFFSET: constants only, as in Spark. */
export function limits(environment: Environment, { limit, offset }: Pick<Tail, 'limit' | 'offset'>): string {
  return [limit && ` LIMIT ${constant(environment, limit)}`, offset && ` OFFSET ${constant(environment, offset)}`].join(
    '',
  );
}

function constant(environment: Environment, expression: NonNullable<Query['limit']>): string {
  if (
    expression.kind === 'literal' &&
    ['int', 'bigint'].includes(expression.type.kind) &&
    Number(expression.value) >= 0
  )
    return String(expression.value);
  const typed = environment.translate(environment, expression);
  if (!isUnknown(typed.type))
    refuse(environment, 'LIMIT or OFFSET with anything but a whole number', expression, 'Write the number.');
  return '0';
}
