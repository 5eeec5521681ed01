import type { ExpressionOf } from '../syntax/nodes.ts';
import { coerce, mismatch } from '../translate/coerce.ts';
import { type Environment, refuse } from '../translate/environment.ts';
import { inherited, type Typed } from '../translate/typed.ts';
import { commonType } from '../types/coercion.ts';
import { toDuckdbType } from '../types/duckdb-type.ts';
import { DAY_TO_SECOND, intervalType } from '../types/interval.ts';
import {
  BIGINT,
  DATE,
  decimal,
  decimalOf,
  DOUBLE,
  INT,
  isDatetime,
  isFractional,
  isIntegral,
  isInterval,
  isNumeric,
  isUnknown,
  type SparkType,
  UNKNOWN,
} from '../types/spark-type.ts';

import { intervalArithmetic, shiftedBy } from './intervals.ts';

type Binary = ExpressionOf<'binary'>;

/** `+ - * / % DIV` with Spark's result types. */
export function arithmetic(environment: Environment, node: Binary, left: Typed, right: Typed): Typed {
  const name = `(${left.name} ${node.operator === 'DIV' ? 'div' : node.operator} ${right.name})`;
  const done = (sql: string, type: SparkType): Typed => ({ sql, type, name, ...inherited([left, right]) });
  if (isUnknown(left.type) || isUnknown(right.type)) return done('NULL', UNKNOWN);
  const temporal = datetimeArithmetic(environment, node, left, right);
  if (temporal) return { ...done(temporal.sql, temporal.type), name: temporalName(node, left, right, name) };
  const [a, b] = numbers(environment, node, left, right);
  if (!isNumeric(a.type) && a.type.kind !== 'void') return mismatch(environment, left, 'a number', node.left);
  if (!isNumeric(b.type) && b.type.kind !== 'void') return mismatch(environment, right, 'a number', node.right);
  const result = numberArithmetic(environment, node, a, b);
  return done(result.sql, result.type);
}

/** Spark names the sum of a date and days by its function, and writes no parentheses around one with an interval. */
function temporalName({ operator }: Binary, left: Typed, right: Typed, plain: string): string {
  if (left.type.kind === 'date' && isIntegral(right.type))
    return `${operator === '+' ? 'date_add' : 'date_sub'}(${left.name}, ${right.name})`;
  // Spark writes the interval of a product first.
  if (operator === '*' && isInterval(right.type)) return `(${right.name} * ${left.name})`;
  const shifts = isDatetime(left.type) && isInterval(right.type);
  return shifts ? plain.slice(1, -1) : plain;
}

/** Text beside a number is read as a number: BIGINT beside an integral one, else DOUBLE. */
function numbers(environment: Environment, node: Binary, left: Typed, right: Typed): readonly [Typed, Typed] {
  const hasText = left.type.kind === 'string' || right.type.kind === 'string';
  if (!hasText) return [left, right];
  if (!environment.profile.ansi) {
    refuse(environment, 'Arithmetic on text where ANSI is off', node, 'Write an explicit CAST.');
    return [left, right];
  }
  // Two texts have no number beside them that tells which type is meant.
  if (left.type.kind === 'string' && right.type.kind === 'string')
    return [mismatch(environment, left, 'a number', node.left), right];
  const type = commonType(left.type, right.type);
  const number = type && isNumeric(type) ? type : DOUBLE;
  const read = (typed: Typed, span: Binary['left']): Typed =>
    typed.type.kind === 'string' ? coerce(environment, typed, number, span) : typed;
  return [read(left, node.left), read(right, node.right)];
}

function numberArithmetic(
  environment: Environment,
  node: Binary,
  a: Typed,
  b: Typed,
): { sql: string; type: SparkType } {
  const { operator } = node;
  const suffix = environment.profile.ansi ? '' : '_or_null';
  const hasDecimal = a.type.kind === 'decimal' || b.type.kind === 'decimal';
  if (hasDecimal && !isFractional(a.type) && !isFractional(b.type))
    return decimalArithmetic(environment, node, a, b, suffix);
  if (operator === '/') return { sql: `spark_divide${suffix}(${asDouble(environment, node, a, b)})`, type: DOUBLE };
  if (operator === 'DIV') {
    if (isFractional(a.type) || isFractional(b.type)) return refuse(environment, 'DIV of fractions', node);
    return {
      sql: `spark_div${suffix}(${coerce(environment, a, BIGINT, node).sql}, ${coerce(environment, b, BIGINT, node).sql})`,
      type: BIGINT,
    };
  }
  const common = commonType(a.type, b.type) ?? DOUBLE;
  const type = common.kind === 'void' ? DOUBLE : common;
  const x = coerce(environment, a, type, node.left).sql;
  const y = coerce(environment, b, type, node.right).sql;
  if (operator === '%') return { sql: `spark_remainder${suffix}(${x}, ${y})`, type };
  return { sql: `(${x} ${operator} ${y})`, type };
}

function asDouble(environment: Environment, node: Binary, a: Typed, b: Typed): string {
  return `${coerce(environment, a, DOUBLE, node.left).sql}, ${coerce(environment, b, DOUBLE, node.right).sql}`;
}

/** An operand's digits: a whole literal counts only those it has, as in `price * 2`. */
function digitsOf(typed: Typed): { readonly precision: number; readonly scale: number } {
  if (isIntegral(typed.type) && typeof typed.literal === 'string')
    return { precision: Math.max(typed.literal.replace(/^-?0*/, '').length, 1), scale: 0 };
  return typed.type.kind === 'void' ? { precision: 1, scale: 0 } : decimalOf(typed.type);
}

/** Spark's `DecimalType.adjustPrecisionScale`. */
function adjusted(precision: number, scale: number): { readonly precision: number; readonly scale: number } {
  if (precision <= 38) return { precision, scale };
  return { precision: 38, scale: Math.max(38 - (precision - scale), Math.min(scale, 6)) };
}

function decimalArithmetic(
  environment: Environment,
  node: Binary,
  a: Typed,
  b: Typed,
  suffix: string,
): { sql: string; type: SparkType } {
  const [x, y] = [digitsOf(a), digitsOf(b)];
  const left = coerce(environment, a, decimal(x.precision, x.scale), node.left).sql;
  const right = coerce(environment, b, decimal(y.precision, y.scale), node.right).sql;
  const scale = Math.max(x.scale, y.scale);
  const whole = Math.max(x.precision - x.scale, y.precision - y.scale);
  const sized = (
    sql: string,
    size: { readonly precision: number; readonly scale: number },
  ): { sql: string; type: SparkType } => {
    const type = decimal(size.precision, size.scale);
    return { sql: `CAST(${sql} AS ${toDuckdbType(type)})`, type };
  };
  switch (node.operator) {
    case '+':
    case '-': {
      const size = adjusted(whole + scale + 1, scale);
      const wide = toDuckdbType(decimal(Math.min(38, whole + scale + 1), scale));
      return sized(`(CAST(${left} AS ${wide}) ${node.operator} CAST(${right} AS ${wide}))`, size);
    }
    case '*':
      if (x.scale + y.scale > 38)
        return refuse(environment, 'This product of decimals', node, 'Cast to fewer digits first.');
      return sized(`(${left} * ${right})`, adjusted(x.precision + y.precision + 1, x.scale + y.scale));
    case '/':
      return decimalDivision(environment, node, left, right, [x, y], suffix);
    case '%': {
      const size = adjusted(Math.min(x.precision - x.scale, y.precision - y.scale) + scale, scale);
      const wide = toDuckdbType(decimal(Math.min(38, whole + scale), scale));
      return sized(`spark_remainder${suffix}(CAST(${left} AS ${wide}), CAST(${right} AS ${wide}))`, size);
    }
    default:
      return refuse(environment, `${node.operator} of decimals`, node);
  }
}

type Digits = { readonly precision: number; readonly scale: number };

function decimalDivision(
  environment: Environment,
  node: Binary,
  left: string,
  right: string,
  [x, y]: readonly [Digits, Digits],
  suffix: string,
): { sql: string; type: SparkType } {
  const scale = Math.max(6, x.scale + y.precision + 1);
  const size = adjusted(x.precision - x.scale + y.scale + scale, scale);
  return quotient(environment, node, left, right, { from: x, by: y, size, suffix });
}

/** Exact division of decimals, rounded half up to `size`. */
export function quotient(
  environment: Environment,
  node: { readonly start: number; readonly end: number },
  left: string,
  right: string,
  { from, by, size, suffix }: { from: Digits; by: Digits; size: Digits; suffix: string },
): { sql: string; type: SparkType } {
  const shift = size.scale - from.scale + by.scale;
  if (shift < 0 || shift > 38)
    return refuse(environment, 'This division of decimals', node, 'Cast to fewer digits first.');
  const type = decimal(size.precision, size.scale);
  const rounded = `spark_decimal_divide${suffix}(${left}, ${right}, CAST('1${'0'.repeat(shift)}' AS HUGEINT))`;
  const unit = `CAST('0.${'0'.repeat(Math.max(size.scale - 1, 0))}1' AS DECIMAL(${size.scale + 1 > 38 ? 38 : size.scale + 1},${size.scale}))`;
  const scaled = size.scale === 0 ? rounded : `(CAST(${rounded} AS DECIMAL(38,0)) * ${unit})`;
  return { sql: `CAST(${scaled} AS ${toDuckdbType(type)})`, type };
}

/** Dates, timestamps and intervals; undefined where neither side is one. */
function datetimeArithmetic(
  environment: Environment,
  node: Binary,
  left: Typed,
  right: Typed,
): { sql: string; type: SparkType } | undefined {
  const { operator } = node;
  const temporal = (type: SparkType): boolean => isDatetime(type) || isInterval(type);
  if (!temporal(left.type) && !temporal(right.type)) return undefined;
  const ofIntervals = intervalArithmetic(environment, node, left, right);
  if (ofIntervals) return ofIntervals;
  if (operator === '+' && (isInterval(left.type) || isNumeric(left.type)) && isDatetime(right.type))
    return shifted(environment, node, right, left);
  if (
    (operator === '+' || operator === '-') &&
    isDatetime(left.type) &&
    (isInterval(right.type) || isIntegral(right.type))
  )
    return shifted(environment, node, left, right);
  if (operator === '-' && isDatetime(left.type) && isDatetime(right.type))
    return difference(environment, node, left, right);
  return refuse(environment, `${operator} of ${left.type.kind} and ${right.type.kind}`, node);
}

function shifted(environment: Environment, node: Binary, base: Typed, by: Typed): { sql: string; type: SparkType } {
  const sign = node.operator;
  if (isIntegral(by.type)) {
    if (base.type.kind !== 'date')
      return refuse(environment, `${sign} of a timestamp and a number`, node, 'Use an INTERVAL.');
    return { sql: `CAST(${base.sql} ${sign} ${coerce(environment, by, INT, node).sql} AS DATE)`, type: DATE };
  }
  return shiftedBy(base, sign === '-' ? '-' : '+', by);
}

function difference(
  environment: Environment,
  node: Binary,
  left: Typed,
  right: Typed,
): { sql: string; type: SparkType } {
  if (left.type.kind === 'date' && right.type.kind === 'date')
    return {
      sql: `to_days(CAST(${left.sql} - ${right.sql} AS INTEGER))`,
      type: intervalType('interval day', ['day']),
    };
  const type = commonType(left.type, right.type) ?? left.type;
  // Spark takes wall-clock times apart, whatever the clocks did in between.
  const micros = (typed: Typed): string => `epoch_us(CAST(${coerce(environment, typed, type, node).sql} AS TIMESTAMP))`;
  return { sql: `spark_day_interval(${micros(left)} - ${micros(right)})`, type: DAY_TO_SECOND };
}
