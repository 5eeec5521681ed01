import { coerce } from '../translate/coerce.ts';
import { type Environment, refuse } from '../translate/environment.ts';
import type { Typed } from '../translate/typed.ts';
import { DAY_TO_SECOND, type IntervalType, rangeOf, widerInterval, YEAR_TO_MONTH } from '../types/interval.ts';
import {
  BIGINT,
  DATE,
  decimal,
  DOUBLE,
  isDatetime,
  isIntegral,
  isInterval,
  isNumeric,
  type SparkType,
} from '../types/spark-type.ts';
import type { ExpressionOf } from '../syntax/nodes.ts';
import { argument, custom, type FunctionCall, type FunctionTable, type Translated } from './function-rule.ts';

type Binary = ExpressionOf<'binary'>;

/** An interval's months or microseconds as a BIGINT. */
export function unitsOf({ sql, type }: Typed): string {
  return type.kind === 'interval month' ? `spark_interval_months(${sql})` : `spark_interval_micros(${sql})`;
}

/** The interval of so many months or microseconds. */
function ofUnits(units: string, { kind }: IntervalType): string {
  return kind === 'interval month'
    ? `to_months(CAST(${units} AS INTEGER))`
    : `spark_day_interval(CAST(${units} AS BIGINT))`;
}

export function asInterval(type: SparkType): IntervalType | undefined {
  return type.kind === 'interval month' || type.kind === 'interval day' ? (type as IntervalType) : undefined;
}

/** `+ - * /` with an interval on one side and no date; undefined where there is none. */
export function intervalArithmetic(
  environment: Environment,
  node: Binary,
  left: Typed,
  right: Typed,
): { sql: string; type: SparkType } | undefined {
  const [a, b] = [asInterval(left.type), asInterval(right.type)];
  if (isDatetime(left.type) || isDatetime(right.type) || (!a && !b)) return undefined;
  const { operator } = node;
  if (operator === '+' || operator === '-') return sum(environment, node, left, right);
  if (operator === 'DIV' && a && b && a.kind === b.kind)
    return { sql: `spark_div(${unitsOf(left)}, ${unitsOf(right)})`, type: BIGINT };
  if (operator === '*' && a && !b) return product(environment, node, left, a, right);
  if (operator === '*' && b && !a) return product(environment, node, right, b, left);
  if (operator === '/' && a && !b) return division(environment, node, left, a, right);
  return refuse(environment, `${operator} of ${left.type.kind} and ${right.type.kind}`, node);
}

function sum(environment: Environment, node: Binary, left: Typed, right: Typed): { sql: string; type: SparkType } {
  const [a, b] = [asInterval(left.type), asInterval(right.type)];
  if (left.type.kind === 'void' && b) return { sql: 'CAST(NULL AS INTERVAL)', type: b };
  if (right.type.kind === 'void' && a) return { sql: 'CAST(NULL AS INTERVAL)', type: a };
  if (!a || !b || a.kind !== b.kind)
    return refuse(environment, `${node.operator} of ${left.type.kind} and ${right.type.kind}`, node);
  const type = widerInterval(a, b);
  return { sql: ofUnits(`(${unitsOf(left)} ${node.operator} ${unitsOf(right)})`, type), type };
}

const whole = (type: IntervalType): IntervalType => (type.kind === 'interval month' ? YEAR_TO_MONTH : DAY_TO_SECOND);

/** The other factor: text is read as a double. */
function factor(environment: Environment, node: Binary, by: Typed): Typed | undefined {
  if (by.type.kind === 'string') return coerce(environment, by, DOUBLE, node);
  if (by.type.kind === 'void') return { ...by, sql: 'CAST(NULL AS BIGINT)', type: BIGINT };
  return isNumeric(by.type) ? by : undefined;
}

function product(
  environment: Environment,
  node: Binary,
  value: Typed,
  type: IntervalType,
  by: Typed,
): { sql: string; type: SparkType } {
  const number = factor(environment, node, by);
  if (!number) return refuse(environment, `* of ${value.type.kind} and ${by.type.kind}`, node);
  const units = unitsOf(value);
  const scaled = isIntegral(number.type)
    ? `${units} * CAST(${number.sql} AS BIGINT)`
    : number.type.kind === 'decimal'
      ? `CAST(CAST(${units} AS DECIMAL(19,0)) * CAST(${number.sql} AS DECIMAL(18,6)) AS DECIMAL(38,0))`
      : `round(${units} * ${number.sql})`;
  if (number.type.kind === 'decimal' && (number.type.scale > 6 || number.type.precision - number.type.scale > 12))
    return refuse(environment, 'An interval times a decimal with this many digits', node, 'Cast it to fewer digits.');
  return { sql: ofUnits(scaled, type), type: whole(type) };
}

function division(
  environment: Environment,
  node: Binary,
  value: Typed,
  type: IntervalType,
  by: Typed,
): { sql: string; type: SparkType } {
  const number = factor(environment, node, by);
  if (!number) return refuse(environment, `/ of ${value.type.kind} and ${by.type.kind}`, node);
  const units = unitsOf(value);
  if (isIntegral(number.type) || number.type.kind === 'decimal') {
    const scale = number.type.kind === 'decimal' ? number.type.scale : 0;
    const unscaled =
      number.type.kind === 'decimal' ? `spark_unscaled(${number.sql})` : `CAST(${number.sql} AS HUGEINT)`;
    const shift = `CAST('1${'0'.repeat(scale)}' AS HUGEINT)`;
    return {
      sql: ofUnits(
        `spark_${environment.trying === true ? 'try_' : ''}interval_divide(CAST(${units} AS HUGEINT) * ${shift}, ${unscaled})`,
        type,
      ),
      type: whole(type),
    };
  }
  return {
    sql: ofUnits(
      `round(spark_divide${environment.trying === true ? '_or_null' : ''}(CAST(${units} AS DOUBLE), ${number.sql}))`,
      type,
    ),
    type: whole(type),
  };
}

/** A date or timestamp moved by an interval, whole days by the calendar. */
export function shiftedBy(base: Typed, sign: '+' | '-', by: Typed): { sql: string; type: SparkType } {
  const type = asInterval(by.type);
  const days = type?.kind === 'interval day' && rangeOf(type) === 'day';
  if (base.type.kind === 'date' && (days || type?.kind === 'interval month'))
    return { sql: `CAST(${base.sql} ${sign} ${by.sql} AS DATE)`, type: DATE };
  const stamp = base.type.kind === 'date' ? `spark_local_to_timestamp(CAST(${base.sql} AS TIMESTAMP))` : base.sql;
  // DuckDB moves by the parts of a negative interval in the other order: beside a change of the clocks that is another hour.
  const inTwoSteps = type?.kind === 'interval day' && !days;
  const sql = inTwoSteps
    ? `(${stamp} ${sign} to_days(CAST(day(${by.sql}) AS INTEGER)) ${sign} to_microseconds(spark_interval_clock(${by.sql})))`
    : `(${stamp} ${sign} ${by.sql})`;
  return { sql, type: base.type.kind === 'date' ? { kind: 'timestamp' } : base.type };
}

function makeDayTime(call: FunctionCall): Translated {
  const fields = [0, 1, 2].map((at) => (call.args[at] ? argument(call, at, 'int').sql : '0'));
  const seconds = call.args[3] ? coerce(call.environment, call.args[3], decimal(18, 6), call.node).sql : '0';
  const [days = '0', hours = '0', minutes = '0'] = fields.map((field) => `CAST(${field} AS BIGINT)`);
  const names = [0, 1, 2, 3].map((at) => call.args[at]?.name ?? (at === 3 ? '0.000000' : '0'));
  const micros = `${days} * 86400000000 + ${hours} * 3600000000 + ${minutes} * 60000000 + CAST(CAST(${seconds} AS DECIMAL(38,6)) * 1000000 AS BIGINT)`;
  return { sql: `spark_day_interval(${micros})`, type: DAY_TO_SECOND, name: `make_dt_interval(${names.join(', ')})` };
}

function makeYearMonth(call: FunctionCall): Translated {
  const [years = '0', months = '0'] = [0, 1].map((at) => (call.args[at] ? argument(call, at, 'int').sql : '0'));
  const names = [0, 1].map((at) => call.args[at]?.name ?? '0');
  return {
    sql: `to_months(CAST(CAST(${years} AS BIGINT) * 12 + ${months} AS INTEGER))`,
    type: YEAR_TO_MONTH,
    name: `make_ym_interval(${names.join(', ')})`,
  };
}

export const INTERVAL_RULES: FunctionTable = {
  make_dt_interval: custom([0, 4], makeDayTime),
  make_ym_interval: custom([0, 2], makeYearMonth),
};

/** Whether a value is an interval, for functions that take numbers too. */
export function signOf(value: Typed): Translated | undefined {
  if (!isInterval(value.type)) return undefined;
  return { sql: `CAST(sign(${unitsOf(value)}) AS DOUBLE)`, type: DOUBLE, name: `SIGNUM(${value.name})` };
}

export function absoluteOf(value: Typed): Translated | undefined {
  const type = asInterval(value.type);
  return type && { sql: ofUnits(`abs(${unitsOf(value)})`, type), type };
}
