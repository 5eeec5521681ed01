import { paddedSides } from '../translate/char-padding.ts';
import { unify } from '../translate/coerce.ts';
import { orderable } from '../translate/orderable.ts';
import { refuse } from '../translate/environment.ts';
import type { Typed } from '../translate/typed.ts';
import { quoteText, toDuckdbType } from '../types/duckdb-type.ts';
import { unifyCompared } from './comparisons.ts';
import { unitsOf } from './intervals.ts';
import { BIGINT, BINARY, INT, isNumeric, isUnknown, type SparkType, STRING } from '../types/spark-type.ts';
import { argument, custom, type FunctionCall, type FunctionTable, scalar, type Translated } from './function-rule.ts';

/** `decode(bytes, charset)`, or with more arguments a CASE in which NULL equals NULL. */
function decode(call: FunctionCall): Translated {
  if (call.args.length > 2) return decodeCases(call);
  return { sql: `spark_decode(${argument(call, 0, 'binary').sql}, ${argument(call, 1, 'string').sql})`, type: STRING };
}

function decodeCases(call: FunctionCall): Translated {
  const [value, ...rest] = call.args;
  if (!value) throw new Error('decode has arguments');
  const pairs = Math.floor(rest.length / 2);
  const at = Array.from({ length: pairs }, (_, index) => 1 + index * 2);
  const given = [...at.map((one) => one + 1), ...(rest.length % 2 === 1 ? [call.args.length - 1] : [])];
  // Without an ELSE it is a NULL of STRING.
  const otherwise: Typed = { sql: 'CAST(NULL AS VARCHAR)', type: STRING, name: 'NULL' };
  const results = unify(
    call.environment,
    [...given.map((one) => call.args[one] ?? value), ...(rest.length % 2 === 1 ? [] : [otherwise])],
    [...given.map((one) => call.node.args[one] ?? call.node), call.node],
    'bytes',
  );
  // Each is compared on its own, as by <=>.
  const branches = at.map((one, index) => {
    const spans = [call.node.args[0] ?? call.node, call.node.args[one] ?? call.node] as const;
    const sides = paddedSides([value, call.args[one] ?? value], spans);
    const { items } = unifyCompared(call.environment, sides, spans);
    const test = items
      .map((item) => orderable(call.environment, item, 'decode', call.node))
      .join(' IS NOT DISTINCT FROM ');
    return `WHEN ${test} THEN ${results.items[index]?.sql ?? ''}`;
  });
  return { sql: `CASE ${branches.join(' ')} ELSE ${results.items.at(-1)?.sql ?? 'NULL'} END`, type: results.type };
}

function toBinary(duckdb: string): (call: FunctionCall) => Translated {
  return (call) => {
    const format = call.args[1] ?? { sql: "'hex'", literal: 'hex', type: STRING, name: 'hex' };
    if (isUnknown(format.type)) return { sql: 'NULL', type: BINARY };
    if (format.type.kind === 'void') return { sql: 'CAST(NULL AS BLOB)', type: BINARY };
    const constant = call.args[1] && !call.args[1].local && !call.args[1].outer && !call.args[1].aggregate;
    if (typeof format.literal !== 'string' ? !constant : !/^(?:hex|base64|utf-?8)$/i.test(format.literal))
      return refuse(call.environment, `${call.name} with the format ${format.name}`, call.node);
    return { sql: `${duckdb}(${argument(call, 0, 'string').sql}, ${format.sql})`, type: BINARY };
  };
}

/** A value as the hash functions of the prelude take it: a list of texts, which are a kind's letter and a value. */
export function taggedList(sql: string, type: SparkType, depth = 0): string | undefined {
  if (type.kind === 'array') {
    const item = `__h${depth}`;
    const inner = taggedList(item, type.element, depth + 1);
    // An array that is NULL or empty hands the seed on, as its NULLs do.
    return inner && `coalesce(flatten(list_transform(${sql}, lambda ${item}: ${inner})), [])`;
  }
  if (type.kind === 'struct') {
    const parts = type.fields.map((field) =>
      taggedList(`struct_extract(${sql}, ${quoteText(field.name)})`, field.type, depth),
    );
    return parts.includes(undefined) || parts.length === 0 ? undefined : `(${parts.join(' || ')})`;
  }
  const text = tagged({ sql, type });
  return text && `CAST([${text}] AS VARCHAR[])`;
}

function tagged({ sql, type }: Pick<Typed, 'sql' | 'type'>): string | undefined {
  const text = `CAST(${sql} AS VARCHAR)`;
  switch (type.kind) {
    case 'void':
      return 'CAST(NULL AS VARCHAR)';
    case 'boolean':
      return `('i' || CAST(CAST(${sql} AS INTEGER) AS VARCHAR))`;
    case 'tinyint':
    case 'smallint':
    case 'int':
      return `('i' || ${text})`;
    case 'bigint':
      return `('l' || ${text})`;
    case 'date':
      return `('i' || CAST(${sql} - CAST('1970-01-01' AS DATE) AS VARCHAR))`;
    case 'timestamp':
    case 'timestamp_ntz':
      return `('l' || CAST(epoch_us(${sql}) AS VARCHAR))`;
    case 'double':
      return `('d' || ${text})`;
    case 'float':
      return `('f' || ${text})`;
    case 'string':
      return `('s' || ${sql})`;
    case 'binary':
      return `('x' || hex(${sql}))`;
    case 'decimal':
      return `('${type.precision <= 18 ? 'l' : 'w'}' || CAST(spark_unscaled(${sql}) AS VARCHAR))`;
    case 'time':
      return `('l' || CAST(spark_time_micros(${sql}) * 1000 AS VARCHAR))`;
    case 'interval day':
    case 'interval month':
      return `('${type.kind === 'interval day' ? 'l' : 'i'}' || CAST(${unitsOf({ sql, type, name: '' })} AS VARCHAR))`;
    case 'interval':
    case 'variant':
    case 'geometry':
    case 'geography':
    case 'array':
    case 'map':
    case 'struct':
    case 'unknown':
      return undefined;
  }
}

function hash(duckdb: string, type: typeof INT): (call: FunctionCall) => Translated {
  return (call) => {
    const values = call.args.map((arg) => taggedList(arg.sql, arg.type));
    if (call.args.some((arg) => isUnknown(arg.type))) return { sql: 'NULL', type };
    if (values.includes(undefined)) return refuse(call.environment, `${call.name} of a value of this type`, call.node);
    return { sql: `${duckdb}(${values.join(' || ')})`, type };
  };
}

function hex(call: FunctionCall): Translated {
  const [arg] = call.args;
  if (arg && isNumeric(arg.type)) return { sql: `spark_hex(${argument(call, 0, 'bigint').sql})`, type: STRING };
  return { sql: `hex(${arg?.type.kind === 'binary' ? arg.sql : argument(call, 0, 'string').sql})`, type: STRING };
}

const unary = (duckdb: string): ReturnType<typeof scalar> => scalar(['string'], STRING, (s) => `${duckdb}(${s})`);

export const CODEC_RULES: FunctionTable = {
  encode: scalar(['string', 'string'], BINARY, (s, charset) => `spark_encode(${s}, ${charset})`),
  decode: custom([2, 64], decode),
  hex: custom([1, 1], hex),
  unhex: scalar(['string'], BINARY, (s) => `spark_unhex(${s})`),
  base64: scalar(['binary'], STRING, (b) => `spark_base64(${b})`),
  unbase64: scalar(['string'], BINARY, (s) => `spark_unbase64(${s})`),
  to_binary: custom([1, 2], toBinary('spark_to_binary')),
  try_to_binary: custom([1, 2], toBinary('spark_try_to_binary')),
  crc32: scalar(['binary'], BIGINT, (b) => `spark_crc32(${b})`),
  hash: custom([1, 255], hash('spark_hash', INT)),
  xxhash64: custom([1, 255], hash('spark_xxhash64', BIGINT)),
  conv: custom([3, 3], (call) => ({
    sql: `spark_conv(${argument(call, 0, 'string').sql}, ${argument(call, 1, 'int').sql}, ${argument(call, 2, 'int').sql}, ${call.environment.profile.ansi})`,
    type: STRING,
  })),
  bin: scalar(['bigint'], STRING, (n) => `spark_bin(${n})`),
  url_encode: unary('spark_url_encode'),
  url_decode: unary('spark_url_decode'),
  try_url_decode: unary('spark_try_url_decode'),
  parse_url: custom([2, 3], (call) =>
    parseUrl(call, call.environment.profile.ansi ? 'spark_parse_url' : 'spark_try_parse_url'),
  ),
  try_parse_url: custom([2, 3], (call) => parseUrl(call, 'spark_try_parse_url')),
  bit_length: custom([1, 1], (call) => ({ sql: `CAST(8 * ${octets(call)} AS ${toDuckdbType(INT)})`, type: INT })),
  octet_length: custom([1, 1], (call) => ({ sql: `CAST(${octets(call)} AS ${toDuckdbType(INT)})`, type: INT })),
};

function octets(call: FunctionCall): string {
  const bytes = call.args[0]?.type.kind === 'binary' ? call.args[0].sql : `encode(${argument(call, 0, 'string').sql})`;
  return `octet_length(${bytes})`;
}

function parseUrl(call: FunctionCall, duckdb: string): Translated {
  const texts = call.args.map((_, at) => argument(call, at, 'text').sql);
  return { sql: `${duckdb}${texts.length === 3 ? '_key' : ''}(${texts.join(', ')})`, type: STRING };
}
