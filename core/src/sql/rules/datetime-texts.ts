import { castSql } from '../translate/cast.ts';
import { coerce } from '../translate/coerce.ts';
import { patternProblem } from '../functions/datetime-pattern.ts';
import { refuse, report } from '../translate/environment.ts';
import type { Typed } from '../translate/typed.ts';
import { quoteText } from '../types/duckdb-type.ts';
import {
  BIGINT,
  isDatetime,
  isUnknown,
  type SparkType,
  STRING,
  TIMESTAMP,
  TIMESTAMP_NTZ,
  isNumeric,
} from '../types/spark-type.ts';
import { formatPattern, parsePattern } from './datetime-patterns.ts';
import {
  argument,
  argumentSpan,
  custom,
  type FunctionCall,
  type FunctionRule,
  type FunctionTable,
  type Translated,
} from './function-rule.ts';

/** An instant with its wall-clock time in the session's zone. */
interface Stamp {
  readonly local: string;
  readonly instant: string;
}

function stampOf(call: FunctionCall, at: number): Stamp {
  // A time without a zone that the clock skips is written as the instant is that it becomes, an hour later.
  const instant = argument(call, at, 'timestamp').sql;
  return { local: `spark_local(${instant})`, instant };
}

/** A literal pattern that Java would not take is refused where it stands, before anything runs. */
function checkLiteral(call: FunctionCall, pattern: Typed, isRead: boolean): string | undefined {
  if (typeof pattern.literal !== 'string') return undefined;
  const problem = patternProblem(pattern.literal, isRead);
  if (problem !== undefined)
    report(call.environment, 'sql.syntax', problem, argumentSpan(call, 1), 'Correct the pattern.');
  return pattern.literal;
}

/** A timestamp by a pattern: DuckDB writes what means the same there in years of four digits, the prelude's function the rest. */
function formatted(call: FunctionCall, { local, instant }: Stamp, pattern: Typed): string {
  const zone = quoteText(call.environment.profile.timeZone);
  const literal = checkLiteral(call, pattern, false);
  const zoned = literal === undefined || /[VzOXxZ]/.test(literal);
  const offset = zoned ? `(epoch_us(${local}) - epoch_us(${instant})) // 1000000` : 'CAST(0 AS BIGINT)';
  const text = pattern.type.kind === 'void' ? 'CAST(NULL AS VARCHAR)' : pattern.sql;
  const exact = `spark_format_datetime(epoch_us(${local}), ${offset}, ${zone}, ${text})`;
  const fast = literal === undefined ? undefined : formatPattern(literal);
  if (fast === undefined) return exact;
  return `CASE WHEN year(${local}) BETWEEN 1 AND 9999 THEN strftime(${local}, ${fast}) ELSE ${exact} END`;
}

/** `date_format`, and `to_char` of a date or time. */
export function dateFormat(call: FunctionCall): Translated {
  const pattern = call.args[1];
  const names = call.args.map(({ name }) => name).join(', ');
  const stamp = stampOf(call, 0);
  if (!pattern || call.args.some(({ type }) => isUnknown(type))) return { sql: 'NULL', type: STRING };
  const text = { ...pattern, sql: argument(call, 1, 'string').sql };
  return { sql: formatted(call, stamp, text), type: STRING, name: `date_format(${names})` };
}

interface Read {
  /** The wall-clock time that the text tells, and its instant. */
  readonly local: string;
  readonly instant: string;
}

/** Text by a pattern: an error where it does not fit with ANSI on, else NULL. */
function read(call: FunctionCall, pattern: Typed, trying: boolean): Read {
  const text = argument(call, 0, 'string').sql;
  const strict = !trying && call.environment.profile.ansi;
  const format = pattern.type.kind === 'void' ? 'CAST(NULL AS VARCHAR)' : pattern.sql;
  const checked = (stamp: string): string =>
    strict ? `spark_must_format(${stamp}, CASE WHEN ${format} IS NOT NULL THEN ${text} END, ${format})` : stamp;
  const literal = checkLiteral(call, pattern, true);
  const fast = literal === undefined ? undefined : parsePattern(literal);
  const exact = `make_timestamp(spark_read_datetime(${text}, ${format}))`;
  // What the usual form does not fit may still be read: Java knows no upper and lower case here.
  const stamp = fast
    ? `CASE WHEN regexp_full_match(${text}, ${fast.regex}) THEN try_strptime(${text}, ${fast.format}) ELSE ${exact} END`
    : exact;
  const local = checked(stamp);
  const plain = `spark_local_to_timestamp(${local})`;
  if (fast || (literal !== undefined && !/[VzOXxZ]/.test(literal))) return { local, instant: plain };
  const zone = `spark_read_zone(${text}, ${format})`;
  const zoned = `CASE WHEN ${zone} IS NULL THEN ${plain} ELSE spark_at_zone(${local}, ${zone}) END`;
  return { local, instant: zoned };
}

/** `to_date`, `to_timestamp` and the like: text is read by the pattern or as a cast reads it. */
function reading(type: SparkType, trying: boolean): FunctionRule {
  return custom([1, 2], (call) => {
    const [value, pattern] = call.args;
    if (!value || call.args.some((arg) => isUnknown(arg.type))) return { sql: 'NULL', type };
    if (pattern && value.type.kind === 'string') {
      const { local, instant } = read(call, { ...pattern, sql: argument(call, 1, 'string').sql }, trying);
      if (type.kind === 'timestamp_ntz') return { sql: local, type };
      const zoneless = type.kind === 'date' && typeof pattern.literal === 'string' && !/[VzOXxZ]/.test(pattern.literal);
      const stamp = zoneless ? local : `spark_local(${instant})`;
      return { sql: type.kind === 'date' ? `CAST(${stamp} AS DATE)` : instant, type };
    }
    if (pattern && !isDatetime(value.type) && value.type.kind !== 'void')
      return { ...refuse(call.environment, `${call.name} of this type with a pattern`, call.node), type };
    if (pattern && isDatetime(value.type)) return { sql: patterned(call, value, type), type };
    if (trying && value.type.kind === 'string')
      return { sql: castSql(value.sql, value.type, type, 'try') ?? 'NULL', type };
    // Numbers are seconds, as a cast that is written reads them.
    if (type.kind === 'timestamp' && !pattern && isNumeric(value.type)) {
      const mode = trying ? 'try' : call.environment.profile.ansi ? 'strict' : 'legacy';
      const sql = castSql(value.sql, value.type, type, mode);
      if (sql === undefined) return { ...refuse(call.environment, `${call.name} of this type`, call.node), type };
      return { sql, type };
    }
    if (type.kind === 'timestamp_ntz')
      return { sql: coerce(call.environment, value, type, argumentSpan(call, 0)).sql, type };
    return { sql: argument(call, 0, type.kind === 'date' ? 'date' : 'timestamp').sql, type };
  });
}

/** A moment beside a pattern keeps its microseconds: the wall clock of a TIMESTAMP_NTZ is taken for that of UTC, and the other way round. */
function patterned(call: FunctionCall, value: Typed, to: SparkType): string {
  if (value.type.kind === to.kind) return value.sql;
  const instant =
    value.type.kind === 'timestamp_ntz'
      ? `make_timestamptz(epoch_us(${value.sql}))`
      : argument(call, 0, 'timestamp').sql;
  if (to.kind === 'timestamp_ntz') return `make_timestamp(epoch_us(${instant}))`;
  return to.kind === 'date' ? `CAST(spark_local(${instant}) AS DATE)` : instant;
}

const DEFAULT_PATTERN = 'yyyy-MM-dd HH:mm:ss';

/** Seconds since 1970, cut towards it: half a second before is 0, which is not the second that it lies in. */
const wholeSeconds = (sql: string): string => `(epoch_us(${sql}) // 1000000)`;

function unixTimestamp(call: FunctionCall): Translated {
  const [value, given] = call.args;
  const name = call.args.length === 1 ? `${call.name}(${value?.name ?? ''}, ${DEFAULT_PATTERN})` : undefined;
  const named = name === undefined ? {} : { name };
  if (!value)
    return {
      sql: 'CAST(floor(epoch(now())) AS BIGINT)',
      type: BIGINT,
      name: `${call.name}(current_timestamp(), ${DEFAULT_PATTERN})`,
    };
  if (call.args.some((arg) => isUnknown(arg.type))) return { sql: 'NULL', type: BIGINT, ...named };
  // Spark counts a TIMESTAMP_NTZ from 1970 as it is written, without a zone.
  if (value.type.kind === 'timestamp_ntz') return { sql: wholeSeconds(value.sql), type: BIGINT, ...named };
  if (value.type.kind !== 'string')
    return { sql: wholeSeconds(argument(call, 0, 'timestamp').sql), type: BIGINT, ...named };
  const pattern: Typed = given
    ? { ...given, sql: argument(call, 1, 'string').sql }
    : { sql: quoteText(DEFAULT_PATTERN), type: STRING, name: DEFAULT_PATTERN, literal: DEFAULT_PATTERN };
  return { sql: wholeSeconds(read(call, pattern, false).instant), type: BIGINT, ...named };
}

function fromUnixtime(call: FunctionCall): Translated {
  const given = call.args[1];
  const pattern: Typed = given
    ? { ...given, sql: argument(call, 1, 'string').sql }
    : { sql: quoteText(DEFAULT_PATTERN), type: STRING, name: DEFAULT_PATTERN, literal: DEFAULT_PATTERN };
  const instant = `spark_seconds_timestamp(${argument(call, 0, 'bigint').sql})`;
  if (call.args.some((arg) => isUnknown(arg.type))) return { sql: 'NULL', type: STRING };
  const sql = formatted(call, { local: `spark_local(${instant})`, instant }, pattern);
  return { sql, type: STRING, name: `from_unixtime(${call.args[0]?.name ?? ''}, ${pattern.name})` };
}

/** Dates and times from and to text by a pattern. */
export const DATETIME_TEXT_RULES: FunctionTable = {
  date_format: custom([2, 2], dateFormat),
  to_date: reading({ kind: 'date' }, false),
  try_to_date: reading({ kind: 'date' }, true),
  to_timestamp: reading(TIMESTAMP, false),
  to_timestamp_ltz: reading(TIMESTAMP, false),
  to_timestamp_ntz: reading(TIMESTAMP_NTZ, false),
  try_to_timestamp: reading(TIMESTAMP, true),
  unix_timestamp: custom([0, 2], unixTimestamp),
  to_unix_timestamp: custom([1, 2], unixTimestamp),
  from_unixtime: custom([1, 2], fromUnixtime),
};
