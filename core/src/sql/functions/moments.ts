import { native, type NativeFunction, notEmulatedHere } from './native-function.ts';

/**
 * Spark's `CentralMomentAgg`, `Covariance` and `PearsonCorrelation`: the order of their operations decides the last digit, and so
 * do the order of the rows and how they are spread over partitions.
 */

interface Moments {
  readonly n: number;
  readonly average: number;
  readonly m2: number;
  readonly m3: number;
  readonly m4: number;
}

const NO_MOMENTS: Moments = { n: 0, average: 0, m2: 0, m3: 0, m4: 0 };

function momentsOf(values: readonly number[]): Moments {
  let { n, average, m2, m3, m4 } = NO_MOMENTS;
  for (const value of values) {
    n += 1;
    const delta = value - average;
    const deltaN = delta / n;
    average += deltaN;
    m2 += delta * (delta - deltaN);
    const delta2 = delta * delta;
    const deltaN2 = deltaN * deltaN;
    m3 = m3 - 3 * deltaN * m2 + delta * (delta2 - deltaN2);
    m4 = m4 - 4 * deltaN * m3 - 6 * deltaN2 * m2 + delta * (delta * delta2 - deltaN * deltaN2);
  }
  return { n, average, m2, m3, m4 };
}

interface Pairs {
  readonly n: number;
  readonly xAverage: number;
  readonly yAverage: number;
  /** The sum of the products of the deviations, and of their squares. */
  readonly ck: number;
  readonly xMk: number;
  readonly yMk: number;
}

const NO_PAIRS: Pairs = { n: 0, xAverage: 0, yAverage: 0, ck: 0, xMk: 0, yMk: 0 };

/** @param values x, y, x, y, ... */
function pairsOf(values: readonly number[]): Pairs {
  let { n, xAverage, yAverage, ck, xMk, yMk } = NO_PAIRS;
  for (let at = 0; at < values.length; at += 2) {
    const x = values[at] ?? NaN;
    const y = values[at + 1] ?? NaN;
    n += 1;
    const dx = x - xAverage;
    const dy = y - yAverage;
    xAverage += dx / n;
    yAverage += dy / n;
    ck += dx * (y - yAverage);
    xMk += dx * (x - xAverage);
    yMk += dy * (y - yAverage);
  }
  return { n, xAverage, yAverage, ck, xMk, yMk };
}

/** Two partitions' states, put together as Spark does; the first step's state goes into an empty one like that. */
function mergeMoments(a: Moments, b: Moments): Moments {
  const n = a.n + b.n;
  const delta = b.average - a.average;
  const deltaN = n === 0 ? 0 : delta / n;
  return {
    n,
    average: a.average + deltaN * b.n,
    m2: a.m2 + b.m2 + delta * deltaN * a.n * b.n,
    m3: a.m3 + b.m3 + deltaN * deltaN * delta * a.n * b.n * (a.n - b.n) + 3 * deltaN * (a.n * b.m2 - b.n * a.m2),
    m4:
      a.m4 +
      b.m4 +
      deltaN * deltaN * deltaN * delta * a.n * b.n * (a.n * a.n - a.n * b.n + b.n * b.n) +
      deltaN * deltaN * 6 * (a.n * a.n * b.m2 + b.n * b.n * a.m2) +
      4 * deltaN * (a.n * b.m3 - b.n * a.m3),
  };
}

function mergePairs(a: Pairs, b: Pairs): Pairs {
  const n = a.n + b.n;
  const dx = b.xAverage - a.xAverage;
  const dy = b.yAverage - a.yAverage;
  const [dxN, dyN] = n === 0 ? [0, 0] : [dx / n, dy / n];
  return {
    n,
    xAverage: a.xAverage + dxN * b.n,
    yAverage: a.yAverage + dyN * b.n,
    ck: a.ck + b.ck + dx * dyN * a.n * b.n,
    xMk: a.xMk + b.xMk + dx * dxN * a.n * b.n,
    yMk: a.yMk + b.yMk + dy * dyN * a.n * b.n,
  };
}

/** How rows are put together: `window` has no partitions, else the rows before which a partition after the first begins. */
type Parts = 'window' | readonly number[];

function momentsIn(parts: Parts, values: readonly number[]): Moments {
  if (parts === 'window') return momentsOf(values);
  return slices(parts, values, 1).reduce((all, part) => mergeMoments(all, momentsOf(part)), NO_MOMENTS);
}

function pairsIn(parts: Parts, values: readonly number[]): Pairs {
  if (parts === 'window') return pairsOf(values);
  return slices(parts, values, 2).reduce((all, part) => mergePairs(all, pairsOf(part)), NO_PAIRS);
}

/** @param width values of a row. */
function slices(starts: readonly number[], values: readonly number[], width: number): number[][] {
  const ends = [...starts, values.length / width];
  return ends.map((end, at) => values.slice((ends[at - 1] ?? 0) * width, end * width));
}

/** More splits than these are not tried: each goes over all rows. */
const SPLITS = 100;
/** Of so few rows all ways to part them are tried: beside a DISTINCT aggregate Spark puts together each value's rows. */
const FEW = 7;

function partings(rows: number): readonly (readonly number[])[] {
  const places = rows - 1;
  if (rows <= FEW)
    return Array.from({ length: 2 ** places }, (_, chosen) =>
      Array.from({ length: places }, (__, at) => at + 1).filter((at) => (chosen >> (at - 1)) & 1),
    );
  const splits = Array.from({ length: Math.min(places, SPLITS) }, (_, at) => [
    places <= SPLITS ? at + 1 : Math.floor(((at + 1) * rows) / (SPLITS + 1)),
  ]);
  return [...splits, Array.from({ length: places }, (_, at) => at + 1)];
}

/**
 * The answer over one partition. @throws Error where others give another one, to so many digits after the point (none: to the last
 * bit): Spark's depends on how it reads the rows.
 */
function settled(rows: number, digits: number, name: string, answer: (parts: Parts) => number | null): number | null {
  const one = answer([]);
  const seen = shown(one, digits);
  for (const parts of partings(rows))
    if (!Object.is(shown(answer(parts), digits), seen))
      throw notEmulatedHere(
        `The last digits of ${name} depend on Spark's partitions. Round it: round(${name}(...), 6) is the same for all.`,
      );
  return one;
}

const EXACT = -1;

function shown(value: number | null, digits: number): number | null {
  // A rounded number has one zero only.
  return value === null || digits === EXACT ? value : Number(value.toFixed(Math.min(digits, 15))) + 0;
}

function ofValues(name: string, answer: (moments: Moments) => number | null): NativeFunction {
  return native(`spark_${name}`, ['DOUBLE[]', 'BOOLEAN', 'INTEGER'], 'DOUBLE', (given, over, digits) => {
    const values = given as readonly number[];
    if (values.length === 0) return null;
    const within = (parts: Parts): number | null => answer(momentsIn(parts, values));
    if (over) return within('window');
    return STEADY.has(name) ? within([]) : settled(values.length, digits, name, within);
  });
}

/** As sums and averages of doubles these are answered as over one partition. */
const STEADY: ReadonlySet<string> = new Set(['var_pop', 'var_samp', 'stddev_pop', 'stddev_samp']);

interface Sample {
  readonly pairs: Pairs;
  /** The sum of the squares of the deviations of the first or the second of the pairs. */
  readonly m2: (place: 0 | 1) => number;
}

function ofPairs(name: string, answer: (sample: Sample) => number | null): NativeFunction {
  return native(`spark_${name}`, ['DOUBLE[]', 'BOOLEAN', 'INTEGER'], 'DOUBLE', (given, over, digits) => {
    const values = given as readonly number[];
    if (values.length === 0) return null;
    const sides = [0, 1].map((place) => values.filter((_, at) => at % 2 === place));
    const within = (parts: Parts): number | null =>
      answer({ pairs: pairsIn(parts, values), m2: (place) => momentsIn(parts, sides[place] ?? []).m2 });
    return over ? within('window') : settled(values.length / 2, digits, name.replace('_or_null', ''), within);
  });
}

/** With ANSI on a division by zero is an error in it too. */
function correlation({ pairs: { n, ck, xMk, yMk } }: Sample, strict: boolean): number | null {
  if (n === 1) return null;
  const size = Math.sqrt(xMk * yMk);
  if (size !== 0) return ck / size;
  if (strict)
    throw new Error('[DIVIDE_BY_ZERO] Division by zero: corr of values of which one side is always the same.');
  return null;
}

export const MOMENT_FUNCTIONS: readonly NativeFunction[] = [
  ofValues('var_pop', ({ n, m2 }) => m2 / n),
  ofValues('var_samp', ({ n, m2 }) => (n === 1 ? null : m2 / (n - 1))),
  ofValues('stddev_pop', ({ n, m2 }) => Math.sqrt(m2 / n)),
  ofValues('stddev_samp', ({ n, m2 }) => (n === 1 ? null : Math.sqrt(m2 / (n - 1)))),
  ofValues('skewness', ({ n, m2, m3 }) => (m2 === 0 ? null : (Math.sqrt(n) * m3) / Math.sqrt(m2 * m2 * m2))),
  ofValues('kurtosis', ({ n, m2, m4 }) => (m2 === 0 ? null : (n * m4) / (m2 * m2) - 3)),
  ofPairs('corr', (sample) => correlation(sample, true)),
  ofPairs('corr_or_null', (sample) => correlation(sample, false)),
  ofPairs('covar_pop', ({ pairs: { n, ck } }) => ck / n),
  ofPairs('covar_samp', ({ pairs: { n, ck } }) => (n === 1 ? null : ck / (n - 1))),
  // Spark's regressions have y before x; the first of a pair is y here.
  ofPairs('regr_r2', ({ pairs: { ck, xMk: yMk, yMk: xMk } }) => {
    if (xMk === 0) return null;
    if (yMk === 0) return 1;
    const corr = ck / Math.sqrt(yMk * xMk);
    return corr * corr;
  }),
  ofPairs('regr_sxx', ({ m2 }) => m2(1)),
  ofPairs('regr_syy', ({ m2 }) => m2(0)),
  ofPairs('regr_sxy', ({ pairs: { ck } }) => ck),
  // These two have x before y.
  ofPairs('regr_slope', ({ pairs: { ck }, m2 }) => (m2(0) === 0 ? null : ck / m2(0))),
  ofPairs('regr_intercept', ({ pairs: { ck, xAverage, yAverage }, m2 }) =>
    m2(0) === 0 ? null : yAverage - (ck / m2(0)) * xAverage,
  ),
];
