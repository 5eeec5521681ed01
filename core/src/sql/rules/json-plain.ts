import { quoteText, toDuckdbType } from '../types/duckdb-type.ts';
import type { SparkType, StructField } from '../types/spark-type.ts';
import type { Options } from './function-options.ts';

/** How DuckDB reads a JSON text that Spark would read no otherwise. */
export interface PlainJson {
  /** True only for a text of which DuckDB's answer is Spark's; over `text`, a DuckDB expression. */
  readonly isPlain: (text: string) => string;
  /** True only for a text that Spark finds malformed, and that it reads as NULLs: an object that nothing closes. */
  readonly isCutOff: (text: string) => string;
  /** Also `'{}'`, as NULLs. */
  readonly read: (text: string) => string;
}

const SPACE = String.raw`[ \t\n\r]*`;
/** Neither escapes nor control characters: the text between the quotes is the value. */
const IN_TEXT = String.raw`"\\\x00-\x1f`;
const TEXT = `"[^${IN_TEXT}]*"`;
const INTEGER = '(?:0|-?[1-9][0-9]{0,16})';
/** Neither a negative zero, nor an exponent, nor so many digits that it would be infinite. */
const FRACTION = '(?:0|-?[1-9][0-9]{0,16})(?:[.][0-9]{1,24})?|-0[.][0-9]{0,23}[1-9]';

/** What a field of the type may hold and still be the same for both; a number in a STRING keeps its digits only without a fraction. */
const VALUES: Readonly<Record<string, string>> = {
  string: `${TEXT}|${INTEGER}|true|false|null`,
  int: '0|-?[1-9][0-9]{0,8}|null',
  bigint: `${INTEGER}|null`,
  double: `${FRACTION}|null`,
  boolean: 'true|false|null',
};

/** The value of a field that is not asked for. */
const ANY = `(?:${TEXT}|${INTEGER}(?:[.][0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null)`;

/** More than that is not worth compiling for each statement. */
const LONGEST_PATTERN = 20_000;

/**
 * The short way for what most events are: an object of scalars without escapes, read into a flat struct. Undefined where the schema
 * has other types or the options say otherwise. One thing DuckDB does differently even then is a repeated key, of which Spark
 * takes the last and DuckDB the first: such a text is not plain.
 */
export function plainJson(type: SparkType, options: Options): PlainJson | undefined {
  if (type.kind !== 'struct' || type.fields.length === 0) return undefined;
  if (Object.keys(options).some((name) => name !== 'mode')) return undefined;
  const { fields } = type;
  const areKnown = fields.every(
    ({ name, type: { kind } }) => kind in VALUES && name !== '_corrupt_record' && /^[^"\\\p{Cc}]+$/u.test(name),
  );
  if (!areKnown) return undefined;
  const patterns = [afterFirst(fields), inOrder(fields), inAnyOrder(fields), keyTwice(fields)];
  if (patterns.some(({ length }) => length > LONGEST_PATTERN)) return undefined;
  const shape = JSON.stringify(Object.fromEntries(fields.map((field) => [field.name, toDuckdbType(field.type)])));
  return {
    isCutOff: (text) =>
      options['mode']?.toUpperCase() === 'FAILFAST'
        ? 'false'
        : `starts_with(${text}, '{') AND NOT contains(${text}, '}')`,
    isPlain: (text) => `spark_json_plain(${[text, ...patterns.map(quoteText)].join(', ')})`,
    read: (text) => `json_transform(${text}, ${quoteText(shape)})`,
  };
}

function member(names: string, values: string): string {
  return `"${names}"${SPACE}:${SPACE}(?:${values})${SPACE}`;
}

/** As most producers write: the first key, then each other at most once, in the schema's order. Whatever matches is valid. */
function afterFirst([first, ...others]: readonly StructField[]): string {
  if (!first) throw new Error('a struct has fields');
  const named = ({ name, type }: StructField): string => member(escaped(name), VALUES[type.kind] ?? '');
  const rest = others.map((field) => `(?:,${SPACE}${named(field)})?`);
  return `${SPACE}[{]${SPACE}${named(first)}${rest.join('')}[}]${SPACE}`;
}

/** The same where the first key may be missing too: each key at most once, in the schema's order. It does not see a comma too few or too many in front. */
function inOrder(fields: readonly StructField[]): string {
  const members = fields.map(({ name, type }) => `(?:,?${SPACE}${member(escaped(name), VALUES[type.kind] ?? '')})?`);
  return `${SPACE}[{]${SPACE}${members.join('')}[}]${SPACE}`;
}

/** Any order, and other keys between. */
function inAnyOrder(fields: readonly StructField[]): string {
  const byKind = Map.groupBy(fields, ({ type }) => type.kind);
  const known = [...byKind].map(([kind, those]) =>
    member(`(?:${those.map(({ name }) => escaped(name)).join('|')})`, VALUES[kind] ?? ''),
  );
  const one = `(?:${[...known, member(otherThan(fields.map(({ name }) => name)), ANY)].join('|')})`;
  return `${SPACE}[{]${SPACE}(?:${one}(?:,${SPACE}${one})*)?[}]${SPACE}`;
}

/** In a text without escapes a quoted name before a colon is a key. */
function keyTwice(fields: readonly StructField[]): string {
  return fields
    .map(({ name }) => `"${escaped(name)}"${SPACE}:`)
    .map((key) => `${key}(?s:.*)${key}`)
    .join('|');
}

type Tree = Map<string, Tree>;
const END = '';

/** Every text but these: DuckDB's regular expressions look at nothing ahead, so the others are spelled out along the names' tree. */
function otherThan(names: readonly string[]): string {
  const root: Tree = new Map();
  for (const name of names) {
    let at = root;
    // By code points, as DuckDB's regular expressions match.
    for (const char of [...Array.from(name), END]) {
      const next: Tree = at.get(char) ?? new Map<string, Tree>();
      at.set(char, next);
      at = next;
    }
  }
  return otherThanBelow(root);
}

function otherThanBelow(tree: Tree): string {
  const branches = [...tree].filter(([char]) => char !== END);
  const others = `[^${IN_TEXT}${branches.map(([char]) => escaped(char)).join('')}][^${IN_TEXT}]*`;
  const further = branches.map(([char, below]) => `${escaped(char)}${otherThanBelow(below)}`);
  return `(?:${[...further, others].join('|')})${tree.has(END) ? '' : '?'}`;
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}
