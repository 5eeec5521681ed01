import { coerce, mismatch } from '../translate/coerce.ts';
import { refuse } from '../translate/environment.ts';
import { normalized } from '../translate/orderable.ts';
import type { Typed } from '../translate/typed.ts';
import { commonType } from '../types/coercion.ts';
import { quoteName, toDuckdbType } from '../types/duckdb-type.ts';
import {
  arrayOf,
  BIGINT,
  BOOLEAN,
  isIntegral,
  isUnknown,
  sameType,
  type SparkType,
  STRING,
  UNKNOWN,
} from '../types/spark-type.ts';
import {
  argument,
  argumentSpan,
  custom,
  type FunctionCall,
  type FunctionRule,
  type FunctionTable,
  type Translated,
} from './function-rule.ts';
import { refuseRepeated } from './collections.ts';
import { unitsOf } from './intervals.ts';
import { joinedTexts } from './texts.ts';

/** An array and a value, or two arrays, brought to one element type as Spark does: numbers widen, text and numbers do not mix. */
function sameElements(
  call: FunctionCall,
  arrays: readonly number[],
  values: readonly number[],
): { readonly element: SparkType; readonly args: readonly Typed[] } | undefined {
  const { environment } = call;
  let element: SparkType = { kind: 'void' };
  for (const [at, arg] of call.args.entries()) {
    if (!arrays.includes(at) && !values.includes(at)) continue;
    if (isUnknown(arg.type)) return undefined;
    // Spark takes no NULL without a type for an array here.
    if (arrays.includes(at) && arg.type.kind !== 'array') {
      mismatch(environment, arg, 'array', argumentSpan(call, at));
      return undefined;
    }
    const own = arg.type.kind === 'array' && arrays.includes(at) ? arg.type.element : arg.type;
    const common = commonType(element, own);
    const known = element.kind !== 'void' && own.kind !== 'void';
    const decimals = known && [element.kind, own.kind].includes('decimal') && !sameType(element, own);
    const mixed =
      (element.kind === 'string') !== (own.kind === 'string') && element.kind !== 'void' && own.kind !== 'void';
    // Spark widens no decimal here, and reads no text as anything else.
    if (!common || mixed || decimals) {
      mismatch(environment, arg, 'the elements of the array', argumentSpan(call, at));
      return undefined;
    }
    element = common;
  }
  const args = call.args.map((arg, at) => {
    if (arrays.includes(at)) return coerce(environment, arg, arrayOf(element), argumentSpan(call, at));
    return values.includes(at) ? coerce(environment, arg, element, argumentSpan(call, at)) : arg;
  });
  return { element, args };
}

function withElements(
  arity: readonly [number, number],
  arrays: readonly number[],
  values: readonly number[],
  build: (args: readonly string[], element: SparkType, call: FunctionCall) => Translated,
): FunctionRule {
  return custom(arity, (call) => {
    const same = sameElements(call, arrays, values);
    if (!same || same.element.kind === 'unknown') return { sql: 'NULL', type: UNKNOWN };
    return build(
      same.args.map(({ sql, type }) => `CAST(${sql} AS ${toDuckdbType(type)})`),
      same.element,
      call,
    );
  });
}

const equal = (a: string, b: string): string => `${a} IS NOT DISTINCT FROM ${b}`;

function arraysZip(call: FunctionCall): Translated {
  const names = call.node.args.map((node, at) =>
    node.kind === 'column' ? (node.parts.at(-1)?.text ?? '') : node.kind === 'field' ? node.field.text : String(at),
  );
  if (call.args.some(({ type }) => isUnknown(type))) return { sql: 'NULL', type: UNKNOWN };
  refuseRepeated(call, names);
  const fields: { name: string; type: SparkType }[] = [];
  for (const [at, { type }] of call.args.entries()) {
    if (type.kind !== 'array' && type.kind !== 'void')
      return refuse(call.environment, 'arrays_zip of what is no array', argumentSpan(call, at));
    fields.push({ name: names[at] ?? '', type: type.kind === 'array' ? type.element : type });
  }
  const type = arrayOf({ kind: 'struct', fields });
  if (call.args.some((arg) => arg.type.kind === 'void')) return { sql: `CAST(NULL AS ${toDuckdbType(type)})`, type };
  const missing = call.args.map(({ sql }) => `${sql} IS NULL`).join(' OR ');
  const packed = fields.map(({ name }, at) => `${quoteName(name)} := struct_extract(__z, ${at + 1})`).join(', ');
  const zipped = `list_zip(${call.args.map(({ sql }) => sql).join(', ')})`;
  return {
    sql: `CASE WHEN ${missing} THEN NULL ELSE list_transform(${zipped}, lambda __z: struct_pack(${packed})) END`,
    type,
  };
}

/** From one moment to another by months, or timestamps by days and less; undefined where it is none. */
function momentSequence(from: Typed, to: Typed, step: Typed | undefined): Translated | undefined {
  const { type } = from;
  const months = step?.type.kind === 'interval month';
  const stamps = type.kind === 'timestamp' || type.kind === 'timestamp_ntz';
  if (to.type.kind !== type.kind || !(stamps || type.kind === 'date')) return undefined;
  if (!months && !(stamps && (!step || step.type.kind === 'interval day'))) return undefined;
  const [a = '', b = ''] = [from, to].map(({ sql }) => (stamps ? sql : `CAST(${sql} AS TIMESTAMP)`));
  const day = 86_400_000_000;
  const units = step ? `CAST(${unitsOf(step)} AS BIGINT)` : `CASE WHEN ${a} <= ${b} THEN ${day} ELSE -${day} END`;
  const size = months ? `(${units} * 28 * ${day})` : `(${units})`;
  // Days are counted from zero: those of a negative step are negative.
  const whole = `(sign(${size}) * (abs(${size}) // ${day}))`;
  const moved = months
    ? `${a} + to_months(CAST(__i * ${units} AS INTEGER))`
    : `CASE WHEN ${whole} = 0 THEN ${a} + to_microseconds(CAST(__i * ${size} AS BIGINT)) ELSE ${a} + to_days(CAST(__i * ${whole} AS INTEGER)) + to_microseconds(CAST(__i * (${size} - ${whole} * ${day}) AS BIGINT)) END`;
  const list = `list_transform(spark_steps(${a}, ${b}, ${size}), lambda __i: ${moved})`;
  const sql = `CAST(spark_moments(${a}, ${b}, ${size}, ${list}) AS ${toDuckdbType(arrayOf(type))})`;
  return { sql, type: arrayOf(type) };
}

/** `sequence(start, stop[, step])` of whole numbers or of dates. */
function sequence(call: FunctionCall): Translated {
  const [from, to, step] = call.args;
  if (!from || !to || isUnknown(from.type) || isUnknown(to.type)) return { sql: 'NULL', type: UNKNOWN };
  if (isIntegral(from.type) && isIntegral(to.type) && (!step || isIntegral(step.type))) {
    const type = commonType(from.type, to.type) ?? BIGINT;
    const [a, b] = [from, to].map(({ sql }) => `CAST(${sql} AS BIGINT)`);
    const by = step ? `CAST(${step.sql} AS BIGINT)` : `CASE WHEN ${a ?? ''} <= ${b ?? ''} THEN 1 ELSE -1 END`;
    return {
      sql: `CAST(spark_sequence(${a ?? ''}, ${b ?? ''}, ${by}) AS ${toDuckdbType(arrayOf(type))})`,
      type: arrayOf(type),
    };
  }
  const moments = momentSequence(from, to, step);
  if (moments) return moments;
  const days = !step || (step.type.kind === 'interval day' && step.type.range === 'day');
  if (from.type.kind !== 'date' || to.type.kind !== 'date' || !days)
    return refuse(call.environment, 'sequence of these types', call.node, 'Use whole numbers, or dates by days.');
  const [a, b] = [from, to].map(({ sql }) => `CAST(${sql} - CAST('1970-01-01' AS DATE) AS BIGINT)`);
  const by = step ? `(epoch_us(${step.sql}) // 86400000000)` : `CASE WHEN ${a ?? ''} <= ${b ?? ''} THEN 1 ELSE -1 END`;
  const numbers = `spark_sequence(${a ?? ''}, ${b ?? ''}, ${by})`;
  return {
    sql: `list_transform(${numbers}, lambda __d: CAST(CAST('1970-01-01' AS DATE) + CAST(__d AS INTEGER) AS DATE))`,
    type: arrayOf(from.type),
  };
}

export const ARRAY_RULES: FunctionTable = {
  array_append: withElements([2, 2], [0], [1], ([a = '', v = ''], element) => ({
    sql: `CASE WHEN ${a} IS NULL THEN NULL ELSE list_append(${a}, ${v}) END`,
    type: arrayOf(element),
  })),
  array_prepend: withElements([2, 2], [0], [1], ([a = '', v = ''], element) => ({
    sql: `CASE WHEN ${a} IS NULL THEN NULL ELSE list_prepend(${v}, ${a}) END`,
    type: arrayOf(element),
  })),
  array_insert: withElements([3, 3], [0], [2], ([a = '', , v = ''], element, call) => {
    const [, place] = call.args;
    if (place?.type.kind === 'void') return mismatch(call.environment, place, 'int', argumentSpan(call, 1));
    return { sql: `spark_array_insert(${a}, ${argument(call, 1, 'narrow int').sql}, ${v})`, type: arrayOf(element) };
  }),
  array_remove: withElements([2, 2], [0], [1], ([a = '', v = ''], element) => ({
    sql: `CASE WHEN ${v} IS NULL THEN NULL ELSE list_filter(${a}, lambda __x: __x IS NULL OR __x <> ${v}) END`,
    type: arrayOf(element),
  })),
  array_position: withElements([2, 2], [0], [1], ([a = '', v = ''], element, call) => {
    const [, wanted] = call.args;
    if (wanted && element.kind === 'void') return mismatch(call.environment, wanted, 'a value', argumentSpan(call, 1));
    const place = `coalesce(CAST(list_position(${a}, ${v}) AS BIGINT), 0)`;
    return { sql: `CASE WHEN ${a} IS NULL OR ${v} IS NULL THEN NULL ELSE ${place} END`, type: BIGINT };
  }),
  array_union: withElements([2, 2], [0, 1], [], ([a = '', b = ''], element) => ({
    sql: normalized(
      `CASE WHEN ${a} IS NULL OR ${b} IS NULL THEN NULL ELSE spark_array_distinct(${a} || ${b}) END`,
      arrayOf(element),
    ),
    type: arrayOf(element),
  })),
  array_intersect: withElements([2, 2], [0, 1], [], ([a = '', b = ''], element) => ({
    sql: normalized(
      `CASE WHEN ${b} IS NULL THEN NULL ELSE spark_array_distinct(list_filter(${a}, lambda __x: len(list_filter(${b}, lambda __y: ${equal('__y', '__x')})) > 0)) END`,
      arrayOf(element),
    ),
    type: arrayOf(element),
  })),
  array_except: withElements([2, 2], [0, 1], [], ([a = '', b = ''], element) => ({
    sql: normalized(
      `CASE WHEN ${b} IS NULL THEN NULL ELSE spark_array_distinct(list_filter(${a}, lambda __x: len(list_filter(${b}, lambda __y: ${equal('__y', '__x')})) = 0)) END`,
      arrayOf(element),
    ),
    type: arrayOf(element),
  })),
  arrays_overlap: withElements([2, 2], [0, 1], [], ([a = '', b = '']) => ({
    sql: `CASE WHEN ${a} IS NULL OR ${b} IS NULL THEN NULL WHEN list_has_any(${a}, ${b}) THEN true
      WHEN len(${a}) > 0 AND len(${b}) > 0 AND (len(${a}) > list_count(${a}) OR len(${b}) > list_count(${b})) THEN NULL ELSE false END`,
    type: BOOLEAN,
  })),
  array_repeat: custom([2, 2], (call) => {
    const [value] = call.args;
    if (!value || isUnknown(value.type)) return { sql: 'NULL', type: UNKNOWN };
    const type = arrayOf(value.type);
    const count = argument(call, 1, 'narrow int').sql;
    return {
      sql: `CASE WHEN ${count} IS NOT NULL THEN list_resize(CAST([] AS ${toDuckdbType(type)}), greatest(${count}, 0), ${value.sql}) END`,
      type,
    };
  }),
  slice: custom([3, 3], (call) => {
    const [list] = call.args;
    if (!list || isUnknown(list.type)) return { sql: 'NULL', type: UNKNOWN };
    if (list.type.kind !== 'array') return mismatch(call.environment, list, 'array', argumentSpan(call, 0));
    return {
      sql: `spark_slice(${list.sql}, ${argument(call, 1, 'int').sql}, ${argument(call, 2, 'int').sql})`,
      type: list.type,
    };
  }),
  sequence: custom([2, 3], sequence),
  arrays_zip: custom([1, 16], arraysZip),
  array_join: custom([2, 3], (call) => {
    const element = call.args[0]?.type.kind === 'array' ? call.args[0].type.element : UNKNOWN;
    if (['array', 'map', 'struct'].includes(element.kind))
      return {
        ...mismatch(call.environment, call.args[0] as Typed, 'array<string>', argumentSpan(call, 0)),
        type: STRING,
      };
    const array = argument(call, 0, 'array');
    const list = isUnknown(element)
      ? array.sql
      : coerce(call.environment, array, arrayOf(STRING), argumentSpan(call, 0)).sql;
    const elements = call.args[2]
      ? `list_transform(${list}, lambda __s: coalesce(__s, ${argument(call, 2, 'string').sql}))`
      : `list_filter(${list}, lambda __s: __s IS NOT NULL)`;
    const separator = argument(call, 1, 'string');
    const given = call.args[2] ? ` AND ${argument(call, 2, 'string').sql} IS NOT NULL` : '';
    return {
      sql: `CASE WHEN ${list} IS NOT NULL AND ${separator.sql} IS NOT NULL${given} THEN ${joinedTexts(elements, separator)} END`,
      type: STRING,
    };
  }),
};
