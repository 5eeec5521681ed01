/** Spark's XORShiftRandom, with what java.util.Random makes of its bits: the numbers of `rand(seed)` and `randn(seed)`. */
export class XorShiftRandom {
  #state: bigint;

  /** @param seed a 64-bit integer: the literal's value plus the partition's number. */
  constructor(seed: bigint) {
    const bytes = new DataView(new ArrayBuffer(8));
    bytes.setBigInt64(0, seed);
    const words = [bytes.getInt32(0, true), bytes.getInt32(4, true)];
    const low = murmur3(words, ARRAY_SEED);
    const high = murmur3(words, low);
    this.#state = (BigInt(high) << 32n) | BigInt(low >>> 0);
  }

  /** A signed integer of 32 bits. */
  nextInt(): number {
    return this.#next(32) | 0;
  }

  /** Uniform in [0, 1), of 53 bits. */
  nextDouble(): number {
    const high = this.#next(26);
    return (high * 2 ** 27 + this.#next(27)) * 2 ** -53;
  }

  /** Of the normal distribution, by Marsaglia's polar method; the pair's other value is not kept. */
  nextGaussian(): number {
    for (;;) {
      const x = 2 * this.nextDouble() - 1;
      const y = 2 * this.nextDouble() - 1;
      const square = x * x + y * y;
      if (square < 1 && square !== 0) return x * Math.sqrt((-2 * Math.log(square)) / square);
    }
  }

  #next(bits: number): number {
    let state = BigInt.asUintN(64, this.#state);
    state = BigInt.asUintN(64, state ^ (state << 21n));
    state ^= state >> 35n;
    state = BigInt.asUintN(64, state ^ (state << 4n));
    this.#state = state;
    return Number(state & ((1n << BigInt(bits)) - 1n));
  }
}

/** Scala's `MurmurHash3.arraySeed`. */
const ARRAY_SEED = 0x3c074a61;

/** Scala's `MurmurHash3.bytesHash` of whole words. */
function murmur3(words: readonly number[], seed: number): number {
  let hash = seed;
  for (const word of words) {
    const key = Math.imul(word, 0xcc9e2d51);
    hash ^= Math.imul((key << 15) | (key >>> 17), 0x1b873593);
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  hash ^= words.length * 4;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
