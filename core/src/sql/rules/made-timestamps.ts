import { sparkZone } from '../functions/zones.ts';
import { coerce, mismatch } from '../translate/coerce.ts';
import { refuse } from '../translate/environment.ts';
import type { Typed } from '../translate/typed.ts';
import { quoteText } from '../types/duckdb-type.ts';
import { decimal, isUnknown, type SparkType, TIMESTAMP, TIMESTAMP_NTZ } from '../types/spark-type.ts';
import {
  argument,
  argumentSpan,
  custom,
  type FunctionCall,
  type FunctionRule,
  type FunctionTable,
  type Translated,
} from './function-rule.ts';
import { localOfDateAndTime } from './times.ts';

/** `make_timestamp(date, time[, zone])` */
function ofDateAndTime(call: FunctionCall, type: SparkType): Translated {
  const local = call.args.length > 3 ? undefined : localOfDateAndTime(call);
  const zone = call.args[2];
  if (call.args.some((arg) => isUnknown(arg.type))) return { sql: 'NULL', type };
  if (local === undefined || (zone && type.kind !== 'timestamp'))
    return { ...refuse(call.environment, `${call.name} of these arguments`, call.node), type };
  if (zone) return { sql: `spark_at_zone(${local}, ${argument(call, 2, 'string').sql})`, type };
  return { sql: type.kind === 'timestamp' ? `spark_local_to_timestamp(${local})` : local, type };
}

/** `make_timestamp(date)`: its midnight. */
function ofDateAlone(call: FunctionCall): Translated {
  const [date] = call.args;
  if (date && !['date', 'void', 'unknown'].includes(date.type.kind))
    return { ...mismatch(call.environment, date, 'date', argumentSpan(call, 0)), type: TIMESTAMP };
  return { sql: `spark_local_to_timestamp(CAST(${argument(call, 0, 'date').sql} AS TIMESTAMP))`, type: TIMESTAMP };
}

/** A zone that is written out and that Spark knows, as DuckDB has it. */
function knownZone({ literal }: Typed): string | undefined {
  if (typeof literal !== 'string') return undefined;
  try {
    return sparkZone(literal);
  } catch {
    // Where a row needs it the same error is raised.
    return undefined;
  }
}

export function zoneSql(call: FunctionCall, at: number): string {
  const typed = argument(call, at, 'string');
  const known = knownZone(typed);
  return known === undefined ? `spark_zone(${typed.sql})` : quoteText(known);
}

/** `make_timestamp(year, month, day, hour, minute, second[, zone])` and its kin. */
function makeTimestamp(type: SparkType, trying: boolean, ofDate = false): FunctionRule {
  return custom([ofDate ? 1 : 2, 7], (call) => {
    if (call.args.length === 1) return ofDateAlone(call);
    if (call.args.length < 6) return ofDateAndTime(call, type);
    const parts = [0, 1, 2, 3, 4].map((at) => argument(call, at, 'int').sql);
    const second = call.args[5];
    if (!second || isUnknown(second.type)) return { sql: 'NULL', type };
    const seconds = coerce(call.environment, second, decimal(16, 6), argumentSpan(call, 5)).sql;
    const quiet = trying || !call.environment.profile.ansi;
    const local = madeLocal([...parts, seconds], quiet);
    const zoned = call.args[6];
    const made = zoned
      ? `spark_at_zone(${local}, ${zoneSql(call, 6)})`
      : type.kind === 'timestamp'
        ? `spark_local_to_timestamp(${local})`
        : local;
    if (zoned && (type.kind !== 'timestamp' || (quiet && zoned.type.kind !== 'void' && !knownZone(zoned))))
      return {
        ...refuse(call.environment, `${call.name} in this zone`, argumentSpan(call, 6), 'Name it as Europe/Brussels.'),
        type,
      };
    return { sql: made, type };
  });
}

/** The parts are computed before they are looked at: what they raise is raised beside a part that is out of range, too. */
function madeLocal(parts: readonly string[], quiet: boolean): string {
  if (!quiet) return `spark_make_local(${parts.join(', ')})`;
  const fields = parts.map((sql, at) => `p${at} := ${sql}`);
  const made = `spark_try_make_local(${parts.map((_, at) => `struct_extract(__p, 'p${at}')`).join(', ')})`;
  return `list_transform([struct_pack(${fields.join(', ')})], lambda __p: ${made})[1]`;
}

export const MADE_TIMESTAMP_RULES: FunctionTable = {
  make_timestamp: makeTimestamp(TIMESTAMP, false, true),
  make_timestamp_ltz: makeTimestamp(TIMESTAMP, false),
  make_timestamp_ntz: makeTimestamp(TIMESTAMP_NTZ, false),
  try_make_timestamp: makeTimestamp(TIMESTAMP, true, true),
  try_make_timestamp_ltz: makeTimestamp(TIMESTAMP, true),
  try_make_timestamp_ntz: makeTimestamp(TIMESTAMP_NTZ, true),
};
