/** Exact texts of values, the same for every format. */

/** A number where a JavaScript number is exact, else its digits. */
export function integerCell(value: bigint): number | string {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)
    ? Number(value)
    : value.toString();
}

/** An unscaled integer with `scale` digits after the point. */
export function decimalText(unscaled: bigint, scale: number): string {
  const sign = unscaled < 0n ? '-' : '';
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString();
  if (scale <= 0) return `${sign}${digits}${'0'.repeat(-scale)}`;
  const padded = digits.padStart(scale + 1, '0');
  return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
}

/** Two's complement, most significant byte first. */
export function signedInteger(bytes: Uint8Array): bigint {
  if (bytes.byteLength === 0) return 0n;
  const unsigned = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return BigInt.asIntN(bytes.byteLength * 8, unsigned);
}

/** Shortest text of a single float; NaN and infinities as Spark writes them. */
export function floatText(value: number, single: boolean): number | string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
  if (!single) return value;
  for (let digits = 6; digits < 9; digits++) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) return shorter;
  }
  return Number(value.toPrecision(9));
}

const DAY_SECONDS = 86_400n;

/** Days since 1970-01-01 as `YYYY-MM-DD`, in the proleptic Gregorian calendar, for all of int32. */
export function dateText(days: bigint): string {
  // Howard Hinnant's civil_from_days: exact where JavaScript's Date ends.
  const shifted = days + 719_468n;
  const era = floorDivide(shifted, 146_097n);
  const dayOfEra = shifted - era * 146_097n;
  const yearOfEra = (dayOfEra - dayOfEra / 1460n + dayOfEra / 36_524n - dayOfEra / 146_096n) / 365n;
  const dayOfYear = dayOfEra - (365n * yearOfEra + yearOfEra / 4n - yearOfEra / 100n);
  const monthFromMarch = (5n * dayOfYear + 2n) / 153n;
  const day = dayOfYear - (153n * monthFromMarch + 2n) / 5n + 1n;
  const month = monthFromMarch < 10n ? monthFromMarch + 3n : monthFromMarch - 9n;
  const year = yearOfEra + era * 400n + (month <= 2n ? 1n : 0n);
  const yearText = year < 0n ? `-${pad(-year, 4)}` : pad(year, 4);
  return `${yearText}-${pad(month, 2)}-${pad(day, 2)}`;
}

/** Units of 10^-digits seconds since midnight. */
export function timeText(value: bigint, digits: 3 | 6 | 9): string {
  const perSecond = 10n ** BigInt(digits);
  const seconds = floorDivide(value, perSecond);
  const clock = [seconds / 3600n, (seconds / 60n) % 60n, seconds % 60n].map((part) => pad(part, 2)).join(':');
  const fraction = pad(value - seconds * perSecond, digits).replace(/0+$/, '');
  return fraction === '' ? clock : `${clock}.${fraction}`;
}

/** Units of 10^-digits seconds since 1970: `2026-01-02 03:04:05.123456`, with `Z` where it is an instant. */
export function timestampText(value: bigint, digits: 3 | 6 | 9, utc: boolean): string {
  const perDay = DAY_SECONDS * 10n ** BigInt(digits);
  const days = floorDivide(value, perDay);
  return `${dateText(days)} ${timeText(value - days * perDay, digits)}${utc ? 'Z' : ''}`;
}

/** Parquet's INTERVAL: months, days and milliseconds, each as little-endian uint32, as an ISO 8601 duration. */
export function intervalText(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [months, days, milliseconds] = [view.getUint32(0, true), view.getUint32(4, true), view.getUint32(8, true)];
  const date = `${months > 0 ? `${months}M` : ''}${days > 0 ? `${days}D` : ''}`;
  const time = milliseconds > 0 || date === '' ? `T${milliseconds / 1000}S` : '';
  return `P${date}${time}`;
}

function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b < 0n ? quotient - 1n : quotient;
}

function pad(value: bigint, width: number): string {
  return value.toString().padStart(width, '0');
}
