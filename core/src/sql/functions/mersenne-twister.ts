/** commons-math3's MersenneTwister, by which Spark's `shuffle(array, seed)` puts elements into another order. */
export class MersenneTwister {
  readonly #state = new Uint32Array(624);
  #at = 624;

  /** @param seed a 64-bit integer. */
  constructor(seed: bigint) {
    this.#fill([Number(BigInt.asUintN(32, seed >> 32n)), Number(BigInt.asUintN(32, seed))]);
  }

  /** The places of so many elements in their new order. */
  order(length: number): number[] {
    const places: number[] = [];
    for (let at = 0; at < length; at++) {
      const other = this.#below(at + 1);
      if (other !== at) places[at] = places[other] ?? at;
      places[other] = at;
    }
    return places;
  }

  #fill(key: readonly number[]): void {
    const state = this.#state;
    const mix = (at: number, factor: number): number => {
      const before = state[at - 1] ?? 0;
      return (state[at] ?? 0) ^ Math.imul(before ^ (before >>> 30), factor);
    };
    state[0] = 19650218;
    for (let at = 1; at < 624; at++) {
      const before = state[at - 1] ?? 0;
      state[at] = Math.imul(before ^ (before >>> 30), 1812433253) + at;
    }
    let at = 1;
    const next = (): void => {
      if (++at < 624) return;
      state[0] = state[623] ?? 0;
      at = 1;
    };
    for (let count = 0; count < 624; count++) {
      const place = count % key.length;
      state[at] = mix(at, 1664525) + (key[place] ?? 0) + place;
      next();
    }
    for (let count = 0; count < 623; count++) {
      state[at] = mix(at, 1566083941) - at;
      next();
    }
    state[0] = 0x80000000;
  }

  #twist(): void {
    const state = this.#state;
    for (let at = 0; at < 624; at++) {
      const y = ((state[at] ?? 0) & 0x80000000) | ((state[(at + 1) % 624] ?? 0) & 0x7fffffff);
      state[at] = (state[(at + 397) % 624] ?? 0) ^ (y >>> 1) ^ ((y & 1) === 1 ? 0x9908b0df : 0);
    }
    this.#at = 0;
  }

  /** 31 bits. */
  #next(): number {
    if (this.#at >= 624) this.#twist();
    let y = this.#state[this.#at++] ?? 0;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 1;
  }

  #below(limit: number): number {
    if ((limit & -limit) === limit) return Number((BigInt(limit) * BigInt(this.#next())) >> 31n);
    for (;;) {
      const bits = this.#next();
      const value = bits % limit;
      if (bits - value + (limit - 1) <= 0x7fffffff) return value;
    }
  }
}
