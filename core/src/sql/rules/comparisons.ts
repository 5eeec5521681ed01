import type { ExpressionOf } from '../syntax/nodes.ts';
import type { Span } from '../syntax/problem.ts';
import { refuseMixed } from '../translate/collations.ts';
import { orderable, orderKey } from '../translate/orderable.ts';
import { paddedList, paddedSides } from '../translate/char-padding.ts';
import { coerce, mismatch, unify } from '../translate/coerce.ts';
import { type Environment, refuse, report } from '../translate/environment.ts';
import { withoutStars } from '../translate/stars.ts';
import { inherited, isConstant, type Typed } from '../translate/typed.ts';
import { quoteText } from '../types/duckdb-type.ts';
import {
  BOOLEAN,
  isCollated,
  isIntegral,
  isNumeric,
  isUnknown,
  type SparkType,
  STRING,
  typeText,
} from '../types/spark-type.ts';
import { tightestType } from '../types/tightest.ts';
import { translateRegex } from './regex.ts';

const OPERATORS: Readonly<Record<string, string>> = {
  '=': '=',
  '!=': '<>',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
  '<=>': 'IS NOT DISTINCT FROM',
};

export function comparison(environment: Environment, node: ExpressionOf<'binary'>, left: Typed, right: Typed): Typed {
  const sides = paddedSides([left, right], [node.left, node.right]);
  const orders = ORDERING.has(node.operator);
  const { items } = unifyCompared(environment, orders ? sides : sidesOfTruth(environment, sides, node), [
    node.left,
    node.right,
  ]);
  const [a, b] = unmoved(environment, items).map((item) => {
    const sql = orderable(environment, item, 'Comparing', node);
    return { ...item, sql: orders ? orderKeyOf(sql, item.type) : sql };
  });
  if (!a || !b) throw new Error('a comparison has two sides');
  const name = node.operator === '!=' ? `(NOT (${a.name} = ${b.name}))` : `(${a.name} ${node.operator} ${b.name})`;
  return {
    sql: `(${a.sql} ${OPERATORS[node.operator] ?? node.operator} ${b.sql})`,
    type: BOOLEAN,
    name,
    ...inherited([left, right]),
  };
}

/** With ANSI off a BOOLEAN beside a number that it may equal is a number. */
export function sidesOfTruth(environment: Environment, sides: readonly [Typed, Typed], span: Span): [Typed, Typed] {
  const [left, right] = sides;
  const one = (typed: Typed, other: Typed): Typed =>
    !environment.profile.ansi && typed.type.kind === 'boolean' && isNumeric(other.type)
      ? coerce(environment, typed, other.type, span)
      : typed;
  return [one(left, right), one(right, left)];
}

/** Both sides in one type: that of plain values widens, that of nested ones loses nothing and takes no note of their fields' names. */
export function unifyCompared(
  environment: Environment,
  [left, right]: readonly [Typed, Typed],
  spans: readonly Span[],
): { readonly items: readonly Typed[] } {
  const nested = [left, right].every(({ type }) => type.kind === 'array' || type.kind === 'struct');
  if (!nested || isUnknown(left.type) || isUnknown(right.type) || isCollated(left.type) || isCollated(right.type))
    return unify(environment, [left, right], spans, 'compared bytes');
  const type = tightestType(left.type, right.type);
  if (!type) {
    mismatch(environment, right, typeText(left.type), spans[1] ?? { start: 0, end: 0 });
    return { items: [left, right] };
  }
  return { items: [left, right].map((item, at) => coerce(environment, item, type, spans[at] ?? { start: 0, end: 0 })) };
}

/**
 * Computed integers that are compared with constants: DuckDB takes the constant of `x + 1 > 5` to the other side, and an overflow of the
 * sum would go unseen. It leaves alone what is within a function.
 */
function unmoved(environment: Environment, items: readonly Typed[]): readonly Typed[] {
  if (!environment.profile.ansi || !items.some(isConstant)) return items;
  return items.map((item) =>
    isIntegral(item.type) && !isConstant(item) && / [-+*] /.test(item.sql)
      ? { ...item, sql: `greatest(${item.sql})` }
      : item,
  );
}

/** Equal nested values are those of DuckDB; which of two comes first is not. */
const ORDERING: ReadonlySet<string> = new Set(['<', '<=', '>', '>=']);

function orderKeyOf(sql: string, type: SparkType): string {
  return isCollated(type) ? sql : orderKey(sql, type);
}

export function isDistinct(environment: Environment, node: ExpressionOf<'isDistinct'>): Typed {
  const left = environment.translate(environment, node.left);
  const right = environment.translate(environment, node.right);
  const sides = paddedSides([left, right], [node.left, node.right]);
  const { items } = unifyCompared(environment, sides, [node.left, node.right]);
  const equal = `(${left.name} <=> ${right.name})`;
  const [a = '', b = ''] = unmoved(environment, items).map((item) => orderable(environment, item, 'Comparing', node));
  const sql = `(${a} IS ${node.not ? 'NOT ' : ''}DISTINCT FROM ${b})`;
  return { sql, type: BOOLEAN, name: node.not ? equal : `(NOT ${equal})`, ...inherited([left, right]) };
}

export function between(environment: Environment, node: ExpressionOf<'between'>): Typed {
  const parts = [node.operand, node.low, node.high];
  const [operand, low, high] = parts.map((part) => environment.translate(environment, part));
  if (!operand || !low || !high) throw new Error('BETWEEN has three parts');
  refuseMixed(environment, [operand, low, high], node);
  const sides = (bound: Typed, span: Span): string[] =>
    unmoved(environment, unifyCompared(environment, [operand, bound], [node.operand, span]).items).map((item) =>
      orderKeyOf(orderable(environment, item, 'Comparing', node), item.type),
    );
  const [below, above] = [sides(low, node.low), sides(high, node.high)];
  const sql = `(${below.join(' >= ')} AND ${above.join(' <= ')})`;
  const name = `between(${operand.name}, ${low.name}, ${high.name})`;
  const flags = inherited([operand, low, high]);
  return node.not
    ? { sql: `(NOT ${sql})`, type: BOOLEAN, name: `(NOT ${name})`, ...flags }
    : { sql, type: BOOLEAN, name, ...flags };
}

export function inList(environment: Environment, node: ExpressionOf<'in'>): Typed {
  if (node.operand.kind === 'row') return inRows(environment, node, node.operand);
  const known = withoutStars(environment, node.list);
  if (!known) return { sql: 'NULL', type: BOOLEAN, name: '' };
  const parts = [node.operand, ...known];
  const typed = paddedList(
    parts.map((part) => environment.translate(environment, part)),
    parts,
  );
  const unified = unify(environment, typed, parts, 'bytes');
  const [operand, ...list] = unmoved(environment, unified.items).map((item) => ({
    ...item,
    sql: orderable(environment, item, 'Comparing', node),
  }));
  const name = `(${unified.items[0]?.name ?? ''} IN (${unified.items
    .slice(1)
    .map((item) => item.name)
    .join(', ')}))`;
  // DuckDB reads `IN ((SELECT ...))` as one of its rows; to Spark it is one value.
  const one = known.length === 1 && known[0]?.kind === 'scalarQuery' ? list[0] : undefined;
  const whole = one
    ? `(${operand?.sql ?? ''} ${node.not ? '<>' : '='} ${one.sql})`
    : `(${operand?.sql ?? ''} ${node.not ? 'NOT IN' : 'IN'} (${list.map((item) => item.sql).join(', ')}))`;
  const at = environment.profile.ansi ? typed.slice(1).findIndex((item) => mayRaise(item, unified.type)) : -1;
  const sql = at < 0 || one ? whole : inOrder(whole, operand?.sql ?? '', list, at, node.not);
  return { sql, type: BOOLEAN, name: node.not ? `(NOT ${name})` : name, ...inherited(typed) };
}

/** A text that stands in a list of another type, unless it plainly is one of that type. */
function mayRaise({ literal, type }: Typed, common: SparkType): boolean {
  if (typeof literal !== 'string' || type.kind !== 'string' || common.kind === 'string') return false;
  const plain = isNumeric(common)
    ? /^[+-]?\d{1,9}$/
    : common.kind === 'boolean'
      ? /^(?:true|false)$/
      : /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])$/;
  return !plain.test(literal);
}

/** Spark looks at one value of a list after another, and raises at the one that cannot be read unless it has found before. */
function inOrder(whole: string, operand: string, list: readonly Typed[], at: number, not: boolean): string {
  const before = list.slice(0, at).map(({ sql }) => sql);
  const found = before.length > 0 ? `WHEN ${operand} IN (${before.join(', ')}) THEN ${not ? 'false' : 'true'} ` : '';
  const read = `CASE WHEN ${list[at]?.sql ?? 'NULL'} IS NULL THEN NULL ELSE ${whole} END`;
  return `(CASE WHEN ${operand} IS NULL THEN NULL ${found}ELSE ${read} END)`;
}

/** `(a, b) IN ((1, 2), (3, 4))`: structs, of which Spark takes a NULL in the same place for equal. */
function inRows(environment: Environment, node: ExpressionOf<'in'>, operand: ExpressionOf<'row'>): Typed {
  const rows = node.list.map((one) => (one.kind === 'row' ? one.items : [one]));
  const { items } = operand;
  if (rows.some((row) => row.length !== items.length))
    return report(
      environment,
      'sql.type-mismatch',
      `IN compares ${items.length} values with another number of them.`,
      node,
      'Give each as many values.',
    );
  const columns = items.map((item, at) => {
    const nodes = [item, ...rows.flatMap((row) => row[at] ?? [])];
    const typed = nodes.map((one) => environment.translate(environment, one));
    const { type, items: unified } = unify(environment, typed, nodes);
    const keys = unified.map((one) => ({ ...one, sql: orderable(environment, one, 'Comparing', node) }));
    return { typed, type, items: keys };
  });
  const tests = rows.map((_, line) =>
    columns
      .map((column) => `${column.items[0]?.sql ?? ''} IS NOT DISTINCT FROM ${column.items[line + 1]?.sql ?? ''}`)
      .join(' AND '),
  );
  const all = columns.flatMap(({ typed }) => typed);
  const names = items.map(
    (item, at) => (item.kind === 'column' ? item.parts.at(-1)?.text : undefined) ?? `col${at + 1}`,
  );
  const text = (line: number): string =>
    `named_struct(${columns.map(({ typed }, at) => `${names[at] ?? ''}, ${typed[line]?.name ?? ''}`).join(', ')})`;
  const name = `(${text(0)} IN (${rows.map((_, line) => text(line + 1)).join(', ')}))`;
  const sql = `(${node.not ? 'NOT ' : ''}(${tests.map((test) => `(${test})`).join(' OR ')}))`;
  return { sql, type: BOOLEAN, name: node.not ? `(NOT ${name})` : name, ...inherited(all) };
}

export function isTest(environment: Environment, node: ExpressionOf<'is'>): Typed {
  const operand = environment.translate(environment, node.operand);
  const flags = inherited([operand]);
  const not = node.not ? 'NOT ' : '';
  const { kind } = operand.type;
  const plain = kind === 'boolean' || kind === 'void' || isUnknown(operand.type);
  if (node.test === 'UNKNOWN' && !plain)
    return { ...mismatch(environment, operand, 'boolean', node.operand), type: BOOLEAN };
  if (node.test === 'NULL' || node.test === 'UNKNOWN')
    return { sql: `(${operand.sql} IS ${not}NULL)`, type: BOOLEAN, name: `(${operand.name} IS ${not}NULL)`, ...flags };
  if (!plain && !environment.profile.ansi)
    return refuse(environment, `IS ${node.test} of ${kind} where ANSI is off`, node, 'Compare it with a value.');
  if (!plain && kind !== 'string') return { ...mismatch(environment, operand, 'boolean', node.operand), type: BOOLEAN };
  const truth = coerce(environment, operand, BOOLEAN, node.operand);
  const equal = `(${operand.name} <=> ${node.test.toLowerCase()})`;
  const sql = `(${truth.sql} IS ${node.not ? '' : 'NOT '}DISTINCT FROM ${node.test.toLowerCase()})`;
  return { sql, type: BOOLEAN, name: node.not ? `(NOT ${equal})` : equal, ...flags };
}

/** LIKE, ILIKE and RLIKE with one pattern or ANY / ALL of several. */
export function like(environment: Environment, node: ExpressionOf<'like'>): Typed {
  const text = environment.translate(environment, node.operand);
  const operand = asText(environment, text, node.operand);
  const patterns = node.patterns.map((pattern) => {
    const typed = environment.translate(environment, pattern);
    return typed.type.kind === 'void' ? typed : { ...asText(environment, typed, pattern), name: typed.name };
  });
  const tests = patterns.map((pattern, index) =>
    likeOne(environment, node, operand.sql, pattern, node.patterns[index] ?? node),
  );
  const sql = `(${tests.join(node.quantifier === 'ALL' ? ' AND ' : ' OR ')})`;
  const name = likeName(node, text, patterns);
  const flags = inherited([text, ...patterns]);
  if (!node.not) return { sql, type: BOOLEAN, name, ...flags };
  // NOT LIKE ANY is: unlike at least one; NOT LIKE ALL: unlike each.
  const denied = `(${tests.map((test) => `NOT ${test}`).join(node.quantifier === 'ALL' ? ' AND ' : ' OR ')})`;
  return { sql: denied, type: BOOLEAN, name: node.quantifier ? name : `(NOT ${name})`, ...flags };
}

/** What is no text is compared by its text. */
function asText(environment: Environment, typed: Typed, span: Span): Typed {
  const { type } = typed;
  const nested = ['array', 'map', 'struct', 'variant'].includes(type.kind);
  return nested ? mismatch(environment, typed, 'text', span) : coerce(environment, typed, STRING, span);
}

function likeName(node: ExpressionOf<'like'>, text: Typed, patterns: readonly Typed[]): string {
  const list = patterns.map(({ name }) => name).join(', ');
  if (node.quantifier) return `${node.not ? 'not' : ''}like${node.quantifier.toLowerCase()}(${text.name}, ${list})`;
  if (node.operator === 'LIKE')
    return node.escape === undefined
      ? `${text.name} LIKE ${list}`
      : `${text.name} LIKE ${list} ESCAPE '${node.escape}'`;
  return node.operator === 'RLIKE' ? `RLIKE(${text.name}, ${list})` : `ilike(${text.name}, ${list})`;
}

function likeOne(
  environment: Environment,
  node: ExpressionOf<'like'>,
  operand: string,
  pattern: Typed,
  span: Span,
): string {
  if (node.operator === 'RLIKE') {
    const regex = translateRegex(environment, pattern, span);
    return regex ? `regexp_matches(${regex.guard(operand)}, ${quoteText(regex.pattern)})` : 'NULL';
  }
  const escape = node.escape ?? '\\';
  if (pattern.type.kind === 'void') return `(${operand} LIKE NULL)`;
  if (typeof pattern.literal !== 'string') {
    if (isUnknown(pattern.type)) return 'NULL';
    const [text, wanted] = [operand, coerce(environment, pattern, STRING, span).sql].map((one) =>
      node.operator === 'ILIKE' ? `lower(spark_plain_case(${one}))` : one,
    );
    return `spark_like(${text ?? ''}, ${wanted ?? ''}, ${quoteText(escape)})`;
  }
  if (escape.length !== 1) refuse(environment, 'ESCAPE with other than one character', span);
  const stray = new RegExp(`${escapeForRegex(escape)}(?![%_]|${escapeForRegex(escape)})`);
  const pairsRemoved = pattern.literal.replaceAll(escape + escape, '');
  if (stray.test(pairsRemoved))
    refuse(
      environment,
      'A LIKE pattern with an escape before an ordinary character',
      span,
      'Spark raises an error here too: correct the pattern.',
    );
  return `(${operand} ${node.operator} ${quoteText(pattern.literal)} ESCAPE ${quoteText(escape)})`;
}

function escapeForRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
