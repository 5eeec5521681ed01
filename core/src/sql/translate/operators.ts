import { arithmetic, negated } from '../rules/arithmetic.ts';
import { comparison } from '../rules/comparisons.ts';
import { functionCall } from '../rules/functions.ts';
import type { Expression, ExpressionOf } from '../syntax/nodes.ts';
import { BOOLEAN, DOUBLE, isIntegral, isNumeric, isUnknown } from '../types/spark-type.ts';
import { coerce, mismatch, unify } from './coerce.ts';
import { truth, truths } from './condition.ts';
import { type Environment } from './environment.ts';
import { connected } from './conjunctions.ts';
import { inherited, isConstant, type Typed } from './typed.ts';

/** The opposite, said of the parts: Spark reads NOT (a IN (SELECT ...)) as NOT IN, whose NULLs count otherwise. */
function opposite(node: Expression): Expression {
  if (node.kind === 'inQuery') return { ...node, not: !node.not };
  if (node.kind === 'unary' && node.operator === 'NOT') return node.operand;
  if (node.kind === 'binary' && (node.operator === 'AND' || node.operator === 'OR')) {
    const operator = node.operator === 'AND' ? 'OR' : 'AND';
    return { ...node, operator, left: opposite(node.left), right: opposite(node.right) };
  }
  const { start, end } = node;
  return { kind: 'unary', operator: 'NOT', operand: node, start, end };
}

function holdsInQuery(node: Expression): boolean {
  if (node.kind === 'binary' && (node.operator === 'AND' || node.operator === 'OR'))
    return holdsInQuery(node.left) || holdsInQuery(node.right);
  return node.kind === 'unary' && node.operator === 'NOT' ? holdsInQuery(node.operand) : node.kind === 'inQuery';
}

export function unary(environment: Environment, node: ExpressionOf<'unary'>): Typed {
  if (node.operator === 'NOT' && holdsInQuery(node.operand)) {
    const { name } = environment.translate(environment, node.operand);
    return { ...environment.translate(environment, opposite(node.operand)), name: `(NOT ${name})` };
  }
  const operand = environment.translate(environment, node.operand);
  const flags = inherited([operand]);
  if (node.operator === 'NOT')
    return {
      sql: `(NOT ${truth(environment, operand, node.operand, 'not').sql})`,
      type: BOOLEAN,
      name: `(NOT ${operand.name})`,
      ...flags,
    };
  if (operand.type.kind === 'unknown') return operand;
  if (node.operator === '~') {
    if (!isIntegral(operand.type)) return mismatch(environment, operand, 'an integer', node.operand);
    return { sql: `(~${operand.sql})`, type: operand.type, name: `~${operand.name}`, ...flags };
  }
  const interval = operand.type.kind.startsWith('interval');
  const asDouble = operand.type.kind === 'void' || operand.type.kind === 'string';
  if (!isNumeric(operand.type) && !asDouble && !interval)
    return mismatch(environment, operand, 'a number', node.operand);
  // NULL and text are read as doubles.
  const number = asDouble ? coerce(environment, operand, DOUBLE, node.operand) : operand;
  if (node.operator === '+') return { ...number, name: `(+ ${operand.name})` };
  const raises = environment.profile.ansi && isIntegral(number.type) && !isConstant(operand) ? { raises: true } : {};
  return { sql: negated(environment, number), type: number.type, name: `(- ${operand.name})`, ...flags, ...raises };
}

const SHIFTS = { '<<': 'shiftleft', '>>': 'shiftright', '>>>': 'shiftrightunsigned' } as const;

/** `a << 1` is Spark's function of another name. */
function shifted(
  environment: Environment,
  node: ExpressionOf<'binary'>,
  operator: keyof typeof SHIFTS,
  name: string,
): Typed {
  const { left, right, start, end } = node;
  const call = { kind: 'call', name: SHIFTS[operator], nameSpan: node, args: [left, right], named: [] } as const;
  const typed = functionCall(environment, { ...call, distinct: false, ignoreNulls: false, start, end });
  return { ...typed, name };
}

const ARITHMETIC = new Set(['+', '-', '*', '/', '%', 'DIV']);

export function binary(environment: Environment, node: ExpressionOf<'binary'>): Typed {
  const left = environment.translate(environment, node.left);
  const right = environment.translate(environment, node.right);
  const { operator } = node;
  if (ARITHMETIC.has(operator)) return arithmetic(environment, node, left, right);
  if (operator === 'AND' || operator === 'OR') {
    const [a = left, b = right] = truths(environment, [left, right], [node.left, node.right]);
    const made = connected(operator, a, b, environment.joins === true || environment.trying === true);
    return { ...made, type: BOOLEAN, name: `(${left.name} ${operator} ${right.name})`, ...inherited([left, right]) };
  }
  if (operator === '||') {
    const call = {
      kind: 'call',
      name: 'concat',
      nameSpan: node,
      args: [node.left, node.right],
      named: [],
      distinct: false,
      ignoreNulls: false,
    } as const;
    return functionCall(environment, { ...call, start: node.start, end: node.end });
  }
  if (operator in SHIFTS)
    return shifted(environment, node, operator as keyof typeof SHIFTS, `(${left.name} ${operator} ${right.name})`);
  if (operator === '&' || operator === '|' || operator === '^') return bitwise(environment, node, left, right);
  return comparison(environment, node, left, right);
}

function bitwise(environment: Environment, node: ExpressionOf<'binary'>, left: Typed, right: Typed): Typed {
  const { type, items } = unify(environment, [left, right], [node.left, node.right]);
  if (!isIntegral(type) && !isUnknown(type)) return mismatch(environment, left, 'an integer', node.left);
  const [a, b] = items.map(({ sql }) => sql);
  const sql = node.operator === '^' ? `xor(${a ?? ''}, ${b ?? ''})` : `(${a ?? ''} ${node.operator} ${b ?? ''})`;
  return { sql, type, name: `(${left.name} ${node.operator} ${right.name})`, ...inherited([left, right]) };
}
