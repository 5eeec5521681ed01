import { ExpectedError } from '../../base/expected-error.ts';
import { functions } from './functions.ts';
import { parseExpression, parseTemplate, type Expression } from './parse.ts';
import { isObject, type Value } from './value.ts';

/**
 * The first expression of a property that could not be evaluated here, whatever its inputs are: one that cannot be read, or that
 * calls what is not emulated. In words that name it; undefined where there is none.
 * @param roots the functions that give what stands around: `pipeline`, `activity`, `dataset`
 */
export function expressionProblem(value: Value | undefined, roots: readonly string[]): string | undefined {
  if (typeof value === 'string') return textProblem(value, roots);
  if (Array.isArray(value)) return firstProblem(value as readonly Value[], roots);
  return value !== undefined && isObject(value) ? firstProblem(Object.values(value), roots) : undefined;
}

function firstProblem(values: readonly Value[], roots: readonly string[]): string | undefined {
  for (const value of values) {
    const problem = expressionProblem(value, roots);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function textProblem(text: string, roots: readonly string[]): string | undefined {
  try {
    const unknown = expressionsIn(text)
      .flatMap(calls)
      .find((name) => !isKnown(name, roots));
    return unknown === undefined ? undefined : `the function ${unknown} in an expression is not emulated yet`;
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    return `an expression cannot be read: ${error.message}`;
  }
}

function expressionsIn(text: string): readonly Expression[] {
  if (text.startsWith('@@')) return [];
  if (text.startsWith('@') && !text.startsWith('@{')) return [parseExpression(text.slice(1))];
  return text.includes('@{') ? parseTemplate(text).filter((piece) => typeof piece !== 'string') : [];
}

function calls(expression: Expression): readonly string[] {
  switch (expression.kind) {
    case 'literal':
      return [];
    case 'member':
      return [...calls(expression.of), ...calls(expression.key)];
    case 'call':
      return [expression.name, ...expression.args.flatMap(calls)];
  }
}

function isKnown(name: string, roots: readonly string[]): boolean {
  const lower = name.toLowerCase();
  return functions.has(lower) || roots.some((root) => root.toLowerCase() === lower);
}
