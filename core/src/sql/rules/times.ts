import type { ExpressionOf } from '../syntax/nodes.ts';
import { coerce, mismatch } from '../translate/coerce.ts';
import { type Environment, refuse } from '../translate/environment.ts';
import type { Typed } from '../translate/typed.ts';
import { intervalType, type IntervalType, rangeOf } from '../types/interval.ts';
import { quoteText } from '../types/duckdb-type.ts';
import { BIGINT, decimal, isUnknown, type SparkType, TIME } from '../types/spark-type.ts';
import {
  argument,
  argumentSpan,
  custom,
  type FunctionCall,
  type FunctionTable,
  type Translated,
} from './function-rule.ts';
import { unitsOf } from './intervals.ts';

type Plain = { readonly sql: string; readonly type: SparkType };

/** `+` and `-` with a TIME on one side; undefined where there is none. */
export function timeArithmetic(
  environment: Environment,
  node: ExpressionOf<'binary'>,
  left: Typed,
  right: Typed,
): Plain | undefined {
  if (left.type.kind !== 'time' && right.type.kind !== 'time') return undefined;
  const { operator } = node;
  if (operator === '+' && left.type.kind === 'interval day') return shifted(environment, right, left, '');
  if ((operator === '+' || operator === '-') && right.type.kind === 'interval day')
    return shifted(environment, left, right, operator === '-' ? '-' : '');
  if (operator === '+' && (left.type.kind === 'void' || right.type.kind === 'void'))
    return { sql: 'CAST(NULL AS TIME)', type: TIME };
  const both = [left, right].every(({ type }) => ['time', 'string', 'void'].includes(type.kind));
  if (operator !== '-' || !both) return mismatch(environment, left, 'a type that fits the other side', node);
  const [from, to] = [coerce(environment, right, TIME, node.right), coerce(environment, left, TIME, node.left)];
  return {
    sql: `spark_day_interval(spark_time_micros(${to.sql}) - spark_time_micros(${from.sql}))`,
    type: intervalType('interval day', ['hour', 'second']),
  };
}

/** An interval with seconds gives all six digits. */
function shifted(environment: Environment, time: Typed, by: Typed, sign: string): Plain {
  const shift = `spark_${environment.trying === true ? 'try_' : ''}shift_time`;
  const seconds = rangeOf(by.type as IntervalType).endsWith('second');
  return { sql: `${shift}(${time.sql}, ${sign}${unitsOf(by)})`, type: seconds ? TIME : time.type };
}

/** A TIME argument; text is read as one. */
function timeArgument(call: FunctionCall, at: number): Typed {
  const typed = call.args[at];
  if (!typed) throw new Error(`${call.name} has no argument ${at}`);
  if (typed.type.kind === 'time' || isUnknown(typed.type)) return typed;
  if (typed.type.kind !== 'string' && typed.type.kind !== 'void')
    return mismatch(call.environment, typed, 'time', argumentSpan(call, at));
  return coerce(call.environment, typed, TIME, argumentSpan(call, at));
}

function makeTime(call: FunctionCall): Translated {
  const [h, m] = [0, 1].map((at) => argument(call, at, 'int').sql);
  const second = call.args[2];
  if (!second || isUnknown(second.type)) return { sql: 'NULL', type: TIME };
  const seconds = coerce(call.environment, second, decimal(16, 6), argumentSpan(call, 2)).sql;
  return { sql: `spark_make_time(${h ?? ''}, ${m ?? ''}, ${seconds})`, type: TIME };
}

function toTime(trying: boolean): (call: FunctionCall) => Translated {
  return (call) => {
    const text = argument(call, 0, 'text').sql;
    const given = call.args[1] ? argument(call, 1, 'text').sql : undefined;
    const parsed = given === undefined ? `spark_parse_time(${text})` : `spark_time(spark_read_time(${text}, ${given}))`;
    if (trying) return { sql: parsed, type: TIME };
    const pattern = given ?? quoteText('HH:mm:ss.SSSSSS');
    return { sql: `spark_must_time(${parsed}, ${text}, ${pattern})`, type: TIME };
  };
}

function currentTime(call: FunctionCall): Translated {
  const digits = call.args.length > 0 ? call.args[0]?.literal : '6';
  if (call.args[0] && isUnknown(call.args[0].type)) return { sql: 'NULL', type: TIME };
  if (typeof digits !== 'string' || !/^\s*[0-6]\s*$/.test(digits))
    return refuse(call.environment, 'current_time with this precision', call.node, 'Give a number from 0 to 6.');
  const type: SparkType = { kind: 'time', precision: Number(digits) };
  return {
    sql: timeWithin('CAST(CAST(now() AS TIMESTAMP) AS TIME)', type.precision),
    type,
    name: `current_time(${type.precision})`,
  };
}

/** A time cut to so many digits of a second's fraction. */
export function timeWithin(sql: string, precision: number): string {
  const unit = 10 ** (6 - precision);
  return unit === 1 ? sql : `spark_time(spark_time_micros(${sql}) // ${unit} * ${unit})`;
}

export const TIME_RULES: FunctionTable = {
  to_time: custom([1, 2], toTime(false)),
  try_to_time: custom([1, 2], toTime(true)),
  make_time: custom([3, 3], makeTime),
  current_time: custom([0, 1], currentTime),
  time_trunc: custom([2, 2], (call) => {
    const time = timeArgument(call, 1);
    const type = time.type.kind === 'time' ? time.type : TIME;
    return { sql: `spark_time_trunc(${argument(call, 0, 'string').sql}, ${time.sql})`, type };
  }),
  time_diff: custom([3, 3], (call) => ({
    sql: `CAST(spark_time_diff(${argument(call, 0, 'string').sql}, ${timeArgument(call, 1).sql}, ${timeArgument(call, 2).sql}) AS BIGINT)`,
    type: BIGINT,
  })),
};

/** A date and a time of day as one wall-clock time; undefined where the arguments are not these. */
export function localOfDateAndTime(call: FunctionCall): string | undefined {
  const [date, time] = call.args;
  if (!date || !time) return undefined;
  if (![date, time].every(({ type }) => ['date', 'time', 'void', 'unknown'].includes(type.kind))) return undefined;
  if (date.type.kind === 'time' || time.type.kind === 'date') return undefined;
  const sql = (one: Typed, type: string): string => (one.type.kind === 'void' ? `CAST(NULL AS ${type})` : one.sql);
  return `(${sql(date, 'DATE')} + ${sql(time, 'TIME')})`;
}
