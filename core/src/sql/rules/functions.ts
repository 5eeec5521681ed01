import { calledName, inlineScalar, namedFunction } from '../program/inline.ts';
import { UNKNOWN_NAME } from '../syntax/names.ts';
import type { Call, Expression, ExpressionOf } from '../syntax/nodes.ts';
import { contains } from '../syntax/walk.ts';
import { truth } from '../translate/condition.ts';
import { type Environment, refuse, report } from '../translate/environment.ts';
import { windowName } from '../translate/names.ts';
import { withoutStars } from '../translate/stars.ts';
import { inherited, type Typed } from '../translate/typed.ts';
import { toDuckdbType } from '../types/duckdb-type.ts';
import { arrayOf, isCollated, type SparkType, UNKNOWN, VOID } from '../types/spark-type.ts';
import { AGGREGATE_FUNCTIONS } from './aggregates.ts';
import { ARRAY_RULES } from './arrays.ts';
import { BITMAP_RULES } from './bitmaps.ts';
import { BIT_RULES } from './bits.ts';
import { CALENDAR_INTERVAL_RULES } from './calendar-intervals.ts';
import { CODEC_RULES } from './codecs.ts';
import { COLLECTION_FUNCTIONS } from './collections.ts';
import { CONDITIONAL_FUNCTIONS } from './conditionals.ts';
import { COLLATION_RULES, collatedArguments, collatedCall } from './collations.ts';
import { CSV_RULES } from './csv.ts';
import { DATETIME_PART_RULES } from './datetime-parts.ts';
import { MADE_TIMESTAMP_RULES } from './made-timestamps.ts';
import { DATETIME_TEXT_RULES } from './datetime-texts.ts';
import { DATETIME_FUNCTIONS } from './datetimes.ts';
import type { Aggregate, FunctionCall, FunctionRule, FunctionTable } from './function-rule.ts';
import { GENERATOR_FUNCTIONS } from './generators.ts';
import { INTERVAL_RULES } from './intervals.ts';
import { JSON_FUNCTIONS } from './json.ts';
import { LAMBDA_RULES } from './lambdas.ts';
import { MAP_RULES } from './maps.ts';
import { MATH_RULES } from './math.ts';
import { MODE_RULES } from './modes.ts';
import { MOMENT_RULES } from './moments.ts';
import { NUMBER_FUNCTIONS } from './numbers.ts';
import { positional } from './named-arguments.ts';
import { QUANTILE_RULES } from './quantiles.ts';
import { RANDOM_RULES } from './random.ts';
import { SESSION_RULES } from './session.ts';
import { ROUNDING_RULES } from './rounding.ts';
import { SKETCH_RULES } from './sketches.ts';
import { SPATIAL_RULES } from './spatial.ts';
import { TEXT_FORMAT_RULES } from './text-formats.ts';
import { TEXT_SEARCH_RULES } from './text-search.ts';
import { TEXT_FUNCTIONS } from './texts.ts';
import { SPARK_FUNCTIONS } from './spark-functions.ts';
import { TIME_RULES } from './times.ts';
import { VARIANT_RULES } from './variants.ts';
import { WINDOW_FUNCTIONS } from './window-functions.ts';
import { checkCompared } from './compared-arguments.ts';
import { afterConstants, gatherConstant, gatheringConstants } from './raising-constants.ts';
import { overSql } from './windows.ts';
import { XML_RULES } from './xml.ts';
import { XPATH_RULES } from './xpath.ts';

/** Every function that is emulated. One that is not here is refused by name. */
const FUNCTIONS: ReadonlyMap<string, FunctionRule> = new Map(
  [
    TEXT_FUNCTIONS,
    NUMBER_FUNCTIONS,
    CONDITIONAL_FUNCTIONS,
    DATETIME_FUNCTIONS,
    JSON_FUNCTIONS,
    COLLECTION_FUNCTIONS,
    GENERATOR_FUNCTIONS,
    AGGREGATE_FUNCTIONS,
    WINDOW_FUNCTIONS,
    ARRAY_RULES,
    LAMBDA_RULES,
    MAP_RULES,
    BIT_RULES,
    BITMAP_RULES,
    DATETIME_PART_RULES,
    MADE_TIMESTAMP_RULES,
    DATETIME_TEXT_RULES,
    QUANTILE_RULES,
    SKETCH_RULES,
    MOMENT_RULES,
    CODEC_RULES,
    INTERVAL_RULES,
    CALENDAR_INTERVAL_RULES,
    MATH_RULES,
    MODE_RULES,
    ROUNDING_RULES,
    TEXT_FORMAT_RULES,
    TIME_RULES,
    VARIANT_RULES,
    TEXT_SEARCH_RULES,
    CSV_RULES,
    RANDOM_RULES,
    SESSION_RULES,
    COLLATION_RULES,
    XML_RULES,
    XPATH_RULES,
    SPATIAL_RULES,
  ].flatMap((table: FunctionTable) => Object.entries(table)),
);

/** What an editor says of each function: how many arguments it takes. */
export function functionSignatures(): readonly { readonly name: string; readonly arguments: string }[] {
  return [...FUNCTIONS].map(
    ([
      name,
      {
        arity: [fewest, most],
      },
    ]) => {
      const needed = Array.from({ length: fewest }, (_, at) => `arg${at + 1}`);
      const optional =
        Number.isFinite(most) && most - fewest < 8
          ? Array.from({ length: most - fewest }, (_, at) => `[arg${fewest + at + 1}]`)
          : ['...'];
      return { name, arguments: [...needed, ...optional].join(', ') };
    },
  );
}

/** Aggregates rows, and not over a window. */
export function isAggregateCall(node: Expression): node is ExpressionOf<'call'> {
  return node.kind === 'call' && !node.over && FUNCTIONS.get(node.name.toLowerCase())?.kind === 'aggregate';
}

/** Makes rows of a value: explode, inline, stack, ... */
export function isGeneratorCall(node: Expression): boolean {
  if (node.kind !== 'call') return false;
  return (
    node.name.toLowerCase() in GENERATOR_FUNCTIONS ||
    /^(?:json_tuple|variant_explode|variant_explode_outer)$/i.test(node.name)
  );
}

/** `count(*)` counts rows; every other star in a call stands for columns. */
function isPlainCount({ name, args, distinct }: Call): boolean {
  const [star, more] = args;
  return (
    name.toLowerCase() === 'count' &&
    !distinct &&
    !more &&
    star?.kind === 'star' &&
    star.qualifier.length === 0 &&
    star.except.length === 0
  );
}

/** It would count rows without NULLs, and not what a reader thinks. */
function refuseStar(environment: Environment, node: Call): Typed {
  return report(environment, 'sql.syntax', 'count(t.*) is not allowed.', node, 'Use count(*), or name the columns.');
}

/** Its rows have no place there: Spark refuses it too. */
function refuseGenerator(environment: Environment, node: Call): Typed {
  return report(
    environment,
    'sql.syntax',
    'A generator cannot stand in another expression or outside a SELECT list.',
    node,
    'Use LATERAL VIEW.',
  );
}

/** An aggregate sees all values of a group. */
function withoutRepresentatives(environment: Environment): Environment {
  return environment.representatives ? { ...environment, representatives: new Set() } : environment;
}

/** A NULL without a type is to these functions an array of such, or a map; most others refuse it. */
const OF_NULL: ReadonlyMap<string, SparkType> = new Map([
  ...['array_compact', 'array_distinct', 'array_max', 'array_min', 'cardinality', 'size', 'slice', 'sort_array'].map(
    (name) => [name, arrayOf(VOID)] as const,
  ),
  ...['map_entries', 'map_keys', 'map_values'].map((name) => [name, { kind: 'map', key: VOID, value: VOID }] as const),
]);

function withTypedNull(name: string, args: readonly Typed[]): readonly Typed[] {
  const [first, ...rest] = args;
  const type = first?.type.kind === 'void' ? OF_NULL.get(name) : undefined;
  return first && type ? [{ ...first, sql: `CAST(NULL AS ${toDuckdbType(type)})`, type }, ...rest] : args;
}

/** What stands directly in `round(..., digits)` is looked at to so many digits. */
function rounding(environment: Environment, { name, args: [, digits] }: Call): Environment {
  const rounds = /^b?round$/i.test(name) && digits?.kind === 'literal' && /^\d+$/.test(String(digits.value));
  if (rounds) return { ...environment, roundedTo: Number(digits.value) };
  return environment.roundedTo === undefined ? environment : { ...environment, roundedTo: undefined };
}

/** A function call through the allow-list. */
export function functionCall(around: Environment, called: ExpressionOf<'call'>): Typed {
  const plain = around.generators ? { ...around, generators: false } : around;
  const name = called.name.toLowerCase();
  if (!around.generators && isGeneratorCall(called)) return refuseGenerator(plain, called);
  const rule = FUNCTIONS.get(name);
  const environment = gatheringConstants(plain, called, rule?.kind === 'aggregate' && !called.over);
  if (!rule || (called.qualifier && !isSystem(called.qualifier))) return namedCall(environment, called);
  const written = positional(called);
  if (!written) return refuse(environment, `A named argument of ${called.name}`, called);
  const [only, more] = written.args;
  if (name === 'count' && only?.kind === 'star' && only.qualifier.length > 0 && !more)
    return refuseStar(environment, called);
  const known = isPlainCount(written) ? written.args : withoutStars(environment, written.args);
  if (!known) return { sql: 'NULL', type: UNKNOWN, name, ...(rule.kind === 'aggregate' ? { aggregate: true } : {}) };
  const node = { ...written, args: known };
  const [fewest, most] = rule.arity;
  const star = node.args[0]?.kind === 'star';
  if (node.args.length < fewest || node.args.length > most)
    return report(
      environment,
      'sql.wrong-arguments',
      `${node.name} with ${node.args.length} arguments is not known.`,
      node,
      'Correct the arguments.',
    );
  const misplaced = modifier(node, rule);
  if (misplaced !== undefined) return refuse(environment, `${misplaced} on ${node.name}`, node);
  const inner = rounding(
    rule.kind === 'aggregate' && !node.over ? withoutRepresentatives(environment) : environment,
    node,
  );
  const given = rule.kind === 'raw' || star ? [] : node.args.map((arg) => inner.translate(inner, arg));
  const args = withTypedNull(name, given);
  const call: FunctionCall = { environment, node, name, args: collatedArguments(environment, node, args) };
  checkCompared(call);
  if (args.some(({ type }) => isCollated(type))) return collatedCall(call, rule, (one) => ruled(one, rule));
  return ruled(call, rule);
}

function ruled(call: FunctionCall, rule: FunctionRule): Typed {
  const { environment, node, name, args } = call;
  if (rule.kind === 'aggregate') return aggregateCall(call, rule);
  const { volatile, generator, ...translated } = rule.translate(call);
  const named = (one: ExpressionOf<'call'>): boolean => one.qualifier !== undefined || !isBuiltIn(one.name);
  if (generator && node.args.some((arg) => contains(arg, (one) => one.kind === 'call' && named(one))))
    refuse(environment, `A function in SQL inside ${node.name}`, node, 'Compute it in a subquery.');
  const unknown = args.some((arg) => arg.type.kind === 'unknown') && translated.type.kind === 'unknown';
  // typeof(sum(x)) is a constant, and still one row for all.
  const folded = args.some((arg) => arg.aggregate) && !translated.sql.replace(/'[^']*'/g, '').includes('(');
  return {
    ...translated,
    ...(folded ? { sql: `CASE WHEN count(*) >= 0 THEN ${translated.sql} END` } : {}),
    ...(unknown ? { sql: 'NULL' } : {}),
    name: translated.name ?? `${name}(${args.map((arg) => arg.name).join(', ')})`,
    ...inherited(args),
    ...(volatile ? { volatile } : {}),
    ...(generator ? { generator } : {}),
  };
}

/** A call of what is none of the functions above: the session's and the catalog's come after all of Spark's. */
function namedCall(environment: Environment, node: ExpressionOf<'call'>): Typed {
  if (calledName(node).includes(UNKNOWN_NAME)) return { sql: 'NULL', type: UNKNOWN, name: '' };
  const ofSpark = !node.qualifier && SPARK_FUNCTIONS.has(node.name.toLowerCase());
  const found = ofSpark ? undefined : namedFunction(environment, node);
  if (found === 'unknown') {
    const reason = `What the function ${calledName(node).join('.')} computes is known where it runs.`;
    return { sql: 'NULL', type: UNKNOWN, name: '', origins: new Set([{ placeholder: undefined, column: '', reason }]) };
  }
  if (found) return inlineScalar(environment, node, found);
  return refuse(environment, `The function ${calledName(node).join('.')}`, node.nameSpan);
}

/** True where a function of Spark or Databricks has that name, emulated or not. */
export function isBuiltIn(name: string): boolean {
  return FUNCTIONS.has(name.toLowerCase()) || SPARK_FUNCTIONS.has(name.toLowerCase());
}

/** `system.builtin.abs` */
function isSystem(qualifier: NonNullable<Call['qualifier']>): boolean {
  return qualifier.map(({ text }) => text.toLowerCase()).join('.') === 'system.builtin';
}

const TAKES_IGNORE_NULLS = /^(?:first|first_value|last|last_value|any_value|nth_value|lag|lead)$/i;

function modifier(node: Call, rule: FunctionRule): string | undefined {
  const aggregate = rule.kind === 'aggregate';
  if (node.distinct && !aggregate) return 'DISTINCT';
  if (node.filter && !aggregate) return 'FILTER';
  if (node.withinGroup && !/^(?:percentile_(?:cont|disc)|listagg|string_agg|mode)$/i.test(node.name))
    return 'WITHIN GROUP';
  if (node.over && (!aggregate || rule.window === 'no')) return 'OVER';
  if (aggregate && rule.window === 'only' && !node.over) return 'Leaving out OVER';
  if (node.ignoreNulls && !TAKES_IGNORE_NULLS.test(node.name)) return 'IGNORE NULLS';
  if (node.distinct && node.over) return 'DISTINCT with OVER';
  if (node.distinct && node.withinGroup && /^percentile/i.test(node.name)) return 'DISTINCT';
  if (node.filter && node.over) return 'FILTER with OVER';
  return undefined;
}

function aggregateCall(call: FunctionCall, rule: Extract<FunctionRule, { kind: 'aggregate' }>): Typed {
  const { environment, node, args } = call;
  if (!node.over && args.some((arg) => arg.volatile))
    report(environment, 'sql.syntax', `${call.name} takes no random argument.`, node, 'Compute it in a subquery.');
  const translated = rule.translate(call);
  const filter = node.filter
    ? truth(environment, environment.translate(environment, node.filter), node.filter, 'filter')
    : undefined;
  const over = node.over ? overSql(environment, node.over, call.name) : undefined;
  const framed = over && (over.specification.orderBy.length > 0 || over.specification.frame);
  if (framed && /^(?:median|percentile_cont|percentile_disc)$/.test(call.name))
    report(environment, 'sql.syntax', `${call.name} takes no ordered window.`, node, 'Use PARTITION BY alone.');
  const nameOf = (): string =>
    `${call.name}(${node.distinct ? 'DISTINCT ' : ''}${args.map((arg) => arg.name).join(', ')})`;
  if (!translated)
    return {
      sql: 'NULL',
      type: UNKNOWN,
      name: nameOf(),
      ...(node.over ? { window: true } : { aggregate: true }),
      ...(args.some((arg) => arg.outer) ? { outer: true } : {}),
    };
  const suffix = `${filter ? ` FILTER (WHERE ${filter.sql})` : ''}${over ? ` OVER (${over.sql})` : ''}`;
  const aggregated = translated.wrap(callText(translated, node.distinct) + suffix);
  const whole = call.name === 'count_if' && environment.profile.ansi ? new Set<string>() : environment.constants;
  const gathering = whole === environment.constants ? environment : { ...environment, constants: whole };
  for (const [at, arg] of args.entries()) if (!over && node.args[at]) gatherConstant(gathering, node.args[at], arg);
  const sql = over ? aggregated : afterConstants(aggregated, gathering);
  const base =
    translated.name ??
    (/^(?:rank|dense_rank|percent_rank)$/.test(call.name) ? `${call.name.toUpperCase()}()` : nameOf());
  const filtered = filter ? `${base} FILTER (WHERE ${filter.name})` : base;
  const name = over
    ? `${filtered} OVER (${windowName(over.specification, (one) => environment.translate(environment, one).name, call.name, neighbourAt(call))})`
    : filtered;
  const keys = over
    ? [...over.specification.partitionBy, ...over.specification.orderBy.map((key) => key.expression)]
    : [];
  if ([...args, ...keys.map((key) => environment.translate(environment, key))].some((one) => one.lateralAlias))
    report(
      environment,
      'sql.syntax',
      `${call.name} takes no alias of the same SELECT list.`,
      node,
      'Write the expression, or name it in a subquery.',
    );
  if (args.some((arg) => arg.outer) && args.some((arg) => arg.local))
    refuse(environment, 'An aggregate of columns of this query and of the one around it', node);
  const nested = args.some((arg) => arg.aggregate);
  return {
    sql,
    type: translated.type,
    name,
    ...(over ? { window: true, ...(nested ? { aggregate: true } : {}) } : { aggregate: true }),
    ...(args.some((arg) => arg.outer) ? { outer: true } : {}),
  };
}

/** Where lag and lead look, in rows after the current one, where a number says so. */
function neighbourAt({ name, args }: FunctionCall): number | undefined {
  if (name !== 'lag' && name !== 'lead') return undefined;
  const rows = args[1] ? Number(args[1].literal ?? Number.NaN) : 1;
  return Number.isNaN(rows) ? undefined : name === 'lag' ? -rows || 0 : rows;
}

function callText({ call, args, tail }: Aggregate, distinct: boolean): string {
  return `${call}(${distinct ? 'DISTINCT ' : ''}${args.join(', ')}${tail ?? ''})`;
}
