import type { ExpressionOf } from '../syntax/nodes.ts';
import { coerce } from '../translate/coerce.ts';
import { type Environment, refuse } from '../translate/environment.ts';
import type { Typed } from '../translate/typed.ts';
import { CALENDAR_INTERVAL, DATE, decimal, isUnknown, type SparkType, TIMESTAMP } from '../types/spark-type.ts';
import { argument, custom, type FunctionCall, type FunctionTable, type Translated } from './function-rule.ts';

const NAMES = ['0', '0', '0', '0', '0', '0', '0.000000'];

/** `make_interval(years, months, weeks, days, hours, minutes, seconds)` */
function makeInterval(trying: boolean): (call: FunctionCall) => Translated {
  return (call) => {
    const parts = NAMES.slice(0, 6).map((_, at) => (call.args[at] ? argument(call, at, 'int').sql : '0'));
    const [years, months, weeks, days, hours, minutes] = parts.map((part) => `CAST(${part} AS BIGINT)`);
    const last = call.args[6];
    if (last && isUnknown(last.type)) return { sql: 'NULL', type: CALENDAR_INTERVAL };
    const seconds = last ? coerce(call.environment, last, decimal(18, 6), call.node.args[6] ?? call.node).sql : '0';
    const quiet = trying || !call.environment.profile.ansi;
    const cast = quiet ? 'TRY_CAST' : 'CAST';
    const micros = `CAST(${hours ?? ''} AS HUGEINT) * 3600000000 + ${minutes ?? ''} * 60000000 + CAST(CAST(${seconds} AS DECIMAL(38,6)) * 1000000 AS BIGINT)`;
    const sql = `(to_months(${cast}(${years ?? ''} * 12 + ${months ?? ''} AS INTEGER)) + to_days(${cast}(${weeks ?? ''} * 7 + ${days ?? ''} AS INTEGER)) + to_microseconds(${cast}(${micros} AS BIGINT)))`;
    const names = NAMES.map((name, at) => call.args[at]?.name ?? name);
    return { sql, type: CALENDAR_INTERVAL, name: `${call.name}(${names.join(', ')})` };
  };
}

export const CALENDAR_INTERVAL_RULES: FunctionTable = {
  make_interval: custom([0, 7], makeInterval(false)),
  try_make_interval: custom([0, 7], makeInterval(true)),
};

/** `+` and `-` with a calendar interval; undefined where neither side is one. */
export function calendarArithmetic(
  environment: Environment,
  node: ExpressionOf<'binary'>,
  left: Typed,
  right: Typed,
): { readonly sql: string; readonly type: SparkType } | undefined {
  const [a, b] = [left.type.kind, right.type.kind];
  if (a !== 'interval' && b !== 'interval') return undefined;
  const { operator } = node;
  const adds = operator === '+' || operator === '-';
  if (adds && a === b) return { sql: `(${left.sql} ${operator} ${right.sql})`, type: CALENDAR_INTERVAL };
  if (adds && b === 'interval') return moved(environment, node, left, operator, right);
  if (operator === '+') return moved(environment, node, right, '+', left);
  return refuse(environment, `${operator} of ${a} and ${b}`, node);
}

/** Months first, then days, then the clock; a date takes no part of a day. */
function moved(
  environment: Environment,
  node: ExpressionOf<'binary'>,
  base: Typed,
  sign: '+' | '-',
  by: Typed,
): { readonly sql: string; readonly type: SparkType } {
  if (base.type.kind === 'date') {
    if (!environment.profile.ansi) return refuse(environment, 'A date and this interval where ANSI is off', node);
    return { sql: `spark_move_date(${base.sql}, ${sign === '-' ? `(- ${by.sql})` : by.sql})`, type: DATE };
  }
  if (base.type.kind === 'timestamp' || base.type.kind === 'timestamp_ntz')
    return { sql: `(${base.sql} ${sign} ${by.sql})`, type: base.type };
  if (base.type.kind === 'string' && environment.profile.ansi)
    return { sql: `(${coerce(environment, base, TIMESTAMP, node).sql} ${sign} ${by.sql})`, type: TIMESTAMP };
  return refuse(environment, `${sign} of ${base.type.kind} and an interval`, node);
}
