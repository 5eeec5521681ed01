import { collationParts, INDETERMINATE } from '../types/collation.ts';
import type { Expression } from '../syntax/nodes.ts';
import type { Span } from '../syntax/problem.ts';
import { collationOf, isCollated, sameType, type SparkType } from '../types/spark-type.ts';
import { type Environment, refuse, report } from './environment.ts';
import type { Typed } from './typed.ts';

/**
 * How firmly a text has its collation: COLLATE decides over columns, columns over literals. Spark 4: `CollationTypeCoercion`. Undefined: a
 * literal, and what is computed from literals alone.
 */
export type Strength = NonNullable<Typed['strength']>;

/** The strength of a node's text, by what it is and by those of its parts. */
export function strengthOf(node: Expression, parts: readonly Typed[]): Strength | undefined {
  if (node.kind === 'literal' || node.kind === 'parameter') return undefined;
  if (NAMED.has(node.kind)) return 'implicit';
  if (node.kind === 'cast')
    return isCollated(node.type) || parts.some(({ type }) => type.kind === 'string') ? 'implicit' : undefined;
  if (node.kind === 'call' && node.name.toLowerCase() === 'collate') return 'explicit';
  const strengths = parts.filter(({ type }) => carried(type)).map(({ strength }) => strength);
  return strengths.includes('explicit') ? 'explicit' : strengths.includes('implicit') ? 'implicit' : undefined;
}

const NAMED: ReadonlySet<Expression['kind']> = new Set(['column', 'inputColumn', 'scalarQuery', 'field', 'index']);

/** The string that a value is, or is an array of. */
function carried(type: SparkType): SparkType | undefined {
  if (type.kind === 'array') return carried(type.element);
  return type.kind === 'string' ? type : undefined;
}

function withCollation(type: SparkType, collation: string | undefined): SparkType {
  if (type.kind === 'array') return { kind: 'array', element: withCollation(type.element, collation) };
  if (type.kind !== 'string') return type;
  return collation === undefined ? { kind: 'string' } : { kind: 'string', collation };
}

/** Brings texts to the one collation that they have together, and names literals as Spark then does. */
export function withOneCollation(environment: Environment, items: readonly Typed[], span: Span): readonly Typed[] {
  if (!items.some(({ type }) => carried(type) && isCollated(type))) return items;
  const texts = items.filter(({ type }) => carried(type));
  const of = (strength: Strength | undefined): (string | undefined)[] => [
    ...new Set(texts.filter((one) => one.strength === strength).map(({ type }) => collationOf(carried(type) ?? type))),
  ];
  const [explicit, implicit, others] = [of('explicit'), of('implicit'), of(undefined)];
  if (explicit.length > 1) {
    const names = explicit.map((one) => one ?? 'UTF8_BINARY').join(' and ');
    report(environment, 'sql.type-mismatch', `COLLATE says ${names} in one place.`, span, 'Write one of them.');
    return items;
  }
  const decided = explicit.length > 0 ? explicit : implicit.length > 0 ? implicit : others;
  const collation = decided.length > 1 ? INDETERMINATE : decided[0];
  return items.map((item) => {
    const text = carried(item.type);
    if (!text || collationOf(text) === collation) return item;
    const literal = typeof item.literal === 'string' && item.type.kind === 'string';
    const name = literal ? `'${item.name}' collate ${collation ?? 'UTF8_BINARY'}` : item.name;
    return { ...item, type: withCollation(item.type, collation), name };
  });
}

/** What stands for a value where values are compared, ordered or told apart: the value, or its collation's key. */
export function comparable(
  environment: Environment,
  value: { readonly sql: string; readonly type: SparkType },
  what: string,
  span: Span,
): string {
  if (!isCollated(value.type)) return value.sql;
  const collation = collationOf(value.type);
  const parts = collation === undefined ? undefined : collationParts(collation);
  if (collation === INDETERMINATE)
    report(
      environment,
      'sql.type-mismatch',
      `${what} of texts with different collations is not determined.`,
      span,
      'Say which with COLLATE.',
    );
  if (!parts) {
    if (collation !== INDETERMINATE) refuse(environment, `${what} of collated texts in another value`, span);
    return value.sql;
  }
  // Accents without case: no part of ICU's sort key says that.
  if (parts.accentInsensitive && !parts.caseInsensitive) refuse(environment, `${what} by ${collation}`, span);
  const text = parts.trimmed ? `rtrim(${value.sql}, ' ')` : value.sql;
  if (parts.base === 'UTF8_BINARY') return text;
  if (parts.base === 'UTF8_LCASE') return `spark_lcase_key(${text})`;
  const level = parts.accentInsensitive ? 1 : parts.caseInsensitive ? 2 : 3;
  return `spark_unicode_key_${level}(${text})`;
}

/** BETWEEN and nullif name their first operand once, and Spark brings no other to that name's collation. */
export function refuseMixed(environment: Environment, items: readonly Typed[], span: Span): void {
  const [first] = items;
  if (first && items.some(({ type }) => isCollated(type)) && items.some(({ type }) => !sameType(type, first.type)))
    report(
      environment,
      'sql.type-mismatch',
      'The collation of this comparison is not determined.',
      span,
      'Write COLLATE at each side.',
    );
}

/** True where a value is a text or an array of texts. */
export function carriesText(type: SparkType): boolean {
  return carried(type) !== undefined;
}

/** The same type with another collation of its texts. */
export function collatedAs(type: SparkType, like: SparkType): SparkType {
  return withCollation(type, collationOf(carried(like) ?? like));
}

/** A type as a view with a collation of its own means it: its texts have that where none is written. */
export function defaultCollated(type: SparkType, collation: string): SparkType {
  if (type.kind === 'array') return { ...type, element: defaultCollated(type.element, collation) };
  return type.kind === 'string' && type.collation === undefined ? { ...type, collation } : type;
}

export function withoutStrength(typed: Typed): Typed {
  return Object.fromEntries(Object.entries(typed).filter(([key]) => key !== 'strength')) as unknown as Typed;
}
