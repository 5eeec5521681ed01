import type { Expression, ExpressionOf, Query, Source } from '../syntax/nodes.ts';
import { contains } from '../syntax/walk.ts';
import { quoteName } from '../types/duckdb-type.ts';
import { BOOLEAN, isUnknown, sameType, UNKNOWN } from '../types/spark-type.ts';
import { orderable } from './orderable.ts';
import { unify } from './coerce.ts';
import { hasColumn } from './columns.ts';
import { type Environment, refuse, report, type TranslatedQuery } from './environment.ts';
import { inherited, isConstant, type Typed } from './typed.ts';

interface Subquery {
  readonly query: TranslatedQuery;
  /** Spark names a subquery by the columns of the query around that it mentions. */
  readonly named: (kind: string) => string;
}

export function subquery(environment: Environment, node: Query, kind?: 'exists'): Subquery {
  const outerNames = new Set<string>();
  const wholly = kind !== 'exists';
  const query = environment.translateQuery(
    { ...environment, outerNames, constants: undefined, wholly, limited: undefined },
    node,
  );
  return { query, named: (kind) => `${kind}(${[...outerNames].join(', ')})` };
}

export function scalarQuery(environment: Environment, node: ExpressionOf<'scalarQuery'>): Typed {
  const { query, named } = subquery(environment, node.query);
  const [column, extra] = query.columns;
  if (query.open || !column) return { sql: 'NULL', type: UNKNOWN, name: named('scalarsubquery') };
  if (extra)
    return report(
      environment,
      'sql.type-mismatch',
      'A subquery used as a value has one column.',
      node,
      'Select one column.',
    );
  refuseGrouped(environment, node);
  // More than one row is an error in Spark and in DuckDB (scalar_subquery_error_on_multiple_rows).
  return { sql: `(${query.sql})`, type: column.type, name: named('scalarsubquery') };
}

/**
 * A subquery with a LIMIT compares its columns with those of the query around it, and with nothing that is computed of them or has another
 * type: there Spark 4.1 takes the LIMIT for all rows of the query around at once.
 */
export function refuseLimited(environment: Environment, condition: Expression): void {
  const inner = { ...environment, problems: [] };
  for (const conjunct of conjuncts(condition)) {
    if (conjunct.kind !== 'binary' || conjunct.operator !== '=') continue;
    const sides = [conjunct.left, conjunct.right].map((node) => environment.translate(inner, node));
    const [left, right] = sides;
    if (!left || !right || !sides.some((side) => side.outer === true) || isUnknown(left.type) || isUnknown(right.type))
      continue;
    const own = left.local === true ? conjunct.left : right.local === true ? conjunct.right : undefined;
    const columns = conjunct.left.kind === 'column' && conjunct.right.kind === 'column';
    // The text of the subquery is then what is computed, and that is right.
    const text = (left.local === true ? left : right).type.kind === 'string';
    if (!own || !isColumnCast(own) || (columns && (text || sameType(left.type, right.type)))) continue;
    const what = 'LIMIT in a subquery that compares with something computed of the query around it';
    const next = 'Compare a column with a column of the same type: compute the other in the query around.';
    refuse(environment, what, conjunct, next);
  }
}

/** A column, or one that is cast. */
function isColumnCast(node: Expression): boolean {
  return node.kind === 'column' || (node.kind === 'cast' && isColumnCast(node.operand));
}

/** A subquery that compares with the query around it groups by nothing but what it compares for equality. */
function refuseGrouped(environment: Environment, { query }: ExpressionOf<'scalarQuery'>): void {
  const { body } = query;
  // Spark answers with another row where what is compared is no column of the subquery: it leaves out the NULLs that come first.
  if (body.kind === 'select' && body.where && query.limit && query.orderBy.length > 0) {
    const correlated = conjuncts(body.where).filter((one) => mentionsOuter(environment, one));
    for (const conjunct of correlated)
      if (
        !(conjunct.kind === 'binary' && conjunct.operator === '=') &&
        !(correlated.length === 1 && isOrdering(environment, conjunct))
      )
        refuse(environment, 'LIMIT in a subquery that compares with the query around it by other than =', conjunct);
  }
  if (body.kind !== 'select' || body.groupBy?.kind !== 'expressions' || !body.where) return;
  const own = ownColumn(body.from);
  const compared = conjuncts(body.where).flatMap((conjunct) =>
    conjunct.kind === 'binary' && conjunct.operator === '='
      ? [conjunct.left, conjunct.right].map((side) => shape(own(side)))
      : [],
  );
  const correlated = conjuncts(body.where).some((one) => mentionsOuter(environment, one));
  for (const key of body.groupBy.expressions)
    if (correlated && key.kind !== 'literal' && !compared.includes(shape(own(key))))
      refuse(environment, 'GROUP BY in a subquery that depends on the query around it', key);
}

/** `own < outer`: a column of the subquery in order with one of the query around it. */
function isOrdering({ scope }: Environment, node: Expression): boolean {
  if (node.kind !== 'binary' || !/^(?:<|<=|>|>=)$/.test(node.operator)) return false;
  const sides = [node.left, node.right];
  const outer = sides.filter((side) => side.kind === 'column' && hasColumn(scope, side.parts.at(-1)?.text ?? ''));
  const own = sides.filter((side) => side.kind === 'column' && !hasColumn(scope, side.parts.at(-1)?.text ?? ''));
  return outer.length === 1 && own.length === 1;
}

/** A column under the one name that it has with its relation and without it, where the subquery reads one table. */
function ownColumn(from: Source | undefined): (node: Expression) => Expression {
  const table =
    from?.kind === 'table'
      ? (from.alias.name ?? from.parts.at(-1))
      : from?.kind === 'values' || from?.kind === 'subquery'
        ? from.alias.name
        : undefined;
  return (node) => {
    if (!table || node.kind !== 'column') return node;
    const [first, second, more] = node.parts;
    if (first && !second) return { ...node, parts: [table, first] };
    const own = first?.text.toLowerCase() === table.text.toLowerCase();
    return own && second && !more ? { ...node, parts: [table, second] } : node;
  };
}

/** An expression without its places. */
function shape(node: Expression): string {
  return JSON.stringify(node, (key, value: unknown) =>
    key === 'start' || key === 'end' ? undefined : value,
  ).toLowerCase();
}

function conjuncts(node: Expression): Expression[] {
  return node.kind === 'binary' && node.operator === 'AND'
    ? [...conjuncts(node.left), ...conjuncts(node.right)]
    : [node];
}

/** A column that the query around it has, by its name. */
function mentionsOuter({ scope }: Environment, node: Expression): boolean {
  return contains(node, (inner) => inner.kind === 'column' && hasColumn(scope, inner.parts.at(-1)?.text ?? ''));
}

/** Where NULL and false would not come to the same, Spark says one or the other by what it knows of the columns. */
const UNKNOWN_IN =
  "CAST(error('[NOT_EMULATED] IN with a subquery met a NULL inside another condition of a join: compute it as a column.') AS BOOLEAN)";

export function inQuery(environment: Environment, node: ExpressionOf<'inQuery'>): Typed {
  const { query, named } = subquery(environment, node.query);
  const [column, extra] = query.columns;
  const operand = environment.translate(environment, node.operand);
  const plain = `(${operand.name} IN (${named('listquery')}))`;
  const name = node.not ? `(NOT ${plain})` : plain;
  if (node.operand.kind === 'row' && !query.open) return inRows(environment, node, node.operand.items, query, name);
  if (extra && !query.open)
    return report(
      environment,
      'sql.type-mismatch',
      'IN compares one value with several columns.',
      node,
      'Select one column.',
    );
  if (query.open || !column) return { sql: 'NULL', type: BOOLEAN, name };
  const text = quoteName(column.internal);
  const inner: Typed = { sql: text, type: column.type, name: column.name, strength: 'implicit' };
  const [left = '', right = ''] = unify(environment, [operand, inner], [node.operand, node]).items.map((item) =>
    orderable(environment, item, 'Comparing', node),
  );
  const test = `(${left} ${node.not ? 'NOT IN' : 'IN'} (SELECT ${right} FROM (${query.sql}) AS q${environment.nextId()}))`;
  // Spark joins, and never says NULL but of a NULL that is written there.
  const otherwise = environment.knownIn ? UNKNOWN_IN : 'false';
  const joined = operand.type.kind === 'void' ? test : `coalesce(${test}, ${otherwise})`;
  // With ANSI off a constant NULL is in no list and in none that is empty: it is NULL.
  const sql =
    environment.profile.ansi || !isConstant(operand) || (operand.literal ?? null) !== null
      ? joined
      : `CASE WHEN ${operand.sql} IS NOT NULL THEN ${joined} END`;
  return { sql, type: BOOLEAN, name, ...inherited([operand]) };
}

/** `(a, b) IN (SELECT ...)`: false where a row could be equal but for its NULLs, and so is NOT IN: Spark joins, and never says NULL. */
function inRows(
  environment: Environment,
  node: ExpressionOf<'inQuery'>,
  items: readonly Expression[],
  query: TranslatedQuery,
  name: string,
): Typed {
  if (items.length !== query.columns.length)
    return report(
      environment,
      'sql.type-mismatch',
      `IN compares ${items.length} values with ${query.columns.length} columns.`,
      node,
      'Select as many columns.',
    );
  const alias = `q${environment.nextId()}`;
  const operands = items.map((item) => environment.translate(environment, item));
  const tests = query.columns.map((column, at) => {
    const text = `${alias}.${quoteName(column.internal)}`;
    const inner: Typed = { sql: text, type: column.type, name: column.name, strength: 'implicit' };
    const pair = unify(environment, [operands[at] ?? inner, inner], [items[at] ?? node, node]).items;
    return `(${pair.map((item) => orderable(environment, item, 'Comparing', node)).join(' = ')})`;
  });
  const some = (test: (one: string) => string): string =>
    `EXISTS (SELECT 1 FROM (${query.sql}) AS ${alias} WHERE ${tests.map(test).join(' AND ')})`;
  const sql = node.not ? `(NOT ${some((one) => `coalesce(${one}, true)`)})` : some((one) => one);
  return { sql, type: BOOLEAN, name, ...inherited(operands) };
}
