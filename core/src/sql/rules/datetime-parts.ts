import type { Expression } from '../syntax/nodes.ts';
import { coerce } from '../translate/coerce.ts';
import { type Environment, refuse } from '../translate/environment.ts';
import { inherited, type Typed } from '../translate/typed.ts';
import { type IntervalType, rangeOf } from '../types/interval.ts';
import { quoteText, toDuckdbType } from '../types/duckdb-type.ts';
import {
  DATE,
  decimal,
  DOUBLE,
  INT,
  isDatetime,
  isUnknown,
  type SparkType,
  STRING,
  TIMESTAMP,
  TIMESTAMP_NTZ,
} from '../types/spark-type.ts';
import {
  argument,
  argumentSpan,
  custom,
  type FunctionCall,
  type FunctionRule,
  type FunctionTable,
  literalArgument,
  type Translated,
} from './function-rule.ts';
import { asInterval, unitsOf } from './intervals.ts';
import { zoneSql } from './made-timestamps.ts';
import { timeWithin } from './times.ts';

const SECONDS = decimal(8, 6);

interface Part {
  readonly sql: (stamp: string) => string;
  readonly type: SparkType;
}

const whole = (sql: (stamp: string) => string): Part => ({
  sql: (stamp) => `CAST(${sql(stamp)} AS INTEGER)`,
  type: INT,
});

/** The fields of EXTRACT and date_part over a date or wall-clock time. */
const PARTS: Readonly<Record<string, Part>> = {
  year: whole((t) => `year(${t})`),
  yearofweek: whole((t) => `isoyear(${t})`),
  quarter: whole((t) => `quarter(${t})`),
  month: whole((t) => `month(${t})`),
  week: whole((t) => `weekofyear(${t})`),
  day: whole((t) => `day(${t})`),
  dayofweek: whole((t) => `dayofweek(${t}) + 1`),
  dayofweek_iso: whole((t) => `isodow(${t})`),
  doy: whole((t) => `dayofyear(${t})`),
  hour: whole((t) => `hour(${t})`),
  minute: whole((t) => `minute(${t})`),
  second: {
    sql: (t) => `CAST(CAST(microsecond(${t}) AS DECIMAL(18,0)) * CAST(0.000001 AS DECIMAL(7,6)) AS DECIMAL(8,6))`,
    type: SECONDS,
  },
};

const NAMES: Readonly<Record<string, keyof typeof PARTS>> = Object.fromEntries(
  Object.entries({
    year: 'y years yr yrs year',
    yearofweek: 'yearofweek',
    quarter: 'qtr quarter',
    month: 'mon mons months month',
    week: 'w weeks week',
    day: 'd days day',
    dayofweek: 'dayofweek dow',
    dayofweek_iso: 'dayofweek_iso dow_iso',
    doy: 'doy',
    hour: 'h hours hr hrs hour',
    minute: 'm min mins minutes minute',
    second: 's sec secs seconds second',
  }).flatMap(([part, names]) => names.split(' ').map((name) => [name, part])),
);

/** The parts of intervals; those of a day are counted below it. */
const INTERVAL_PARTS: Readonly<Record<string, (units: string) => string>> = {
  year: (m) => `${m} // 12`,
  month: (m) => `${m} % 12`,
  day: (u) => `${u} // 86400000000`,
  hour: (u) => `${u} // 3600000000 % 24`,
  minute: (u) => `${u} // 60000000 % 60`,
};

/** One field of a date, time or interval. */
function part(call: FunctionCall, field: string, value: Typed, at: number, name: string): Translated {
  const found = NAMES[field.toLowerCase()];
  if (isUnknown(value.type)) return { sql: 'NULL', type: INT, name };
  if (value.type.kind === 'time' && found !== undefined && ['hour', 'minute', 'second'].includes(found))
    return timeOfDayPart(value, found, name);
  const interval = asInterval(value.type);
  if (interval) return intervalPart(call, found, value, name);
  if (value.type.kind === 'interval') {
    const of = found === undefined ? undefined : CALENDAR_PARTS[found];
    if (!of) return refuse(call.environment, `The field ${field} of an interval`, call.node);
    return { sql: `CAST(${of.sql(value.sql)} AS ${toDuckdbType(of.type)})`, type: of.type, name };
  }
  const wanted = found === undefined ? undefined : PARTS[found];
  if (!wanted) return refuse(call.environment, `The field ${field}`, call.node);
  const typed: FunctionCall = { ...call, args: call.args.map((arg, index) => (index === at ? value : arg)) };
  const stamp =
    value.type.kind === 'date' || value.type.kind === 'timestamp_ntz'
      ? value.sql
      : `spark_local(${argument(typed, at, 'timestamp').sql})`;
  const time = value.type.kind === 'date' ? `CAST(${stamp} AS TIMESTAMP)` : stamp;
  return { sql: wanted.sql(time), type: wanted.type, name };
}

function timeOfDayPart(value: Typed, found: string, name: string): Translated {
  const wanted = PARTS[found];
  const { type } = value;
  const cut = type.kind === 'time' ? timeWithin(value.sql, type.precision) : value.sql;
  return wanted ? { sql: wanted.sql(cut), type: wanted.type, name } : { sql: 'NULL', type: INT, name };
}

function intervalPart(call: FunctionCall, found: string | undefined, value: Typed, name: string): Translated {
  const months = value.type.kind === 'interval month';
  const order = months ? ['year', 'month'] : ['day', 'hour', 'minute', 'second'];
  const [least = '', most = least] = rangeOf(value.type as IntervalType).split(' to ');
  const at = order.indexOf(found ?? '');
  const fits = found !== undefined && at >= order.indexOf(least) && at <= order.indexOf(most);
  const units = unitsOf(value);
  if (found === 'second' && fits)
    return {
      sql: `CAST(CAST(${units} % 60000000 AS DECIMAL(18,0)) * CAST(0.000001 AS DECIMAL(7,6)) AS DECIMAL(8,6))`,
      type: SECONDS,
      name,
    };
  const of = fits ? INTERVAL_PARTS[found] : undefined;
  if (!of) return refuse(call.environment, `The field ${found ?? ''} of an interval`, call.node);
  const narrow: SparkType = found === 'day' || found === 'year' ? INT : { kind: 'tinyint' };
  return { sql: `CAST(${of(`(${units})`)} AS ${narrow.kind === 'int' ? 'INTEGER' : 'TINYINT'})`, type: narrow, name };
}

/** A calendar interval's: 24 hours are a day here, and 30 days no month. */
const CALENDAR_PARTS: Readonly<Record<string, Part>> = {
  year: { sql: (i) => `year(${i})`, type: INT },
  month: { sql: (i) => `month(${i})`, type: { kind: 'tinyint' } },
  day: { sql: (i) => `day(${i}) + hour(${i}) // 24`, type: INT },
  hour: { sql: (i) => `hour(${i}) % 24`, type: { kind: 'tinyint' } },
  minute: { sql: (i) => `minute(${i})`, type: { kind: 'tinyint' } },
  second: {
    sql: (i) => `CAST(microsecond(${i}) AS DECIMAL(18,0)) * CAST(0.000001 AS DECIMAL(7,6))`,
    type: SECONDS,
  },
};

/** EXTRACT(field FROM value). */
export function extract(environment: Environment, node: Expression & { readonly kind: 'extract' }): Typed {
  const value = environment.translate(environment, node.source);
  const { start, end } = node;
  const call: FunctionCall = {
    environment,
    name: 'extract',
    args: [value],
    node: {
      kind: 'call',
      name: 'extract',
      nameSpan: { start, end },
      args: [node.source],
      named: [],
      distinct: false,
      ignoreNulls: false,
      start,
      end,
    },
  };
  const name = `extract(${node.field} FROM ${value.name})`;
  const { sql, type } = part(call, node.field, value, 0, name);
  return { sql, type, name, ...inherited([value]) };
}

function datePart(call: FunctionCall): Translated {
  const field = literalArgument(call, 0);
  const value = call.args[1];
  if (!value || isUnknown(value.type)) return { sql: 'NULL', type: INT };
  if (call.args[0]?.type.kind === 'void')
    return { sql: 'CAST(NULL AS DOUBLE)', type: DOUBLE, name: `${call.name}(NULL, ${value.name})` };
  if (field === undefined)
    return refuse(call.environment, 'date_part of a field that is no literal', argumentSpan(call, 0));
  return part(call, field, value, 1, `${call.name}(${field}, ${value.name})`);
}

const DAYS: Readonly<Record<string, number>> = { MO: 1, TU: 2, WE: 3, TH: 4, FR: 5, SA: 6, SU: 7 };
const DAY_NAME =
  /^(?:MO|MON|MONDAY|TU|TUE|TUESDAY|WE|WED|WEDNESDAY|TH|THU|THURSDAY|FR|FRI|FRIDAY|SA|SAT|SATURDAY|SU|SUN|SUNDAY)$/i;

/** The first such day of the week after the date. */
function nextDay(call: FunctionCall): Translated {
  const date = argument(call, 0, 'date').sql;
  const name = call.args[1];
  if (!name || isUnknown(name.type)) return { sql: 'NULL', type: DATE };
  if (name.type.kind === 'void') return { sql: 'CAST(NULL AS DATE)', type: DATE };
  if (typeof name.literal !== 'string')
    return refuse(call.environment, 'next_day of a day that is no literal', argumentSpan(call, 1));
  const day = DAY_NAME.test(name.literal.trim()) ? DAYS[name.literal.trim().slice(0, 2).toUpperCase()] : undefined;
  if (day === undefined) {
    const wrong = call.environment.profile.ansi
      ? `CAST(error('[ILLEGAL_DAY_OF_WEEK] Illegal input for day of week: ' || ${quoteText(name.literal)}) AS DATE)`
      : 'CAST(NULL AS DATE)';
    return { sql: `CASE WHEN ${date} IS NOT NULL THEN ${wrong} END`, type: DATE };
  }
  return { sql: `CAST(${date} + CAST((${day} - isodow(${date}) + 6) % 7 + 1 AS INTEGER) AS DATE)`, type: DATE };
}

const UNIT_MICROS: Readonly<Record<string, bigint>> = {
  MICROSECOND: 1n,
  MILLISECOND: 1000n,
  SECOND: 1_000_000n,
  MINUTE: 60_000_000n,
  HOUR: 3_600_000_000n,
};
const UNIT_DAYS: Readonly<Record<string, number>> = { DAY: 1, DAYOFYEAR: 1, WEEK: 7 };
const UNIT_MONTHS: Readonly<Record<string, number>> = { MONTH: 1, QUARTER: 3, YEAR: 12 };

export function unitOf(node: Expression | undefined): string | undefined {
  const text = node?.kind === 'column' && node.parts.length === 1 ? node.parts[0]?.text : undefined;
  // IDENTIFIER('DAY') names no unit.
  return node && text?.length === node.end - node.start ? text.toUpperCase() : undefined;
}

/** `timestampadd(UNIT, n, timestamp)`, also as dateadd and date_add. */
export function addUnits(call: FunctionCall): Translated {
  const { environment, node } = call;
  const unit = unitOf(node.args[0]) ?? '';
  const rest = node.args.slice(1);
  const args = rest.map((arg) => environment.translate(environment, arg));
  const inner: FunctionCall = { ...call, node: { ...node, args: rest }, args };
  const [, base] = args;
  const name = `timestampadd(${unit}, ${args.map((arg) => arg.name).join(', ')})`;
  if (!base || args.some(({ type }) => isUnknown(type))) return { sql: 'NULL', type: TIMESTAMP, name };
  const count = `CAST(${argument(inner, 0, 'bigint').sql} AS BIGINT)`;
  const stamp = base.type.kind === 'timestamp_ntz' ? base.sql : argument(inner, 1, 'timestamp').sql;
  const type = base.type.kind === 'timestamp_ntz' ? TIMESTAMP_NTZ : TIMESTAMP;
  const [micros, days, months] = [UNIT_MICROS[unit], UNIT_DAYS[unit], UNIT_MONTHS[unit]];
  const step =
    micros !== undefined
      ? `to_microseconds(${count} * ${micros})`
      : days !== undefined
        ? `to_days(CAST(${count} * ${days} AS INTEGER))`
        : months !== undefined
          ? `to_months(CAST(${count} * ${months} AS INTEGER))`
          : undefined;
  if (step === undefined)
    return { ...refuse(environment, `${call.name} in ${unit || 'this unit'}`, node.args[0] ?? node), type };
  return { sql: `(${stamp} + ${step})`, type, name };
}

/** from_utc_timestamp: the wall-clock time of the zone as if it were UTC's; to_utc_timestamp: the other way round. */
function shifted(from: boolean): FunctionRule {
  return custom([2, 2], (call) => {
    const instant = argument(call, 0, 'timestamp').sql;
    if (call.args.some(({ type }) => isUnknown(type))) return { sql: 'NULL', type: TIMESTAMP };
    const zone = zoneSql(call, 1);
    const sql = from
      ? `timezone('UTC', spark_in_zone(${instant}, ${zone}))`
      : `spark_at_zone(timezone('UTC', ${instant}), ${zone})`;
    return { sql, type: TIMESTAMP };
  });
}

function fromSeconds(call: FunctionCall): Translated {
  const [value] = call.args;
  if (!value || isUnknown(value.type)) return { sql: 'NULL', type: TIMESTAMP };
  if (value.type.kind === 'double' || value.type.kind === 'float')
    return {
      sql: `spark_finite_timestamp(CAST(${value.sql} AS DOUBLE))`,
      type: TIMESTAMP,
    };
  if (value.type.kind === 'decimal' && value.type.scale > 6)
    return refuse(call.environment, `${call.name} of more than six digits after the point`, call.node);
  if (value.type.kind === 'decimal')
    return {
      sql: `make_timestamptz(CAST(CAST(${value.sql} AS DECIMAL(24,6)) * 1000000 AS BIGINT))`,
      type: TIMESTAMP,
    };
  return {
    sql: `spark_micros_timestamp(CAST(${argument(call, 0, 'bigint').sql} AS HUGEINT) * 1000000)`,
    type: TIMESTAMP,
  };
}

function convertTimezone(call: FunctionCall): Translated {
  const zones = call.args.slice(0, -1).map((arg) => arg.literal);
  const last = call.args.length - 1;
  const value = call.args[last];
  if (!value || isUnknown(value.type)) return { sql: 'NULL', type: TIMESTAMP_NTZ };
  const named = zones.every((zone) => typeof zone === 'string' && /^(?:UTC|[A-Z][A-Za-z]+\/[A-Za-z_/]+)$/.test(zone));
  if (!named || (!isDatetime(value.type) && value.type.kind !== 'string'))
    return refuse(call.environment, 'convert_timezone with these zones', call.node, 'Name them as Europe/Brussels.');
  const local = coerce(call.environment, value, TIMESTAMP_NTZ, argumentSpan(call, last)).sql;
  const [from, to] = zones.length === 2 ? zones : [call.environment.profile.timeZone, zones[0]];
  const sql = `timezone(${quoteText(String(to))}, spark_at_zone(${local}, ${quoteText(String(from))}))`;
  const names =
    zones.length === 2
      ? call.args.map(({ name }) => name)
      : ['current_timezone()', ...call.args.map(({ name }) => name)];
  return { sql, type: TIMESTAMP_NTZ, name: `convert_timezone(${names.join(', ')})` };
}

export const DATETIME_PART_RULES: FunctionTable = {
  date_part: custom([2, 2], datePart),
  datepart: custom([2, 2], datePart),
  next_day: custom([2, 2], nextDay),
  timestampadd: { kind: 'raw', arity: [3, 3], translate: addUnits },
  timestamp_seconds: custom([1, 1], fromSeconds),
  from_utc_timestamp: shifted(true),
  to_utc_timestamp: shifted(false),
  convert_timezone: custom([2, 3], convertTimezone),
  localtimestamp: custom([0, 0], () => ({
    sql: 'CAST(now() AS TIMESTAMP)',
    type: TIMESTAMP_NTZ,
    name: 'localtimestamp()',
  })),
  current_timezone: custom([0, 0], (call) => ({
    sql: quoteText(call.environment.profile.timeZone),
    type: STRING,
    name: 'current_timezone()',
  })),
  dayname: custom([1, 1], (call) => ({ sql: `strftime(${argument(call, 0, 'date').sql}, '%a')`, type: STRING })),
  monthname: custom([1, 1], (call) => ({ sql: `strftime(${argument(call, 0, 'date').sql}, '%b')`, type: STRING })),
};
