import { coerce } from '../translate/coerce.ts';
import { refuse } from '../translate/environment.ts';
import type { Typed } from '../translate/typed.ts';
import { toDuckdbType } from '../types/duckdb-type.ts';
import {
  BIGINT,
  decimal,
  decimalOf,
  DOUBLE,
  isFractional,
  isIntegral,
  isInterval,
  isUnknown,
  type SparkType,
} from '../types/spark-type.ts';
import type { RoundingMode } from '../functions/rounding.ts';
import { unitsOf } from './intervals.ts';
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

const BITS: Readonly<Record<string, number>> = { tinyint: 8, smallint: 16, int: 32, bigint: 64 };

/** Spark's `RoundBase.dataType`. */
function roundedType({ precision, scale }: { precision: number; scale: number }, digits: number): SparkType {
  if (digits < 0) return decimal(Math.min(38, Math.max(precision - scale + 1, 1 - digits)), 0);
  const kept = Math.min(scale, digits);
  return decimal(Math.min(38, precision - scale + 1 + kept), kept);
}

function roundDecimal(
  value: Typed,
  type: { precision: number; scale: number },
  digits: number,
  mode: RoundingMode,
): Translated {
  const rounded = roundedType(type, digits);
  const target = toDuckdbType(rounded);
  if (mode === 'up' && digits >= 0) return { sql: `CAST(${value.sql} AS ${target})`, type: rounded };
  return {
    sql: `CAST(spark_round_text(CAST(${value.sql} AS VARCHAR), ${digits}, '${mode}') AS ${target})`,
    type: rounded,
  };
}

function roundIntegral(call: FunctionCall, value: Typed, digits: number, mode: RoundingMode): Translated {
  const { type, sql } = value;
  if (digits >= 0) return { sql, type };
  const target = toDuckdbType(type);
  if (!call.environment.profile.ansi)
    return {
      sql: `CAST(spark_round_wrapped(CAST(${sql} AS BIGINT), ${digits}, '${mode}', ${BITS[type.kind] ?? 64}) AS ${target})`,
      type,
    };
  return { sql: `CAST(spark_round_text(CAST(${sql} AS VARCHAR), ${digits}, '${mode}') AS ${target})`, type };
}

function round(mode: 'up' | 'even'): FunctionRule {
  return custom([1, 2], (call) => {
    const [value] = call.args;
    const name = `${call.name}(${value?.name ?? ''}, ${call.args[1]?.name ?? '0'})`;
    if (!value || isUnknown(value.type)) return { sql: 'NULL', type: { kind: 'unknown' }, name };
    if (call.args[1]?.type.kind === 'void')
      return { sql: `CAST(NULL AS ${toDuckdbType(value.type)})`, type: value.type, name };
    const digits = Number((call.args[1] ? literalArgument(call, 1) : '0') ?? NaN);
    if (!Number.isInteger(digits) || Math.abs(digits) > 400)
      return refuse(call.environment, `${call.name} to these digits`, call.node, 'Use a literal.');
    const { type } = value;
    if (isIntegral(type)) return { ...roundIntegral(call, value, digits, mode), name };
    if (type.kind === 'decimal') return { ...roundDecimal(value, type, digits, mode), name };
    const number = type.kind === 'float' ? value : argument(call, 0, 'double');
    return { ...roundFractional(number, digits, mode), name };
  });
}

function roundFractional({ sql, type }: Typed, digits: number, mode: 'up' | 'even'): Translated {
  if (mode === 'up' && digits >= 0 && digits <= 12 && type.kind === 'double')
    return { sql: `spark_round_double(${sql}, ${digits})`, type };
  if (type.kind === 'double') return { sql: `spark_round_binary(${sql}, ${digits}, '${mode}')`, type };
  return { sql: `CAST(spark_round_binary(CAST(${sql} AS DOUBLE), ${digits}, '${mode}') AS FLOAT)`, type };
}

/** floor and ceil: BIGINT of doubles and integers, DECIMAL(p - s + 1, 0) of decimals with a fraction; with digits always a DECIMAL. */
function whole(duckdb: 'floor' | 'ceil'): FunctionRule {
  return custom([1, 2], (call) => {
    const [value] = call.args;
    if (!value || isUnknown(value.type)) return { sql: 'NULL', type: { kind: 'unknown' }, name: '' };
    if (call.args.length === 2) return wholeTo(call, value, duckdb);
    const name = `${duckdb === 'ceil' ? (call.name === 'ceiling' ? 'ceiling' : 'CEIL') : 'FLOOR'}(${value.name})`;
    if (value.type.kind === 'decimal') {
      const { precision, scale } = value.type;
      const type = scale === 0 ? value.type : decimal(Math.min(38, precision - scale + 1), 0);
      return { sql: `CAST(${duckdb}(${value.sql}) AS ${toDuckdbType(type)})`, type, name };
    }
    if (isIntegral(value.type)) return { sql: `CAST(${value.sql} AS BIGINT)`, type: BIGINT, name };
    return { sql: `spark_saturated(${duckdb}(${argument(call, 0, 'double').sql}))`, type: BIGINT, name };
  });
}

function wholeTo(call: FunctionCall, value: Typed, duckdb: 'floor' | 'ceil'): Translated {
  const digits = Number(literalArgument(call, 1) ?? NaN);
  if (!Number.isInteger(digits) || Math.abs(digits) > 37)
    return refuse(call.environment, `${call.name} to these digits`, call.node, 'Use a literal.');
  const type =
    isFractional(value.type) || value.type.kind === 'string' ? { precision: 30, scale: 15 } : decimalOf(value.type);
  const number = coerce(call.environment, value, decimal(type.precision, type.scale), argumentSpan(call, 0));
  return roundDecimal(number, type, digits, duckdb === 'ceil' ? 'ceiling' : 'floor');
}

export const ROUNDING_RULES: FunctionTable = {
  round: round('up'),
  bround: round('even'),
  floor: whole('floor'),
  ceil: whole('ceil'),
  ceiling: whole('ceil'),
  width_bucket: custom([4, 4], (call) => {
    const bounds = [0, 1, 2].map((at) => {
      const value = call.args[at];
      return value && isInterval(value.type) ? `CAST(${unitsOf(value)} AS DOUBLE)` : argument(call, at, 'double').sql;
    });
    return { sql: `spark_width_bucket(${bounds.join(', ')}, ${argument(call, 3, 'bigint').sql})`, type: BIGINT };
  }),
  rint: custom([1, 1], (call) => ({ sql: `round_even(${argument(call, 0, 'double').sql}, 0)`, type: DOUBLE })),
};
