import type { TokenStream } from '../syntax/token-stream.ts';
import { tokenize } from '../syntax/lexer.ts';
import { ProblemError } from '../syntax/problem.ts';
import { createTokenStream } from '../syntax/statements.ts';
import { parseFields, parseType } from '../syntax/types.ts';
import { refuse } from '../translate/environment.ts';
import { quoteName, quoteText, toDuckdbType } from '../types/duckdb-type.ts';
import { INT, isIntegral, isUnknown, type SparkType, STRING, UNKNOWN } from '../types/spark-type.ts';
import {
  argument,
  argumentSpan,
  custom,
  type FunctionCall,
  type FunctionTable,
  scalar,
  type Translated,
} from './function-rule.ts';
import { parseJsonPath } from './json-path.ts';

function getJsonObject(call: FunctionCall): Translated {
  const text = argument(call, 0, 'text').sql;
  const path = call.args[1];
  if (!path || isUnknown(path.type)) return { sql: 'NULL', type: STRING };
  const parsed = typeof path.literal === 'string' ? parseJsonPath(path.literal) : undefined;
  if (parsed === undefined)
    return { ...refuse(call.environment, `The JSON path ${path.name}`, argumentSpan(call, 1)), type: STRING };
  return { sql: `spark_get_json_object(${text}, ${quoteText(parsed)})`, type: STRING };
}

/** A schema text: fields, or one type. */
function schemaOf(text: string): SparkType | undefined {
  const readAll = (read: (tokens: TokenStream) => SparkType): SparkType | undefined => {
    const tokens = createTokenStream(tokenize(text), undefined);
    const type = read(tokens);
    return tokens.isEnd() ? type : undefined;
  };
  const attempts = [parseType, (tokens: TokenStream): SparkType => ({ kind: 'struct', fields: parseFields(tokens) })];
  for (const attempt of attempts) {
    try {
      const type = readAll(attempt);
      if (type) return type;
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
    }
  }
  return undefined;
}

/** from_json in PERMISSIVE mode: malformed text is a struct of NULLs, a value of another type a NULL. */
function fromJson(call: FunctionCall): Translated {
  const text = argument(call, 0, 'text').sql;
  const schema = call.args[1];
  const name = `from_json(${call.args[0]?.name ?? ''})`;
  if (!schema || isUnknown(schema.type)) return { sql: 'NULL', type: UNKNOWN, name };
  if (call.args[2])
    return refuse(call.environment, 'from_json with options', argumentSpan(call, 2), 'Leave the options out.');
  const type = typeof schema.literal === 'string' ? schemaOf(schema.literal) : undefined;
  if (type?.kind !== 'struct')
    return refuse(
      call.environment,
      'from_json with this schema',
      argumentSpan(call, 1),
      "Write the schema as 'a INT, b STRING'.",
    );
  if (new Set(type.fields.map((field) => field.name.toLowerCase())).size < type.fields.length)
    return refuse(call.environment, 'A schema with the same field twice', argumentSpan(call, 1));
  const struct = fieldsSql((name) => `struct_extract(__root, ${quoteText(name)})`, type);
  const shape = quoteText(JSON.stringify(Object.fromEntries(type.fields.map((field) => [field.name, 'JSON']))));
  // The lambda makes the root once: macros would write it out again for every field.
  if (struct === undefined)
    return refuse(call.environment, 'A type in this schema', argumentSpan(call, 1), 'Use STRING and cast.');
  return {
    sql: `CASE WHEN ${text} IS NULL OR trim(${text}, ' \t\n\r') = '' THEN NULL
    ELSE list_transform([json_transform(spark_json_root(${text}), ${shape})], lambda __root: ${struct})[1] END`,
    type,
    name,
  };
}

function fieldsSql(
  fieldJson: (name: string) => string,
  type: Extract<SparkType, { kind: 'struct' }>,
): string | undefined {
  const fields = type.fields.map((field) => {
    const value = valueSql(fieldJson(field.name), field.type);
    return field.name.includes('"') ? undefined : value && `${quoteName(field.name)} := ${value}`;
  });
  return fields.includes(undefined) ? undefined : `struct_pack(${fields.join(', ')})`;
}

function valueSql(json: string, type: SparkType): string | undefined {
  if (isIntegral(type)) return `TRY_CAST(spark_json_integral(${json}) AS ${toDuckdbType(type)})`;
  const scalarMacro = SCALARS[type.kind];
  if (scalarMacro !== undefined) return `${scalarMacro}(${json})`;
  if (type.kind === 'decimal') return `TRY_CAST(spark_json_decimal(${json}) AS ${toDuckdbType(type)})`;
  if (type.kind === 'struct') {
    const fields = fieldsSql((name) => `json_extract(${json}, ${quoteText(`$."${name}"`)})`, type);
    return fields && `CASE WHEN json_type(${json}) = 'OBJECT' THEN ${fields} END`;
  }
  if (type.kind !== 'array') return undefined;
  const element = valueSql('__j', type.element);
  if (element === undefined) return undefined;
  const values = `CAST(${json} AS JSON[])`;
  // One element of another type makes the whole array NULL.
  const misfits = `list_filter(${values}, lambda __j: json_type(__j) <> 'NULL' AND (${element}) IS NULL)`;
  return `CASE WHEN json_type(${json}) = 'ARRAY' AND len(${misfits}) = 0
    THEN list_transform(${values}, lambda __j: ${element}) END`;
}

const SCALARS: Readonly<Record<string, string>> = {
  string: 'spark_json_field_text',
  double: 'spark_json_double',
  boolean: 'spark_json_boolean',
};

export const JSON_FUNCTIONS: FunctionTable = {
  get_json_object: custom([2, 2], getJsonObject),
  from_json: custom([2, 3], fromJson),
  json_array_length: scalar(
    ['text'],
    INT,
    (s) =>
      `CASE WHEN json_type(spark_json(${s})) = 'ARRAY' THEN CAST(json_array_length(spark_json(${s})) AS INTEGER) END`,
  ),
};
