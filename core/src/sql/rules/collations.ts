import type { Call } from '../syntax/nodes.ts';
import { comparable, collatedAs, carriesText, withOneCollation } from '../translate/collations.ts';
import { type Environment, refuse, report } from '../translate/environment.ts';
import { mismatch } from '../translate/coerce.ts';
import type { Typed } from '../translate/typed.ts';
import { collationName, collationParts, EMULATED_COLLATIONS, INDETERMINATE } from '../types/collation.ts';
import { quoteText } from '../types/duckdb-type.ts';
import { BOOLEAN, collationOf, INT, isCollated, type SparkType, STRING } from '../types/spark-type.ts';
import {
  argument,
  argumentSpan,
  custom,
  type FunctionCall,
  type FunctionRule,
  type FunctionTable,
  type Translated,
} from './function-rule.ts';

/** What a collation is to a function. */
type Meaning =
  /** Nothing: it looks at bytes, and its result has none of it. */
  | { readonly kind: 'none' }
  /** Its result has the collation of its first argument, or of all together, which then are one. */
  | { readonly kind: 'first' | 'all' }
  /** Its rule brings its arguments together itself. */
  | { readonly kind: 'own' }
  /** It searches: `lowercase` is the same by UTF8_LCASE. */
  | { readonly kind: 'search'; readonly trims?: boolean; readonly lowercase: (call: FunctionCall) => Translated };

function search(
  name: string,
  parameters: readonly ('string' | 'int')[],
  type: SparkType,
  order: readonly number[] = parameters.map((_, at) => at),
  trims = false,
): Meaning {
  const lowercase = (call: FunctionCall): Translated => {
    const trimmed = trims && call.args.some(({ type: one }) => (collationOf(one) ?? '').endsWith('_RTRIM'));
    const args = parameters.map((parameter, at) => {
      if (!call.args[at]) return parameter === 'int' ? '1' : "''";
      const { sql } = argument(call, at, parameter);
      return trimmed && parameter === 'string' ? `rtrim(${sql}, ' ')` : sql;
    });
    const first = call.args[0]?.type ?? STRING;
    return {
      sql: `spark_lcase_${name}(${order.map((at) => args[at] ?? '').join(', ')})`,
      type: type.kind === 'string' ? collatedAs(type, first) : type,
    };
  };
  return { kind: 'search', trims, lowercase };
}

/** trim, ltrim and rtrim; with one argument only spaces go, which have no case. */
function trimming(side: string, charactersFirst: boolean): Meaning {
  const lowercase = (call: FunctionCall): Translated => {
    const [text, set] = charactersFirst && call.args.length === 2 ? [1, 0] : [0, 1];
    const characters = call.args.length === 2 ? argument(call, set, 'string').sql : "' '";
    const type = collatedAs(STRING, call.args[text]?.type ?? STRING);
    return { sql: `spark_lcase_trim(${argument(call, text, 'string').sql}, ${characters}, '${side}')`, type };
  };
  return { kind: 'search', lowercase };
}

const NONE: Meaning = { kind: 'none' };
const FIRST: Meaning = { kind: 'first' };
const ALL: Meaning = { kind: 'all' };
const OWN: Meaning = { kind: 'own' };
const locate = search('locate', ['string', 'string', 'int'], INT, [0, 1, 2], true);

function each(names: string, meaning: Meaning): readonly (readonly [string, Meaning])[] {
  return names.split(' ').map((name) => [name, meaning] as const);
}

/** Every function that may be given collated text. */
const MEANINGS: ReadonlyMap<string, Meaning> = new Map([
  ...each('length len char_length character_length octet_length bit_length ascii crc32 md5 sha sha1 sha2', NONE),
  ...each('isnull isnotnull typeof collation count to_date to_timestamp', NONE),
  ...each('row_number rank dense_rank percent_rank cume_dist ntile', NONE),
  ...each('upper ucase lower lcase substring substr left right repeat reverse hex', FIRST),
  ...each('first last any_value first_value last_value lag lead explode posexplode array_agg collect_list', FIRST),
  ...each('concat concat_ws overlay lpad rpad', ALL),
  ...each('coalesce nvl ifnull nvl2 if iff collate array named_struct struct max min', OWN),
  ...each('nullif greatest least equal_null listagg string_agg', OWN),
  ['contains', search('contains', ['string', 'string'], BOOLEAN, [0, 1], true)],
  ['startswith', search('startswith', ['string', 'string'], BOOLEAN, [0, 1], true)],
  ['endswith', search('endswith', ['string', 'string'], BOOLEAN, [0, 1], true)],
  ['instr', { ...search('locate', ['string', 'string', 'int'], INT, [1, 0, 2], true) }],
  ['locate', locate],
  ['position', locate],
  ['charindex', locate],
  ['replace', search('replace', ['string', 'string', 'string'], STRING)],
  ['translate', search('translate', ['string', 'string', 'string'], STRING)],
  ['substring_index', search('substring_index', ['string', 'string', 'int'], STRING)],
  ['split_part', search('split_part', ['string', 'string', 'int'], STRING)],
  ['find_in_set', search('find_in_set', ['string', 'string'], INT)],
  ['trim', trimming('trim', false)],
  ['btrim', trimming('trim', false)],
  ['ltrim', trimming('ltrim', true)],
  ['rtrim', trimming('rtrim', true)],
  ['trim both', trimming('trim', false)],
  ['trim leading', trimming('ltrim', false)],
  ['trim trailing', trimming('rtrim', false)],
]);

export function isCollationCall(name: string): boolean {
  return MEANINGS.has(name.toLowerCase());
}

/** The arguments of a call as they are brought to one collation. */
export function collatedArguments(environment: Environment, node: Call, args: readonly Typed[]): readonly Typed[] {
  const kind = MEANINGS.get(node.name.toLowerCase())?.kind;
  return kind === 'all' || kind === 'search' ? withOneCollation(environment, args, node) : args;
}

/** A call with a collated argument; `ruled` is what the rule makes of it. */
export function collatedCall(call: FunctionCall, rule: FunctionRule, ruled: (call: FunctionCall) => Typed): Typed {
  const { environment, node, args } = call;
  const meaning = MEANINGS.get(call.name);
  if (!meaning) return refuse(environment, `${node.name} of text with a collation`, node, 'Use COLLATE UTF8_BINARY.');
  if (node.distinct && rule.kind === 'aggregate') return ruled(withKeys(call));
  switch (meaning.kind) {
    case 'none':
    case 'own':
      return ruled(call);
    case 'first':
    case 'all': {
      const typed = ruled(call);
      const like = meaning.kind === 'first' ? args[0] : args.find(({ type }) => carriesText(type));
      return carriesText(typed.type) && like ? { ...typed, type: collatedAs(typed.type, like.type) } : typed;
    }
    case 'search':
      return searched(call, meaning, ruled);
  }
}

function searched(
  call: FunctionCall,
  meaning: Extract<Meaning, { kind: 'search' }>,
  ruled: (call: FunctionCall) => Typed,
): Typed {
  const { environment, node } = call;
  const plain = ruled(call);
  const collation = call.args.map(({ type }) => collationOf(type)).find((one) => one !== undefined);
  if (collation === undefined) return plain;
  if (collation === INDETERMINATE)
    return report(
      environment,
      'sql.type-mismatch',
      `The collation of ${node.name} is not determined.`,
      node,
      'Say which with COLLATE.',
    );
  const parts = collationParts(collation);
  if (parts?.base !== 'UTF8_LCASE' || (parts.trimmed && !meaning.trims))
    return refuse(environment, `${node.name} by ${collation}`, node, 'Use COLLATE UTF8_BINARY or UTF8_LCASE.');
  const { sql, type } = meaning.lowercase(call);
  return { ...plain, sql, type };
}

/** count(DISTINCT a): by the key. What gives the values themselves cannot. */
function withKeys(call: FunctionCall): FunctionCall {
  const { environment, node, args } = call;
  if (call.name !== 'count') {
    refuse(environment, `${call.name}(DISTINCT ...) of text with a collation`, node);
    return call;
  }
  return { ...call, args: args.map((arg) => ({ ...arg, sql: comparable(environment, arg, 'DISTINCT', node) })) };
}

function collate(call: FunctionCall): Translated {
  const [text, name] = call.args;
  const typed = argument(call, 0, 'string');
  const written = typeof name?.literal === 'string' ? name.literal : undefined;
  if (text && !['string', 'void', 'unknown'].includes(text.type.kind))
    return { ...mismatch(call.environment, text, 'string', argumentSpan(call, 0)), type: STRING };
  if (written === undefined || !text) return refuse(call.environment, 'A collation that is no literal', call.node);
  const parts = collationParts(written);
  if (!parts) return refuse(call.environment, `The collation ${written}`, argumentSpan(call, 1), EMULATED_COLLATIONS);
  const collation = collationName(parts);
  return { sql: typed.sql, type: collation === undefined ? STRING : { kind: 'string', collation } };
}

export const COLLATION_RULES: FunctionTable = {
  collate: custom([2, 2], collate),
  collation: custom([1, 1], (call) => {
    const type = call.args[0]?.type ?? STRING;
    if (type.kind !== 'string' && isCollated(type)) return refuse(call.environment, 'collation of this', call.node);
    argument(call, 0, 'text');
    const collation = collationOf(type) ?? 'UTF8_BINARY';
    const shown = collation === INDETERMINATE ? collation : `SYSTEM.BUILTIN.${collation}`;
    return { sql: quoteText(shown), type: STRING };
  }),
};
