// fdlibm's e_pow.c (Sun Microsystems' algorithm), which Java's StrictMath.pow follows to the last bit.
const view = new DataView(new ArrayBuffer(8));

function high(x: number): number {
  view.setFloat64(0, x);
  return view.getInt32(0);
}

function low(x: number): number {
  view.setFloat64(0, x);
  return view.getInt32(4);
}

function withHigh(x: number, word: number): number {
  view.setFloat64(0, x);
  view.setInt32(0, word);
  return view.getFloat64(0);
}

function withoutLow(x: number): number {
  view.setFloat64(0, x);
  view.setInt32(4, 0);
  return view.getFloat64(0);
}

const BP = [1, 1.5] as const;
const DP_H = [0, 5.84962487220764160156e-1] as const;
const DP_L = [0, 1.35003920212974897128e-8] as const;
const TWO53 = 9007199254740992;
const HUGE = 1e300;
const TINY = 1e-300;
const L = [
  5.99999999999994648725e-1, 4.28571428578550184252e-1, 3.33333329818377432918e-1, 2.72728123808534006489e-1,
  2.30660745775561754067e-1, 2.06975017800338417784e-1,
] as const;
const P = [
  1.66666666666666019037e-1, -2.77777777770155933842e-3, 6.61375632143793436117e-5, -1.6533902205465251539e-6,
  4.13813679705723846039e-8,
] as const;
const LG2 = 6.93147180559945286227e-1;
const LG2_H = 6.93147182464599609375e-1;
const LG2_L = -1.90465429995776804525e-9;
const OVT = 8.008566259537294e-17;
const CP = 9.61796693925975554329e-1;
const CP_H = 9.61796700954437255859e-1;
const CP_L = -7.02846165095275826516e-9;
const IVLN2 = 1.4426950408889634;
const IVLN2_H = 1.44269502162933349609;
const IVLN2_L = 1.92596299112661746887e-8;

/** 0: y is no integer; 1: an odd one; 2: an even one. */
function parity(hy: number, ly: number): 0 | 1 | 2 {
  const iy = hy & 0x7fffffff;
  if (iy >= 0x43400000) return 2;
  if (iy < 0x3ff00000) return 0;
  const k = (iy >> 20) - 0x3ff;
  if (k > 20) {
    const j = ly >>> (52 - k);
    return j << (52 - k) === (ly | 0) ? ((2 - (j & 1)) as 1 | 2) : 0;
  }
  if (ly !== 0) return 0;
  const j = iy >> (20 - k);
  return j << (20 - k) === iy ? ((2 - (j & 1)) as 1 | 2) : 0;
}

/** Answers that need no series; undefined for all others. */
function special(x: number, y: number, yIsInteger: 0 | 1 | 2): number | undefined {
  const hx = high(x);
  const hy = high(y);
  const ix = hx & 0x7fffffff;
  const iy = hy & 0x7fffffff;
  if (y === 0) return 1;
  if (Number.isNaN(x) || Number.isNaN(y)) return NaN;
  if (low(y) === 0) {
    if (iy === 0x7ff00000) {
      const size = Math.abs(x);
      if (size === 1) return NaN;
      if (size > 1) return hy >= 0 ? y : 0;
      return hy < 0 ? -y : 0;
    }
    if (iy === 0x3ff00000) return hy < 0 ? 1 / x : x;
    if (hy === 0x40000000) return x * x;
    if (hy === 0x3fe00000 && hx >= 0) return Math.sqrt(x);
  }
  if (low(x) === 0 && (ix === 0x7ff00000 || ix === 0 || ix === 0x3ff00000)) {
    let z = Math.abs(x);
    if (hy < 0) z = 1 / z;
    if (hx < 0) {
      if (ix === 0x3ff00000 && yIsInteger === 0) z = NaN;
      else if (yIsInteger === 1) z = -z;
    }
    return z;
  }
  return hx < 0 && yIsInteger === 0 ? NaN : undefined;
}

/** log2 of x in two parts, x near 1. */
function logNearOne(size: number): [number, number] {
  const t = size - 1;
  const w = t * t * (0.5 - t * (0.3333333333333333 - t * 0.25));
  const u = IVLN2_H * t;
  const v = t * IVLN2_L - w * IVLN2;
  const t1 = withoutLow(u + v);
  return [t1, v - (t1 - u)];
}

/** log2 of x in two parts. */
function logOf(size: number, high0: number): [number, number] {
  let ax = size;
  let ix = high0;
  let n = 0;
  if (ix < 0x00100000) {
    ax *= TWO53;
    n -= 53;
    ix = high(ax);
  }
  n += (ix >> 20) - 0x3ff;
  const j = ix & 0x000fffff;
  ix = j | 0x3ff00000;
  let k: 0 | 1 = 0;
  if (j > 0x3988e && j < 0xbb67a) k = 1;
  else if (j >= 0xbb67a) {
    n += 1;
    ix -= 0x00100000;
  }
  ax = withHigh(ax, ix);
  const u = ax - BP[k];
  const v = 1 / (ax + BP[k]);
  const ss = u * v;
  const sH = withoutLow(ss);
  const tH = withHigh(0, ((ix >> 1) | 0x20000000) + 0x00080000 + (k << 18));
  const tL = ax - (tH - BP[k]);
  const sL = v * (u - sH * tH - sH * tL);
  let s2 = ss * ss;
  let r = s2 * s2 * (L[0] + s2 * (L[1] + s2 * (L[2] + s2 * (L[3] + s2 * (L[4] + s2 * L[5])))));
  r += sL * (sH + ss);
  s2 = sH * sH;
  const tHigh = withoutLow(3 + s2 + r);
  const tLow = r - (tHigh - 3 - s2);
  const uu = sH * tHigh;
  const vv = sL * tHigh + tLow * ss;
  const pH = withoutLow(uu + vv);
  const pL = vv - (pH - uu);
  const zH = CP_H * pH;
  const zL = CP_L * pH + pL * CP + DP_L[k];
  const t1 = withoutLow(zH + zL + DP_H[k] + n);
  return [t1, zL - (t1 - n - DP_H[k] - zH)];
}

/** `StrictMath.pow(x, y)`. */
export function pow(x: number, y: number): number {
  const yIsInteger = high(x) < 0 ? parity(high(y), low(y)) : 0;
  const known = special(x, y, yIsInteger);
  if (known !== undefined) return known;
  const sign = high(x) < 0 && yIsInteger === 1 ? -1 : 1;
  const size = Math.abs(x);
  const ix = high(x) & 0x7fffffff;
  const iy = high(y) & 0x7fffffff;
  const rising = high(y) > 0;
  let parts: [number, number];
  if (iy > 0x41e00000) {
    if (iy > 0x43f00000) {
      if (ix <= 0x3fefffff) return rising ? 0 : Infinity;
      if (ix >= 0x3ff00000) return rising ? Infinity : 0;
    }
    if (ix < 0x3fefffff) return sign * (rising ? TINY * TINY : HUGE * HUGE);
    if (ix > 0x3ff00000) return sign * (rising ? HUGE * HUGE : TINY * TINY);
    parts = logNearOne(size);
  } else parts = logOf(size, ix);
  return power(parts, y, sign);
}

/** 2 ** (y * log2 x). */
function power([t1, t2]: readonly [number, number], y: number, sign: number): number {
  const y1 = withoutLow(y);
  const pL = (y - y1) * t1 + y * t2;
  let pH = y1 * t1;
  let z = pL + pH;
  const j = high(z);
  const i0 = low(z);
  if (j >= 0x40900000) {
    if (((j - 0x40900000) | i0) !== 0 || pL + OVT > z - pH) return sign * Infinity;
  } else if ((j & 0x7fffffff) >= 0x4090cc00) {
    if (((j - (0xc090cc00 | 0)) | i0) !== 0 || pL <= z - pH) return sign * TINY * TINY;
  }
  const i = j & 0x7fffffff;
  let k = (i >> 20) - 0x3ff;
  let n = 0;
  if (i > 0x3fe00000) {
    n = j + (0x00100000 >> (k + 1));
    k = ((n & 0x7fffffff) >> 20) - 0x3ff;
    const t = withHigh(0, n & ~(0x000fffff >> k));
    n = ((n & 0x000fffff) | 0x00100000) >> (20 - k);
    if (j < 0) n = -n;
    pH -= t;
  }
  const t = withoutLow(pL + pH);
  const u = t * LG2_H;
  const v = (pL - (t - pH)) * LG2 + t * LG2_L;
  z = u + v;
  const w = v - (z - u);
  const tt = z * z;
  const c = z - tt * (P[0] + tt * (P[1] + tt * (P[2] + tt * (P[3] + tt * P[4]))));
  const r = (z * c) / (c - 2) - (w + z * w);
  z = 1 - (r - z);
  const word = high(z) + (n << 20);
  z = word >> 20 <= 0 ? scaled(z, n) : withHigh(z, word);
  return sign * z;
}

/** z * 2^n where the result is subnormal. */
function scaled(z: number, n: number): number {
  const word = (high(z) & 0x7ff00000) >> 20;
  const k = word + n;
  if (k <= -54) return TINY * TINY;
  return k > 0
    ? withHigh(z, (high(z) & 0x800fffff) | (k << 20))
    : withHigh(z, (high(z) & 0x800fffff) | ((k + 54) << 20)) * 5.55111512312578270212e-17;
}
