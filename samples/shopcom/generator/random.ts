/** A stream of numbers that depends only on its key, so that one part of the data set never shifts another. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** A whole number, both ends included. */
  integer(from: number, to: number): number;
  chance(probability: number): boolean;
  /** Throws a RangeError for an empty list. */
  pick<T>(items: readonly T[]): T;
  /** Standard normal (mean 0, deviation 1), by Box and Muller. */
  normal(): number;
}

const WARM_UP_ROUNDS = 12;

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value | 0;
}

/** Chris Doty-Humphrey's sfc32 (small fast counter), keyed by the seed, the stream's name and a number within it. */
export function createRandom(seed: number, name: string, ordinal = 0): Random {
  let a = Math.trunc(seed) | 0;
  let b = hash(`${name}/${seed}`);
  let c = ordinal | 0;
  let counter = 1;

  const bits = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  for (let round = 0; round < WARM_UP_ROUNDS; round++) bits();

  const next = (): number => bits() / 2 ** 32;
  return {
    next,
    integer: (from, to) => from + Math.floor(next() * (to - from + 1)),
    chance: (probability) => next() < probability,
    pick: (items) => elementAt(items, Math.floor(next() * items.length)),
    // 1 - next() is never 0, so the logarithm is finite.
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  };
}

function elementAt<T>(items: readonly T[], index: number): T {
  if (index >= items.length) throw new RangeError('Cannot pick from an empty list.');
  return items[index] as T;
}

/** Picks an item with the probability of its weight. Weights are not negative and not all 0. */
export function weightedPicker<T>(items: readonly T[], weightOf: (item: T, index: number) => number) {
  const upTo: number[] = [];
  let total = 0;
  for (const [index, item] of items.entries()) upTo.push((total += weightOf(item, index)));
  if (!(total > 0)) throw new RangeError('A weighted choice needs a weight above 0.');
  return (random: Random): T => elementAt(items, firstAbove(upTo, random.next() * total));
}

function firstAbove(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Zipf and Mandelbrot's law: few items take most, and `offset` keeps the very first from taking all. */
export function zipfWeight(rank: number, exponent: number, offset: number): number {
  return 1 / (rank + 1 + offset) ** exponent;
}
