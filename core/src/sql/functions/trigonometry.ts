import { native, type NativeFunction, notEmulatedHere } from './native-function.ts';

/**
 * Java's sin, cos and tan are the processor's own routines, which are near the exact value and not always the nearest double. So they
 * are computed exactly here, in integers of so many bits after the point, and answered where every such routine agrees.
 */
const BITS = 240n;
const ONE = 1n << BITS;
/** Beyond, the quotient by pi takes more bits. */
const LARGEST = 2 ** 30;
/** Below, the next term of the series is less than half of the last digit. */
const SMALLEST = 2 ** -27;

/** pi by Machin's formula. */
const PI = 4n * (4n * arctanOfInverse(5n) - arctanOfInverse(239n));

function arctanOfInverse(n: bigint): bigint {
  let sum = 0n;
  let sign = 1n;
  for (let power = ONE / n, k = 1n; power !== 0n; power /= n * n, k += 2n) {
    sum += (sign * power) / k;
    sign = -sign;
  }
  return sum;
}

/** The sum of the series whose first term is that of the power `first`: 1 for the sine, 0 for the cosine. */
function series(r: bigint, first: 0n | 1n): bigint {
  const square = (r * r) >> BITS;
  let term = first === 1n ? r : ONE;
  let sum = 0n;
  for (let k = first; term !== 0n && term !== -1n; k += 2n) {
    sum += term;
    term = -((term * square) >> BITS) / ((k + 1n) * (k + 2n));
  }
  return sum;
}

function fixed(x: number): bigint {
  let exponent = 0n;
  let whole = x;
  while (!Number.isInteger(whole)) {
    whole *= 2;
    exponent++;
  }
  return exponent <= BITS ? BigInt(whole) << (BITS - exponent) : BigInt(whole) >> (exponent - BITS);
}

function sineAndCosine(x: number): readonly [bigint, bigint] {
  const value = fixed(x);
  const doubled = 2n * value + PI / 2n;
  const quadrant = doubled >= 0n ? doubled / PI : (doubled - PI + 1n) / PI;
  const r = value - (quadrant * PI) / 2n;
  const [sine, cosine] = [series(r, 1n), series(r, 0n)];
  switch (((quadrant % 4n) + 4n) % 4n) {
    case 0n:
      return [sine, cosine];
    case 1n:
      return [cosine, -sine];
    case 2n:
      return [-sine, -cosine];
    default:
      return [-cosine, sine];
  }
}

/** The nearest double, where the exact value is farther from the middle between two doubles than `margin` of their distance. */
function nearest(name: string, exact: bigint, margin: number): number {
  const size = exact < 0n ? -exact : exact;
  const shift = BigInt(size.toString(2).length - 53);
  const whole = size >> shift;
  const rest = Number(((size - (whole << shift)) << 53n) >> shift) / 2 ** 53;
  if (Math.abs(rest - 0.5) < margin)
    throw notEmulatedHere(`The last digit of this ${name} depends on the processor that Spark runs on.`);
  const value = Number(rest > 0.5 ? whole + 1n : whole) * 2 ** Number(shift - BITS);
  return exact < 0n ? -value : value;
}

/** Java's routines were seen up to 0.5033 (sin, cos) and 0.517 (tan) of a last digit away from the exact value. */
const MARGINS = { sin: 0.012, cos: 0.012, tan: 0.04 } as const;

function of(name: keyof typeof MARGINS): (x: number) => number {
  return (x) => {
    if (!Number.isFinite(x)) return NaN;
    if (Math.abs(x) < SMALLEST) return name === 'cos' ? 1 : x;
    if (Math.abs(x) > LARGEST) throw notEmulatedHere(`${name} of a number as large as ${x}`);
    const [sine, cosine] = sineAndCosine(x);
    const exact = { sin: sine, cos: cosine, tan: (sine << BITS) / cosine }[name];
    return nearest(name, exact, MARGINS[name]);
  };
}

export const [sin, cos, tan] = [of('sin'), of('cos'), of('tan')];

const unary = (name: string, evaluate: (x: number) => number): NativeFunction =>
  native(`spark_${name}`, ['DOUBLE'], 'DOUBLE', evaluate);

export const TRIGONOMETRY_FUNCTIONS: readonly NativeFunction[] = [
  unary('sin', sin),
  unary('cos', cos),
  unary('tan', tan),
  unary('sec', (x) => 1 / cos(x)),
  unary('csc', (x) => 1 / sin(x)),
  unary('cot', (x) => 1 / tan(x)),
];
