import { commonType } from '../types/coercion.ts';
import { castSql } from '../translate/cast.ts';
import { wrapped } from '../translate/cast-numbers.ts';
import { coerce, mismatch } from '../translate/coerce.ts';
import { refuse } from '../translate/environment.ts';
import { isConstant, type Typed, withoutLiteral } from '../translate/typed.ts';
import {
  BIGINT,
  BINARY,
  BOOLEAN,
  DATE,
  decimal,
  DOUBLE,
  INT,
  isIntegral,
  isInterval,
  isNumeric,
  isUnknown,
  STRING,
  type SparkType,
  TIME,
  TIMESTAMP,
} from '../types/spark-type.ts';
import { absoluteDecimal, arithmetic, negated } from './arithmetic.ts';
import { absoluteOf, signOf } from './intervals.ts';
import {
  argument,
  argumentSpan,
  custom,
  type FunctionCall,
  type FunctionRule,
  type FunctionTable,
  type Translated,
} from './function-rule.ts';

/** @param shown Spark's own name of it in a column's name. */
function double(sql: (x: string) => string, shown: string): FunctionRule {
  return custom([1, 1], (call) => ({
    sql: sql(doubleArgument(call, 0)),
    type: DOUBLE,
    name: `${shown}(${call.args[0]?.name ?? ''})`,
  }));
}

function doubleArgument(call: FunctionCall, at: number): string {
  const typed = call.args[at];
  if (typed?.type.kind === 'string' && call.environment.profile.ansi)
    return coerce(call.environment, typed, DOUBLE, argumentSpan(call, at)).sql;
  return argument(call, at, 'double').sql;
}

function absolute(call: FunctionCall): Translated {
  const [given] = call.args;
  const interval = given && absoluteOf(given);
  if (interval) return interval;
  const value = argument(call, 0, given?.type.kind === 'void' ? 'double' : 'number');
  if (value.type.kind === 'decimal') return { sql: absoluteDecimal(value.sql, value.type), type: value.type };
  const legacy = !call.environment.profile.ansi && isIntegral(value.type);
  return {
    sql: legacy ? wrapped(`abs(CAST(${value.sql} AS HUGEINT))`, value.type) : `abs(${value.sql})`,
    type: value.type,
  };
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
    const { start, end } = call.node;
    // Two texts have no number beside them that tells which type is meant.
    const kinds = [a.type.kind, b.type.kind];
    const texts = kinds.includes('string') && kinds.every((kind) => kind === 'string' || kind === 'void');
    if (call.environment.profile.ansi && texts) return mismatch(call.environment, a, 'a number', left);
    const [given, other] = readTexts(call, a, b);
    const [x, y] = [
      { ...given, sql: "struct_extract(__p, 'a')" },
      { ...other, sql: "struct_extract(__p, 'b')" },
    ];
    // Division by zero is NULL where ANSI is off; an overflow is left to TRY.
    const quiet = { ...call.environment, trying: true, profile: { ...call.environment.profile, ansi: false } };
    const { sql, type } = arithmetic(quiet, { kind: 'binary', operator, left, right, start, end }, x, y);
    const pair = `struct_pack(a := ${given.sql}, b := ${other.sql})`;
    // What the arguments raise is still raised: only the operator itself is tried.
    return { sql: `list_transform([${pair}], lambda __p: TRY(${sql}))[1]`, type };
  });
}

/** Text beside a number is read as one, as TRY_CAST reads it. A constant beside rows is read while Spark plans, before it is tried. */
function readTexts(call: FunctionCall, a: Typed, b: Typed): readonly [Typed, Typed] {
  const type = commonType(a.type, b.type);
  const target = call.environment.profile.ansi && type && isNumeric(type) ? type : DOUBLE;
  const { profile, constants, planned: ahead } = call.environment;
  const read = (one: Typed, beside: Typed): Typed => {
    if (one.type.kind !== 'string' || !isNumeric(beside.type)) return one;
    const planned = profile.ansi && isConstant(one) && !isConstant(beside);
    const sql = castSql(one.sql, one.type, target, planned ? 'strict' : 'try') ?? 'NULL';
    if (planned) for (const gathered of [constants, ahead]) gathered?.add(sql);
    return { ...withoutLiteral(one), sql, type: target };
  };
  return [read(a, b), read(b, a)];
}

/** The remainder, with the divisor added where it is negative. */
function pmod(call: FunctionCall): Translated {
  const [a, b] = call.args;
  const [left, right] = call.node.args;
  if (!a || !b || !left || !right) throw new Error('pmod has two arguments');
  const { start, end } = call.node;
  const operator = (text: string, x: Typed, y: Typed): Typed =>
    arithmetic(call.environment, { kind: 'binary', operator: text, left, right, start, end }, x, y);
  const rest = operator('%', a, b);
  if (isUnknown(rest.type)) return { sql: rest.sql, type: rest.type };
  // The remainder of decimals may have fewer digits than the divisor, which stays as it is.
  const divisor = isIntegral(rest.type) ? coerce(call.environment, b, rest.type, call.node) : b;
  const sum = pmodSum({ ...rest, sql: '__r', name: '' }, divisor, operator);
  const again = coerce(call.environment, operator('%', sum, divisor), rest.type, call.node).sql;
  return {
    sql: `list_transform([${rest.sql}], lambda __r: CASE WHEN __r < 0 THEN ${again} ELSE __r END)[1]`,
    type: rest.type,
  };
}

/** Java adds integers in 32 or 64 bits, in which the sum wraps around, with ANSI on too. */
function pmodSum(rest: Typed, divisor: Typed, operator: (text: string, x: Typed, y: Typed) => Typed): Typed {
  if (!isIntegral(rest.type)) return operator('+', rest, divisor);
  const type = rest.type.kind === 'bigint' ? BIGINT : INT;
  return { ...rest, sql: wrapped(`(CAST(${rest.sql} AS HUGEINT) + CAST(${divisor.sql} AS HUGEINT))`, type), type };
}

function sign(call: FunctionCall): Translated {
  const interval = call.args[0] && signOf(call.args[0]);
  if (interval) return interval;
  const name = `${call.name === 'signum' ? 'SIGNUM' : call.name}(${call.args[0]?.name ?? ''})`;
  return { sql: `spark_sign(${doubleArgument(call, 0)})`, type: DOUBLE, name };
}

/** A type's name as a function is a cast that Spark shows as its argument. */
function casting(type: SparkType): FunctionRule {
  return custom([1, 1], (call) => {
    const [arg] = call.args;
    if (!arg) throw new Error('a cast has an argument');
    const { name } = arg;
    if (isUnknown(arg.type)) return { sql: 'NULL', type, name };
    const sql = castSql(arg.sql, arg.type, type, call.environment.profile.ansi ? 'strict' : 'legacy');
    if (sql === undefined) return { ...refuse(call.environment, `${call.name} of ${arg.type.kind}`, call.node), type };
    return { sql, type, name };
  });
}

export const NUMBER_FUNCTIONS: FunctionTable = {
  abs: custom([1, 1], absolute),
  sqrt: double((x) => `spark_sqrt(${x})`, 'SQRT'),
  factorial: custom([1, 1], (call) => {
    const n = argument(call, 0, 'int').sql;
    return { sql: `CASE WHEN ${n} BETWEEN 0 AND 20 THEN CAST(factorial(${n}) AS BIGINT) END`, type: BIGINT };
  }),
  radians: double((x) => `radians(${x})`, 'RADIANS'),
  degrees: double((x) => `degrees(${x})`, 'DEGREES'),
  sign: custom([1, 1], sign),
  signum: custom([1, 1], sign),
  mod: asOperator('%'),
  div: asOperator('DIV'),
  pmod: custom([2, 2], pmod),
  try_divide: trying('/'),
  try_add: trying('+'),
  try_subtract: trying('-'),
  try_multiply: trying('*'),
  try_mod: trying('%'),
  negative: custom([1, 1], (call) => {
    const [given] = call.args;
    if (given && (isInterval(given.type) || given.type.kind === 'interval'))
      return { sql: `(- ${given.sql})`, type: given.type };
    const number = argument(call, 0, 'number');
    const value = number.type.kind === 'void' ? { ...number, sql: 'CAST(NULL AS DOUBLE)', type: DOUBLE } : number;
    return { sql: negated(call.environment, value), type: value.type };
  }),
  positive: custom([1, 1], (call) => {
    const [value] = call.args;
    const number = value?.type.kind === 'void' ? argument(call, 0, 'double') : argument(call, 0, 'number');
    return { sql: number.sql, type: number.type, name: `(+ ${value?.name ?? ''})` };
  }),
  boolean: casting(BOOLEAN),
  tinyint: casting({ kind: 'tinyint' }),
  smallint: casting({ kind: 'smallint' }),
  int: casting(INT),
  bigint: casting(BIGINT),
  float: casting({ kind: 'float' }),
  double: casting(DOUBLE),
  decimal: casting(decimal(10, 0)),
  string: casting(STRING),
  binary: casting(BINARY),
  date: casting(DATE),
  timestamp: casting(TIMESTAMP),
  time: casting(TIME),
};
