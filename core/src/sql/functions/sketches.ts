import { native, type NativeFunction, notEmulatedHere } from './native-function.ts';
import { xxhash64 } from './hashes.ts';

/** Up to this many distinct values Spark counts by its empty registers alone; by precision from 4. */
const THRESHOLDS = [10, 20, 40, 80, 220, 400, 900, 1800, 3100, 6500, 11500, 20000, 50000, 120000, 350000];

/** Registers and their ranks in one number: register * 64 + rank. */
const RANKS = 64;

/** Where Spark's HyperLogLog++ puts a value. */
function register(values: readonly (string | null)[], precision: number): number {
  const hash = BigInt.asUintN(64, xxhash64(values));
  const p = BigInt(precision);
  const rest = BigInt.asUintN(64, hash << p) | (1n << (p - 1n));
  const rank = 64 - rest.toString(2).length + 1;
  return Number(hash >> (64n - p)) * RANKS + rank;
}

/** Spark's `HyperLogLogPlusPlusHelper.query` where it takes no correction from its tables. */
function estimate(registers: readonly (number | null)[], precision: number): bigint {
  const m = 2 ** precision;
  const ranks = new Map<number, number>();
  for (const one of registers) {
    if (one === null) continue;
    const at = Math.floor(one / RANKS);
    ranks.set(at, Math.max(ranks.get(at) ?? 0, one % RANKS));
  }
  const empty = m - ranks.size;
  let inverse = empty;
  for (const rank of ranks.values()) inverse += 2 ** -rank;
  const alpha = { 4: 0.673, 5: 0.697, 6: 0.709 }[precision] ?? 0.7213 / (1 + 1.079 / m);
  const raw = (alpha * m * m) / inverse;
  const linear = empty > 0 ? m * Math.log(m / empty) : Infinity;
  if (linear <= (THRESHOLDS[precision - 4] ?? 0) || (empty > 0 && raw <= 2.5 * m)) return javaRound(linear);
  if (raw < 5 * m)
    throw notEmulatedHere(
      `approx_count_distinct met a number of values, about ${Math.round(raw)}, for which Spark corrects its estimate. Use count(DISTINCT ...).`,
    );
  return javaRound(raw);
}

const javaRound = (value: number): bigint => BigInt(Math.floor(value + 0.5));

/** percentile_approx over so few values that Spark's sketch holds each of them. */
function percentiles(
  values: readonly (number | null)[],
  shares: readonly (number | null)[],
  accuracy: bigint,
): number[] | null {
  const sorted = Float64Array.from(values.filter((value) => value !== null)).sort();
  if (sorted.length === 0) return null;
  if (Number.isNaN(sorted.at(-1)) && !Number.isNaN(sorted[0]))
    throw notEmulatedHere(
      'percentile_approx over NaN beside other numbers: how Spark puts NaN among them depends on how it splits the rows. Use percentile, or leave NaN out.',
    );
  if (sorted.length * 2 >= Number(accuracy))
    throw notEmulatedHere(
      `percentile_approx over ${sorted.length} values, which Spark estimates from ${Number(accuracy) / 2} on. Use percentile, or a greater accuracy.`,
    );
  return shares.map((share) => {
    if (share === null || !(share >= 0 && share <= 1))
      throw new Error('[VALUE_OUT_OF_RANGE] The percentage must be between 0 and 1.');
    return sorted[Math.max(Math.ceil(share * sorted.length), 1) - 1] ?? NaN;
  });
}

export const SKETCH_NATIVES: readonly NativeFunction[] = [
  native('spark_hll_register', ['VARCHAR[]', 'INTEGER'], 'INTEGER', register),
  native('spark_hll_estimate', ['DOUBLE[]', 'INTEGER'], 'BIGINT', estimate),
  native('spark_percentile_approx', ['DOUBLE[]', 'DOUBLE[]', 'BIGINT'], 'DOUBLE[]', percentiles),
];
