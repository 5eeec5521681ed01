import { castSql } from '../translate/cast.ts';
import { coerce } from '../translate/coerce.ts';
import { refuse } from '../translate/environment.ts';
import type { Typed } from '../translate/typed.ts';
import { numberFormat } from '../functions/number-format.ts';
import { toDuckdbType } from '../types/duckdb-type.ts';
import {
  BINARY,
  BOOLEAN,
  decimal,
  DOUBLE,
  INT,
  isDatetime,
  isFractional,
  isNumeric,
  isUnknown,
  STRING,
  typeText,
} from '../types/spark-type.ts';
import { dateFormat } from './datetime-texts.ts';
import {
  argument,
  argumentSpan,
  custom,
  type FunctionCall,
  type FunctionTable,
  scalar,
  type Translated,
  literalArgument,
} from './function-rule.ts';

const MASKS = ['X', 'x', 'n'];

/** `mask(s, upper, lower, digit, other)`: NULL leaves its kind of character as it is. */
function mask(call: FunctionCall): Translated {
  const kinds = [1, 2, 3, 4].map((at) => {
    const given = call.args[at];
    const usual = MASKS[at - 1];
    if (!given) return { sql: usual === undefined ? "''" : `'${usual}'`, name: usual ?? 'NULL' };
    if (given.type.kind === 'void') return { sql: "''", name: 'NULL' };
    if (given.type.kind !== 'string' || typeof given.literal !== 'string' || given.literal.length !== 1)
      refuse(call.environment, 'mask with other than one character', argumentSpan(call, at));
    return { sql: given.sql, name: given.name };
  });
  const text = argument(call, 0, 'text');
  return {
    sql: `spark_mask(${text.sql}, ${kinds.map(({ sql }) => sql).join(', ')})`,
    type: STRING,
    name: `${call.name}(${[text.name, ...kinds.map(({ name }) => name)].join(', ')})`,
  };
}

const BYTES: Readonly<Record<string, number>> = { tinyint: 1, smallint: 2, int: 4, bigint: 8 };

/** What Java's formatter is given of a moment: whole days, or microseconds. */
const COUNTED: Readonly<Record<string, (sql: string) => string>> = {
  date: (sql) => `'4' || (${sql} - DATE '1970-01-01')`,
  timestamp: (sql) => `'8' || epoch_us(${sql})`,
  timestamp_ntz: (sql) => `'8' || epoch_us(${sql})`,
};

/** A value as format_string takes it: the bytes of a whole number, `f` a double, `g` a float, `s` anything else; a decimal is an object to Java's formatter. */
function formatString(call: FunctionCall): Translated {
  const format = argument(call, 0, 'string');
  const values = call.args.slice(1).map((arg, at) => {
    if (arg.type.kind === 'void') return 'CAST(NULL AS VARCHAR)';
    if (arg.type.kind === 'decimal') return `('s' || ${castSql(arg.sql, arg.type, STRING, 'legacy') ?? 'NULL'})`;
    const counted = COUNTED[arg.type.kind];
    if (counted) return counted(arg.sql);
    if (!isNumeric(arg.type) && arg.type.kind !== 'string' && arg.type.kind !== 'boolean' && !isUnknown(arg.type))
      refuse(call.environment, `format_string of ${typeText(arg.type).toUpperCase()}`, argumentSpan(call, at + 1));
    const kind = BYTES[arg.type.kind] ?? (arg.type.kind === 'float' ? 'g' : isNumeric(arg.type) ? 'f' : 's');
    const text = coerce(call.environment, arg, STRING, argumentSpan(call, at + 1)).sql;
    return `('${kind}' || ${text})`;
  });
  return { sql: `spark_format_string(${format.sql}, CAST([${values.join(', ')}] AS VARCHAR[]))`, type: STRING };
}

function formatNumber(call: FunctionCall): Translated {
  const value = argument(call, 0, 'number');
  if (call.args[1]?.type.kind === 'string' || (isFractional(value.type) && value.type.kind === 'float'))
    return refuse(call.environment, 'format_number of this', call.node);
  // Of a double the digits that Java writes.
  const text = value.type.kind === 'double' ? castSql(value.sql, DOUBLE, STRING, 'strict') : undefined;
  return {
    sql: `spark_format_number(${text ?? `CAST(${value.sql} AS VARCHAR)`}, ${argument(call, 1, 'int').sql})`,
    type: STRING,
  };
}

function formatOf(call: FunctionCall): string | undefined {
  const format = call.args[1]?.literal;
  if (typeof format === 'string' && numberFormat(format)) return format;
  if (!isUnknown(call.args[1]?.type ?? STRING))
    refuse(call.environment, `The number format ${call.args[1]?.name ?? ''}`, argumentSpan(call, 1));
  return undefined;
}

function toNumber(duckdb: string): (call: FunctionCall) => Translated {
  return (call) => {
    const format = formatOf(call);
    const parts = format === undefined ? undefined : numberFormat(format);
    if (!parts) return { sql: 'NULL', type: decimal(10, 0) };
    const scale = parts.fraction?.length ?? 0;
    const type = decimal(parts.whole.replaceAll(',', '').length + scale, scale);
    const text = argument(call, 0, 'string').sql;
    return { sql: `CAST(${duckdb}(${text}, ${call.args[1]?.sql ?? ''}) AS ${toDuckdbType(type)})`, type };
  };
}

/** elt(n, a, b, ...): the n-th; out of range is an error with ANSI on, else NULL. */
function elt(call: FunctionCall): Translated {
  const [, ...values] = call.args;
  const bytes = values.every((value) => value.type.kind === 'binary');
  const texts = values.map((value, at) => (bytes ? value.sql : argument(call, at + 1, 'string').sql));
  const index = argument(call, 0, 'int').sql;
  const type = bytes ? BINARY : STRING;
  const list = `CAST([${texts.join(', ')}] AS ${toDuckdbType(type)}[])`;
  const outside = call.environment.profile.ansi
    ? `error('[INVALID_ARRAY_INDEX] The index is out of bounds: the array has ${texts.length} elements.')`
    : 'NULL';
  return {
    sql: `CASE WHEN ${index} IS NULL THEN NULL WHEN ${index} BETWEEN 1 AND ${texts.length} THEN list_extract(${list}, ${index}) ELSE ${outside} END`,
    type,
  };
}

function overlay(call: FunctionCall): Translated {
  const length = call.args[3] ? argument(call, 3, 'int').sql : '-1';
  const names = [...call.args.map((arg) => arg.name), ...(call.args[3] ? [] : ['-1'])];
  if (call.args[0]?.type.kind === 'binary' && call.args[1]?.type.kind === 'binary')
    return {
      sql: `spark_overlay_bytes(${call.args[0].sql}, ${call.args[1].sql}, ${argument(call, 2, 'int').sql}, ${length})`,
      type: BINARY,
      name: `overlay(${names.join(', ')})`,
    };
  if (call.args[0]?.type.kind === 'binary') return refuse(call.environment, 'overlay of bytes with text', call.node);
  return {
    sql: `spark_overlay(${argument(call, 0, 'string').sql}, ${argument(call, 1, 'string').sql}, ${argument(call, 2, 'int').sql}, ${length})`,
    type: STRING,
    name: `overlay(${names.join(', ')})`,
  };
}

export const TEXT_FORMAT_RULES: FunctionTable = {
  mask: custom([1, 5], mask),
  luhn_check: scalar(['string'], BOOLEAN, (s) => `spark_luhn_check(${s})`),
  format_string: custom([1, 64], formatString),
  printf: custom([1, 64], formatString),
  format_number: custom([2, 2], formatNumber),
  to_number: custom([2, 2], toNumber('spark_to_number')),
  try_to_number: custom([2, 2], toNumber('spark_try_to_number')),
  to_char: custom([2, 2], toChar),
  to_varchar: custom([2, 2], toChar),
  elt: custom([2, 64], elt),
  overlay: custom([3, 4], overlay),
  quote: scalar(['string'], STRING, (s) => `spark_quote(${s})`),
  initcap: scalar(['string'], STRING, (s) => `spark_initcap(${s})`),
  soundex: scalar(['text'], STRING, (s) => `spark_soundex(${s})`),
  substring_index: scalar(['string', 'string', 'int'], STRING, (s, d, n) => `spark_substring_index(${s}, ${d}, ${n})`),
  find_in_set: scalar(['string', 'string'], INT, (s, list) => `spark_find_in_set(${s}, ${list})`),
  chr: scalar(['bigint'], STRING, (n) => `spark_chr(${n})`),
  char: scalar(['bigint'], STRING, (n) => `spark_chr(${n})`),
};

function toChar(call: FunctionCall): Translated {
  const [value] = call.args;
  if (!value || isUnknown(value.type)) return { sql: 'NULL', type: STRING };
  if (isDatetime(value.type)) return dateFormat(call);
  if (value.type.kind === 'binary') return bytesToChar(call, value);
  if (!isNumeric(value.type) || isFractional(value.type))
    return refuse(call.environment, `${call.name} of this value`, argumentSpan(call, 0));
  if (formatOf(call) === undefined) return { sql: 'NULL', type: STRING };
  return {
    sql: `spark_to_char(CAST(${value.sql} AS VARCHAR), ${call.args[1]?.sql ?? ''})`,
    type: STRING,
    name: `to_char(${call.args.map((arg) => arg.name).join(', ')})`,
  };
}

/** Bytes as `hex`, `base64` or `utf-8` writes them. */
function bytesToChar(call: FunctionCall, value: Typed): Translated {
  const format = literalArgument(call, 1)?.trim().toLowerCase() ?? '';
  switch (format) {
    case 'hex':
      return { sql: `hex(${value.sql})`, type: STRING, name: `hex(${value.name})` };
    case 'base64':
      return { sql: `spark_base64(${value.sql})`, type: STRING, name: `base64(${value.name})` };
    case 'utf-8':
      return { sql: `spark_decode(${value.sql}, 'utf-8')`, type: STRING, name: `decode(${value.name}, utf-8)` };
    default:
      return refuse(call.environment, `${call.name} of bytes with this format`, argumentSpan(call, 1));
  }
}
