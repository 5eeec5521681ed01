import { refuse, report } from '../translate/environment.ts';
import type { Typed } from '../translate/typed.ts';
import { holds, isUnknown } from '../types/spark-type.ts';
import type { Aggregate, FunctionCall, FunctionTable } from './function-rule.ts';

type Pick = 'only' | 'least' | 'greatest';

/** The most frequent value. Among several Spark takes any but where an order says which: those of no order raise an error. */
function modeOf(call: FunctionCall, value: Typed, pick: Pick): Aggregate | undefined {
  if (isUnknown(value.type)) return undefined;
  if (holds(value.type, 'variant') || holds(value.type, 'interval')) {
    refuse(call.environment, `mode of ${value.type.kind}`, call.node);
    return undefined;
  }
  // DuckDB orders nested values in another way: there must be one.
  const nested = ['map', 'struct', 'array'].includes(value.type.kind);
  if (nested && call.node.withinGroup) {
    refuse(call.environment, `mode in the order of ${value.type.kind}s`, call.node);
    return undefined;
  }
  // Spark tells 0.0 from -0.0 here, and DuckDB does not.
  const zeros = value.type.kind === 'double' || value.type.kind === 'float';
  const shown = value.type.kind === 'void' ? 'CAST(NULL AS INTEGER)' : value.sql;
  return {
    call: 'histogram',
    args: [shown],
    type: value.type,
    wrap: (counts) => `${zeros ? 'spark_mode_of_doubles' : 'spark_mode'}(${counts}, '${nested ? 'only' : pick}')`,
    name:
      // Spark writes the order the other way round.
      pick === 'only'
        ? `mode(${value.name})`
        : `mode() WITHIN GROUP (ORDER BY ${value.name}${pick === 'least' ? ' DESC' : ''})`,
  };
}

function mode(call: FunctionCall): Aggregate | undefined {
  const { environment, node, args } = call;
  const [value, deterministic] = args;
  if (node.distinct) {
    report(environment, 'sql.syntax', 'mode takes no DISTINCT.', node, 'Leave it out.');
    return undefined;
  }
  const [key, more] = node.withinGroup ?? [];
  if (key) {
    if (more || value) {
      report(environment, 'sql.syntax', 'mode() WITHIN GROUP orders by one value.', node, 'Name it there alone.');
      return undefined;
    }
    return modeOf(call, environment.translate(environment, key.expression), key.descending ? 'greatest' : 'least');
  }
  if (!value) {
    report(environment, 'sql.wrong-arguments', 'mode() needs WITHIN GROUP (ORDER BY a value).', node, 'Say of what.');
    return undefined;
  }
  if (deterministic && typeof deterministic.literal !== 'boolean') {
    refuse(environment, 'mode with a second argument that is no literal of BOOLEAN', node);
    return undefined;
  }
  return modeOf(call, value, deterministic?.literal === true ? 'least' : 'only');
}

export const MODE_RULES: FunctionTable = {
  mode: { kind: 'aggregate', arity: [0, 2], window: 'yes', translate: mode },
};
