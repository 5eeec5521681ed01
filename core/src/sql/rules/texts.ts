import { coerce, mismatch, unify } from '../translate/coerce.ts';
import { refuse } from '../translate/environment.ts';
import { quoteText, toDuckdbType } from '../types/duckdb-type.ts';
import { BINARY, BOOLEAN, INT, isNumeric, isUnknown, STRING, UNKNOWN } from '../types/spark-type.ts';
import type { Typed } from '../translate/typed.ts';
import {
  argument,
  argumentSpan,
  custom,
  type FunctionCall,
  type FunctionRule,
  type FunctionTable,
  literalArgument,
  scalar,
  type Translated,
} from './function-rule.ts';
import { misplaced } from './random.ts';
import { translateRegex } from './regex.ts';

/** Any printable value as text, as concat takes it. */
function asText(call: FunctionCall, at: number): Typed {
  const typed = call.args[at];
  if (!typed) throw new Error('an argument is missing');
  const printable =
    typed.type.kind === 'string' ||
    isNumeric(typed.type) ||
    ['boolean', 'date', 'time', 'timestamp', 'timestamp_ntz', 'variant', 'void'].includes(typed.type.kind);
  if (!printable && !isUnknown(typed.type))
    return mismatch(call.environment, typed, 'a string', argumentSpan(call, at));
  return coerce(call.environment, typed, STRING, argumentSpan(call, at));
}

/** Arrays one after another, with elements of one type; NULL where one is. */
function concatenated(call: FunctionCall): Translated {
  if (call.args.some(({ type }) => isUnknown(type))) return { sql: 'NULL', type: UNKNOWN };
  const other = call.args.findIndex(({ type }) => type.kind !== 'array');
  const odd = call.args[other];
  if (odd) return mismatch(call.environment, odd, 'an array', argumentSpan(call, other));
  const { type, items } = unify(call.environment, call.args, call.node.args, 'bytes');
  return { sql: `(${items.map(({ sql }) => `CAST(${sql} AS ${toDuckdbType(type)})`).join(' || ')})`, type };
}

function concat(call: FunctionCall): Translated {
  const [first] = call.args;
  if (
    first?.type.kind === 'array' ||
    call.args.some((arg) => arg.type.kind === 'array' || arg.type.kind === 'binary')
  ) {
    if (call.args.every((arg) => arg.type.kind === 'binary' || arg.type.kind === 'void'))
      return { sql: `(${call.args.map((_, at) => argument(call, at, 'binary').sql).join(' || ')})`, type: BINARY };
    if (first?.type.kind !== 'array' && call.args.every((arg) => arg.type.kind !== 'array')) {
      const texts = call.args.map((_, at) => argument(call, at, 'string').sql);
      return { sql: `(${texts.join(' || ')})`, type: STRING };
    }
    return concatenated(call);
  }
  if (call.args.length === 0) return { sql: "''", type: STRING };
  return { sql: `(${call.args.map((_, at) => asText(call, at).sql).join(' || ')})`, type: STRING };
}

/** NULLs are left out; arrays give their elements. */
/** The texts of a list one after another; DuckDB's own function takes a separator that is the same for all rows only. */
export function joinedTexts(list: string, separator: Typed): string {
  const joined =
    typeof separator.literal === 'string'
      ? `array_to_string(${list}, ${separator.sql})`
      : `spark_joined(${list}, ${separator.sql})`;
  return `coalesce(${joined}, '')`;
}

function concatWs(call: FunctionCall): Translated {
  const given = argument(call, 0, 'string');
  const separator = given.sql;
  const rest = call.args.slice(1);
  if (rest.length === 0) return { sql: `CASE WHEN ${separator} IS NULL THEN NULL ELSE '' END`, type: STRING };
  const pieces = rest.map((arg, at) => {
    if (arg.type.kind !== 'array') return `[${asText(call, at + 1).sql}]`;
    if (arg.type.element.kind === 'void') return 'CAST([] AS VARCHAR[])';
    if (arg.type.element.kind !== 'string')
      mismatch(call.environment, arg, 'array<string>', argumentSpan(call, at + 1));
    return `coalesce(${arg.sql}, CAST([] AS VARCHAR[]))`;
  });
  const list = `list_filter(${pieces.length === 1 ? (pieces[0] ?? '') : `(${pieces.join(' || ')})`}, lambda __s: __s IS NOT NULL)`;
  return {
    sql: `CASE WHEN ${separator} IS NULL THEN NULL ELSE ${joinedTexts(list, given)} END`,
    type: STRING,
  };
}

function trimmed(side: 'trim' | 'ltrim' | 'rtrim', charactersFirst: boolean): FunctionRule {
  return custom([1, 2], (call) => {
    const [text, characters] = charactersFirst && call.args.length === 2 ? [1, 0] : [0, 1];
    const set = call.args.length === 2 ? argument(call, characters, 'string') : undefined;
    const sql = `${side}(${argument(call, text, 'string').sql}, ${set?.sql ?? "' '"})`;
    const names = { trim: 'BOTH', ltrim: 'LEADING', rtrim: 'TRAILING' };
    const plain = call.args[text]?.name ?? '';
    const name = set ? `TRIM(${names[side]} ${set.name} FROM ${plain})` : undefined;
    return { sql, type: STRING, name: name ?? `${call.name.split(' ')[0] ?? ''}(${plain})` };
  });
}

function length(call: FunctionCall): Translated {
  const [text] = call.args;
  if (text?.type.kind === 'binary') return { sql: `CAST(octet_length(${text.sql}) AS INTEGER)`, type: INT };
  return { sql: `CAST(length(${argument(call, 0, 'string').sql}) AS INTEGER)`, type: INT };
}

function regexpExtract(call: FunctionCall): Translated {
  const text = argument(call, 0, 'string').sql;
  const pattern = call.args[1];
  const regex = pattern && translateRegex(call.environment, pattern, argumentSpan(call, 1));
  const group = call.args[2] ? Number(literalArgument(call, 2) ?? NaN) : 1;
  const name = `${call.name}(${[...call.args.map((arg) => arg.name), ...(call.args.length === 2 ? ['1'] : [])].join(', ')})`;
  if (!regex) return { sql: 'NULL', type: STRING, name };
  if (!(group >= 0 && group <= regex.groups))
    return {
      ...refuse(
        call.environment,
        'A group that the pattern does not have',
        call.node,
        'Say which group: 0 is the whole match.',
      ),
      type: STRING,
    };
  return { sql: `regexp_extract(${regex.guard(text)}, ${quoteText(regex.pattern)}, ${group})`, type: STRING, name };
}

function regexpReplace(call: FunctionCall): Translated {
  const text = argument(call, 0, 'string').sql;
  const [, pattern, replacement] = call.args;
  const regex = pattern && translateRegex(call.environment, pattern, argumentSpan(call, 1));
  const position = call.args[3];
  const name = `${call.name}(${call.args.map((arg) => arg.name).join(', ')}${position ? '' : ', 1'})`;
  if (!regex || !replacement || isUnknown(replacement.type)) return { sql: 'NULL', type: STRING, name };
  const from = positionOf(call, position);
  if (from === undefined) return { sql: 'NULL', type: STRING, name };
  if (typeof replacement.literal !== 'string')
    return refuse(call.environment, 'A replacement that is no literal', argumentSpan(call, 2));
  if (regex.matchesEmpty)
    return refuse(
      call.environment,
      'Replacing what may be empty',
      argumentSpan(call, 1),
      'Use + where the pattern has *.',
    );
  const rewritten = replacementText(replacement.literal, regex.groups);
  if (rewritten === undefined)
    return refuse(
      call.environment,
      'This replacement',
      argumentSpan(call, 2),
      'Use $1 for the first group, at most $9.',
    );
  const replaced = (rest: string): string =>
    `regexp_replace(${regex.guard(rest)}, ${quoteText(regex.pattern)}, ${quoteText(rewritten)}, 'g')`;
  const sql =
    from === 1 ? replaced(text) : `spark_from_position(${text}, ${from}, ${replaced(`substr(${text}, ${from})`)})`;
  return { sql, type: STRING, name };
}

/** The place from 1 from which `regexp_replace` looks, where nothing before it is seen; undefined where there is none. */
function positionOf(call: FunctionCall, position: Typed | undefined): number | undefined {
  if (!position) return 1;
  if (position.type.kind === 'void') return undefined;
  const from = position.type.kind === 'int' && typeof position.literal === 'string' ? Number(position.literal) : NaN;
  if (Number.isInteger(from) && from >= 1) return from;
  refuse(call.environment, 'A position that is no number from 1', argumentSpan(call, 3), 'Write the number.');
  return undefined;
}

/** Java's `$1` and `\$` as RE2's `\1` and `$`. */
function replacementText(text: string, groups: number): string | undefined {
  let result = '';
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    const next = text.charAt(at + 1);
    if (char === '\\') {
      if (next === '') return undefined;
      result += next === '\\' ? '\\\\' : next;
      at++;
    } else if (char === '$') {
      if (!/\d/.test(next) || Number(next) > groups || /\d/.test(text.charAt(at + 2))) return undefined;
      result += `\\${next}`;
      at++;
    } else result += char;
  }
  return result;
}

function matched(call: FunctionCall): Translated {
  const text = argument(call, 0, 'string').sql;
  const regex = call.args[1] && translateRegex(call.environment, call.args[1], argumentSpan(call, 1));
  const name = `RLIKE(${call.args.map((arg) => arg.name).join(', ')})`;
  return {
    sql: regex ? `regexp_matches(${regex.guard(text)}, ${quoteText(regex.pattern)})` : 'NULL',
    type: BOOLEAN,
    name: call.name === 'rlike' ? name : `${call.name}(${call.args.map((arg) => arg.name).join(', ')})`,
  };
}

const onBytes = (call: FunctionCall, ...at: number[]): boolean =>
  at.every((index) => ['binary', 'void'].includes(call.args[index]?.type.kind ?? 'void')) &&
  call.args.some((arg) => arg.type.kind === 'binary');

function found(duckdb: string, bytes: string): FunctionRule {
  return custom([2, 2], (call) => {
    const binary = onBytes(call, 0, 1);
    const [a, b] = [0, 1].map((at) => argument(call, at, binary ? 'binary' : 'string').sql);
    return { sql: `${binary ? bytes : duckdb}(${a ?? ''}, ${b ?? ''})`, type: BOOLEAN };
  });
}

function padded(side: 'lpad' | 'rpad'): FunctionRule {
  return custom([2, 3], (call) => {
    if (onBytes(call, 0, 2)) {
      const bytes = call.args[2] ? argument(call, 2, 'binary') : { sql: "'\\x00'::BLOB", name: "X'00'" };
      const sql = `spark_${side}_bytes(${argument(call, 0, 'binary').sql}, ${argument(call, 1, 'int').sql}, ${bytes.sql})`;
      const names = [call.args[0]?.name, call.args[1]?.name, bytes.name];
      return { sql, type: BINARY, name: `${side}(${names.join(', ')})` };
    }
    const pad = call.args[2] ? argument(call, 2, 'string') : undefined;
    const size = argument(call, 1, 'int').sql;
    const name = `${side}(${[...call.args.map((arg) => arg.name), ...(pad ? [] : [' '])].join(', ')})`;
    const given = call.args[2]?.literal;
    const duckdb = pad && (typeof given !== 'string' || given === '') ? `spark_${side}` : side;
    return { sql: `${duckdb}(${argument(call, 0, 'string').sql}, ${size}, ${pad?.sql ?? "' '"})`, type: STRING, name };
  });
}

const upper = scalar(['string'], STRING, (s) => `spark_upper(${s})`);
const lower = scalar(['string'], STRING, (s) => `spark_lower(${s})`);
const cut: FunctionRule = custom([2, 3], (call) => {
  const bytes = call.args[0]?.type.kind === 'binary';
  const args = call.args.map((_, at) => argument(call, at, at === 0 ? (bytes ? 'binary' : 'string') : 'int').sql);
  const names = call.args.map((arg) => arg.name);
  const name = `${call.name}(${[...names, ...(names.length === 2 ? ['2147483647'] : [])].join(', ')})`;
  const [b = '', from = '', length = '2147483647'] = args;
  if (bytes) return { sql: `spark_substring_bytes(${b}, ${from}, ${length})`, type: BINARY, name };
  return { sql: `spark_substring${args.length === 2 ? '_to_end' : ''}(${args.join(', ')})`, type: STRING, name };
});

export const TEXT_FUNCTIONS: FunctionTable = {
  concat: custom([0, 64], concat),
  concat_ws: custom([1, 64], concatWs),
  upper,
  ucase: upper,
  lower,
  lcase: lower,
  trim: trimmed('trim', false),
  btrim: custom([1, 2], (call) => {
    const set = call.args[1] ? argument(call, 1, 'string').sql : "' '";
    return { sql: `trim(${argument(call, 0, 'string').sql}, ${set})`, type: STRING };
  }),
  ltrim: trimmed('ltrim', true),
  rtrim: trimmed('rtrim', true),
  'trim both': trimmed('trim', false),
  'trim leading': trimmed('ltrim', false),
  'trim trailing': trimmed('rtrim', false),
  length: custom([1, 1], length),
  len: custom([1, 1], length),
  char_length: custom([1, 1], length),
  character_length: custom([1, 1], length),
  substring: cut,
  substr: cut,
  left: custom([2, 2], (call) => {
    const n = argument(call, 1, 'int').sql;
    if (call.args[0]?.type.kind === 'binary')
      return { sql: `spark_substring_bytes(${call.args[0].sql}, 1, ${n})`, type: BINARY };
    return { sql: `spark_left(${argument(call, 0, 'string').sql}, ${n})`, type: STRING };
  }),
  right: scalar(['string', 'int'], STRING, (s, n) => `spark_right(${s}, ${n})`),
  replace: custom([2, 3], (call) => {
    const by = call.args[2] ? argument(call, 2, 'string').sql : "''";
    const name = `replace(${[...call.args.map((arg) => arg.name), ...(call.args[2] ? [] : [''])].join(', ')})`;
    return {
      sql: `replace(${argument(call, 0, 'string').sql}, ${argument(call, 1, 'string').sql}, ${by})`,
      type: STRING,
      name,
    };
  }),
  instr: scalar(['string', 'string'], INT, (s, part) => `CAST(strpos(${s}, ${part}) AS INTEGER)`),
  locate: custom([2, 3], (call) => {
    const from = call.args[2] ? argument(call, 2, 'int').sql : '1';
    const name = `locate(${[...call.args.map((arg) => arg.name), ...(call.args[2] ? [] : ['1'])].join(', ')})`;
    return {
      sql: `CAST(spark_locate(${argument(call, 0, 'string').sql}, ${argument(call, 1, 'string').sql}, ${from}) AS INTEGER)`,
      type: INT,
      name,
    };
  }),
  startswith: found('starts_with', 'spark_startswith_bytes'),
  endswith: found('ends_with', 'spark_endswith_bytes'),
  contains: found('contains', 'spark_contains_bytes'),
  lpad: padded('lpad'),
  rpad: padded('rpad'),
  repeat: scalar(['string', 'int'], STRING, (s, n) => `repeat(${s}, greatest(${n}, 0))`),
  reverse: custom([1, 1], (call) => {
    const type = call.args[0]?.type;
    if (type?.kind === 'array') return { sql: `list_reverse(${call.args[0]?.sql ?? ''})`, type };
    return { sql: `reverse(${argument(call, 0, 'string').sql})`, type: STRING };
  }),
  space: scalar(['int'], STRING, (n) => `CASE WHEN ${n} IS NOT NULL THEN repeat(' ', greatest(${n}, 0)) END`),
  translate: scalar(['string', 'string', 'string'], STRING, (s, from, to) => `translate(${s}, ${from}, ${to})`),
  ascii: scalar(['string'], INT, (s) => `CAST(CASE WHEN ${s} = '' THEN 0 ELSE unicode(${s}) END AS INTEGER)`),
  regexp_extract: custom([2, 3], regexpExtract),
  regexp_replace: custom([3, 4], regexpReplace),
  rlike: custom([2, 2], matched),
  regexp_like: custom([2, 2], matched),
  regexp: custom([2, 2], matched),
  md5: custom([1, 1], (call) => ({ sql: `md5(${binaryOrText(call)})`, type: STRING })),
  sha2: custom([2, 2], (call) => {
    const { literal, type } = call.args[1] ?? {};
    if (type?.kind === 'int' && (literal === '256' || literal === '0'))
      return { sql: `sha256(${binaryOrText(call)})`, type: STRING };
    const text = binaryOrText(call);
    const bytes = call.args[0]?.type.kind === 'binary' ? text : `encode(${text})`;
    return { sql: `spark_sha2(${bytes}, ${argument(call, 1, 'int').sql})`, type: STRING };
  }),
  sha1: custom([1, 1], (call) => ({ sql: `sha1(${binaryOrText(call)})`, type: STRING })),
  sha: custom([1, 1], (call) => ({ sql: `sha1(${binaryOrText(call)})`, type: STRING })),
  uuid: custom([0, 0], (call) => {
    const place = misplaced(call);
    if (place !== undefined)
      refuse(call.environment, `uuid ${place}`, call.node, 'Compute it in a query of its own first.');
    return { sql: 'CAST(uuid() AS VARCHAR)', type: STRING, volatile: true };
  }),
};

function binaryOrText(call: FunctionCall): string {
  return call.args[0]?.type.kind === 'binary' ? call.args[0].sql : argument(call, 0, 'text').sql;
}
