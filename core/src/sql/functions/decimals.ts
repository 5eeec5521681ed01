import { native, type NativeFunction } from './native-function.ts';
import { roundText } from './rounding.ts';

interface Exact {
  readonly units: bigint;
  readonly scale: number;
}

function exact(text: string): Exact {
  const [whole = '', fraction = ''] = text.split('.');
  return { units: BigInt(`${whole === '-' ? '-0' : whole}${fraction}`), scale: fraction.length };
}

function rescaled({ units, scale }: Exact, to: number): bigint {
  return to >= scale ? units * 10n ** BigInt(to - scale) : halfUp(units, 10n ** BigInt(scale - to));
}

/** A quotient rounded half up, away from zero. */
function halfUp(n: bigint, d: bigint): bigint {
  const [size, by] = [n < 0n ? -n : n, d < 0n ? -d : d];
  const rounded = (size * 2n + by) / (by * 2n);
  return n < 0n !== d < 0n ? -rounded : rounded;
}

/** Spark divides to 39 places before it rounds to the result's own. */
const QUOTIENT_SCALE = 39;

const OPERATORS: Readonly<Record<string, (a: Exact, b: Exact) => Exact | undefined>> = {
  '+': (a, b) => common(a, b, (x, y) => x + y),
  '-': (a, b) => common(a, b, (x, y) => x - y),
  '*': (a, b) => ({ units: a.units * b.units, scale: a.scale + b.scale }),
  '/': (a, b) => {
    if (b.units === 0n) return undefined;
    const shift = QUOTIENT_SCALE + b.scale - a.scale;
    const [n, d] = shift >= 0 ? [a.units * 10n ** BigInt(shift), b.units] : [a.units, b.units * 10n ** BigInt(-shift)];
    return { units: halfUp(n, d), scale: QUOTIENT_SCALE };
  },
  '%': (a, b) => (b.units === 0n ? undefined : common(a, b, (x, y) => x % y)),
};

function common(a: Exact, b: Exact, of: (x: bigint, y: bigint) => bigint): Exact {
  const scale = Math.max(a.scale, b.scale);
  return { units: of(rescaled(a, scale), rescaled(b, scale)), scale };
}

/** Decimals as Java's BigDecimal calculates them, without a limit in between; NULL where the result has too many digits. */
export function decimalResult(a: string, operator: string, b: string, precision: number, scale: number): string | null {
  const result = OPERATORS[operator]?.(exact(a), exact(b));
  if (!result) return null;
  const units = rescaled(result, scale);
  const size = units < 0n ? -units : units;
  if (size >= 10n ** BigInt(precision)) return null;
  const digits = String(size).padStart(scale + 1, '0');
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return units < 0n ? `-${text}` : text;
}

/** `-x` as Scala's `BigDecimal` has it: in 34 digits, half even, as everything that its own context calculates. */
function negatedDecimal(text: string): string {
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  const excess = `${whole}${fraction}`.replace(/^0+/, '').length - 34;
  const kept = excess > 0 ? roundText(text, fraction.length - excess, 'even') : text;
  return kept.startsWith('-') ? kept.slice(1) : `-${kept}`;
}

export const DECIMAL_NATIVES: readonly NativeFunction[] = [
  native('spark_decimal_result', ['VARCHAR', 'VARCHAR', 'VARCHAR', 'INTEGER', 'INTEGER'], 'VARCHAR', decimalResult),
  native('spark_negated_decimal', ['VARCHAR'], 'VARCHAR', negatedDecimal),
];
