import { isIntegral, isCollated, isNumeric, isUnknown, arrayOf, BIGINT, type SparkType } from '../types/spark-type.ts';
import { toDuckdbType } from '../types/duckdb-type.ts';
import { refuse, report } from '../translate/environment.ts';
import type { Typed } from '../translate/typed.ts';
import { taggedList } from './codecs.ts';
import { type Aggregate, argument, argumentSpan, type FunctionCall, type FunctionTable } from './function-rule.ts';
import { asInterval, unitsOf } from './intervals.ts';

/** A number that is written out. */
function literalNumber(value: Typed | undefined, otherwise: number): number {
  if (!value) return otherwise;
  return typeof value.literal === 'string' && isNumeric(value.type) ? Number(value.literal) : NaN;
}

/** Spark's HyperLogLog++: only the registers that have been met are kept, not the values. */
function approxCountDistinct(call: FunctionCall): Aggregate | undefined {
  const { environment, node } = call;
  const [value, deviation] = call.args;
  if (!value || isUnknown(value.type)) return undefined;
  const precision = Math.ceil(2 * Math.log2(1.106 / literalNumber(deviation, 0.05)));
  if (!(precision >= 4 && precision <= 18)) {
    refuse(environment, 'approx_count_distinct with this deviation', node, 'Write a number from 0.005 to 0.27.');
    return undefined;
  }
  const tagged = isCollated(value.type) || value.type.kind === 'void' ? undefined : taggedList(value.sql, value.type);
  if (tagged === undefined) {
    refuse(environment, `approx_count_distinct of ${value.type.kind}`, node, 'Use count(DISTINCT ...).');
    return undefined;
  }
  const register = `CASE WHEN ${value.sql} IS NOT NULL THEN spark_hll_register(${tagged}, ${precision}) END`;
  return {
    // Which registers were met says all: distinct ones are few.
    call: 'list',
    args: [`${node.over || node.distinct ? '' : 'DISTINCT '}${register}`],
    type: BIGINT,
    // Spark does not name the deviation.
    name: `approx_count_distinct(${node.distinct ? 'DISTINCT ' : ''}${value.name})`,
    wrap: (registers) => `coalesce(spark_hll_estimate(CAST(${registers} AS DOUBLE[]), ${precision}), 0)`,
  };
}

/** How a type's values are doubles for the sketch, and are made of them again. */
function measured(value: Typed): { readonly to: string; readonly back: (one: string) => string } | undefined {
  const { type, sql } = value;
  const interval = asInterval(type);
  if (interval)
    return {
      to: unitsOf(value),
      back: (one) =>
        interval.kind === 'interval month'
          ? `to_months(CAST(${one} AS INTEGER))`
          : `spark_day_interval(CAST(${one} AS BIGINT))`,
    };
  if (type.kind === 'date')
    return {
      to: `(${sql} - CAST('1970-01-01' AS DATE))`,
      back: (one) => `CAST(CAST('1970-01-01' AS DATE) + CAST(${one} AS INTEGER) AS DATE)`,
    };
  if (type.kind === 'timestamp')
    return { to: `epoch_us(${sql})`, back: (one) => `make_timestamptz(CAST(${one} AS BIGINT))` };
  if (type.kind === 'timestamp_ntz')
    return { to: `epoch_us(${sql})`, back: (one) => `make_timestamp(CAST(${one} AS BIGINT))` };
  // A decimal of more digits is not the double it becomes.
  const exact = type.kind === 'double' || type.kind === 'float' || (type.kind === 'decimal' && type.precision <= 15);
  if (exact || isIntegral(type)) return { to: sql, back: (one) => `CAST(${one} AS ${toDuckdbType(type)})` };
  return undefined;
}

/** percentile_approx(value, share or shares[, accuracy]) */
function percentileApprox(call: FunctionCall): Aggregate | undefined {
  const { environment, node } = call;
  const [given, share, accuracy] = call.args;
  if (!given || !share || isUnknown(given.type) || isUnknown(share.type)) return undefined;
  const value = given.type.kind === 'string' ? argument(call, 0, 'double') : given;
  const of = measured(value);
  const many = share.type.kind === 'array';
  const within = literalNumber(accuracy, 10000);
  const constant = !share.local && !share.outer && !share.aggregate;
  if (!of || !constant || share.type.kind === 'void' || !(Number.isInteger(within) && within > 0)) {
    refuse(environment, `${call.name} of these arguments`, node, 'Use percentile.');
    return undefined;
  }
  const single = many ? undefined : share.literal;
  if (typeof single === 'string' && !(Number(single) >= 0 && Number(single) <= 1)) {
    const next = 'Correct the percentage.';
    report(environment, 'sql.type-mismatch', 'A percentage is from 0 to 1.', argumentSpan(call, 1), next);
    return undefined;
  }
  const shares = many ? `CAST(${share.sql} AS DOUBLE[])` : `[CAST(${share.sql} AS DOUBLE)]`;
  const type: SparkType = many ? arrayOf(value.type) : value.type;
  return {
    call: 'list',
    args: [`CAST(${of.to} AS DOUBLE)`],
    type,
    wrap: (values) => {
      const found = `spark_percentile_approx(${values}, ${shares}, ${within})`;
      return many ? `list_transform(${found}, lambda __p: ${of.back('__p')})` : of.back(`(${found})[1]`);
    },
    name: `${call.name}(${node.distinct ? 'DISTINCT ' : ''}${given.name}, ${share.name}, ${accuracy?.name ?? '10000'})`,
  };
}

export const SKETCH_RULES: FunctionTable = {
  approx_count_distinct: { kind: 'aggregate', arity: [1, 2], window: 'yes', translate: approxCountDistinct },
  percentile_approx: { kind: 'aggregate', arity: [2, 3], window: 'yes', translate: percentileApprox },
  approx_percentile: { kind: 'aggregate', arity: [2, 3], window: 'yes', translate: percentileApprox },
};
