import type { Expression } from '../syntax/nodes.ts';
import { contains } from '../syntax/walk.ts';
import { quoteName, quoteText } from '../types/duckdb-type.ts';
import { type SparkType, typeText } from '../types/spark-type.ts';
import type { Typed } from './typed.ts';

/** The length of a column that is declared as CHAR(n); its values have it, for they are read with spaces at their end. */
export function charLength(declared: string | undefined): number | undefined {
  const found = declared === undefined ? undefined : /^char\((\d+)\)$/.exec(declared)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** A text with spaces at its end up to a length; longer ones as they are. */
export function padded(sql: string, length: number | string): string {
  return `CASE WHEN length(${sql}) < ${length} THEN rpad(${sql}, CAST(${length} AS INTEGER), ' ') ELSE ${sql} END`;
}

/** A value as Spark reads it from a column of a declared type: every CHAR(n) in it has n characters. */
export function paddedValue(sql: string, type: SparkType): string {
  if (!/(?<!var)char\(/.test(typeText(type))) return sql;
  if (type.kind === 'array') return `list_transform(${sql}, lambda __e: ${paddedValue('__e', type.element)})`;
  if (type.kind === 'map') {
    const [key, value] = [paddedValue('__m."key"', type.key), paddedValue('__m."value"', type.value)];
    const entry = `struct_pack("key" := ${key}, "value" := ${value})`;
    return `map_from_entries(list_transform(map_entries(${sql}), lambda __m: ${entry}))`;
  }
  if (type.kind === 'struct') {
    const fields = type.fields.map((field) => {
      const value = `struct_extract(${sql}, ${quoteText(field.name)})`;
      return `${quoteName(field.name)} := ${paddedValue(value, field.type)}`;
    });
    return `CASE WHEN ${sql} IS NOT NULL THEN struct_pack(${fields.join(', ')}) END`;
  }
  const length = type.kind === 'string' ? charLength(type.declared) : undefined;
  return length === undefined ? sql : padded(sql, length);
}

/**
 * Both sides of a comparison: where one is a CHAR column and the other one too, or a constant, the shorter is padded
 * (Spark's `ApplyCharTypePadding`). Anything else is compared as it is.
 */
export function paddedSides(
  sides: readonly [Typed, Typed],
  nodes: readonly [Expression, Expression],
): readonly [Typed, Typed] {
  const [a, b] = sides;
  const [m, n] = sides.map((side, at) => columnLength(side, nodes[at])) as [number | undefined, number | undefined];
  if (m !== undefined && n !== undefined) {
    if (m === n) return sides;
    return m < n ? [withPadding(a, n), b] : [a, withPadding(b, m)];
  }
  if (m !== undefined && isConstant(b, nodes[1])) return against(a, m, b);
  if (n === undefined || !isConstant(a, nodes[0])) return sides;
  const [column, constant] = against(b, n, a);
  return [constant, column];
}

/** The operand of IN and the texts of its list. */
export function paddedList(typed: readonly Typed[], nodes: readonly Expression[]): readonly Typed[] {
  const [operand, ...list] = typed;
  const length = operand && columnLength(operand, nodes[0]);
  if (length === undefined || !operand) return typed;
  // With a NULL among them, Spark pads none.
  const constant = list.every((one, at) => isConstant(one, nodes[at + 1]));
  if (!constant || list.length === 0) return typed;
  const target = longest(length, list);
  return [withPadding(operand, target), ...list.map((one) => withPadding(one, target))];
}

function against(column: Typed, length: number, constant: Typed): readonly [Typed, Typed] {
  const target = longest(length, [constant]);
  if (target === length) return [column, withPadding(constant, length)];
  return [withPadding(column, target), typeof target === 'number' ? constant : withPadding(constant, target)];
}

/** The longest of a column and constants: known where these are literals. */
function longest(length: number, texts: readonly Typed[]): number | string {
  const known = texts.map(({ literal }) => (typeof literal === 'string' ? characters(literal) : undefined));
  if (!known.includes(undefined)) return Math.max(length, ...known.map((one) => one ?? 0));
  return `greatest(${[length, ...texts.map(({ sql }) => `length(${sql})`)].join(', ')})`;
}

function withPadding(typed: Typed, length: number | string): Typed {
  const { literal } = typed;
  const target = typeof length === 'number' && typeof literal === 'string' ? length : undefined;
  if (target === undefined || typeof literal !== 'string') return { ...typed, sql: padded(typed.sql, length) };
  const text = literal + ' '.repeat(Math.max(0, target - characters(literal)));
  return { ...typed, sql: quoteText(text), literal: text };
}

/** Of a column as it stands; what is computed from it is a text like all others. */
function columnLength(typed: Typed, node: Expression | undefined): number | undefined {
  return node?.kind === 'column' ? charLength(typed.notes?.declared) : undefined;
}

/** A text that is the same for all rows. */
function isConstant(typed: Typed, node: Expression | undefined): boolean {
  const { local, outer, aggregate, volatile, window } = typed;
  if (!node || typed.type.kind !== 'string' || typed.literal === null) return false;
  if (local ?? outer ?? aggregate ?? volatile ?? window ?? false) return false;
  return !contains(node, ({ kind }) => kind === 'scalarQuery' || kind === 'exists' || kind === 'inQuery');
}

/** Spark counts code points. */
function characters(text: string): number {
  return Array.from(text).length;
}
