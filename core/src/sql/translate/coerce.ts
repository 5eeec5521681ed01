import type { Span } from '../syntax/problem.ts';
import { commonType } from '../types/coercion.ts';
import {
  BINARY,
  isDatetime,
  isNumeric,
  isUnknown,
  sameType,
  type SparkType,
  typeText,
  UNKNOWN,
} from '../types/spark-type.ts';
import { castSql } from './cast.ts';
import { withOneCollation } from './collations.ts';
import { type Environment, refuse, report } from './environment.ts';
import { mightRaise } from './raising.ts';
import { isConstant, type Typed, withoutLiteral } from './typed.ts';

/** An implicit cast; the name stays. Reports a type mismatch where Spark would not cast or the cast is not emulated. */
export function coerce(environment: Environment, typed: Typed, target: SparkType, span: Span): Typed {
  if (sameType(typed.type, target) || target.kind === 'unknown') return typed;
  if (isUnknown(typed.type)) return { ...typed, type: target };
  const sql = castSql(typed.sql, typed.type, target, environment.profile.ansi ? 'strict' : 'legacy');
  if (sql === undefined) return mismatch(environment, typed, typeText(target), span);
  if (typed.type.kind === 'string' && isConstant(typed) && typed.literal !== null && !/\bFROM\b/.test(typed.sql)) {
    environment.constants?.add(sql);
    if (mightRaise(sql)) environment.planned?.add(sql);
  }
  const rest = withoutLiteral(typed);
  return { ...rest, sql, type: target };
}

export function mismatch(environment: Environment, typed: Typed, wanted: string, span: Span): Typed {
  return report(
    environment,
    'sql.type-mismatch',
    `${typeText(typed.type).toUpperCase()} stands where ${wanted.toUpperCase()} is needed.`,
    span,
    'Write an explicit CAST.',
  );
}

/** Brings values to one type, as CASE, COALESCE, IN and array do. */
export function unify(
  environment: Environment,
  items: readonly Typed[],
  spans: readonly Span[],
  mixing?: 'bytes' | 'compared bytes',
): { type: SparkType; items: Typed[] } {
  let type: SparkType = { kind: 'void' };
  const known = withOneCollation(environment, items, spans[0] ?? { start: 0, end: 0 });
  for (const [index, item] of known.entries()) {
    const span = spans[index] ?? spans[0];
    const bytes: SparkType | undefined = mixing ? bytesOf(environment, type, item.type, mixing) : undefined;
    const next: SparkType | undefined = commonType(type, item.type, environment.profile.ansi) ?? bytes;
    if (next && span) refuseLegacy(environment, type, item.type, next, span);
    if (next) type = next;
    else if (span) mismatch(environment, item, typeText(type), span);
  }
  return {
    type,
    items: known.map((item, index) =>
      coerce(environment, item, type, spans[index] ?? spans[0] ?? { start: 0, end: 0 }),
    ),
  };
}

/** Text beside bytes is read as its bytes; where ANSI is off, only in a comparison. */
function bytesOf(
  environment: Environment,
  left: SparkType,
  right: SparkType,
  mixing: 'bytes' | 'compared bytes',
): SparkType | undefined {
  const kinds = [left.kind, right.kind];
  const mixed = kinds.includes('string') && kinds.includes('binary');
  return mixed && (environment.profile.ansi || mixing === 'compared bytes') ? BINARY : undefined;
}

/** Between text and another type ANSI off decides otherwise (mostly for text). */
function refuseLegacy(
  environment: Environment,
  left: SparkType,
  right: SparkType,
  common: SparkType,
  span: Span,
): void {
  if (environment.profile.ansi || common.kind === 'unknown') return;
  if (mixesText(left, right))
    refuse(environment, 'Mixing text with another type where ANSI is off', span, 'Write an explicit CAST.');
}

function mixesText(left: SparkType, right: SparkType): boolean {
  if (left.kind === 'array' && right.kind === 'array') return mixesText(left.element, right.element);
  if (left.kind === 'map' && right.kind === 'map')
    return mixesText(left.key, right.key) || mixesText(left.value, right.value);
  if (left.kind === 'struct' && right.kind === 'struct')
    return left.fields.some(({ type }, at) => mixesText(type, right.fields[at]?.type ?? type));
  const other = left.kind === 'string' ? right : right.kind === 'string' ? left : undefined;
  return other !== undefined && (isNumeric(other) || isDatetime(other) || other.kind === 'boolean');
}

export function unknownOr(parts: readonly Typed[], type: SparkType): SparkType {
  return parts.some((part) => isUnknown(part.type)) ? UNKNOWN : type;
}
