import { type IntervalType, widerInterval } from './interval.ts';
import {
  BIGINT,
  decimal,
  decimalOf,
  DOUBLE,
  integralRank,
  isDatetime,
  isFractional,
  isIntegral,
  isInterval,
  isNumeric,
  sameType,
  STRING,
  type SparkType,
  UNKNOWN,
  VARIANT,
} from './spark-type.ts';
import { isSpatial } from './spatial.ts';

/** What becomes of text beside another type where ANSI is off: where values are gathered it is text, and compared it gives way. */
export type LegacyText = 'wins' | 'gives way';

/**
 * The type to which Spark's ANSI coercion brings two operands (comparison, CASE, COALESCE, IN, UNION), or undefined where it
 * refuses. Spark 4: `AnsiTypeCoercion.findWiderTypeForTwo`; with ANSI off `TypeCoercion.findWiderTypeForTwo`, or
 * `findCommonTypeForBinaryComparison`.
 */
export function commonType(
  left: SparkType,
  right: SparkType,
  ansi = true,
  legacyText: LegacyText = 'wins',
): SparkType | undefined {
  if (sameType(left, right)) return left;
  if (left.kind === 'void') return right;
  if (right.kind === 'void') return left;
  if (left.kind === 'unknown' || right.kind === 'unknown') return UNKNOWN;
  if (isSpatial(left)) return left.kind === right.kind ? { kind: left.kind, srid: 'any' } : undefined;
  if (isSpatial(right)) return undefined;
  if (left.kind === 'variant' || right.kind === 'variant')
    return withVariant(left.kind === 'variant' ? right : left, ansi || legacyText === 'gives way');
  if (isNumeric(left) && isNumeric(right)) return widerNumber(left, right, ansi);
  // Two strings with different collations: `unify` decides by what stands there, set operations do not.
  if (left.kind === 'string' && right.kind === 'string') return undefined;
  const other = left.kind === 'string' ? right : right.kind === 'string' ? left : undefined;
  if (other) return ansi ? withString(other) : withLegacyText(other, legacyText);
  if (isDatetime(left) && isDatetime(right)) return widerDatetime(left, right);
  if (isInterval(left) && left.kind === right.kind) return widerInterval(left as IntervalType, right as IntervalType);
  return commonNested(left, right, ansi);
}

/** Beside a VARIANT stands text alone, which is one there, or makes text of it where ANSI is off and nothing is compared. */
function withVariant(other: SparkType, textGivesWay: boolean): SparkType | undefined {
  if (other.kind !== 'string') return undefined;
  return textGivesWay ? VARIANT : STRING;
}

function widerNumber(left: SparkType, right: SparkType, ansi: boolean): SparkType {
  if (isIntegral(left) && isIntegral(right)) return integralRank(left) >= integralRank(right) ? left : right;
  // ANSI: not even a tinyint beside a float stays a float. With ANSI off every whole number becomes one.
  if (!ansi && [left, right].every((type) => type.kind === 'float' || isIntegral(type))) return { kind: 'float' };
  if (isFractional(left) || isFractional(right)) return DOUBLE;
  return widerDecimal(decimalOf(left), decimalOf(right));
}

interface Digits {
  readonly precision: number;
  readonly scale: number;
}

/** The decimal that holds both, with integral digits preferred beyond 38. */
export function widerDecimal(left: Digits, right: Digits): SparkType {
  const scale = Math.max(left.scale, right.scale);
  const whole = Math.max(left.precision - left.scale, right.precision - right.scale);
  if (whole + scale <= 38) return decimal(whole + scale, scale);
  return decimal(38, Math.max(0, scale - (whole + scale - 38)));
}

function withString(other: SparkType): SparkType | undefined {
  if (isIntegral(other)) return BIGINT;
  if (isNumeric(other)) return DOUBLE;
  if (isDatetime(other) || other.kind === 'boolean' || other.kind === 'time') return other;
  return undefined;
}

function withLegacyText(other: SparkType, legacyText: LegacyText): SparkType | undefined {
  const plain = isNumeric(other) || isDatetime(other) || other.kind === 'time';
  if (legacyText === 'wins') return plain || isInterval(other) ? STRING : undefined;
  if (other.kind === 'decimal') return DOUBLE;
  return plain || other.kind === 'boolean' ? other : undefined;
}

function widerDatetime(left: SparkType, right: SparkType): SparkType {
  const kinds = [left.kind, right.kind];
  return { kind: kinds.includes('timestamp') ? 'timestamp' : 'timestamp_ntz' };
}

function commonNested(left: SparkType, right: SparkType, ansi: boolean): SparkType | undefined {
  if (left.kind === 'array' && right.kind === 'array') {
    const element = commonType(left.element, right.element, ansi);
    return element && { kind: 'array', element };
  }
  if (left.kind === 'map' && right.kind === 'map') {
    const key = commonType(left.key, right.key, ansi);
    const value = commonType(left.value, right.value, ansi);
    return key && value && { kind: 'map', key, value };
  }
  if (left.kind !== 'struct' || right.kind !== 'struct' || left.fields.length !== right.fields.length) return undefined;
  const fields = [];
  for (const [index, field] of left.fields.entries()) {
    const other = right.fields[index];
    const type =
      other && other.name.toLowerCase() === field.name.toLowerCase() && commonType(field.type, other.type, ansi);
    if (!type) return undefined;
    fields.push({ name: field.name, type });
  }
  return { kind: 'struct', fields };
}
