import { isCarried, isReadable } from '../translate/carrier.ts';
import { mismatch } from '../translate/coerce.ts';
import { type Environment, refuse, report } from '../translate/environment.ts';
import { inherited, type Typed } from '../translate/typed.ts';
import { extracted, toVariant, variantText } from '../translate/variant-cast.ts';
import { quoteText, VARIANT_FIELD } from '../types/duckdb-type.ts';
import { BOOLEAN, INT, isUnknown, type SparkType, STRING, VARIANT } from '../types/spark-type.ts';
import {
  argument,
  argumentSpan,
  custom,
  type FunctionCall,
  type FunctionTable,
  type Translated,
} from './function-rule.ts';
import { schemaArgument } from './json.ts';
import { lastKey } from './colon-path.ts';
import type { PathStep } from '../syntax/nodes.ts';
import type { Span } from '../syntax/problem.ts';

function variantArgument(call: FunctionCall, at: number): Typed {
  const typed = call.args[at];
  if (!typed) throw new Error(`${call.name} has no argument ${at}`);
  if (typed.type.kind === 'variant' || isUnknown(typed.type)) return typed;
  if (typed.type.kind === 'void')
    return { ...typed, sql: `CAST(NULL AS STRUCT(${VARIANT_FIELD} VARCHAR))`, type: VARIANT };
  return mismatch(call.environment, typed, 'variant', argumentSpan(call, at));
}

function parseJson(duckdb: string): (call: FunctionCall) => Translated {
  return (call) => ({ sql: `spark_variant(${duckdb}(${argument(call, 0, 'text').sql}))`, type: VARIANT });
}

function variantGet(trying: boolean): (call: FunctionCall) => Translated {
  return (call) => {
    const value = variantArgument(call, 0);
    const path = argument(call, 1, 'text');
    const name = `${call.name}(${call.args
      .slice(0, 2)
      .map((arg) => arg.name)
      .join(', ')})`;
    const type = call.args[2] ? schemaArgument(call, 2) : VARIANT;
    if (!type || isUnknown(value.type)) return { sql: 'NULL', type: type ?? VARIANT, name };
    if (!isReadable(type))
      return { ...refuse(call.environment, `${call.name} as this type`, argumentSpan(call, 2)), name };
    const literal = call.args[1]?.literal;
    if (typeof literal === 'string' && !literal.startsWith('$'))
      return report(
        call.environment,
        'sql.syntax',
        `${literal} is no path.`,
        argumentSpan(call, 1),
        "Begin it with '$'.",
      );
    return { sql: extracted(value.sql, path.sql, type, trying), type, name };
  };
}

/** `v:a.b[0]`, named as its last key. Names are exact, as keys are. */
export function variantPath(environment: Environment, base: Typed, steps: readonly PathStep[], span: Span): Typed {
  const parts = steps.map((step) => {
    if (step.kind === 'index') return `[${step.at}]`;
    return step.kind === 'all' ? '[*]' : `["${step.text}"]`;
  });
  if (parts.includes('[*]'))
    return report(
      environment,
      'sql.syntax',
      'A path into a VARIANT takes no [*].',
      span,
      'Use variant_explode, or cast the list and use transform.',
    );
  if (steps.some((step) => 'text' in step && /["\\?]/.test(step.text))) return refuse(environment, 'This key', span);
  const sql = extracted(base.sql, quoteText(`$${parts.join('')}`), VARIANT, false);
  return { sql, type: VARIANT, name: lastKey(steps), ...inherited([base]) };
}

function toVariantObject(call: FunctionCall): Translated {
  const [value] = call.args;
  if (!value || isUnknown(value.type)) return { sql: 'NULL', type: VARIANT };
  const whole = (type: SparkType): boolean => {
    if (type.kind === 'array') return whole(type.element);
    if (type.kind === 'struct') return type.fields.every((field) => whole(field.type));
    if (type.kind === 'map') return type.key.kind === 'string' && whole(type.value);
    return type.kind !== 'void' && !type.kind.startsWith('interval');
  };
  if (!['struct', 'map', 'array'].includes(value.type.kind) || !whole(value.type))
    return mismatch(call.environment, value, 'a struct, a map or an array', argumentSpan(call, 0));
  if (!isCarried(value.type)) return refuse(call.environment, 'to_variant_object of this type', argumentSpan(call, 0));
  return { sql: toVariant(value.sql, value.type), type: VARIANT };
}

function explode(outer: boolean): (call: FunctionCall) => Translated {
  return (call) => {
    const value = variantArgument(call, 0);
    const id = call.environment.nextId();
    const list = `spark_variant_explode(${variantText(value.sql)})`;
    const rows = outer ? `CASE WHEN coalesce(len(${list}), 0) = 0 THEN [NULL] ELSE ${list} END` : list;
    const row = `CAST(CAST(g${id}.v AS JSON) AS STRUCT(pos INTEGER, "key" VARCHAR, "value" STRUCT(${VARIANT_FIELD} VARCHAR)))`;
    const columns = [
      { name: 'pos', type: INT },
      { name: 'key', type: STRING },
      { name: 'value', type: VARIANT },
    ];
    const sql = `SELECT r.pos AS "pos", r."key" AS "key", r."value" AS "value"
      FROM (SELECT ${row} AS r FROM (SELECT unnest(${rows}) AS v) AS g${id}) AS h${id}`;
    return { sql: 'NULL', type: INT, name: 'pos', generator: { sql, columns } };
  };
}

export const VARIANT_RULES: FunctionTable = {
  parse_json: custom([1, 1], parseJson('spark_parse_variant')),
  try_parse_json: custom([1, 1], parseJson('spark_try_parse_variant')),
  variant_get: custom([2, 3], variantGet(false)),
  try_variant_get: custom([2, 3], variantGet(true)),
  is_variant_null: custom([1, 1], (call) => ({
    sql: `coalesce(${variantText(variantArgument(call, 0).sql)} = '"n"', false)`,
    type: BOOLEAN,
  })),
  schema_of_variant: custom([1, 1], (call) => ({
    sql: `spark_schema_of_variant(${variantText(variantArgument(call, 0).sql)})`,
    type: STRING,
  })),
  schema_of_variant_agg: {
    kind: 'aggregate',
    arity: [1, 1],
    window: 'no',
    translate: (call) => ({
      call: 'array_agg',
      args: [variantText(variantArgument(call, 0).sql)],
      type: STRING,
      wrap: (list) => `spark_schema_of_variants(coalesce(${list}, CAST([] AS VARCHAR[])))`,
    }),
  },
  to_variant_object: custom([1, 1], toVariantObject),
  variant_explode: custom([1, 1], explode(false)),
  variant_explode_outer: custom([1, 1], explode(true)),
};
