import type { Expression } from '../syntax/nodes.ts';
import { coerce, mismatch, unify } from '../translate/coerce.ts';
import { refuse, report } from '../translate/environment.ts';
import { orderKey, normalized } from '../translate/orderable.ts';
import { isConstant, type Typed } from '../translate/typed.ts';
import { quoteName, toDuckdbType } from '../types/duckdb-type.ts';
import { commonType } from '../types/coercion.ts';
import { tightestType } from '../types/tightest.ts';
import {
  arrayOf,
  BOOLEAN,
  holds,
  INT,
  isUnknown,
  sameType,
  type SparkType,
  UNKNOWN,
  VOID,
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

function array(call: FunctionCall): Translated {
  const { type, items } = unify(call.environment, call.args, call.node.args, 'bytes');
  const of = arrayOf(type);
  return { sql: `CAST([${items.map(({ sql }) => sql).join(', ')}] AS ${toDuckdbType(of)})`, type: of };
}

function struct(call: FunctionCall): Translated {
  const fields = call.args.map((arg, at) => ({
    name: fieldName(call.node.args[at], at),
    type: arg.type,
    sql: arg.sql,
  }));
  return structOf(call, fields);
}

function fieldName(node: Expression | undefined, at: number): string {
  if (node?.kind === 'column') return node.parts.at(-1)?.text ?? '';
  return node?.kind === 'field' ? node.field.text : `col${at + 1}`;
}

function structOf(
  call: FunctionCall,
  fields: readonly { readonly name: string; readonly type: SparkType; readonly sql: string }[],
): Translated {
  refuseRepeated(
    call,
    fields.map(({ name }) => name),
  );
  const sql = `struct_pack(${fields.map((field) => `${quoteName(field.name)} := ${field.sql}`).join(', ')})`;
  return { sql, type: { kind: 'struct', fields: fields.map(({ name, type }) => ({ name, type })) } };
}

/** Spark has structs with two fields of one name, DuckDB has none. */
export function refuseRepeated(call: FunctionCall, names: readonly string[]): void {
  const known = names.map((name) => name.toLowerCase());
  const repeated = names.find((_, at) => known.indexOf(known[at] ?? '') < at);
  if (repeated !== undefined) refuse(call.environment, `A struct with two fields ${repeated}`, call.node);
}

function namedStruct(call: FunctionCall): Translated {
  const fields = [];
  for (let at = 0; at + 1 < call.args.length; at += 2) {
    const name = call.args[at]?.literal;
    const value = call.args[at + 1];
    if (typeof name !== 'string' || call.args[at]?.type.kind !== 'string' || !value)
      return refuse(call.environment, 'named_struct with a name that is no literal', argumentSpan(call, at));
    fields.push({ name, type: value.type, sql: value.sql });
  }
  if (call.args.length % 2 === 1) return refuse(call.environment, 'named_struct with a name and no value', call.node);
  return structOf(call, fields);
}

const EMPTY_MAP: SparkType = { kind: 'map', key: VOID, value: VOID };

/** A map is no key of a map, nor is a variant, nor what holds one. */
export function checkMapKey(call: Pick<FunctionCall, 'environment' | 'node'>, key: SparkType): void {
  if (holds(key, 'map') || holds(key, 'variant'))
    report(
      call.environment,
      'sql.type-mismatch',
      '[DATATYPE_MISMATCH.INVALID_MAP_KEY_TYPE] A map is no key of a map, and a variant is none.',
      call.node,
      'Use another value as the key.',
    );
}

function map(call: FunctionCall): Translated {
  const pick = (offset: number): { type: SparkType; items: Typed[] } =>
    unify(
      call.environment,
      call.args.filter((_, at) => at % 2 === offset),
      call.node.args.filter((_, at) => at % 2 === offset),
      'bytes',
    );
  if (call.args.length === 0) return { sql: `CAST(MAP {} AS ${toDuckdbType(EMPTY_MAP)})`, type: EMPTY_MAP };
  if (call.args.length % 2 === 1) return refuse(call.environment, 'map with these arguments', call.node);
  const [keys, values] = [pick(0), pick(1)];
  checkMapKey(call, keys.type);
  if (holds(keys.type, 'interval')) return refuse(call.environment, 'A map by calendar intervals', call.node);
  const sql = `MAP {${keys.items.map((key, at) => `${normalized(key.sql, key.type)}: ${values.items[at]?.sql ?? 'NULL'}`).join(', ')}}`;
  const type: SparkType = { kind: 'map', key: keys.type, value: values.type };
  return { sql: isUnknown(type) ? 'NULL' : `CAST(${sql} AS ${toDuckdbType(type)})`, type };
}

function elementOf(call: FunctionCall, at = 0): SparkType | undefined {
  const type = call.args[at]?.type;
  if (type?.kind === 'array') return type.element;
  if (type && !isUnknown(type)) mismatch(call.environment, call.args[at] as Typed, 'array', argumentSpan(call, at));
  return undefined;
}

function overArray(
  type: (element: SparkType) => SparkType,
  sql: (list: string, element: SparkType) => string,
): FunctionRule {
  return custom([1, 1], (call) => {
    const element = elementOf(call);
    return element
      ? { sql: sql(call.args[0]?.sql ?? '', element), type: type(element) }
      : { sql: 'NULL', type: UNKNOWN };
  });
}

/** NULL where the element is not there but a NULL is. */
function contains(call: FunctionCall): Translated {
  const element = elementOf(call);
  const [list, wanted] = call.args;
  if (!element || !list || !wanted) return { sql: 'NULL', type: BOOLEAN };
  const kinds = [element.kind, wanted.type.kind];
  if (kinds.includes('string') && kinds.some((kind) => !['string', 'void', 'unknown'].includes(kind)))
    return mismatch(call.environment, wanted, element.kind, argumentSpan(call, 1));
  if (element.kind === 'array' || element.kind === 'struct') {
    // What is nested is compared, and text in it is no number.
    if (!isUnknown(wanted.type) && !(tightestType(element, wanted.type) && commonType(element, wanted.type)))
      return mismatch(call.environment, wanted, element.kind, argumentSpan(call, 1));
  }
  // A NULL without a type is nothing to look for.
  if (wanted.type.kind === 'void') return mismatch(call.environment, wanted, 'a value', argumentSpan(call, 1));
  const value = coerce(call.environment, wanted, element, argumentSpan(call, 1)).sql;
  const found = `list_contains(${list.sql}, ${value})`;
  return {
    sql: `CASE WHEN ${list.sql} IS NULL OR ${value} IS NULL THEN NULL WHEN ${found} THEN true WHEN len(${list.sql}) > list_count(${list.sql}) THEN NULL ELSE false END`,
    type: BOOLEAN,
  };
}

function size(call: FunctionCall): Translated {
  const type = call.args[0]?.type;
  if (!type || isUnknown(type)) return { sql: 'NULL', type: INT };
  if (type.kind === 'void' && call.name === 'array_size') return { sql: 'CAST(NULL AS INTEGER)', type: INT };
  if (type.kind !== 'array' && (type.kind !== 'map' || call.name === 'array_size'))
    return mismatch(call.environment, call.args[0] as Typed, 'array or map', argumentSpan(call, 0));
  const count = `CAST(${type.kind === 'map' ? 'cardinality' : 'len'}(${call.args[0]?.sql ?? ''}) AS INTEGER)`;
  // With ANSI off the size of NULL is -1.
  return {
    sql: call.environment.profile.ansi || call.name === 'array_size' ? count : `coalesce(${count}, -1)`,
    type: INT,
  };
}

/** Spark reads no text as a key of another type and widens no decimal; an array's place is a text under ANSI alone. */
function sameKind(wanted: SparkType, given: SparkType, ansi: boolean): boolean {
  if ([wanted, given].some((type) => type.kind === 'void' || isUnknown(type)) || sameType(wanted, given)) return true;
  const kinds = [wanted.kind, given.kind];
  if (wanted === INT && given.kind === 'string') return ansi;
  return !kinds.includes('string') && !kinds.includes('decimal');
}

function elementAt(call: FunctionCall): Translated {
  const [base, key] = call.args;
  if (!base || !key || isUnknown(base.type)) return { sql: 'NULL', type: UNKNOWN };
  if (!sameKind(base.type.kind === 'map' ? base.type.key : INT, key.type, call.environment.profile.ansi))
    return mismatch(
      call.environment,
      key,
      base.type.kind === 'map' ? base.type.key.kind : 'int',
      argumentSpan(call, 1),
    );
  if (base.type.kind === 'map')
    return {
      sql: `map_extract_value(${base.sql}, ${coerce(call.environment, key, base.type.key, argumentSpan(call, 1)).sql})`,
      type: base.type.value,
    };
  const element = elementOf(call);
  if (!element) return { sql: 'NULL', type: UNKNOWN };
  if (key.type.kind === 'void') return mismatch(call.environment, key, 'int', argumentSpan(call, 1));
  const strict =
    call.environment.profile.ansi && call.name === 'element_at' ? 'spark_element_at' : 'spark_element_at_or_null';
  return { sql: `${strict}(${base.sql}, ${argument(call, 1, 'narrow int').sql})`, type: element };
}

export function sortArray(call: FunctionCall): Translated {
  const element = elementOf(call);
  if (!element) return { sql: 'NULL', type: UNKNOWN };
  const [list, ascending] = call.args;
  if (ascending && typeof ascending.literal !== 'boolean') {
    // A constant that is computed: both orders are there, and it says which.
    const constant = ascending.type.kind === 'boolean' && isConstant(ascending);
    if (!constant || call.name !== 'sort_array')
      return refuse(call.environment, 'sort_array with an order that is no constant', argumentSpan(call, 1));
    const [up, down] = [true, false].map((literal) =>
      sortArray({ ...call, args: [call.args[0] as Typed, { ...ascending, literal }] }),
    );
    return {
      sql: `CASE WHEN ${ascending.sql} THEN ${up?.sql ?? ''} WHEN NOT ${ascending.sql} THEN ${down?.sql ?? ''} END`,
      type: up?.type ?? UNKNOWN,
      ...(up?.name === undefined ? {} : { name: up.name }),
    };
  }
  const order =
    ascending?.literal === false
      ? "'DESC', 'NULLS LAST'"
      : call.name === 'array_sort'
        ? "'ASC', 'NULLS LAST'"
        : "'ASC', 'NULLS FIRST'";
  const name = call.name === 'sort_array' ? `sort_array(${list?.name ?? ''}, ${ascending?.name ?? 'true'})` : undefined;
  const nulls = order.endsWith("FIRST'") ? 'first' : 'last';
  return {
    sql: isNested(element)
      ? sortedNested(list?.sql ?? '', element, ascending?.literal === false, nulls)
      : `list_sort(${list?.sql ?? ''}, ${order})`,
    type: arrayOf(element),
    ...(name === undefined ? {} : { name }),
  };
}

function isNested(element: SparkType): boolean {
  return element.kind === 'array' || element.kind === 'struct';
}

/** An array of arrays or structs in Spark's order, where a NULL inside comes first. */
function sortedNested(list: string, element: SparkType, descending: boolean, nulls: 'first' | 'last'): string {
  const known = `list_transform(list_filter(${list}, lambda s: s IS NOT NULL), lambda s: struct_pack(k := ${orderKey('s', element)}, v := s))`;
  const sorted = `list_transform(list_sort(${known}, '${descending ? 'DESC' : 'ASC'}'), lambda p: struct_extract(p, 'v'))`;
  const unknown = `list_filter(${list}, lambda s: s IS NULL)`;
  const all = nulls === 'first' ? `list_concat(${unknown}, ${sorted})` : `list_concat(${sorted}, ${unknown})`;
  return `CASE WHEN ${list} IS NOT NULL THEN ${all} END`;
}

function extreme(name: 'list_max' | 'list_min'): FunctionRule {
  return custom([1, 1], (call) => {
    const element = elementOf(call);
    if (!element) return { sql: 'NULL', type: UNKNOWN };
    const list = call.args[0]?.sql ?? '';
    const sql = isNested(element)
      ? `(${sortedNested(list, element, name === 'list_max', 'last')})[1]`
      : `${name}(${list})`;
    return { sql, type: element };
  });
}

export const COLLECTION_FUNCTIONS: FunctionTable = {
  array: custom([0, 1024], array),
  struct: custom([1, 256], struct),
  named_struct: custom([2, 512], namedStruct),
  map: custom([0, 512], map),
  map_keys: custom([1, 1], (call) => mapPart(call, 'map_keys')),
  map_values: custom([1, 1], (call) => mapPart(call, 'map_values')),
  size: custom([1, 1], size),
  cardinality: custom([1, 1], size),
  array_size: custom([1, 1], size),
  array_contains: custom([2, 2], contains),
  array_distinct: overArray(
    (element) => arrayOf(element),
    (list, element) => normalized(`spark_array_distinct(${list})`, arrayOf(element)),
  ),
  array_max: extreme('list_max'),
  array_min: extreme('list_min'),
  array_compact: overArray(
    (element) => arrayOf(element),
    (list) => `list_filter(${list}, lambda __v: __v IS NOT NULL)`,
  ),
  flatten: overArray(
    (element) => element,
    (list) => `CASE WHEN len(${list}) > list_count(${list}) THEN NULL ELSE flatten(${list}) END`,
  ),
  element_at: custom([2, 2], elementAt),
  try_element_at: custom([2, 2], elementAt),
  get: custom([2, 2], (call) => {
    const element = elementOf(call);
    return element
      ? { sql: `spark_element_or_null(${call.args[0]?.sql ?? ''}, ${argument(call, 1, 'int').sql})`, type: element }
      : { sql: 'NULL', type: UNKNOWN };
  }),
  sort_array: custom([1, 2], sortArray),
};

function mapPart(call: FunctionCall, name: 'map_keys' | 'map_values'): Translated {
  const [base] = call.args;
  if (!base || isUnknown(base.type)) return { sql: 'NULL', type: UNKNOWN };
  if (base.type.kind !== 'map') return mismatch(call.environment, base, 'map', argumentSpan(call, 0));
  return { sql: `${name}(${base.sql})`, type: arrayOf(name === 'map_keys' ? base.type.key : base.type.value) };
}
