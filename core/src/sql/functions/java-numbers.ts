/** Java's `Double.toString`: plain between 10^-3 and 10^7, else one digit, a point and an exponent. */
export function javaDouble(value: number): string {
  return special(value) ?? shaped(value, value);
}

/** Java's `Float.toString` of a value that a 32-bit float holds. */
export function javaFloat(value: number): string {
  const known = special(value);
  if (known !== undefined) return known;
  for (let digits = 1; digits < 9; digits++) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) return shaped(shorter, value);
  }
  return shaped(Number(value.toPrecision(9)), value);
}

function special(value: number): string | undefined {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  return undefined;
}

/** `value` has the digits that are written; `exact` decides between the two shapes. */
function shaped(value: number, exact: number): string {
  const size = Math.abs(exact);
  if (size >= 0.001 && size < 10_000_000) return Number.isInteger(value) ? `${value}.0` : String(value);
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`;
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
