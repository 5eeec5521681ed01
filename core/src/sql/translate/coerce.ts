import type { Span } from '../syntax/problem.ts';
import { specialDatetime } from '../syntax/datetime-literals.ts';
import { commonType } from '../types/coercion.ts';
import { BINARY, isDatetime, isUnknown, sameType, type SparkType, typeText, UNKNOWN } from '../types/spark-type.ts';
import { castSql } from './cast.ts';
import { withOneCollation } from './collations.ts';
import { type Environment, report } from './environment.ts';
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
  const special = specialOf(environment, typed, target, span);
  if (special) return special;
  const rest = withoutLiteral(typed);
  return { ...rest, sql, type: target };
}

/** A text that stands there as 'today', 'epoch', ... is that date or time. */
export function specialOf(environment: Environment, typed: Typed, target: SparkType, span: Span): Typed | undefined {
  if (typeof typed.literal !== 'string' || typed.type.kind !== 'string' || !isDatetime(target)) return undefined;
  const meant = specialDatetime(typed.literal, target, { start: span.start, end: span.end });
  return meant && { ...withoutLiteral(environment.translate(environment, meant)), type: target, name: typed.name };
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

/** What text may stand beside: bytes too; and whether the values are compared. */
type Mixing = 'bytes' | 'compared' | 'compared bytes';

/** Brings values to one type, as CASE, COALESCE, IN and array do. */
export function unify(
  environment: Environment,
  items: readonly Typed[],
  spans: readonly Span[],
  mixing?: Mixing,
): { type: SparkType; items: Typed[] } {
  let type: SparkType = { kind: 'void' };
  const known = withOneCollation(environment, items, spans[0] ?? { start: 0, end: 0 });
  for (const [index, item] of known.entries()) {
    const span = spans[index] ?? spans[0];
    const bytes: SparkType | undefined = mixing ? bytesOf(environment, type, item.type, mixing) : undefined;
    const legacy = mixing?.startsWith('compared') ? 'gives way' : 'wins';
    const next: SparkType | undefined = commonType(type, item.type, environment.profile.ansi, legacy) ?? bytes;
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
function bytesOf(environment: Environment, left: SparkType, right: SparkType, mixing: Mixing): SparkType | undefined {
  const kinds = [left.kind, right.kind];
  const mixed = kinds.includes('string') && kinds.includes('binary');
  return mixed && (environment.profile.ansi ? mixing !== 'compared' : mixing !== 'bytes') ? BINARY : undefined;
}

export function unknownOr(parts: readonly Typed[], type: SparkType): SparkType {
  return parts.some((part) => isUnknown(part.type)) ? UNKNOWN : type;
}
