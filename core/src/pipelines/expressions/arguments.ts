import { expressionError } from './expression-error.ts';
import { isObject, type Value } from './value.ts';

export interface ExpressionFunction {
  readonly least: number;
  readonly most: number;
  /** @param source the expression, for messages. */
  readonly call: (args: readonly Value[], source: string) => Value;
}

/** A row of a table of functions: the name in lower case. */
export type NamedFunction = readonly [string, ExpressionFunction];

export function text(value: Value | undefined, source: string): string {
  if (typeof value === 'string') return value;
  throw wrong(value, 'a string', source);
}

export function flag(value: Value | undefined, source: string): boolean {
  if (typeof value === 'boolean') return value;
  throw wrong(value, 'a boolean', source);
}

export function number(value: Value | undefined, source: string): number {
  if (typeof value === 'number') return value;
  throw wrong(value, 'a number', source);
}

export function wholeNumber(value: Value | undefined, source: string): number {
  const found = number(value, source);
  if (Number.isInteger(found)) return found;
  throw wrong(value, 'a whole number', source);
}

export function list(value: Value | undefined, source: string): readonly Value[] {
  if (Array.isArray(value)) return value as readonly Value[];
  throw wrong(value, 'an array', source);
}

/** Characters of a string, items of an array, keys of an object. */
export function sizeOf(value: Value | undefined, source: string): number {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  if (value !== undefined && isObject(value)) return Object.keys(value).length;
  throw wrong(value, 'a string, an array or an object', source);
}

function wrong(value: Value | undefined, wanted: string, source: string): Error {
  return expressionError(source, `${JSON.stringify(value ?? null)} is not ${wanted}`);
}
