import { refuse } from '../translate/environment.ts';
import { BIGINT, DOUBLE, isUnknown } from '../types/spark-type.ts';
import { avg } from './aggregates.ts';
import type { Typed } from '../translate/typed.ts';
import { type Aggregate, argument, type FunctionCall, type FunctionRule, type FunctionTable } from './function-rule.ts';

type Translate = (call: FunctionCall) => Aggregate | undefined;

function aggregate(arity: number, translate: Translate): FunctionRule {
  return {
    kind: 'aggregate',
    arity: [arity, arity],
    window: 'yes',
    translate: (call) => (call.args.some(({ type }) => isUnknown(type)) ? undefined : translate(call)),
  };
}

/** The arguments as doubles. */
function doubles(call: FunctionCall): readonly string[] {
  return call.args.map((_, at) => argument(call, at, 'double').sql);
}

const bothKnown = (args: readonly { readonly sql: string }[]): string =>
  args.map(({ sql }) => `${sql} IS NOT NULL`).join(' AND ');

/** The arguments as numbers: a text that is none raises, or is NULL where ANSI is off. */
const numbers = (call: FunctionCall): Typed[] => call.args.map((_, at) => argument(call, at, 'number'));

const regressionCount = aggregate(2, (call) => ({
  call: 'count',
  args: [`CASE WHEN ${bothKnown(numbers(call))} THEN 1 END`],
  type: BIGINT,
  wrap: (sql) => sql,
}));

/** The average of one side, over the pairs of which neither is NULL. */
function regressionAverage(place: 0 | 1): FunctionRule {
  return aggregate(2, (call) => {
    const pair = numbers(call);
    const value = pair[place];
    if (!value) return undefined;
    return avg({ ...call, args: [{ ...value, sql: `CASE WHEN ${bothKnown(pair)} THEN ${value.sql} END` }] });
  });
}

/** Whether it is a window, which has no partitions, and to how many digits its answer is rounded. */
const circumstances = ({ node, environment }: FunctionCall): string =>
  `${String(node.over !== undefined)}, ${environment.roundedTo ?? -1}`;

/** Distinct values have no order, and the order decides the last digit. */
function inOrder(call: FunctionCall): boolean {
  if (call.node.distinct) refuse(call.environment, `${call.name} of DISTINCT values`, call.node);
  return !call.node.distinct;
}

/** The values in the order of their rows, for a function of the prelude that computes as Spark does. */
function ofValues(name: string): FunctionRule {
  return aggregate(1, (call) => {
    if (!inOrder(call)) return undefined;
    const wrap = (values: string): string =>
      `spark_${name}(list_filter(${values}, lambda __v: __v IS NOT NULL), ${circumstances(call)})`;
    return { call: 'list', args: doubles(call), type: DOUBLE, wrap };
  });
}

/** @param swapped Spark computes these with their arguments the other way round. */
function ofPairs(name: string, swapped = false): FunctionRule {
  return aggregate(2, (call) => {
    if (!inOrder(call)) return undefined;
    const [a = '', b = ''] = doubles(call);
    const [x, y] = swapped ? [b, a] : [a, b];
    const quiet = name === 'corr' && !call.environment.profile.ansi ? '_or_null' : '';
    const wrap = (pairs: string): string =>
      `spark_${name}${quiet}(flatten(list_filter(${pairs}, lambda __p: __p IS NOT NULL)), ${circumstances(call)})`;
    return {
      call: 'list',
      args: [`CASE WHEN ${a} IS NOT NULL AND ${b} IS NOT NULL THEN [${x}, ${y}] END`],
      type: DOUBLE,
      wrap,
    };
  });
}

const VALUES: Readonly<Record<string, string>> = {
  skewness: 'skewness',
  kurtosis: 'kurtosis',
  std: 'stddev_samp',
  stddev: 'stddev_samp',
  stddev_samp: 'stddev_samp',
  stddev_pop: 'stddev_pop',
  variance: 'var_samp',
  var_samp: 'var_samp',
  var_pop: 'var_pop',
};
const PAIRS = ['corr', 'covar_pop', 'covar_samp', 'regr_r2', 'regr_sxx', 'regr_syy', 'regr_sxy'];

/** Variances, correlations and regressions. */
export const MOMENT_RULES: FunctionTable = {
  regr_count: regressionCount,
  regr_avgx: regressionAverage(1),
  regr_avgy: regressionAverage(0),
  regr_slope: ofPairs('regr_slope', true),
  regr_intercept: ofPairs('regr_intercept', true),
  ...Object.fromEntries(Object.entries(VALUES).map(([name, of]) => [name, ofValues(of)])),
  ...Object.fromEntries(PAIRS.map((name) => [name, ofPairs(name)])),
};
