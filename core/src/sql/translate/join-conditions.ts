import type { Expression, JoinType } from '../syntax/nodes.ts';
import { gathered, rewritten } from '../syntax/walk.ts';
import { type Environment, refuse } from './environment.ts';
import type { TranslatedSource } from './translated-source.ts';

const SUBQUERIES = new Set<Expression['kind']>(['inQuery', 'exists', 'scalarQuery']);

interface Hoisted {
  readonly on: Expression;
  readonly left: string;
  readonly right: string;
}

/** What AND, OR and NOT stand between. */
function leaves(node: Expression): Expression[] {
  if (node.kind === 'binary' && (node.operator === 'AND' || node.operator === 'OR'))
    return [...leaves(node.left), ...leaves(node.right)];
  return node.kind === 'unary' && node.operator === 'NOT' ? leaves(node.operand) : [node];
}

/**
 * DuckDB takes no subquery in ON of an outer, semi or anti join: each becomes a column of the side that it depends on, which is the
 * same as nothing else of the pair decides its value.
 */
export function withoutSubqueries(
  environment: Environment,
  on: Expression,
  type: JoinType,
  left: TranslatedSource,
  right: TranslatedSource,
): Hoisted {
  const none = { on, left: left.sql, right: right.sql };
  if (type === 'INNER' || type === 'CROSS') return none;
  const found = gathered(on, ({ kind }) => SUBQUERIES.has(kind));
  if (found.length === 0) return none;
  const texts = { left: left.sql, right: right.sql };
  const places = new Map<Expression, Expression>();
  const plain = new Set(leaves(on));
  // An IN with a subquery in its operand is found twice; the outer one holds both.
  for (const node of found.filter(
    (one) => !found.some((other) => other !== one && gathered(other, (x) => x === one).length > 0),
  )) {
    // Here Spark asks whether there is an equal row, so that NOT IN of a NULL is true.
    const asked: Expression = node.kind === 'inQuery' ? { ...node, not: false } : node;
    const typed = environment.translate(plain.has(node) ? environment : { ...environment, knownIn: true }, asked);
    const of = (side: TranslatedSource): boolean =>
      [...side.merged, ...side.relations.flatMap(({ columns }) => columns)].some(({ sql }) => typed.sql.includes(sql));
    const side = of(right) ? 'right' : 'left';
    if (side === 'right' && of(left))
      refuse(environment, 'A subquery in ON that depends on both sides', node, 'Compute it in a subquery of one side.');
    if (typed.outer) refuse(environment, 'A subquery in ON with a column of the query around it', node);
    const alias = `k${environment.nextId()}`;
    const computed = `${texts[side]} CROSS JOIN LATERAL (SELECT ${typed.sql} AS v) AS ${alias}`;
    texts[side] = side === 'left' ? computed : `(${computed})`;
    const { start, end } = node;
    const placed = { sql: `${alias}.v`, type: typed.type };
    const column: Expression = { kind: 'column', parts: [{ text: typed.name, start, end }], placed, start, end };
    const not = node.kind === 'inQuery' && node.not;
    places.set(node, not ? { kind: 'unary', operator: 'NOT', operand: column, start, end } : column);
  }
  return { on: rewritten(on, (node) => places.get(node)), ...texts };
}
