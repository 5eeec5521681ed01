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

/** The node with each expression outside its subqueries replaced where `change` gives another; the outermost comes first. */
export function rewritten(node: Expression, change: (inner: Expression) => Expression | undefined): Expression {
  return copy(node, change) as Expression;
}

function copy(value: unknown, change: (inner: Expression) => Expression | undefined): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Map) return value;
  if (Array.isArray(value)) return value.map((item) => copy(item, change));
  if ('with' in value && 'body' in value) return value;
  const other = isExpression(value) ? change(value) : undefined;
  if (other) return other;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, copy(part, change)]));
}

/** The expressions outside subqueries for which the test holds, the node itself among them. */
export function gathered(node: Expression, test: (inner: Expression) => boolean): Expression[] {
  const found: Expression[] = [];
  rewritten(node, (inner) => {
    if (test(inner)) found.push(inner);
    return undefined;
  });
  return found;
}
