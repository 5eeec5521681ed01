import { described, fromCarrier, isCarried, isReadable, toCarrier } from '../translate/carrier.ts';
import { refuse, report } from '../translate/environment.ts';
import { inferJsonSchema } from '../functions/json/infer-schema.ts';
import { jsonFeatureNames } from '../functions/json/features.ts';
import { quoteText } from '../types/duckdb-type.ts';
import { arrayOf, INT, isUnknown, type SparkType, STRING, UNKNOWN } from '../types/spark-type.ts';

import {
  argument,
  argumentSpan,
  custom,
  type FunctionCall,
  type FunctionTable,
  scalar,
  type Translated,
} from './function-rule.ts';
import { type Options, optionsOf } from './function-options.ts';
import { parseJsonPath } from './json-path.ts';
import { plainJson } from './json-plain.ts';
import { schemaOf } from './schema-text.ts';

function getJsonObject(call: FunctionCall): Translated {
  const text = argument(call, 0, 'text').sql;
  const path = argument(call, 1, 'text');
  if (isUnknown(path.type)) return { sql: 'NULL', type: STRING };
  const literal = call.args[1]?.literal;
  const parsed = typeof literal === 'string' ? parseJsonPath(literal) : undefined;
  const sql = parsed === undefined ? `spark_json_path(${text}, ${path.sql})` : jsonObject(text, parsed, path.sql);
  return { sql, type: STRING };
}

/** `path` as DuckDB reads it, `original` as Spark does. */
export function jsonObject(text: string, path: string, original: string): string {
  const key = /."((?:[^"\\]|\\.)*)"[^"]*$/.exec(path)?.[1] ?? '';
  return `spark_get_json_object(${text}, ${quoteText(path)}, ${original}, ${quoteText(`"${key}"`)})`;
}

const READ_OPTIONS: ReadonlySet<string> = new Set([
  ...jsonFeatureNames,
  'mode',
  'columnnameofcorruptrecord',
  'primitivesasstring',
  'prefersdecimal',
]);
const WRITE_OPTIONS: ReadonlySet<string> = new Set(['ignorenullfields', 'pretty', 'writenonasciicharacterascodepoint']);

/** The schema that an argument writes; undefined where it is refused. */
export function schemaArgument(call: FunctionCall, at: number): SparkType | undefined {
  const schema = call.args[at];
  const type =
    typeof schema?.literal === 'string' && schema.type.kind === 'string' ? schemaOf(schema.literal) : undefined;
  if (!type)
    refuse(
      call.environment,
      `${call.name} with this schema`,
      argumentSpan(call, at),
      "Write the schema as 'a INT, b STRING'.",
    );
  return type;
}

function fromJson(call: FunctionCall): Translated {
  const text = argument(call, 0, 'text').sql;
  const name = `from_json(${call.args[0]?.name ?? ''})`;
  if (!call.args[1] || isUnknown(call.args[1].type)) return { sql: 'NULL', type: UNKNOWN, name };
  const type = schemaArgument(call, 1);
  const options = optionsOf(call, 2, READ_OPTIONS);
  if (!type || !options) return { sql: 'NULL', type: UNKNOWN, name };
  const refused = unreadable(type, options);
  if (refused !== undefined) return { ...refuse(call.environment, refused, argumentSpan(call, 1)), name };
  const carrier = (json: string): string => `spark_from_json(${json}, ${described(type, options)})`;
  const plain = plainJson(type, options);
  // What chooses between two texts copies none; what chooses between two structs copies all that is in them.
  const sql = plain
    ? computedOnce(text, (json) =>
        plain.read(
          `CASE WHEN ${plain.isPlain(json)} THEN ${json} WHEN ${plain.isCutOff(json)} THEN '{}' ELSE ${carrier(json)} END`,
        ),
      )
    : fromCarrier(carrier(text), type);
  return { sql, type, name: type.kind === 'map' ? 'entries' : name };
}

/** A column is named as often as needed; anything else might answer otherwise the second time, or take long. */
function computedOnce(text: string, use: (text: string) => string): string {
  return /^[\w".]+$/.test(text) ? use(text) : `list_transform([${text}], lambda __json: ${use('__json')})[1]`;
}

function unreadable(type: SparkType, options: Options): string | undefined {
  if (options['mode']?.toUpperCase() === 'DROPMALFORMED') return 'from_json in mode DROPMALFORMED';
  if (!['struct', 'array', 'map', 'variant'].includes(type.kind)) return `from_json as ${type.kind}`;
  const corrupt = options['columnnameofcorruptrecord'] ?? '_corrupt_record';
  if (type.kind === 'struct' && type.fields.some((field) => field.name === corrupt && field.type.kind !== 'string'))
    return 'A corrupt record in other than a STRING';
  if (!isReadable(type)) return 'A type in this schema';
  return undefined;
}

function toJson(call: FunctionCall): Translated {
  const [value] = call.args;
  const name = `to_json(${value?.name ?? ''})`;
  if (!value || isUnknown(value.type)) return { sql: 'NULL', type: STRING, name };
  const options = optionsOf(call, 1, WRITE_OPTIONS);
  if (!options) return { sql: 'NULL', type: STRING, name };
  if (value.type.kind === 'void') return { sql: 'CAST(NULL AS VARCHAR)', type: STRING, name };
  if (!['struct', 'array', 'map', 'variant'].includes(value.type.kind)) {
    const wrong = `to_json takes a struct, an array, a map or a variant, but this is ${value.type.kind}.`;
    return report(call.environment, 'sql.type-mismatch', wrong, argumentSpan(call, 0), 'Write struct(...) around it.');
  }
  if (!isCarried(value.type)) return refuse(call.environment, 'to_json of this type', argumentSpan(call, 0));
  const json = toCarrier(value.sql, value.type);
  return { sql: `spark_to_json(${json}, ${described(value.type, options)})`, type: STRING, name };
}

/** Spark folds it: the text must be a literal, and so the schema is one for from_json. */
function schemaOfJson(call: FunctionCall): Translated {
  const [json] = call.args;
  const name = `schema_of_json(${json?.name ?? ''})`;
  const options = optionsOf(call, 1, new Set([...jsonFeatureNames, 'primitivesasstring', 'prefersdecimal']));
  if (!json || isUnknown(json.type) || !options) return { sql: 'NULL', type: STRING, name };
  if (typeof json.literal !== 'string' || json.type.kind !== 'string')
    return refuse(call.environment, 'schema_of_json of what is no literal', argumentSpan(call, 0));
  const schema = inferJsonSchema(json.literal, options);
  if (schema === undefined)
    return report(call.environment, 'sql.syntax', 'This is no JSON.', argumentSpan(call, 0), 'Correct the JSON.');
  return { sql: quoteText(schema), type: STRING, name, literal: schema };
}

/** One row with a column for each key. */
function jsonTuple(call: FunctionCall): Translated {
  const [text, ...keys] = call.args.map((arg, at) => {
    if (arg.type.kind === 'string' || isUnknown(arg.type)) return arg.sql;
    return report(call.environment, 'sql.type-mismatch', 'json_tuple takes texts.', argumentSpan(call, at), 'Cast it.')
      .sql;
  });
  const columns = keys.map((_, at) => ({ name: `c${at}`, type: STRING }));
  const list = `spark_json_tuple(${text ?? ''}, CAST([${keys.join(', ')}] AS VARCHAR[]))`;
  const id = call.environment.nextId();
  const selected = columns.map(({ name }, at) => `g${id}.v[${at + 1}] AS "${name}"`);
  const generator = { sql: `SELECT ${selected.join(', ')} FROM (SELECT ${list} AS v) AS g${id}`, columns };
  return { sql: 'NULL', type: STRING, name: 'c0', generator };
}

export const JSON_FUNCTIONS: FunctionTable = {
  get_json_object: custom([2, 2], getJsonObject),
  from_json: custom([2, 3], fromJson),
  to_json: custom([1, 2], toJson),
  schema_of_json: custom([1, 2], schemaOfJson),
  json_tuple: custom([2, 255], jsonTuple),
  json_object_keys: scalar(['text'], arrayOf(STRING), (s) => `spark_json_object_keys(${s})`),
  json_array_length: scalar(['text'], INT, (s) => `spark_json_array_length(${s})`),
};
