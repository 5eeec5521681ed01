/**
 * cosh, tanh, cbrt and hypot of fdlibm 5.3, which Java's StrictMath is (and Java 17's Math for these four).
 * The constants and the order of the operations are fdlibm's: they decide the last digit.
 */

const view = new DataView(new ArrayBuffer(8));

function high(x: number): number {
  view.setFloat64(0, x);
  return view.getInt32(0);
}

/** A double of these upper 32 bits, its lower 32 bits zero. */
function fromHigh(word: number): number {
  view.setInt32(0, word);
  view.setInt32(4, 0);
  return view.getFloat64(0);
}

/** The same double with other upper 32 bits. */
function withHigh(x: number, word: number): number {
  view.setFloat64(0, x);
  view.setInt32(0, word);
  return view.getFloat64(0);
}

/** V8's exp is fdlibm's but at 1. */
export function exp(x: number): number {
  return x === 1 ? 2.7182818284590455 : Math.exp(x);
}

export function cosh(x: number): number {
  const size = Math.abs(x);
  const word = high(size);
  if (word >= 0x7ff00000) return x * x;
  if (word < 0x3fd62e43) {
    const t = Math.expm1(size);
    const w = 1 + t;
    return word < 0x3c800000 ? w : 1 + (t * t) / (w + w);
  }
  if (word < 0x40360000) {
    const t = exp(size);
    return 0.5 * t + 0.5 / t;
  }
  if (word < 0x40862e42) return 0.5 * exp(size);
  if (size <= 710.4758600739439) {
    const w = exp(0.5 * size);
    return 0.5 * w * w;
  }
  return Infinity;
}

export function tanh(x: number): number {
  const size = Math.abs(x);
  const word = high(size);
  if (word >= 0x7ff00000) return x >= 0 ? 1 / x + 1 : 1 / x - 1;
  if (word < 0x3c800000) return x * (1 + x);
  if (word >= 0x40360000) return x > 0 ? 1 : -1;
  const t = Math.expm1(word >= 0x3ff00000 ? 2 * size : -2 * size);
  const z = word >= 0x3ff00000 ? 1 - 2 / (t + 2) : -t / (t + 2);
  return x >= 0 ? z : -z;
}

export function cbrt(x: number): number {
  if (x === 0 || !Number.isFinite(x)) return x;
  const size = Math.abs(x);
  const word = high(size);
  let t: number;
  if (word < 0x00100000) {
    const scaled = fromHigh(0x43500000) * size;
    t = withHigh(scaled, Math.trunc(high(scaled) / 3) + 696219795);
  } else t = fromHigh(Math.trunc(word / 3) + 715094163);
  const s = 5.42857142857142815906e-1 + ((t * t) / size) * t;
  t *= 3.57142857142857150787e-1 + 1.6071428571428572063 / (s + 1.41428571428571436819 + -7.0530612244897961105e-1 / s);
  t = fromHigh(high(t) + 1);
  const r = size / (t * t);
  t += t * ((r - t) / (t + t + r));
  return x < 0 ? -t : t;
}

export function hypot(x: number, y: number): number {
  if (!Number.isFinite(x) || !Number.isFinite(y))
    return Math.abs(x) === Infinity || Math.abs(y) === Infinity ? Infinity : NaN;
  let a = Math.max(Math.abs(x), Math.abs(y));
  let b = Math.min(Math.abs(x), Math.abs(y));
  if (high(a) - high(b) > 0x3c00000) return a + b;
  let shift = 0;
  const scale = (by: number): void => {
    a = withHigh(a, high(a) + by);
    b = withHigh(b, high(b) + by);
  };
  if (high(a) > 0x5f300000) {
    scale(-0x25800000);
    shift = 600;
  }
  if (high(b) < 0x20b00000) {
    if (high(b) <= 0x000fffff) {
      if (b === 0) return a;
      a *= fromHigh(0x7fd00000);
      b *= fromHigh(0x7fd00000);
      shift -= 1022;
    } else {
      scale(0x25800000);
      shift -= 600;
    }
  }
  const w = hypotOfScaled(a, b);
  return shift === 0 ? w : fromHigh(0x3ff00000 + shift * 0x100000) * w;
}

function hypotOfScaled(a: number, b: number): number {
  const w = a - b;
  if (w > b) {
    const t1 = fromHigh(high(a));
    const t2 = a - t1;
    return Math.sqrt(t1 * t1 - (b * -b - t2 * (a + t1)));
  }
  const twice = a + a;
  const y1 = fromHigh(high(b));
  const y2 = b - y1;
  const t1 = fromHigh(high(a) + 0x00100000);
  const t2 = twice - t1;
  return Math.sqrt(t1 * y1 - (w * -w - (t1 * y2 + t2 * b)));
}
