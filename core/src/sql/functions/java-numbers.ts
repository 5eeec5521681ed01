import { type Digits, javaDigits } from './java-digits.ts';
import { native, type NativeFunction } from './native-function.ts';

/** Java 17's `Double.toString`: plain between 10^-3 and 10^7, else one digit, a point and an exponent. */
export function javaDouble(value: number): string {
  const size = Math.abs(value);
  // There the fewest digits are Java's, and are no more work than a look.
  if (size >= 0.001 && size < 10_000_000) return Number.isInteger(value) ? `${value}.0` : String(value);
  return special(value) ?? signed(value, shaped(javaDigits(size, 'double')));
}

/** Java 17's `Float.toString` of the 32-bit float of a value. */
export function javaFloat(value: number): string {
  const float = Math.fround(value);
  return special(float) ?? signed(float, shaped(javaDigits(Math.abs(float), 'float')));
}

/** The digits of `Double.toString` without an exponent, as `BigDecimal.toPlainString` writes them; a decimal has no more of them. */
export function plainDouble(value: number): string {
  const known = special(value);
  if (known !== undefined) return known;
  const digits = javaDigits(Math.abs(value), 'double');
  return signed(value, digits.exponent < -40 ? '0' : plain(digits));
}

function special(value: number): string | undefined {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  return undefined;
}

function signed(value: number, text: string): string {
  return value < 0 ? `-${text}` : text;
}

function shaped(found: Digits): string {
  const { digits, exponent } = found;
  if (exponent >= -3 && exponent < 7) return plain(found);
  return `${digits.charAt(0)}.${digits.slice(1) || '0'}E${exponent}`;
}

function plain({ digits, exponent }: Digits): string {
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`;
  return `${digits.slice(0, exponent + 1).padEnd(exponent + 1, '0')}.${digits.slice(exponent + 1) || '0'}`;
}

/** Java's `BigDecimal.toString` of a decimal's plain digits: with an exponent where the value is below 10^-6. */
export function javaDecimal(plain: string): string {
  const [whole = '', fraction = ''] = plain.replace('-', '').split('.');
  const sign = plain.startsWith('-') ? '-' : '';
  const digits = `${whole}${fraction}`.replace(/^0+(?=\d)/, '');
  const exponent = digits.length - 1 - fraction.length;
  if (exponent >= -6) return `${sign}${whole === '' ? '0' : whole}${fraction === '' ? '' : `.${fraction}`}`;
  return `${sign}${digits.charAt(0)}${digits.length > 1 ? `.${digits.slice(1)}` : ''}E${exponent}`;
}

export const JAVA_NUMBER_NATIVES: readonly NativeFunction[] = [
  native('spark_java_double', ['DOUBLE'], 'VARCHAR', javaDouble),
  native('spark_java_float', ['DOUBLE'], 'VARCHAR', javaFloat),
  native('spark_plain_double', ['DOUBLE'], 'VARCHAR', plainDouble),
];
