/** Java's BigDecimal of a text, rounded half up to a decimal type; undefined for what is none or does not fit. */
export function decimalOfText(
  text: string,
  { precision, scale }: { readonly precision: number; readonly scale: number },
): string | undefined {
  const found = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/.exec(text);
  if (!found || ((found[2] ?? '') === '' && (found[3] ?? '') === '')) return undefined;
  const fraction = found[3] ?? '';
  const digits = BigInt(`${found[2] ?? ''}${fraction}`);
  const shift = scale - fraction.length + Number(found[4] ?? 0);
  if (shift > 80) return digits === 0n ? '0' : undefined;
  const unscaled = shift >= 0 ? digits * 10n ** BigInt(shift) : half(digits, 10n ** BigInt(-shift));
  if (unscaled >= 10n ** BigInt(precision)) return undefined;
  const padded = String(unscaled).padStart(scale + 1, '0');
  const sign = found[1] === '-' && unscaled !== 0n ? '-' : '';
  return `${sign}${padded.slice(0, padded.length - scale)}${scale > 0 ? `.${padded.slice(-scale)}` : ''}`;
}

function half(value: bigint, by: bigint): bigint {
  return (value * 2n + by) / (by * 2n);
}
