import { number, text, type ExpressionFunction, type NamedFunction } from './arguments.ts';
import { expressionError } from './expression-error.ts';
import type { Value } from './value.ts';

const calculated = (compute: (a: number, b: number, source: string) => number): ExpressionFunction => ({
  least: 2,
  most: 2,
  call: ([a, b], source) => compute(number(a, source), number(b, source), source),
});

const compared = (test: (order: number) => boolean): ExpressionFunction => ({
  least: 2,
  most: 2,
  call: ([a, b], source) => test(orderOf(a, b, source)),
});

export const numberFunctions: readonly NamedFunction[] = [
  ['add', calculated((a, b) => a + b)],
  ['sub', calculated((a, b) => a - b)],
  ['mul', calculated((a, b) => a * b)],
  ['div', calculated(divide)],
  ['mod', calculated((a, b, source) => (b === 0 ? divide(a, b, source) : a % b))],
  ['int', { least: 1, most: 1, call: ([value], source) => toInteger(value, source) }],
  ['greater', compared((order) => order > 0)],
  ['greaterorequals', compared((order) => order >= 0)],
  ['less', compared((order) => order < 0)],
  ['lessorequals', compared((order) => order <= 0)],
];

/** Whole numbers divide to a whole number. */
function divide(a: number, b: number, source: string): number {
  if (b === 0) throw expressionError(source, 'a number is divided by zero');
  return Number.isInteger(a) && Number.isInteger(b) ? Math.trunc(a / b) : a / b;
}

function toInteger(value: Value | undefined, source: string): number {
  const found = typeof value === 'string' && /^\s*[+-]?\d+\s*$/.test(value) ? Number(value) : value;
  if (typeof found === 'number' && Number.isSafeInteger(found)) return found;
  throw expressionError(source, `${JSON.stringify(value ?? null)} is no integer`);
}

function orderOf(a: Value | undefined, b: Value | undefined, source: string): number {
  if (typeof a === 'number') return a - number(b, source);
  const [left, right] = [text(a, source), text(b, source)];
  return left < right ? -1 : Number(left > right);
}
