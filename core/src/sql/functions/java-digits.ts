/**
 * How Java 17, on which Spark and Databricks run, chooses the decimal digits of a binary fraction: not the fewest that read back as
 * the same value (as JavaScript, DuckDB and Java from 19 on do), but those of Steele and White's generation with its own habits. Whole
 * values from 2^24 (float) and 2^53 (double) keep digits of their exact value, and a number with an exponent has at least two digits.
 */
export interface Digits {
  /** At least one; may end in zeros. */
  readonly digits: string;
  /** The power of ten of the first digit. */
  readonly exponent: number;
}

/** Bits of a value's fraction with the highest one, which are as many in a double as its precision. */
interface Binary {
  readonly fraction: bigint;
  /** The power of two of the highest bit. */
  readonly exponent: number;
  /** Bits that the value could have: fewer than the format's where it is subnormal. */
  readonly significant: number;
}

const FORMATS = {
  double: { bits: 53, least: -1074 },
  float: { bits: 24, least: -149 },
} as const;

/** @param value positive and finite, and a float's own value where the format is `float`. */
export function javaDigits(value: number, format: keyof typeof FORMATS): Digits {
  const binary = binaryOf(value, format);
  return wholeDigits(binary) ?? generated(value, binary);
}

const view = new DataView(new ArrayBuffer(8));

function binaryOf(value: number, format: keyof typeof FORMATS): Binary {
  view.setFloat64(0, value);
  const word = view.getBigUint64(0);
  const biased = Number((word >> 52n) & 0x7ffn);
  const stored = word & 0xfffffffffffffn;
  const [all, lowest] = biased === 0 ? [stored, -1074] : [stored | (1n << 52n), biased - 1075];
  const zeros = trailingZeros(all);
  const fraction = all >> BigInt(zeros);
  const exponent = lowest + zeros + lengthOf(fraction) - 1;
  const { bits, least } = FORMATS[format];
  return { fraction, exponent, significant: Math.min(bits, exponent - least + 1) };
}

/** A whole value of at most 63 bits: its exact digits, less those that stand for bits that it cannot have. */
function wholeDigits({ fraction, exponent, significant }: Binary): Digits | undefined {
  const shift = exponent + 1 - lengthOf(fraction);
  if (shift < 0 || exponent > 62) return undefined;
  const spare = exponent > significant ? exponent - significant - 1 : 0;
  const unit = 10n ** BigInt(Math.floor(spare * Math.log10(2)));
  const whole = fraction << BigInt(shift);
  const kept = whole / unit + (unit > 1n && whole % unit >= unit / 2n ? 1n : 0n);
  const text = String(kept);
  return { digits: text.replace(/0+$/, ''), exponent: text.length - 1 + String(unit).length - 1 };
}

/** A digit, and whether the value is that near to what is written, or to the next higher. */
interface Step {
  readonly digit: bigint;
  readonly low: boolean;
  readonly high: boolean;
}

/** One digit after the other until what is left is less than half a unit of the value's last bit. */
function generated(value: number, { fraction, exponent, significant }: Binary): Digits {
  const lowest = exponent + 1 - lengthOf(fraction);
  // Half of the last bit's unit; the gap below a power of two is half as wide as that above, and taken for both.
  const half = exponent - significant - (fraction === 1n ? 1 : 0);
  const ten = estimatedExponent(value, exponent);
  // All three in powers of five and two, without the twos that they share.
  const [less, more] = [Math.max(0, -ten), Math.max(0, ten)];
  const [restTwos, gapTwos, unitTwos] = [less + lowest, less + half, more];
  const shared = Math.min(restTwos, gapTwos, unitTwos);
  const unit = (5n ** BigInt(more)) << BigInt(unitTwos - shared);
  const tens = unit * 10n;
  let rest = (fraction * 5n ** BigInt(less)) << BigInt(restTwos - shared);
  let gap = (5n ** BigInt(less)) << BigInt(gapTwos - shared);
  // Calculated there in 32 or 64 bits where the operands fit them, in which a sum may overflow; else in any number of bits, where a tie
  // is taken for the higher digit.
  const operands = Math.max(
    lengthOf(fraction) + restTwos - shared + lengthOfFives(less),
    unitTwos - shared + 1 + lengthOfFives(more + 1),
  );
  const word = operands < 32 ? 32 : operands < 64 ? 64 : undefined;
  const next = (): Step => {
    const digit = rest / unit;
    rest = (rest % unit) * 10n;
    gap = word === undefined ? gap * 10n : BigInt.asIntN(word, gap * 10n);
    const low = gap <= 0n || rest < gap;
    if (word === undefined) return { digit, low, high: rest + gap >= tens };
    return { digit, low, high: gap <= 0n || BigInt.asIntN(word, rest + gap) > tens };
  };
  const leading = next();
  const none = leading.digit === 0n && !leading.high;
  let digits = none ? '' : String(leading.digit);
  const first = none ? ten - 1 : ten;
  // A number with an exponent has a digit after its point.
  let { low, high } = first < -3 || first >= 8 ? { low: false, high: false } : leading;
  while (!low && !high) {
    const step = next();
    digits += String(step.digit);
    ({ low, high } = step);
  }
  const over = rest * 2n - tens;
  const up = high && (!low || over > 0n || (over === 0n && Number(digits.at(-1)) % 2 === 1));
  return up ? roundedUp(digits, first) : { digits, exponent: first };
}

function roundedUp(digits: string, exponent: number): Digits {
  const up = String(BigInt(digits) + 1n).padStart(digits.length, '0');
  return up.length > digits.length ? { digits: up.slice(0, -1), exponent: exponent + 1 } : { digits: up, exponent };
}

/** The power of ten of the first digit, or one more: the tangent of the logarithm at 1.5. */
function estimatedExponent(value: number, exponent: number): number {
  view.setFloat64(0, value);
  const high = view.getUint32(0);
  // Subnormals are brought to between 1 and 2 by their own exponent.
  const scaled = high >>> 20 === 0 ? value * 2 ** 537 * 2 ** (-exponent - 537) : value / 2 ** exponent;
  return Math.floor((scaled - 1.5) * 0.289529654 + 0.176091259 + exponent * 0.301029995663981);
}

/** The bits of a whole number below 2^53. */
function lengthOf(bits: bigint): number {
  view.setFloat64(0, Number(bits));
  return (view.getUint32(0) >>> 20) - 1022;
}

/** The bits of 5^n, and from 5^27 on a bound of them. */
function lengthOfFives(power: number): number {
  if (power === 0) return 0;
  return power < 27 ? Math.floor(power * Math.log2(5)) + 1 : power * 3;
}

function trailingZeros(bits: bigint): number {
  return lengthOf(bits & -bits) - 1;
}
