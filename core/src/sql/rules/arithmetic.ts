import type { ExpressionOf } from '../syntax/nodes.ts';
import { wrapped } from '../translate/cast-numbers.ts';
import { coerce, mismatch } from '../translate/coerce.ts';
import { type Environment, refuse } from '../translate/environment.ts';
import { inherited, isConstant, type Typed } from '../translate/typed.ts';
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

import { calendarArithmetic } from './calendar-intervals.ts';
import { intervalArithmetic, shiftedBy } from './intervals.ts';
import { timeArithmetic } from './times.ts';

type Binary = ExpressionOf<'binary'>;

/** `+ - * / % DIV` with Spark's result types. */
export function arithmetic(environment: Environment, node: Binary, left: Typed, right: Typed): Typed {
  const name = `(${left.name} ${node.operator === 'DIV' ? 'div' : node.operator} ${right.name})`;
  const done = (sql: string, type: SparkType): Typed => ({ sql, type, name, ...inherited([left, right]) });
  if (isUnknown(left.type) || isUnknown(right.type)) return done('NULL', UNKNOWN);
  const temporal =
    timeArithmetic(environment, node, left, right) ??
    calendarArithmetic(environment, node, left, right) ??
    datetimeArithmetic(environment, node, left, right);
  if (temporal) return { ...done(temporal.sql, temporal.type), name: temporalName(node, left, right, name) };
  const [a, b] = numbers(environment, node, left, right);
  if (!isNumeric(a.type) && a.type.kind !== 'void') return mismatch(environment, left, 'a number', node.left);
  if (!isNumeric(b.type) && b.type.kind !== 'void') return mismatch(environment, right, 'a number', node.right);
  const result = numberArithmetic(environment, node, a, b);
  const raises = environment.profile.ansi && isIntegral(result.type) && ![left, right].every(isConstant);
  return { ...done(result.sql, result.type), ...(raises ? { raises } : {}) };
}

/** Spark names the sum of a date and days by its function, and writes no parentheses around one with an interval. */
function temporalName(node: Binary, left: Typed, right: Typed, plain: string): string {
  const { operator } = node;
  // What is moved is written first.
  if (operator === '+' && isMoved(right.type) && !isMoved(left.type))
    return temporalName(node, right, left, `(${right.name} + ${left.name})`);
  if (left.type.kind === 'date' && isIntegral(right.type))
    return `${operator === '+' ? 'date_add' : 'date_sub'}(${left.name}, ${right.name})`;
  // Spark writes the interval of a product first.
  if (operator === '*' && isInterval(right.type)) return `(${right.name} * ${left.name})`;
  const by =
    isInterval(right.type) || right.type.kind === 'interval' || (operator === '+' && right.type.kind === 'void');
  return isMoved(left.type) && by ? plain.slice(1, -1) : plain;
}

function isMoved(type: SparkType): boolean {
  return isDatetime(type) || type.kind === 'time';
}

/** Text beside a number is read as a number: BIGINT beside an integral one, else DOUBLE. */
function numbers(environment: Environment, node: Binary, left: Typed, right: Typed): readonly [Typed, Typed] {
  const hasText = left.type.kind === 'string' || right.type.kind === 'string';
  if (!hasText) return [left, right];
  if (!environment.profile.ansi) {
    // ANSI off reads every text as DOUBLE, NULL where it is no number.
    const double = (typed: Typed, span: Binary['left']): Typed =>
      typed.type.kind === 'string' ? coerce(environment, typed, DOUBLE, span) : typed;
    return [double(left, node.left), double(right, node.right)];
  }
  // Two texts have no number beside them that tells which type is meant, nor has text beside a NULL without a type.
  if ([left, right].every(({ type }) => type.kind === 'string' || type.kind === 'void'))
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
  // NULL divided by a decimal is no decimal.
  const double = operator === '/' && a.type.kind === 'void';
  if (hasDecimal && !double && !isFractional(a.type) && !isFractional(b.type))
    return decimalArithmetic(environment, node, a, b, suffix);
  if (operator === '/') return { sql: `spark_divide${suffix}(${asDouble(environment, node, a, b)})`, type: DOUBLE };
  if (operator === 'DIV') {
    if (isFractional(a.type) || isFractional(b.type)) return refuse(environment, 'DIV of fractions', node);
    if (!environment.profile.ansi && environment.trying !== true) {
      const [x, y] = [a, b].map((one) => `CAST(${coerce(environment, one, BIGINT, node).sql} AS HUGEINT)`);
      return { sql: wrapped(`spark_div_or_null(${x ?? ''}, ${y ?? ''})`, BIGINT), type: BIGINT };
    }
    return {
      sql: `spark_div${suffix}(${coerce(environment, a, BIGINT, node).sql}, ${coerce(environment, b, BIGINT, node).sql})`,
      type: BIGINT,
    };
  }
  const common = commonType(a.type, b.type, environment.profile.ansi) ?? DOUBLE;
  const type = common.kind === 'void' ? DOUBLE : common;
  const x = coerce(environment, a, type, node.left).sql;
  const y = coerce(environment, b, type, node.right).sql;
  // What is left of a division by -1 is nothing, and DuckDB raises for the least integer.
  const divisor = isIntegral(type) && operator === '%' ? `CASE WHEN ${y} = -1 THEN 1 ELSE ${y} END` : y;
  if (operator === '%')
    return { sql: `spark_remainder${suffix}(${x}, CAST(${divisor} AS ${toDuckdbType(type)}))`, type };
  if (!environment.profile.ansi && environment.trying !== true && isIntegral(type))
    return { sql: wrapped(`(CAST(${x} AS HUGEINT) ${operator} CAST(${y} AS HUGEINT))`, type), type };
  return { sql: `(${x} ${operator} ${y})`, type };
}

function asDouble(environment: Environment, node: Binary, a: Typed, b: Typed): string {
  return `${coerce(environment, a, DOUBLE, node.left).sql}, ${coerce(environment, b, DOUBLE, node.right).sql}`;
}

/** An operand's digits: a whole literal counts only those it has, as in `price * 2`, and NULL has those of the other operand. */
function digitsOf(typed: Typed, other: Typed): { readonly precision: number; readonly scale: number } {
  if (isIntegral(typed.type) && typeof typed.literal === 'string')
    return { precision: Math.max(typed.literal.replace(/^-?0*/, '').length, 1), scale: 0 };
  return decimalOf(typed.type.kind === 'void' ? other.type : typed.type);
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
  const [x, y] = [digitsOf(a, b), digitsOf(b, a)];
  const left = coerce(environment, a, decimal(x.precision, x.scale), node.left).sql;
  const right = coerce(environment, b, decimal(y.precision, y.scale), node.right).sql;
  if (environment.profile.ansi) return ofDecimals(environment, node, [left, right], [x, y], suffix);
  // ANSI off: NULL where the result does not fit, but what the operands raise is still raised.
  const result = ofDecimals(
    environment,
    node,
    ["struct_extract(__p, 'a')", "struct_extract(__p, 'b')"],
    [x, y],
    suffix,
  );
  return { ...result, sql: `list_transform([struct_pack(a := ${left}, b := ${right})], lambda __p: ${result.sql})[1]` };
}

function ofDecimals(
  environment: Environment,
  node: Binary,
  [left, right]: readonly [string, string],
  [x, y]: readonly [Digits, Digits],
  suffix: string,
): { sql: string; type: SparkType } {
  const quiet = !environment.profile.ansi;
  const scale = Math.max(x.scale, y.scale);
  const whole = Math.max(x.precision - x.scale, y.precision - y.scale);
  const sized = (
    sql: string,
    size: { readonly precision: number; readonly scale: number },
  ): { sql: string; type: SparkType } => {
    const type = decimal(size.precision, size.scale);
    return {
      sql: quiet ? `TRY(CAST(${sql} AS ${toDuckdbType(type)}))` : `CAST(${sql} AS ${toDuckdbType(type)})`,
      type,
    };
  };
  const wide = (size: Digits): { sql: string; type: SparkType } =>
    sized(`spark_wide_decimal${suffix}(${left}, '${node.operator}', ${right}, ${size.precision}, ${size.scale})`, size);
  switch (node.operator) {
    case '+':
    case '-': {
      const size = adjusted(whole + scale + 1, scale);
      if (whole + scale + 1 > 38) return wide(size);
      const common = toDuckdbType(decimal(whole + scale + 1, scale));
      return sized(`(CAST(${left} AS ${common}) ${node.operator} CAST(${right} AS ${common}))`, size);
    }
    case '*': {
      if (x.precision + y.precision + 1 > 38) return wide(adjusted(x.precision + y.precision + 1, x.scale + y.scale));
      // DuckDB keeps a product of two decimals of 64 bits in 64 bits.
      const narrow = Math.max(x.precision, y.precision) <= 18 && x.precision + y.precision > 18;
      const factor = narrow ? `CAST(${left} AS ${toDuckdbType(decimal(19, x.scale))})` : left;
      return sized(`(${factor} * ${right})`, adjusted(x.precision + y.precision + 1, x.scale + y.scale));
    }
    case '/': {
      const size = quotientSize(x, y);
      // What the exact quotient shifts the dividend by must fit too.
      const digits = x.precision + size.scale - x.scale + y.scale;
      return digits > 38 ? wide(size) : quotient(environment, node, left, right, { from: x, by: y, size, suffix });
    }
    case '%': {
      const size = adjusted(Math.min(x.precision - x.scale, y.precision - y.scale) + scale, scale);
      if (whole + scale > 38) return wide(size);
      const common = toDuckdbType(decimal(whole + scale, scale));
      return sized(`spark_remainder${suffix}(CAST(${left} AS ${common}), CAST(${right} AS ${common}))`, size);
    }
    case 'DIV': {
      // The whole quotient, of which the lowest 64 bits count: Java's BigDecimal.longValue.
      const [n, d] = [y.scale - x.scale, x.scale - y.scale].map(
        (zeros) => `CAST('1${'0'.repeat(Math.max(zeros, 0))}' AS HUGEINT)`,
      );
      const whole = `spark_div${suffix}(spark_unscaled(${left}) * ${n ?? ''}, spark_unscaled(${right}) * ${d ?? ''})`;
      return { sql: wrapped(whole, BIGINT), type: BIGINT };
    }
    default:
      return refuse(environment, `${node.operator} of decimals`, node);
  }
}

/** `-x`: with ANSI off the least integer stays what it is. */
export function negated(environment: Environment, { sql, type }: Typed): string {
  if (type.kind === 'decimal') return negatedDecimal(sql, type);
  if (environment.profile.ansi || !isIntegral(type)) return `(- ${sql})`;
  return wrapped(`(- CAST(${sql} AS HUGEINT))`, type);
}

/** Scala's `BigDecimal` changes a sign in 34 digits: of a longer decimal the others are rounded away, half even. */
function negatedDecimal(sql: string, type: SparkType & { readonly kind: 'decimal' }): string {
  if (type.precision <= 34) return `(- ${sql})`;
  return `CAST(spark_negated_decimal(CAST(${sql} AS VARCHAR)) AS ${toDuckdbType(type)})`;
}

export function absoluteDecimal(sql: string, type: SparkType & { readonly kind: 'decimal' }): string {
  if (type.precision <= 34) return `abs(${sql})`;
  return `CASE WHEN ${sql} < 0 THEN ${negatedDecimal(sql, type)} ELSE ${sql} END`;
}

type Digits = { readonly precision: number; readonly scale: number };

function quotientSize(x: Digits, y: Digits): Digits {
  const scale = Math.max(6, x.scale + y.precision + 1);
  return adjusted(x.precision - x.scale + y.scale + scale, scale);
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
  const withText = [left, right].some(({ type }) => type.kind === 'string');
  if (operator === '-' && withText && environment.profile.ansi) {
    const beside = isDatetime(left.type) ? left.type : right.type;
    const read = (one: Typed, span: Binary['left']): Typed =>
      one.type.kind === 'string' ? coerce(environment, one, beside, span) : one;
    return difference(environment, node, read(left, node.left), read(right, node.right));
  }
  // Where ANSI is off only the left side of a date may be text.
  if (operator === '-' && left.type.kind === 'string' && right.type.kind === 'date')
    return difference(environment, node, coerce(environment, left, right.type, node.left), right);
  if ((operator === '+' || operator === '-') && [left, right].some(({ type }) => type.kind === 'void'))
    return besideNull(operator, isDatetime(left.type) ? left.type : right.type);
  if (operator === '-' && isDatetime(left.type) && isDatetime(right.type))
    return difference(environment, node, left, right);
  return refuse(environment, `${operator} of ${left.type.kind} and ${right.type.kind}`, node);
}

/** NULL is read as the other operand of `-`, and as an interval beside `+`. */
function besideNull(operator: string, { kind }: SparkType): { sql: string; type: SparkType } {
  if (operator === '-')
    return {
      sql: 'CAST(NULL AS INTERVAL)',
      type: kind === 'date' ? intervalType('interval day', ['day']) : DAY_TO_SECOND,
    };
  const type: SparkType = kind === 'date' ? { kind: 'timestamp' } : { kind: kind as 'timestamp' };
  return { sql: `CAST(NULL AS ${toDuckdbType(type)})`, type };
}

function shifted(environment: Environment, node: Binary, base: Typed, by: Typed): { sql: string; type: SparkType } {
  const sign = node.operator;
  if (isIntegral(by.type)) {
    if (base.type.kind !== 'date')
      return refuse(environment, `${sign} of a timestamp and a number`, node, 'Use an INTERVAL.');
    if (by.type.kind === 'bigint') return mismatch(environment, by, 'int', node);
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
