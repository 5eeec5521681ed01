import { javaDouble } from './java-numbers.ts';
import { native, type NativeFunction } from './native-function.ts';

export type RoundingMode = 'up' | 'even' | 'ceiling' | 'floor';

/** A decimal text (`-12.345`, `1e+20`) rounded to so many digits after the point, or before it where negative. Exact. */
export function roundText(text: string, digits: number, mode: RoundingMode): string {
  const found = /^(-?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (!found) return text;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = found;
  const scale = fraction.length - Number(exponent);
  if (digits >= scale) return text;
  const unit = 10n ** BigInt(scale - digits);
  const all = BigInt(`${whole}${fraction}`);
  const rest = all % unit;
  let units = all / unit;
  const half = rest * 2n - unit;
  const away =
    mode === 'ceiling'
      ? rest > 0n && sign === ''
      : mode === 'floor'
        ? rest > 0n && sign === '-'
        : half > 0n || (half === 0n && (mode === 'up' || units % 2n === 1n));
  if (away) units += 1n;
  if (digits <= 0) return `${sign}${units * 10n ** BigInt(-digits)}`;
  const padded = String(units).padStart(digits + 1, '0');
  return `${sign}${padded.slice(0, -digits)}.${padded.slice(-digits)}`;
}

function modeOf(text: string): RoundingMode {
  return text === 'even' || text === 'ceiling' || text === 'floor' ? text : 'up';
}

function roundDouble(value: number, digits: number, mode: string): number {
  if (!Number.isFinite(value)) return value;
  const rounded = Number(roundText(javaDouble(value), digits, modeOf(mode)));
  // Java's BigDecimal has no minus zero.
  return rounded === 0 ? 0 : rounded;
}

/** With ANSI off what does not fit wraps around. */
function roundWrapped(value: bigint, digits: number, mode: string, bits: number): bigint {
  return BigInt.asIntN(bits, BigInt(roundText(String(value), digits, modeOf(mode))));
}

function bucket(value: number, from: number, to: number, count: bigint): bigint | null {
  const impossible = count <= 0n || count === 9223372036854775807n || Number.isNaN(value) || from === to;
  if (impossible || !Number.isFinite(from) || !Number.isFinite(to)) return null;
  const [lower, upper] = from < to ? [from, to] : [to, from];
  const [below, above] = from < to ? [value < lower, value >= upper] : [value > upper, value <= lower];
  if (below) return 0n;
  if (above) return count + 1n;
  const distance = from < to ? value - lower : upper - value;
  return BigInt(Math.trunc((Number(count) * distance) / (upper - lower))) + 1n;
}

export const ROUNDING_FUNCTIONS: readonly NativeFunction[] = [
  native('spark_round_text', ['VARCHAR', 'INTEGER', 'VARCHAR'], 'VARCHAR', (text, digits, mode) =>
    roundText(text, digits, modeOf(mode)),
  ),
  native('spark_round_binary', ['DOUBLE', 'INTEGER', 'VARCHAR'], 'DOUBLE', roundDouble),
  native('spark_round_wrapped', ['BIGINT', 'INTEGER', 'VARCHAR', 'INTEGER'], 'BIGINT', roundWrapped),
  native('spark_width_bucket', ['DOUBLE', 'DOUBLE', 'DOUBLE', 'BIGINT'], 'BIGINT', bucket),
];
