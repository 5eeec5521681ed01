import { coerce, mismatch, unify } from '../translate/coerce.ts';
import { refuse } from '../translate/environment.ts';
import { toDuckdbType } from '../types/duckdb-type.ts';
import {
  BIGINT,
  decimal,
  DOUBLE,
  INT,
  isFractional,
  isIntegral,
  isNumeric,
  isUnknown,
  STRING,
  type SparkType,
} from '../types/spark-type.ts';
import { arithmetic } from './arithmetic.ts';
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

function double(sql: (x: string) => string): FunctionRule {
  return custom([1, 1], (call) => ({
    sql: sql(doubleArgument(call, 0)),
    type: DOUBLE,
  }));
}

function doubleArgument(call: FunctionCall, at: number): string {
  const typed = call.args[at];
  if (typed?.type.kind === 'string' && call.environment.profile.ansi)
    return coerce(call.environment, typed, DOUBLE, argumentSpan(call, at)).sql;
  return argument(call, at, 'double').sql;
}

function round(call: FunctionCall): Translated {
  const [value] = call.args;
  const digitsText = call.args[1] ? literalArgument(call, 1) : '0';
  const name = `round(${value?.name ?? ''}, ${call.args[1]?.name ?? '0'})`;
  if (!value || isUnknown(value.type)) return { sql: 'NULL', type: { kind: 'unknown' }, name };
  const digits = Number(digitsText ?? NaN);
  if (!Number.isInteger(digits) || digits < 0 || digits > 12)
    return refuse(call.environment, 'round to these digits', call.node, 'Use a literal from 0 to 12.');
  const { type } = value;
  if (isIntegral(type)) return { sql: value.sql, type, name };
  if (type.kind === 'decimal') {
    const scale = Math.min(type.scale, digits);
    const rounded = decimal(Math.min(38, type.precision - type.scale + 1 + scale), scale);
    return { sql: `CAST(${value.sql} AS ${toDuckdbType(rounded)})`, type: rounded, name };
  }
  if (type.kind === 'float') return refuse(call.environment, 'round of a FLOAT', call.node, 'Cast it to DOUBLE.');
  return { sql: `spark_round_double(${doubleArgument(call, 0)}, ${digits})`, type: DOUBLE, name };
}

/** floor and ceil: BIGINT of doubles and integers, DECIMAL(p - s + 1, 0) of decimals. */
function whole(duckdb: 'floor' | 'ceil'): FunctionRule {
  return custom([1, 1], (call) => {
    const [value] = call.args;
    if (!value || isUnknown(value.type)) return { sql: 'NULL', type: { kind: 'unknown' }, name: '' };
    const name = `${duckdb === 'ceil' ? (call.name === 'ceiling' ? 'ceiling' : 'CEIL') : 'FLOOR'}(${value.name})`;
    if (value.type.kind === 'decimal') {
      const type: SparkType = decimal(Math.min(38, value.type.precision - value.type.scale + 1), 0);
      return { sql: `CAST(${duckdb}(${value.sql}) AS ${toDuckdbType(type)})`, type, name };
    }
    if (isIntegral(value.type)) return { sql: `CAST(${value.sql} AS BIGINT)`, type: BIGINT, name };
    return { sql: `CAST(${duckdb}(${doubleArgument(call, 0)}) AS BIGINT)`, type: BIGINT, name };
  });
}

function absolute(call: FunctionCall): Translated {
  const value = argument(call, 0, 'number');
  return { sql: `abs(${value.sql})`, type: value.type };
}

function asOperator(operator: string): FunctionRule {
  return custom([2, 2], (call) => {
    const [a, b] = call.args;
    const [left, right] = call.node.args;
    if (!a || !b || !left || !right) throw new Error(`${call.name} has two arguments`);
    const { start, end } = call.node;
    const { sql, type } = arithmetic(call.environment, { kind: 'binary', operator, left, right, start, end }, a, b);
    return { sql, type };
  });
}

/** `try_divide` and the like: NULL where the operator raises. */
function trying(operator: string): FunctionRule {
  return custom([2, 2], (call) => {
    const [a, b] = call.args;
    const [left, right] = call.node.args;
    if (!a || !b || !left || !right) throw new Error(`${call.name} has two arguments`);
    if (!isUnknown(a.type) && !isUnknown(b.type) && (!isNumeric(a.type) || !isNumeric(b.type)))
      return mismatch(call.environment, a, 'a number', call.node);
    const { start, end } = call.node;
    const [x, y] = [
      { ...a, sql: '__p.a' },
      { ...b, sql: '__p.b' },
    ];
    // Division by zero is NULL where ANSI is off; an overflow is left to TRY.
    const quiet = { ...call.environment, profile: { ...call.environment.profile, ansi: false } };
    const { sql, type } = arithmetic(quiet, { kind: 'binary', operator, left, right, start, end }, x, y);
    // What the arguments raise is still raised: only the operator itself is tried.
    const pair = `struct_pack(a := ${a.sql}, b := ${b.sql})`;
    return { sql: `list_transform([${pair}], lambda __p: TRY(${sql}))[1]`, type };
  });
}

function pmod(call: FunctionCall): Translated {
  const { type, items } = unify(call.environment, call.args, call.node.args);
  if (!isUnknown(type) && !isIntegral(type)) return refuse(call.environment, 'pmod of fractions', call.node);
  const [a, b] = items;
  return {
    sql: `CASE WHEN ${b?.sql ?? ''} = 0 THEN spark_remainder(${a?.sql ?? ''}, ${b?.sql ?? ''}) ELSE spark_pmod(${a?.sql ?? ''}, ${b?.sql ?? ''}) END`,
    type,
  };
}

function sign(call: FunctionCall): Translated {
  return { sql: `CAST(sign(${doubleArgument(call, 0)}) AS DOUBLE)`, type: DOUBLE };
}

function casting(type: SparkType): FunctionRule {
  return custom([1, 1], (call) => {
    const [arg] = call.args;
    if (!arg) throw new Error('a cast has an argument');
    if (!isNumeric(arg.type) && arg.type.kind !== 'string' && !isUnknown(arg.type))
      return refuse(call.environment, `${call.name} of this type`, call.node, 'Write CAST.');
    const wide = isFractional(arg.type) || arg.type.kind === 'decimal' || !call.environment.profile.ansi;
    if (wide && isIntegral(type))
      return refuse(call.environment, `${call.name} of this value`, call.node, 'Write CAST.');
    return {
      sql: coerce(call.environment, arg, type, argumentSpan(call, 0)).sql,
      type,
      name: `CAST(${arg.name} AS ${type.kind.toUpperCase()})`,
    };
  });
}

export const NUMBER_FUNCTIONS: FunctionTable = {
  abs: custom([1, 1], absolute),
  round: custom([1, 2], round),
  floor: whole('floor'),
  ceil: whole('ceil'),
  ceiling: whole('ceil'),
  // exp, ln, log and pow are not here: Java's differ from the C library's in the last digit.
  sqrt: double((x) => `spark_sqrt(${x})`),
  radians: double((x) => `radians(${x})`),
  degrees: double((x) => `degrees(${x})`),
  sign: custom([1, 1], sign),
  signum: custom([1, 1], sign),
  mod: asOperator('%'),
  div: asOperator('DIV'),
  pmod: custom([2, 2], pmod),
  try_divide: trying('/'),
  try_add: trying('+'),
  try_subtract: trying('-'),
  try_multiply: trying('*'),
  negative: custom([1, 1], (call) => {
    const value = argument(call, 0, 'number');
    return { sql: `(- ${value.sql})`, type: value.type };
  }),
  positive: custom([1, 1], (call) => {
    const value = argument(call, 0, 'number');
    return { sql: value.sql, type: value.type, name: `(+ ${value.name})` };
  }),
  hex: custom([1, 1], (call) => {
    const [arg] = call.args;
    if (arg && isIntegral(arg.type)) return refuse(call.environment, 'hex of a number', call.node);
    return { sql: `hex(${arg?.type.kind === 'binary' ? arg.sql : argument(call, 0, 'string').sql})`, type: STRING };
  }),
  unhex: custom([1, 1], (call) => ({
    sql: `TRY(unhex(${argument(call, 0, 'string').sql}))`,
    type: { kind: 'binary' },
  })),
  double: casting(DOUBLE),
  int: casting(INT),
  bigint: casting(BIGINT),
};
