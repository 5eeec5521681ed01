import type { Expression } from './nodes.ts';

/** True where the test holds for the expression or anything inside it, subqueries included. */
export function contains(node: Expression, test: (inner: Expression) => boolean): boolean {
  return visit(node, test);
}

function visit(value: unknown, test: (inner: Expression) => boolean): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some((item) => visit(item, test));
  if (isExpression(value) && test(value)) return true;
  return Object.values(value).some((part) => visit(part, test));
}

/** Queries and sources have kinds too; a test asks for the kinds of expressions only. */
function isExpression(value: object): value is Expression {
  return 'kind' in value && 'start' in value;
}
