import { BIGINT, DOUBLE, isUnknown } from '../types/spark-type.ts';
import { argument, type FunctionRule, type FunctionTable } from './function-rule.ts';

/** Over the pairs of which neither is NULL. */
function regression(duckdb: string): FunctionRule {
  return {
    kind: 'aggregate',
    arity: [2, 2],
    window: 'yes',
    translate: (call) => {
      if (call.args.some(({ type }) => isUnknown(type))) return undefined;
      const [y = '', x = ''] = [0, 1].map((at) => argument(call, at, 'double').sql);
      return {
        call: duckdb,
        args: [y, x],
        type: duckdb === 'regr_count' ? BIGINT : DOUBLE,
        wrap: (sql) => (duckdb === 'regr_count' ? `CAST(${sql} AS BIGINT)` : sql),
      };
    },
  };
}

/** The others are not here: their last digits depend on the order in which partial results are put together. */
export const REGRESSION_RULES: FunctionTable = Object.fromEntries(
  ['regr_count', 'regr_avgx', 'regr_avgy'].map((name) => [name, regression(name)]),
);
