import { refuse } from '../translate/environment.ts';
import { quoteText } from '../types/duckdb-type.ts';
import { arrayOf, BOOLEAN, INT, isUnknown, type SparkType, STRING } from '../types/spark-type.ts';
import { like } from './comparisons.ts';
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
import { type Regex, translateRegex } from './regex.ts';

function names(call: FunctionCall, ...usual: readonly string[]): string {
  return `${call.name}(${[...call.args.map((arg) => arg.name), ...usual].join(', ')})`;
}

/** Java's split: a limit above 0 leaves the rest in the last piece. */
function split(call: FunctionCall): Translated {
  const text = argument(call, 0, 'string').sql;
  const limit = call.args[2] ? argument(call, 2, 'int').sql : '-1';
  const name = names(call, ...(call.args[2] ? [] : ['-1']));
  const type = arrayOf(STRING);
  const [, pattern] = call.args;
  if (pattern?.type.kind === 'void') return { sql: 'CAST(NULL AS VARCHAR[])', type, name };
  if (pattern?.literal === '') return { sql: `spark_split_chars(${text}, ${limit})`, type, name };
  const regex = pattern && translateRegex(call.environment, pattern, argumentSpan(call, 1));
  if (!regex) return { sql: 'NULL', type, name };
  if (regex.matchesEmpty)
    return { ...refuse(call.environment, 'Splitting at what may be empty', argumentSpan(call, 1)), type, name };
  const guarded = regex.guard(text);
  const all = `string_split_regex(${guarded}, ${quoteText(regex.pattern)})`;
  const sql = call.args[2]
    ? `CASE WHEN ${limit} <= 0 THEN ${all} ELSE spark_split(${guarded}, ${quoteText(regex.pattern)}, ${limit}) END`
    : all;
  if (call.args[2] && !/^[^(?]*$/.test(regex.pattern))
    return { ...refuse(call.environment, 'Splitting by groups with a limit', argumentSpan(call, 1)), type, name };
  return { sql, type, name };
}

/** A rule over a pattern that never matches nothing. */
function searching(
  arity: readonly [number, number],
  type: SparkType,
  usual: readonly string[],
  search: (text: string, regex: Regex, call: FunctionCall) => string | undefined,
): FunctionRule {
  return custom(arity, (call) => {
    const text = argument(call, 0, 'string').sql;
    const [, pattern] = call.args;
    const name = names(call, ...usual.slice(call.args.length - arity[0]));
    if (pattern?.type.kind === 'void') return { sql: 'NULL', type, name };
    const regex = pattern && translateRegex(call.environment, pattern, argumentSpan(call, 1));
    if (!regex) return { sql: 'NULL', type, name };
    if (regex.matchesEmpty)
      return { ...refuse(call.environment, 'Finding what may be empty', argumentSpan(call, 1)), type, name };
    return { sql: search(regex.guard(text), regex, call) ?? 'NULL', type, name };
  });
}

function extractAll(text: string, regex: Regex, call: FunctionCall): string | undefined {
  const group = call.args[2] ? Number(literalArgument(call, 2) ?? NaN) : 1;
  // A group that took no part is NULL in DuckDB, and empty in Java.
  if (group >= 0 && group <= regex.groups)
    return `list_transform(regexp_extract_all(${text}, ${quoteText(regex.pattern)}, ${group}), lambda __g: coalesce(__g, ''))`;
  refuse(
    call.environment,
    'A group that the pattern does not have',
    call.node,
    'Say which group: 0 is the whole match.',
  );
  return undefined;
}

/** The place of the first match: what stands before it is matched as little as can be. */
function firstPlace(text: string, { pattern }: Regex): string {
  const found = `regexp_extract(${text}, ${quoteText(`(?s)^(.*?)(?:${pattern})`)}, 1)`;
  return `CASE WHEN regexp_matches(${text}, ${quoteText(pattern)}) THEN CAST(length(${found}) + 1 AS INTEGER)
    WHEN ${text} IS NOT NULL THEN 0 END`;
}

/** `like(s, p)` and `ilike(s, p)` as their operators. */
function likeCall(operator: 'LIKE' | 'ILIKE'): FunctionRule {
  return custom([2, 3], (call) => {
    const [operand, pattern] = call.node.args;
    const escape = literalArgument(call, 2);
    if (!operand || !pattern || (call.args[2] && escape === undefined))
      return refuse(call.environment, `${call.name} with an escape that is no literal`, call.node);
    const { start, end } = call.node;
    const parts = { operator, operand, patterns: [pattern], quantifier: undefined, escape, not: false };
    const typed = like(call.environment, { kind: 'like', ...parts, start, end });
    return { sql: typed.sql, type: BOOLEAN, name: typed.name };
  });
}

/** Text is always UTF-8 in DuckDB: only bytes can be something else. */
function utf8(duckdb: string, type: SparkType, ofText: (sql: string) => string): FunctionRule {
  return custom([1, 1], (call) => {
    const [arg] = call.args;
    if (arg?.type.kind === 'binary') return { sql: `${duckdb}(${arg.sql})`, type };
    return { sql: ofText(argument(call, 0, 'string').sql), type };
  });
}

const itself = (sql: string): string => sql;
const locate: FunctionRule = custom([2, 3], (call) => {
  const from = call.args[2] ? argument(call, 2, 'int').sql : '1';
  const [part, text] = [0, 1].map((at) => argument(call, at, 'string').sql);
  const name = names(call, ...(call.args[2] ? [] : ['1']));
  return { sql: `CAST(spark_locate(${part ?? ''}, ${text ?? ''}, ${from}) AS INTEGER)`, type: INT, name };
});

export const TEXT_SEARCH_RULES: FunctionTable = {
  split: custom([2, 3], split),
  split_part: scalar(['string', 'string', 'int'], STRING, (s, d, n) => `spark_split_part(${s}, ${d}, ${n})`),
  position: locate,
  charindex: locate,
  regexp_count: searching([2, 2], INT, [], (text, { pattern }) => {
    const all = `regexp_extract_all(${text}, ${quoteText(pattern)}, 0)`;
    return `CAST(len(${all}) AS INTEGER)`;
  }),
  regexp_substr: searching(
    [2, 2],
    STRING,
    [],
    (text, { pattern }) => `nullif(regexp_extract(${text}, ${quoteText(pattern)}, 0), '')`,
  ),
  regexp_instr: searching([2, 3], INT, ['0'], firstPlace),
  regexp_extract_all: searching([2, 3], arrayOf(STRING), ['1'], extractAll),
  like: likeCall('LIKE'),
  ilike: likeCall('ILIKE'),
  is_valid_utf8: utf8('spark_is_valid_utf8', BOOLEAN, (s) => `CASE WHEN ${s} IS NOT NULL THEN true END`),
  make_valid_utf8: utf8('spark_make_valid_utf8', STRING, itself),
  validate_utf8: utf8('spark_validate_utf8', STRING, itself),
  try_validate_utf8: utf8('spark_try_validate_utf8', STRING, itself),
  levenshtein: custom([2, 3], (call) => {
    const [a, b] = [0, 1].map((at) => argument(call, at, 'string').sql);
    const distance = `spark_levenshtein(${a ?? ''}, ${b ?? ''})`;
    const limit = literalArgument(call, 2);
    if (!call.args[2]) return { sql: distance, type: INT };
    if (limit === undefined && !isUnknown(call.args[2].type))
      return refuse(call.environment, 'levenshtein with a limit that is no literal', argumentSpan(call, 2));
    return { sql: `CASE WHEN ${distance} > ${limit ?? '0'} THEN -1 ELSE ${distance} END`, type: INT };
  }),
};
