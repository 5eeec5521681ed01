import type { Expression } from '../syntax/nodes.ts';
import { castSql } from '../translate/cast.ts';
import { coerce, mismatch } from '../translate/coerce.ts';
import { type Environment, refuse, report } from '../translate/environment.ts';
import { inherited, type Typed } from '../translate/typed.ts';
import { commonType } from '../types/coercion.ts';
import { toDuckdbType } from '../types/duckdb-type.ts';
import { arrayOf, BOOLEAN, INT, isUnknown, sameType, type SparkType, UNKNOWN } from '../types/spark-type.ts';
import { checkCompared } from './compared-arguments.ts';
import { checkMapKey, sortArray } from './collections.ts';
import type { FunctionCall, FunctionRule, FunctionTable, Translated } from './function-rule.ts';

interface Variable {
  readonly sql: string;
  readonly type: SparkType;
}

/** Spark's name of every parameter of a lambda. */
const VARIABLE = 'namedlambdavariable()';

/**
 * Names for a lambda's parameters in DuckDB's text, other than those of the lambdas around it. The same expression has the same text
 * wherever it stands: DuckDB knows the key of a group by its text.
 */
function parameterNames({ scope }: Environment): readonly string[] {
  const around = [...scope.variables.values()].flatMap(({ sql }) => [...sql.matchAll(/\b__l(\d+)\b/g)]);
  const next = 1 + Math.max(-1, ...around.map(([, at]) => Number(at)));
  return [0, 1, 2, 3].map((at) => `__l${next + at}`);
}

/** A lambda's body with its parameters standing for these values; an expression that is no lambda counts for every element. */
function bodyOf(call: FunctionCall, at: number, variables: readonly Variable[], least = variables.length): Typed {
  const { environment, node } = call;
  const lambda = node.args[at];
  if (!lambda) throw new Error(`${call.name} has no argument ${at}`);
  if (lambda.kind !== 'lambda') return asLambda(environment.translate(environment, lambda), least);
  const { parameters } = lambda;
  if (parameters.length > variables.length || parameters.length < least)
    return refuse(environment, `A lambda with ${parameters.length} parameters in ${call.name}`, lambda);
  const texts = parameters.map(({ text }) => text.toLowerCase());
  if (new Set(texts).size < texts.length)
    return report(
      environment,
      'sql.syntax',
      '[INVALID_LAMBDA_FUNCTION_CALL.DUPLICATE_ARG_NAMES] Two parameters have one name.',
      lambda,
      'Rename one of them.',
    );
  const named = new Map(environment.scope.variables);
  parameters.forEach(({ text }, index) => {
    const variable = variables[index];
    if (variable) named.set(text.toLowerCase(), { ...variable, name: VARIABLE });
  });
  const inner: Environment = { ...environment, scope: { ...environment.scope, variables: named } };
  return asLambda(environment.translate(inner, lambda.body), parameters.length);
}

function asLambda(body: Typed, parameters: number): Typed {
  return {
    ...body,
    name: `lambdafunction(${[body.name, ...Array<string>(parameters).fill(VARIABLE)].join(', ')})`,
  };
}

function callName(call: FunctionCall, args: readonly { readonly name: string }[]): string {
  return `${call.name}(${args.map(({ name }) => name).join(', ')})`;
}

function condition(call: FunctionCall, at: number, variables: readonly Variable[], least = variables.length): Typed {
  const body = bodyOf(call, at, variables, least);
  const lambda = call.node.args[at] ?? call.node;
  if (!['boolean', 'void', 'unknown'].includes(body.type.kind))
    return mismatch(call.environment, body, 'boolean', lambda);
  return { ...coerce(call.environment, body, BOOLEAN, lambda), name: body.name };
}

function first(call: FunctionCall, at = 0): Typed {
  const node = call.node.args[at] as Expression;
  return call.environment.translate(call.environment, node);
}

function higherOrder(arity: readonly [number, number], translate: (call: FunctionCall) => Translated): FunctionRule {
  return { kind: 'raw', arity, translate };
}

const nothing = (type: SparkType = UNKNOWN): Translated => ({ sql: 'NULL', type, name: '' });

/** A function of an array and a lambda over its elements (and, for some, their positions from 0). */
function overElements(
  build: (
    call: FunctionCall,
    list: Typed,
    element: Variable,
    index: Variable,
    header: string,
  ) => Translated & { readonly body: Typed },
): FunctionRule {
  return higherOrder([2, 2], (call) => {
    const list = first(call);
    if (isUnknown(list.type)) {
      bodyOf(
        call,
        1,
        [
          { sql: 'NULL', type: UNKNOWN },
          { sql: 'NULL', type: INT },
        ],
        1,
      );
      return nothing();
    }
    if (list.type.kind !== 'array') return mismatch(call.environment, list, 'array', call.node);
    const [x = '', i = ''] = parameterNames(call.environment);
    const index = { sql: `CAST(${i} - 1 AS INTEGER)`, type: INT };
    const { body, ...built } = build(call, list, { sql: x, type: list.type.element }, index, `lambda ${x}, ${i}: `);
    return { ...built, name: callName(call, [list, body]), ...inherited([list, body]) };
  });
}

const MERGE_TYPE = 'Its function gives another type than its start';

/** `aggregate(array, start, (acc, x) -> ..., acc -> ...)` */
function aggregate(call: FunctionCall): Translated {
  const { environment, node } = call;
  const [list, start] = [first(call), first(call, 1)];
  if (isUnknown(list.type) || isUnknown(start.type)) return nothing();
  if (list.type.kind !== 'array') return mismatch(environment, list, 'array', node);
  const [acc = '', x = '', done = ''] = parameterNames(environment);
  const state = toDuckdbType(start.type);
  const merged = bodyOf(call, 2, [
    { sql: acc, type: start.type },
    { sql: x, type: list.type.element },
  ]);
  if (isUnknown(merged.type)) return nothing();
  const stored = sameShape(merged.type, start.type)
    ? castSql(merged.sql, merged.type, start.type, 'strict')
    : undefined;
  if (stored === undefined) return refuse(environment, `${call.name}: ${MERGE_TYPE}`, node, 'Cast the start.');
  // DuckDB's fold has one type for states and elements: both are fields of one struct, and only one of them is read.
  const element = toDuckdbType(list.type.element);
  const wrapped = `list_transform(${list.sql}, lambda ${x}: {'s': CAST(NULL AS ${state}), 'x': ${x}})`;
  const inner = bodyOf(call, 2, [
    { sql: `struct_extract(${acc}, 's')`, type: start.type },
    { sql: `struct_extract(${x}, 'x')`, type: list.type.element },
  ]);
  const next = castSql(inner.sql, inner.type, start.type, 'strict') ?? inner.sql;
  const folded = `struct_extract(list_reduce(${wrapped}, lambda ${acc}, ${x}: {'s': CAST(${next} AS ${state}), 'x': CAST(NULL AS ${element})}, {'s': CAST(${start.sql} AS ${state}), 'x': CAST(NULL AS ${element})}), 's')`;
  const flags = inherited([list, start, merged]);
  const unchanged = asLambda({ sql: '', type: start.type, name: VARIABLE }, 1);
  if (!node.args[3])
    return { sql: folded, type: start.type, name: callName(call, [list, start, merged, unchanged]), ...flags };
  const finish = bodyOf(call, 3, [{ sql: done, type: start.type }]);
  const sql = `CASE WHEN ${list.sql} IS NULL THEN NULL ELSE list_transform([${folded}], lambda ${done}: ${finish.sql})[1] END`;
  return { sql, type: finish.type, name: callName(call, [list, start, merged, finish]), ...flags };
}

/** The same but for the names of a struct's fields. */
function sameShape(left: SparkType, right: SparkType): boolean {
  if (left.kind === 'struct' && right.kind === 'struct')
    return (
      left.fields.length === right.fields.length &&
      left.fields.every((field, at) => sameShape(field.type, right.fields[at]?.type ?? UNKNOWN))
    );
  if (left.kind === 'array' && right.kind === 'array') return sameShape(left.element, right.element);
  return sameType(left, right);
}

function zipWith(call: FunctionCall): Translated {
  const [a, b] = [first(call), first(call, 1)];
  if (isUnknown(a.type) || isUnknown(b.type)) return nothing();
  if (a.type.kind !== 'array') return mismatch(call.environment, a, 'array', call.node);
  if (b.type.kind !== 'array') return mismatch(call.environment, b, 'array', call.node);
  const [z = ''] = parameterNames(call.environment);
  const body = bodyOf(call, 2, [
    { sql: `struct_extract(${z}, 1)`, type: a.type.element },
    { sql: `struct_extract(${z}, 2)`, type: b.type.element },
  ]);
  return {
    sql: `CASE WHEN ${a.sql} IS NULL OR ${b.sql} IS NULL THEN NULL ELSE list_transform(list_zip(${a.sql}, ${b.sql}), lambda ${z}: ${body.sql}) END`,
    type: arrayOf(body.type),
    name: callName(call, [a, b, body]),
    ...inherited([a, b, body]),
  };
}

type Entry = 'key' | 'value' | 'filter';

/** transform_keys, transform_values, map_filter. */
function overEntries(what: Entry): FunctionRule {
  return higherOrder([2, 2], (call) => {
    const map = first(call);
    if (isUnknown(map.type)) return nothing();
    if (map.type.kind !== 'map') return mismatch(call.environment, map, 'map', call.node);
    const [e = ''] = parameterNames(call.environment);
    const [key, value] = [`struct_extract(${e}, 'key')`, `struct_extract(${e}, 'value')`];
    const variables = [
      { sql: key, type: map.type.key },
      { sql: value, type: map.type.value },
    ];
    const body = what === 'filter' ? condition(call, 1, variables) : bodyOf(call, 1, variables);
    const flags = { name: callName(call, [map, body]), ...inherited([map, body]) };
    if (isUnknown(body.type)) return nothing();
    if (what === 'filter')
      return {
        sql: `map_from_entries(list_filter(map_entries(${map.sql}), lambda ${e}: coalesce(${body.sql}, false)))`,
        type: map.type,
        ...flags,
      };
    if (what === 'key') checkMapKey(call, body.type);
    const type: SparkType = what === 'key' ? { ...map.type, key: body.type } : { ...map.type, value: body.type };
    const entry = what === 'key' ? `row(${body.sql}, ${value})` : `row(${key}, ${body.sql})`;
    const sql = `CAST(map_from_entries(list_transform(map_entries(${map.sql}), lambda ${e}: ${entry})) AS ${toDuckdbType(type)})`;
    return { sql, type, ...flags };
  });
}

/** The values of two maps by their keys: first those of the left one. */
function mapZipWith(call: FunctionCall): Translated {
  const { environment, node } = call;
  const [a, b] = [first(call), first(call, 1)];
  if (isUnknown(a.type) || isUnknown(b.type)) return nothing();
  if (a.type.kind !== 'map') return mismatch(environment, a, 'map', node);
  if (b.type.kind !== 'map') return mismatch(environment, b, 'map', node);
  const key = commonType(a.type.key, b.type.key);
  const textual = [a.type.key.kind, b.type.key.kind].filter((kind) => kind === 'string').length === 1;
  if (!key || key.kind === 'map' || (textual && key.kind !== 'string'))
    return mismatch(environment, b, 'a map with the same keys', node);
  const left = castSql(a.sql, a.type, { ...a.type, key }, 'strict');
  const right = castSql(b.sql, b.type, { ...b.type, key }, 'strict');
  if (left === undefined || right === undefined) return refuse(environment, 'map_zip_with of these keys', node);
  const [k = '', other = ''] = parameterNames(environment);
  const body = bodyOf(call, 2, [
    { sql: k, type: key },
    { sql: `map_extract_value(${left}, ${k})`, type: a.type.value },
    { sql: `map_extract_value(${right}, ${k})`, type: b.type.value },
  ]);
  if (isUnknown(body.type)) return nothing();
  const type: SparkType = { kind: 'map', key, value: body.type };
  const keys = `(map_keys(${left}) || list_filter(map_keys(${right}), lambda ${other}: NOT list_contains(map_keys(${left}), ${other})))`;
  const sql = `CASE WHEN ${a.sql} IS NULL OR ${b.sql} IS NULL THEN NULL
    ELSE CAST(map_from_entries(list_transform(${keys}, lambda ${k}: row(${k}, ${body.sql}))) AS ${toDuckdbType(type)}) END`;
  return { sql, type, name: callName(call, [a, b, body]), ...inherited([a, b, body]) };
}

/**
 * `array_sort(array, (a, b) -> ...)`: the function says which of two comes first. Each element is put behind all that are not
 * greater, which keeps the order of equal ones as Java's sort does.
 */
function arraySort(call: FunctionCall): Translated {
  const { environment, node } = call;
  const list = first(call);
  if (!node.args[1]) {
    const plain = { ...call, args: [list] };
    checkCompared(plain);
    return sortArray(plain);
  }
  if (isUnknown(list.type)) return nothing();
  if (list.type.kind !== 'array') return mismatch(environment, list, 'array', node);
  const [sorted = '', one = '', other = '', x = ''] = parameterNames(environment);
  if (node.args[1].kind !== 'lambda')
    return refuse(environment, 'array_sort by what is no lambda', node.args[1], 'Write (left, right) -> ...');
  const { element } = list.type;
  const order = bodyOf(call, 1, [
    { sql: other, type: element },
    { sql: `${one}[1]`, type: element },
  ]);
  if (isUnknown(order.type)) return nothing();
  if (order.type.kind !== 'int') return mismatch(environment, order, 'int', node.args[1]);
  const part = (comparison: string): string =>
    `list_filter(${sorted}, lambda ${other}: spark_comparison(${order.sql}) ${comparison} 0)`;
  const singles = `list_transform(${list.sql}, lambda ${x}: [${x}])`;
  const sql = `CASE WHEN len(${list.sql}) < 2 THEN ${list.sql}
    ELSE list_reduce(${singles}, lambda ${sorted}, ${one}: ${part('<=')} || ${one} || ${part('>')}) END`;
  return { sql, type: list.type, name: callName(call, [list, order]), ...inherited([list, order]) };
}

export const LAMBDA_RULES: FunctionTable = {
  array_sort: higherOrder([1, 2], arraySort),
  transform: overElements((call, list, x, i, header) => {
    const body = bodyOf(call, 1, [x, i], 1);
    const sql = isUnknown(body.type)
      ? 'NULL'
      : `list_transform(${list.sql}, ${header}CAST(${body.sql} AS ${toDuckdbType(body.type)}))`;
    return { sql, type: arrayOf(body.type), body };
  }),
  filter: overElements((call, list, x, i, header) => {
    const body = condition(call, 1, [x, i], 1);
    return { sql: `list_filter(${list.sql}, ${header}coalesce(${body.sql}, false))`, type: list.type, body };
  }),
  exists: overElements((call, list, x, _i, header) => {
    const body = condition(call, 1, [x]);
    return { sql: `spark_any(list_transform(${list.sql}, ${header}${body.sql}))`, type: BOOLEAN, body };
  }),
  forall: overElements((call, list, x, _i, header) => {
    const body = condition(call, 1, [x]);
    return { sql: `(NOT spark_any(list_transform(${list.sql}, ${header}NOT (${body.sql}))))`, type: BOOLEAN, body };
  }),
  aggregate: higherOrder([3, 4], aggregate),
  reduce: higherOrder([3, 4], aggregate),
  zip_with: higherOrder([3, 3], zipWith),
  transform_keys: overEntries('key'),
  transform_values: overEntries('value'),
  map_filter: overEntries('filter'),
  map_zip_with: higherOrder([3, 3], mapZipWith),
};
