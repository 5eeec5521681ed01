import { distinguishable, orderKey, sortable, withoutOrder } from '../translate/orderable.ts';
import { coerce, mismatch } from '../translate/coerce.ts';
import { refuse } from '../translate/environment.ts';
import { narrowed, wrapped } from '../translate/cast-numbers.ts';
import { toDuckdbType } from '../types/duckdb-type.ts';
import { DAY_TO_SECOND, YEAR_TO_MONTH } from '../types/interval.ts';
import {
  arrayOf,
  BIGINT,
  BOOLEAN,
  decimal,
  DOUBLE,
  isCollated,
  isFractional,
  isIntegral,
  isNumeric,
  isUnknown,
  type SparkType,
} from '../types/spark-type.ts';
import type { Typed } from '../translate/typed.ts';
import { quotient } from './arithmetic.ts';
import { asInterval, unitsOf } from './intervals.ts';
import {
  type Aggregate,
  argument,
  argumentSpan,
  type FunctionCall,
  type FunctionRule,
  type FunctionTable,
} from './function-rule.ts';

const itself = (sql: string): string => sql;

function aggregate(
  arity: readonly [number, number],
  translate: (call: FunctionCall) => Aggregate | undefined,
  window: 'yes' | 'no' = 'yes',
): FunctionRule {
  return { kind: 'aggregate', arity, translate, window };
}

/** The argument as a number; text is read as DOUBLE, as Spark's ANSI coercion does. Undefined: not known or refused. */
function numberArgument(call: FunctionCall): Typed | undefined {
  const [arg] = call.args;
  if (!arg || isUnknown(arg.type)) return undefined;
  if (arg.type.kind === 'string' || arg.type.kind === 'void')
    return coerce(call.environment, arg, DOUBLE, argumentSpan(call, 0));
  // The seconds since 1970.
  if (arg.type.kind === 'timestamp') return coerce(call.environment, arg, DOUBLE, argumentSpan(call, 0));
  if (isNumeric(arg.type)) return arg;
  mismatch(call.environment, arg, 'a number', argumentSpan(call, 0));
  return undefined;
}

/** sum: BIGINT of integers (an error beyond), DECIMAL(p + 10, s), else DOUBLE. */
function sum(call: FunctionCall): Aggregate | undefined {
  const ofIntervals = sumOfIntervals(call, false);
  if (ofIntervals) return ofIntervals;
  const arg = numberArgument(call);
  if (!arg) return undefined;
  const type = isIntegral(arg.type)
    ? BIGINT
    : arg.type.kind === 'decimal'
      ? decimal(Math.min(38, arg.type.precision + 10), arg.type.scale)
      : DOUBLE;
  // DuckDB takes a constant out of sum(x + 1), and an overflow of x + 1 would go unseen.
  const computed = isIntegral(arg.type) && arg.sql.startsWith('(');
  const sql = isFractional(arg.type)
    ? `CAST(${arg.sql} AS DOUBLE)`
    : computed
      ? `CAST(${arg.sql} AS HUGEINT)`
      : arg.sql;
  if (arg.type.kind === 'decimal' && arg.type.precision > 28) return sumOfWideDecimals(call, arg, type);
  // With ANSI off a sum of integers wraps around, and one of decimals that does not fit is NULL.
  const legacy = !call.environment.profile.ansi && call.name === 'sum';
  const wrap = (text: string): string =>
    legacy && isIntegral(type) ? wrapped(text, type) : `${legacy ? 'TRY_' : ''}CAST(${text} AS ${toDuckdbType(type)})`;
  return { call: 'sum', args: [sql], type, wrap: (text) => (isIntegral(type) ? narrowed(wrap(text)) : wrap(text)) };
}

/** DuckDB adds up to 1.7e38, a digit beyond Spark's: what has more than 38 digits is an error, or NULL where it is tried. */
function sumOfWideDecimals(call: FunctionCall, arg: Typed, type: SparkType): Aggregate | undefined {
  const { environment, node } = call;
  const scale = arg.type.kind === 'decimal' ? arg.type.scale : 0;
  if (call.name === 'sum' && environment.profile.ansi)
    return { call: 'sum', args: [arg.sql], type, wrap: (text) => `spark_sum_of_38_digits(${text}, ${scale})` };
  if (node.distinct) refuse(environment, `${call.name} of DISTINCT decimals with more than 28 digits`, node);
  // In two halves, which do not overflow where the whole would.
  const wrap = (text: string): string => {
    const rest = text.slice(`sum(${arg.sql})`.length);
    const half = (operator: string): string =>
      `sum(spark_unscaled(${arg.sql}) ${operator} 10000000000000000000)${rest}`;
    const total = `spark_sum_of_halves(${half('//')}, ${half('%')}, ${scale})`;
    return `CAST(${total} AS ${toDuckdbType(type)})`;
  };
  return { call: 'sum', args: [arg.sql], type, wrap };
}

/** The sum of intervals, with the fields that they have. */
function sumOfIntervals(call: FunctionCall, trying: boolean): Aggregate | undefined {
  const [arg] = call.args;
  const type = arg && asInterval(arg.type);
  if (!type) return undefined;
  const cast = `${trying ? 'TRY_' : ''}CAST`;
  const months = type.kind === 'interval month';
  const wrap = (text: string): string =>
    months ? `to_months(${cast}(${text} AS INTEGER))` : `spark_day_interval(${cast}(${text} AS BIGINT))`;
  return { call: 'sum', args: [unitsOf(arg)], type, wrap };
}

/** try_sum: NULL where the sum does not fit. */
function trySum(call: FunctionCall): Aggregate | undefined {
  const ofIntervals = sumOfIntervals(call, true);
  if (ofIntervals) return ofIntervals;
  const plain = sum(call);
  if (plain?.type.kind === 'decimal' && plain.wrap('').includes('spark_sum_of_halves')) return plain;
  return plain && { ...plain, wrap: (text) => narrowed(`TRY_CAST(${text} AS ${toDuckdbType(plain.type)})`) };
}

/** grouping(a): 1 where the row stands for all values of a. */
function grouping(call: FunctionCall): Aggregate | undefined {
  const [arg] = call.args;
  if (!arg || isUnknown(arg.type)) return undefined;
  return { call: 'grouping', args: [arg.sql], type: { kind: 'tinyint' }, wrap: (text) => `CAST(${text} AS TINYINT)` };
}

function groupingId(call: FunctionCall): Aggregate | undefined {
  if (call.args.some(({ type }) => isUnknown(type))) return undefined;
  return {
    call: 'grouping',
    args: call.args.map(({ sql }) => sql),
    type: BIGINT,
    wrap: (text) => `CAST(${text} AS BIGINT)`,
  };
}

/** The average of intervals, rounded half up to a month or microsecond, over all the fields of their kind. */
function averageOfIntervals(call: FunctionCall, trying: boolean): Aggregate | undefined {
  const [arg] = call.args;
  const type = arg && asInterval(arg.type);
  if (!type) return undefined;
  const months = type.kind === 'interval month';
  const cast = trying ? 'TRY_CAST' : 'CAST';
  // Both halves take DISTINCT, FILTER and OVER, which `wrap` finds in the text of the sum.
  const wrap = (text: string): string => {
    const count = `CAST(count${text.slice('sum'.length)} AS HUGEINT)`;
    const units = `CASE WHEN ${count} > 0 THEN spark_divide_half_up(CAST(${cast}(${text} AS ${months ? 'INTEGER' : 'BIGINT'}) AS HUGEINT), ${count}) END`;
    return months ? `to_months(CAST(${units} AS INTEGER))` : `spark_day_interval(CAST(${units} AS BIGINT))`;
  };
  return { call: 'sum', args: [unitsOf(arg)], type: months ? YEAR_TO_MONTH : DAY_TO_SECOND, wrap };
}

/** In more digits than DuckDB calculates with: to 39 places, then to the result's own. */
function averageOfWideDecimals(
  call: FunctionCall,
  arg: Typed,
  { precision, scale }: { readonly precision: number; readonly scale: number },
): Aggregate | undefined {
  const plain = sumOfWideDecimals({ ...call, name: call.name.startsWith('try_') ? 'try_sum' : 'sum' }, arg, arg.type);
  const divide = call.name.startsWith('try_') || !call.environment.profile.ansi ? '_or_null' : '';
  // Both halves take DISTINCT, FILTER and OVER, which `wrap` finds in the text of the sum.
  const wrap = (text: string): string => {
    const total = plain?.wrap(text) ?? 'NULL';
    const count = `nullif(count${text.slice('sum'.length)}, 0)`;
    return `CAST(spark_wide_decimal${divide}(${total}, '/', ${count}, ${precision}, ${scale}) AS DECIMAL(${precision},${scale}))`;
  };
  return plain && { ...plain, type: decimal(precision, scale), wrap };
}

/** avg: DECIMAL(p + 4, s + 4) of decimals, exactly; else DOUBLE. */
export function avg(call: FunctionCall): Aggregate | undefined {
  const ofIntervals = averageOfIntervals(call, call.name.startsWith('try_'));
  if (ofIntervals) return ofIntervals;
  const arg = numberArgument(call);
  if (!arg) return undefined;
  if (arg.type.kind !== 'decimal')
    return { call: 'avg', args: [`CAST(${arg.sql} AS DOUBLE)`], type: DOUBLE, wrap: itself };
  const { precision, scale } = arg.type;
  const size = { precision: Math.min(38, precision + 4), scale: Math.min(38, scale + 4) };
  if (precision + 4 > 38) return averageOfWideDecimals(call, arg, size);
  // Both halves take DISTINCT, FILTER and OVER, which `wrap` finds in the text of the sum.
  const wrap = (text: string): string => {
    const count = `CAST(count${text.slice('sum'.length)} AS DECIMAL(20,0))`;
    const total = `CAST(${text} AS DECIMAL(38,${scale}))`;
    return quotient(call.environment, call.node, total, count, {
      from: { precision: 38, scale },
      by: { precision: 20, scale: 0 },
      size,
      suffix: '_or_null',
    }).sql;
  };
  return { call: 'sum', args: [arg.sql], type: decimal(size.precision, size.scale), wrap };
}

function count(call: FunctionCall): Aggregate | undefined {
  const { node, environment } = call;
  const args = node.distinct
    ? call.args.map((arg, at) => ({
        ...arg,
        sql:
          arg.type.kind === 'map'
            ? arg.sql
            : distinguishable(environment, arg, 'count(DISTINCT ...)', argumentSpan(call, at)),
      }))
    : call.args;
  if (node.args[0]?.kind === 'star')
    return { call: 'count', args: ['*'], type: BIGINT, wrap: itself, name: 'count(1)' };
  if (args.length === 1) return { call: 'count', args: [args[0]?.sql ?? ''], type: BIGINT, wrap: itself };
  // A row counts where no column of it is NULL.
  const known = args.map(({ sql }) => `${sql} IS NOT NULL`).join(' AND ');
  return {
    call: 'count',
    args: [`CASE WHEN ${known} THEN ${node.distinct ? `row(${args.map(({ sql }) => sql).join(', ')})` : '1'} END`],
    type: BIGINT,
    wrap: itself,
  };
}

function extreme(call: FunctionCall): Aggregate | undefined {
  const [arg] = call.args;
  if (!arg || isUnknown(arg.type)) return undefined;
  const nested = arg.type.kind === 'struct' || arg.type.kind === 'array';
  const unordered = withoutOrder(arg.type);
  if (nested && !unordered) {
    const args = [arg.sql, orderKey(arg.sql, arg.type)];
    return { call: call.name === 'max' ? 'arg_max' : 'arg_min', args, type: arg.type, wrap: itself };
  }
  if (unordered) {
    refuse(call.environment, `${call.name} of ${arg.type.kind}`, call.node);
    return undefined;
  }
  // By its collation the first of the equal ones.
  if (isCollated(arg.type)) {
    const key = sortable(call.environment, arg, call.name, call.node);
    return { call: call.name === 'max' ? 'arg_max' : 'arg_min', args: [arg.sql, key], type: arg.type, wrap: itself };
  }
  return { call: call.name, args: [arg.sql], type: arg.type, wrap: itself };
}

function extremeBy(call: FunctionCall): Aggregate | undefined {
  const [value, by] = call.args;
  if (!value || !by || isUnknown(value.type) || isUnknown(by.type)) return undefined;
  const key = sortable(call.environment, by, call.name, argumentSpan(call, 1));
  // Of equal keys Spark keeps the row that comes last, and DuckDB's arg_max the first.
  const later = `CASE WHEN struct_extract(__q, 'k') ${call.name === 'max_by' ? '>=' : '<='} struct_extract(__p, 'k') THEN __q ELSE __p END`;
  return {
    call: 'list',
    args: [`CASE WHEN ${key} IS NOT NULL THEN struct_pack(k := ${key}, v := ${value.sql}) END`],
    type: value.type,
    wrap: (text) => {
      const known = `list_filter(${text}, lambda __p: __p IS NOT NULL)`;
      return `CASE WHEN len(${known}) > 0 THEN list_reduce(${known}, lambda __p, __q: ${later}).v END`;
    },
  };
}

function truth(duckdb: string): FunctionRule {
  return aggregate([1, 1], (call) => ({
    call: duckdb,
    args: [argument(call, 0, 'boolean').sql],
    type: BOOLEAN,
    wrap: itself,
  }));
}

/** NULLs are left out, and nothing is an empty array. Spark gives no order either: sort_array makes it certain. */
function collect(distinct: boolean): FunctionRule {
  return aggregate([1, 1], (call) => {
    const [arg] = call.args;
    if (!arg || isUnknown(arg.type)) return undefined;
    if (call.node.over && distinct) {
      refuse(call.environment, 'collect_set with OVER', call.node);
      return undefined;
    }
    // Small whole numbers are in their order in Spark's sets.
    const set = (values: string): string =>
      isIntegral(arg.type) ? `list_sort(list_distinct(${values}))` : `list_distinct(${values})`;
    const wrap = (text: string): string => {
      const values = `list_filter(${text}, lambda __v: __v IS NOT NULL)`;
      return `coalesce(${distinct ? set(values) : values}, CAST([] AS ${toDuckdbType(arrayOf(arg.type))}))`;
    };
    // array_agg is another name of collect_list.
    const name = `${distinct ? 'collect_set' : 'collect_list'}(${call.node.distinct ? 'DISTINCT ' : ''}${arg.name})`;
    return { call: 'list', args: [arg.sql], type: arrayOf(arg.type), wrap, name };
  });
}

export const AGGREGATE_FUNCTIONS: FunctionTable = {
  sum: aggregate([1, 1], sum),
  avg: aggregate([1, 1], avg),
  try_sum: aggregate([1, 1], trySum),
  try_avg: aggregate([1, 1], avg),
  grouping: aggregate([1, 1], grouping, 'no'),
  grouping_id: aggregate([1, 16], groupingId, 'no'),
  mean: aggregate([1, 1], avg),
  count: aggregate([1, 256], count),
  count_if: aggregate([1, 1], (call) => ({
    call: 'count',
    args: [`CASE WHEN ${argument(call, 0, 'boolean').sql} THEN 1 END`],
    type: BIGINT,
    wrap: itself,
  })),
  min: aggregate([1, 1], extreme),
  max: aggregate([1, 1], extreme),
  min_by: aggregate([2, 2], extremeBy, 'no'),
  max_by: aggregate([2, 2], extremeBy, 'no'),
  bool_and: truth('bool_and'),
  every: truth('bool_and'),
  bool_or: truth('bool_or'),
  some: truth('bool_or'),
  any: truth('bool_or'),
  collect_list: collect(false),
  array_agg: collect(false),
  collect_set: collect(true),
};
