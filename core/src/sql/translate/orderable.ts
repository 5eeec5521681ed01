import type { Span } from '../syntax/problem.ts';
import { holds, type SparkType } from '../types/spark-type.ts';
import { comparable } from './collations.ts';
import { type Environment, refuse } from './environment.ts';

/** What rows are ordered, grouped or told apart by. Spark does so by no variant. */
export function orderable(
  environment: Environment,
  value: { readonly sql: string; readonly type: SparkType },
  what: string,
  span: Span,
): string {
  if (holds(value.type, 'variant'))
    refuse(environment, `${what} a variant`, span, 'Spark raises an error here too: cast it to another type.');
  return comparable(environment, value, what, span);
}
