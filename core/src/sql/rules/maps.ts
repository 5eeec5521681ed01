import { checkMapKey } from './collections.ts';
import { coerce, mismatch } from '../translate/coerce.ts';
import { refuse } from '../translate/environment.ts';
import { commonType } from '../types/coercion.ts';
import { isNormalized, normalized } from '../translate/orderable.ts';
import { quoteText, toDuckdbType } from '../types/duckdb-type.ts';
import { arrayOf, BOOLEAN, isUnknown, sameType, type SparkType, STRING, UNKNOWN } from '../types/spark-type.ts';
import {
  argument,
  argumentSpan,
  custom,
  type FunctionCall,
  type FunctionTable,
  literalArgument,
  type Translated,
} from './function-rule.ts';

type MapType = Extract<SparkType, { kind: 'map' }>;

function mapArgument(call: FunctionCall, at = 0): MapType | undefined {
  const arg = call.args[at];
  if (!arg || isUnknown(arg.type)) return undefined;
  if (arg.type.kind === 'map') return arg.type;
  mismatch(call.environment, arg, 'map', argumentSpan(call, at));
  return undefined;
}

function containsKey(call: FunctionCall): Translated {
  const type = mapArgument(call);
  const [map, wanted] = call.args;
  if (!type || !map || !wanted) return { sql: 'NULL', type: BOOLEAN };
  const key = commonType(type.key, wanted.type);
  if (!key || wanted.type.kind === 'void' || (type.key.kind === 'string') !== (wanted.type.kind === 'string'))
    return mismatch(call.environment, wanted, 'the key of the map', argumentSpan(call, 1));
  const keys = coerce(
    call.environment,
    { sql: `map_keys(${map.sql})`, type: arrayOf(type.key), name: '' },
    arrayOf(key),
    call.node,
  );
  return {
    sql: `list_contains(${keys.sql}, ${coerce(call.environment, wanted, key, argumentSpan(call, 1)).sql})`,
    type: BOOLEAN,
  };
}

function mapConcat(call: FunctionCall): Translated {
  const [first, ...rest] = call.args;
  if (call.args.some(({ type }) => isUnknown(type)) || !first) return { sql: 'NULL', type: UNKNOWN };
  const type = mapArgument(call);
  if (!type || rest.some((arg) => !sameType(arg.type, type)))
    return refuse(call.environment, 'map_concat of these types', call.node);
  const missing = call.args.map(({ sql }) => `${sql} IS NULL`).join(' OR ');
  const entries = call.args.map(({ sql }) => `map_entries(${sql})`).join(' || ');
  return { sql: `CASE WHEN ${missing} THEN NULL ELSE map_from_entries(${entries}) END`, type };
}

function fromArrays(call: FunctionCall): Translated {
  const [keys, values] = call.args;
  if (!keys || !values || isUnknown(keys.type) || isUnknown(values.type)) return { sql: 'NULL', type: UNKNOWN };
  if (keys.type.kind !== 'array') return mismatch(call.environment, keys, 'array', argumentSpan(call, 0));
  if (values.type.kind !== 'array') return mismatch(call.environment, values, 'array', argumentSpan(call, 1));
  const type: MapType = { kind: 'map', key: keys.type.element, value: values.type.element };
  checkMapKey(call, type.key);
  return {
    sql: `CASE WHEN ${keys.sql} IS NOT NULL AND ${values.sql} IS NOT NULL THEN CAST(MAP(${keys.sql}, ${values.sql}) AS ${toDuckdbType(type)}) END`,
    type,
  };
}

function fromEntries(call: FunctionCall): Translated {
  const [list] = call.args;
  if (!list || isUnknown(list.type)) return { sql: 'NULL', type: UNKNOWN };
  const [key, value] =
    list.type.kind === 'array' && list.type.element.kind === 'struct' ? list.type.element.fields : [];
  if (!key || !value) return mismatch(call.environment, list, 'array of entries', argumentSpan(call, 0));
  const type: MapType = { kind: 'map', key: key.type, value: value.type };
  checkMapKey(call, type.key);
  // Here, and in map(), Spark takes -0.0 for 0.0.
  const named = quoteText(key.name);
  const entry = `struct_pack(k := ${normalized(`struct_extract(__e, ${named})`, key.type)}, v := struct_extract(__e, ${quoteText(value.name)}))`;
  const entries = isNormalized(key.type) ? `list_transform(${list.sql}, lambda __e: ${entry})` : list.sql;
  const sql = `CAST(map_from_entries(${entries}) AS ${toDuckdbType(type)})`;
  // An entry that is NULL makes the whole map NULL, whatever the others are.
  return { sql: `CASE WHEN len(${list.sql}) = list_count(${list.sql}) THEN ${sql} END`, type };
}

function entries(call: FunctionCall): Translated {
  const type = mapArgument(call);
  if (!type) return { sql: 'NULL', type: UNKNOWN };
  const fields = [
    { name: 'key', type: type.key },
    { name: 'value', type: type.value },
  ];
  return { sql: `map_entries(${call.args[0]?.sql ?? ''})`, type: arrayOf({ kind: 'struct', fields }) };
}

/** Pairs and keys are cut at plain delimiters only: Spark reads them as regular expressions. */
function strToMap(call: FunctionCall): Translated {
  const [pair, key] = [1, 2].map((at) => (call.args[at] ? literalArgument(call, at) : at === 1 ? ',' : ':'));
  if (
    call.args.slice(1).some(({ type }) => type.kind !== 'string') ||
    pair === undefined ||
    key === undefined ||
    !/^[^\\^$.*+?()[\]{}|]+$/.test(pair + key)
  )
    return refuse(call.environment, 'str_to_map with these delimiters', call.node);
  const text = argument(call, 0, 'text');
  const quoted = [pair, key].map((one) => `'${one.replaceAll("'", "''")}'`);
  const [p = '', k = ''] = quoted;
  const sql = `map_from_entries(list_transform(string_split(${text.sql}, ${p}), lambda __p: row(split_part(__p, ${k}, 1), CASE WHEN contains(__p, ${k}) THEN substr(__p, strpos(__p, ${k}) + ${key.length}) END)))`;
  return { sql, type: { kind: 'map', key: STRING, value: STRING }, name: `str_to_map(${text.name}, ${pair}, ${key})` };
}

export const MAP_RULES: FunctionTable = {
  map_contains_key: custom([2, 2], containsKey),
  map_concat: custom([1, 16], mapConcat),
  map_from_arrays: custom([2, 2], fromArrays),
  map_from_entries: custom([1, 1], fromEntries),
  map_entries: custom([1, 1], entries),
  str_to_map: custom([1, 3], strToMap),
};
