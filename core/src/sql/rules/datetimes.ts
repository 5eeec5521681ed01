import { mismatch } from '../translate/coerce.ts';
import { quoteText } from '../types/duckdb-type.ts';
import { refuse } from '../translate/environment.ts';
import {
  BIGINT,
  DATE,
  DOUBLE,
  INT,
  isIntegral,
  isUnknown,
  type SparkType,
  STRING,
  TIMESTAMP,
} from '../types/spark-type.ts';
import { inherited } from '../translate/typed.ts';
import { addUnits } from './datetime-parts.ts';
import type { Typed } from '../translate/typed.ts';
import {
  argument,
  argumentSpan,
  custom,
  type FunctionCall,
  type FunctionRule,
  type FunctionTable,
  literalArgument,
  scalar,
  type Translated,
} from './function-rule.ts';

/** The wall-clock time of an instant: a time without a zone that the clock skips becomes one an hour later. */
function local(call: FunctionCall, at: number): string {
  return `spark_local(${argument(call, at, 'timestamp').sql})`;
}

/** The wall-clock time as it is written: one without a zone stays what it is. */
function written(call: FunctionCall, at: number): string {
  const given = call.args[at];
  return given?.type.kind === 'timestamp_ntz' ? given.sql : local(call, at);
}

function datePart(sql: (date: string) => string): FunctionRule {
  return scalar(['date'], INT, (date) => `CAST(${sql(date)} AS INTEGER)`);
}

function timePart(part: string): FunctionRule {
  return custom([1, 1], (call) => {
    const [value] = call.args;
    const clock = value?.type.kind === 'time' ? value.sql : written(call, 0);
    return { sql: `CAST(${part}(${clock}) AS INTEGER)`, type: INT };
  });
}

const TRUNCATIONS: Readonly<Record<string, string>> = {
  YEAR: 'year',
  YYYY: 'year',
  YY: 'year',
  QUARTER: 'quarter',
  MONTH: 'month',
  MM: 'month',
  MON: 'month',
  WEEK: 'week',
};
const TIME_TRUNCATIONS: Readonly<Record<string, string>> = {
  ...TRUNCATIONS,
  DAY: 'day',
  DD: 'day',
  HOUR: 'hour',
  MINUTE: 'minute',
  SECOND: 'second',
  MILLISECOND: 'milliseconds',
  MICROSECOND: 'microseconds',
};

/** NULL where the unit is none: Spark asks no more of it. */
function isNoUnit(unit: Typed | undefined): boolean {
  return unit?.type.kind === 'void' || typeof unit?.literal === 'string';
}

/** To a unit that each row names; NULL where it is none. */
function byUnit(unit: string, units: Readonly<Record<string, string>>, value: string, type: string): string {
  const names = new Map<string, string[]>();
  for (const [name, to] of Object.entries(units)) names.set(to, [...(names.get(to) ?? []), quoteText(name)]);
  const cases = [...names].map(
    ([to, all]) => `WHEN upper(__u) IN (${all.join(', ')}) THEN CAST(date_trunc('${to}', ${value}) AS ${type})`,
  );
  return `list_transform([${unit}], lambda __u: CASE ${cases.join(' ')} END)[1]`;
}

function dateTrunc(call: FunctionCall): Translated {
  const unit = TIME_TRUNCATIONS[(literalArgument(call, 0) ?? '').toUpperCase()];
  const stamp = local(call, 1);
  if (isUnknown(call.args[0]?.type ?? STRING)) return { sql: 'NULL', type: TIMESTAMP };
  if (unit === undefined && isNoUnit(call.args[0])) return { sql: 'CAST(NULL AS TIMESTAMPTZ)', type: TIMESTAMP };
  if (unit === undefined) {
    const of = byUnit(argument(call, 0, 'string').sql, TIME_TRUNCATIONS, stamp, 'TIMESTAMP');
    return { sql: `spark_local_to_timestamp(${of})`, type: TIMESTAMP };
  }
  return { sql: `spark_local_to_timestamp(CAST(date_trunc('${unit}', ${stamp}) AS TIMESTAMP))`, type: TIMESTAMP };
}

function trunc(call: FunctionCall): Translated {
  const unit = TRUNCATIONS[(literalArgument(call, 1) ?? '').toUpperCase()];
  const date = argument(call, 0, 'date').sql;
  if (isUnknown(call.args[1]?.type ?? STRING)) return { sql: 'NULL', type: DATE };
  if (unit === undefined && isNoUnit(call.args[1])) return { sql: 'CAST(NULL AS DATE)', type: DATE };
  if (unit === undefined)
    return { sql: byUnit(argument(call, 1, 'string').sql, TRUNCATIONS, date, 'DATE'), type: DATE };
  return { sql: `CAST(date_trunc('${unit}', ${date}) AS DATE)`, type: DATE };
}

const UNITS: Readonly<Record<string, number>> = {
  WEEK: 604_800_000_000,
  DAY: 86_400_000_000,
  HOUR: 3_600_000_000,
  MINUTE: 60_000_000,
  SECOND: 1_000_000,
  MILLISECOND: 1000,
  MICROSECOND: 1,
};
/** Whole units of months, as ChronoUnit counts them. */
const MONTH_UNITS: Readonly<Record<string, number>> = { MONTH: 1, QUARTER: 3, YEAR: 12 };

/** `datediff(end, start)` counts days; `datediff(UNIT, start, end)` counts whole units. */
function datediff(call: FunctionCall): Translated {
  const { environment, node } = call;
  if (node.args.length === 2) {
    const args = node.args.map((arg) => environment.translate(environment, arg));
    const dates: FunctionCall = { ...call, args };
    const sql = `CAST(${argument(dates, 0, 'date').sql} - ${argument(dates, 1, 'date').sql} AS INTEGER)`;
    return { sql, type: INT, name: `${call.name}(${args.map((arg) => arg.name).join(', ')})` };
  }
  const [unitNode, ...rest] = node.args;
  const unit = unitNode?.kind === 'column' ? (unitNode.parts[0]?.text ?? '').toUpperCase() : '';
  const micros = UNITS[unit];
  const months = MONTH_UNITS[unit];
  const args = rest.map((arg) => environment.translate(environment, arg));
  if (micros === undefined && months === undefined)
    return {
      ...refuse(
        environment,
        `${call.name} in ${unit || 'this unit'}`,
        unitNode ?? node,
        'Use months_between, or days.',
      ),
      type: BIGINT,
    };
  const stamps: FunctionCall = { ...call, node: { ...node, args: rest }, args };
  const sql =
    micros === undefined
      ? `CAST(spark_months_apart(${local(stamps, 0)}, ${local(stamps, 1)}) // ${months ?? 1} AS BIGINT)`
      : `CAST((epoch_us(${local(stamps, 1)}) - epoch_us(${local(stamps, 0)})) // ${micros} AS BIGINT)`;
  return { sql, type: BIGINT, name: `timestampdiff(${unit}, ${args.map((arg) => arg.name).join(', ')})` };
}

/** Of one value, to whose type Spark casts nothing here, not even a text. */
function exactly(kind: 'date' | 'timestamp', type: SparkType, sql: (value: string) => string): FunctionRule {
  return custom([1, 1], (call) => {
    const [given] = call.args;
    if (given && given.type.kind !== kind && given.type.kind !== 'void' && !isUnknown(given.type))
      return { ...mismatch(call.environment, given, kind, argumentSpan(call, 0)), type };
    return { sql: sql(argument(call, 0, kind).sql), type };
  });
}

/** A number of days: INT or narrower, or a literal text of one. */
function days(call: FunctionCall): string {
  const [, by] = call.args;
  if (!by) throw new Error(`${call.name} has two arguments`);
  const text = typeof by.literal === 'string' && /^\s*[+-]?\d+\s*$/.test(by.literal);
  const fits = ['tinyint', 'smallint', 'int', 'void', 'unknown'].includes(by.type.kind);
  if (!fits && !(by.type.kind === 'string' && text))
    return mismatch(call.environment, by, 'int', argumentSpan(call, 1)).sql;
  return argument(call, 1, 'narrow int').sql;
}

/** `date_add(date, days)`, or `date_add(UNIT, n, timestamp)`. */
function dateAdd(sign: '+' | '-'): FunctionRule {
  return {
    kind: 'raw',
    arity: [2, sign === '+' ? 3 : 2],
    translate: (call) => {
      if (call.node.args.length === 3) return addUnits(call);
      const args = call.node.args.map((arg) => call.environment.translate(call.environment, arg));
      const dated: FunctionCall = { ...call, args };
      return {
        sql: `CAST(${argument(dated, 0, 'date').sql} ${sign} ${days(dated)} AS DATE)`,
        type: DATE,
        name: `${call.name}(${args.map((arg) => arg.name).join(', ')})`,
        ...inherited(args),
      };
    },
  };
}

function monthsBetween(call: FunctionCall): Translated {
  const name = `months_between(${call.args.map((arg) => arg.name).join(', ')}${call.args.length === 2 ? ', true' : ''})`;
  if (call.args[2] && typeof call.args[2].literal !== 'boolean')
    return refuse(call.environment, 'months_between with a rounding that is no literal', call.node);
  const digits = call.args[2]?.literal === false ? '_exactly' : '';
  const sides = [0, 1].map((at) => local(call, at));
  const seconds = sides.map((side, at) => secondsOfDay(call, at, side));
  return { sql: `spark_months_between${digits}(${[...sides, ...seconds].join(', ')})`, type: DOUBLE, name };
}

/** What has passed since midnight: on a day on which the clocks change not what the clock shows. */
function secondsOfDay(call: FunctionCall, at: number, side: string): string {
  const midnight = `CAST(CAST(${side} AS DATE) AS TIMESTAMP)`;
  return `((epoch_us(${argument(call, at, 'timestamp').sql}) - epoch_us(spark_local_to_timestamp(${midnight}))) // 1000000)`;
}

function makeDate(call: FunctionCall): Translated {
  const parts = [0, 1, 2].map((at) => argument(call, at, 'int').sql);
  if (call.environment.profile.ansi) return { sql: `spark_make_date(${parts.join(', ')})`, type: DATE };
  // What the arguments raise is still raised: only the date itself is tried.
  return {
    sql: `list_transform([[${parts.join(', ')}]], lambda __p: TRY(spark_make_date(__p[1], __p[2], __p[3])))[1]`,
    type: DATE,
  };
}

function fromEpoch(factor: number): FunctionRule {
  return custom([1, 1], (call) => {
    const [value] = call.args;
    if (value && !isIntegral(value.type) && !['unknown', 'void'].includes(value.type.kind))
      return refuse(call.environment, `${call.name} of a fraction`, call.node);
    return {
      sql: `spark_micros_timestamp(CAST(${argument(call, 0, 'bigint').sql} AS HUGEINT) * ${factor})`,
      type: TIMESTAMP,
    };
  });
}

const now: FunctionRule = custom([0, 0], (call) => ({
  sql: 'now()',
  type: TIMESTAMP,
  name: call.name === 'now' ? 'now()' : 'current_timestamp()',
}));
const today: FunctionRule = custom([0, 0], () => ({ sql: 'current_date', type: DATE, name: 'current_date()' }));
const dayOfMonth = datePart((d) => `day(${d})`);

export const DATETIME_FUNCTIONS: FunctionTable = {
  current_timestamp: now,
  now,
  current_date: today,
  curdate: today,
  year: datePart((d) => `year(${d})`),
  quarter: datePart((d) => `quarter(${d})`),
  month: datePart((d) => `month(${d})`),
  day: dayOfMonth,
  dayofmonth: dayOfMonth,
  dayofyear: datePart((d) => `dayofyear(${d})`),
  dayofweek: datePart((d) => `dayofweek(${d}) + 1`),
  weekday: datePart((d) => `isodow(${d}) - 1`),
  weekofyear: datePart((d) => `weekofyear(${d})`),
  hour: timePart('hour'),
  minute: timePart('minute'),
  second: timePart('second'),
  last_day: scalar(['date'], DATE, (d) => `last_day(${d})`),
  date_add: dateAdd('+'),
  dateadd: dateAdd('+'),
  date_sub: dateAdd('-'),
  datediff: { kind: 'raw', arity: [2, 3], translate: datediff },
  date_diff: { kind: 'raw', arity: [2, 3], translate: datediff },
  timediff: { kind: 'raw', arity: [3, 3], translate: datediff },
  timestampdiff: { kind: 'raw', arity: [3, 3], translate: datediff },
  add_months: custom([2, 2], (call) => ({
    sql: `CAST(${argument(call, 0, 'date').sql} + to_months(${argument(call, 1, 'int').sql}) AS DATE)`,
    type: DATE,
  })),
  months_between: custom([2, 3], monthsBetween),
  trunc: custom([2, 2], trunc),
  date_trunc: custom([2, 2], dateTrunc),
  timestamp_millis: fromEpoch(1000),
  timestamp_micros: fromEpoch(1),
  unix_seconds: exactly('timestamp', BIGINT, (t) => `spark_epoch_seconds(${t})`),
  unix_millis: exactly('timestamp', BIGINT, (t) => `spark_epoch_millis(${t})`),
  unix_micros: exactly('timestamp', BIGINT, (t) => `epoch_us(${t})`),
  unix_date: exactly('date', INT, (d) => `CAST(${d} - CAST('1970-01-01' AS DATE) AS INTEGER)`),
  date_from_unix_date: custom([1, 1], (call) => ({
    sql: `CAST(CAST('1970-01-01' AS DATE) + ${argument(call, 0, 'int').sql} AS DATE)`,
    type: DATE,
  })),
  make_date: custom([3, 3], makeDate),
};
