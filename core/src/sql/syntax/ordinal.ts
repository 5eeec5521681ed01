import type { Expression } from './nodes.ts';
import { isIntegral } from '../types/spark-type.ts';

/** `ORDER BY 1`, `GROUP BY 2`: the number of a result column. */
export function ordinal(expression: Expression): number | undefined {
  if (expression.kind !== 'literal' || !isIntegral(expression.type) || typeof expression.value !== 'string')
    return undefined;
  return Number(expression.value);
}
