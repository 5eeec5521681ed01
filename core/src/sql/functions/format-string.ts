import { javaDouble } from './java-numbers.ts';
import { native, type NativeFunction, notEmulatedHere } from './native-function.ts';

/** A value with the kind by which java.util.Formatter treats it: the bytes of a whole number (`1` to `8`), `f` double, `g` float, `s` anything else. */
function valueOf(tagged: string | null): { kind: string; text: string } | null {
  return tagged === null ? null : { kind: tagged.charAt(0), text: tagged.slice(1) };
}

const DIRECTIVE = /%(?:(\d+)\$)?([-#+ 0,(<]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])/g;

/** java.util.Formatter for `%s %S %d %x %X %o %f %%` with width, `-`, `0` and `,`; arguments are texts tagged with their kind. */
function formatString(format: string, args: readonly (string | null)[]): string {
  let next = 0;
  const rest = format.replace(DIRECTIVE, '');
  if (rest.includes('%')) throw new Error(`[INVALID_FORMAT] The format ${format} is not valid.`);
  return format.replace(DIRECTIVE, (...found: (string | undefined)[]) => {
    const [whole = '', index, flags = '', width, precision, conversion = ''] = found;
    if (conversion === '%') return pad('%', flags, width);
    if (conversion === 'n') return '\n';
    if (index === '0') throw new Error('[INVALID_PARAMETER_VALUE.ZERO_INDEX] format_string expects %1$, but got %0$.');
    const at = index === undefined ? next++ : Number(index) - 1;
    if (at >= args.length) throw new Error(`[INVALID_FORMAT] Format specifier '${whole}' has no argument.`);
    checkDirective(whole, conversion, flags, { width, precision });
    return pad(one(valueOf(args[at] ?? null), conversion, flags, precision), flags, width);
  });
}

/** What java.util.Formatter raises for a directive, whatever its value is. */
function checkDirective(
  whole: string,
  conversion: string,
  flags: string,
  { width, precision }: { readonly width: string | undefined; readonly precision: string | undefined },
): void {
  const padded = /[-0]/.test(flags);
  const valid =
    !(padded && width === undefined) &&
    !(flags.includes('-') && flags.includes('0')) &&
    !(/[sS]/.test(conversion) && /[0,]/.test(flags)) &&
    !(/[xXo]/.test(conversion) && flags.includes(',')) &&
    !(/[dxXo]/.test(conversion) && precision !== undefined);
  if (!valid) throw new Error(`[INVALID_FORMAT] The format specifier ${whole} is not valid.`);
}

function one(
  value: ReturnType<typeof valueOf>,
  conversion: string,
  flags: string,
  precision: string | undefined,
): string {
  if (/[#+ (<]/.test(flags)) throw notEmulatedHere(`format_string with the flags ${flags}`);
  // A NULL is text to every conversion, which a precision cuts.
  if (value === null) return cut('null', precision);
  const { text, kind } = value;
  switch (conversion) {
    case 's':
      return cut(text, precision);
    case 'S':
      return text.toUpperCase();
    case 'd':
      if (!isWhole(kind)) throw new Error(`[INVALID_FORMAT] d != ${text}`);
      return flags.includes(',') ? text.replace(/\B(?=(\d{3})+$)/g, ',') : text;
    case 'x':
    case 'X':
    case 'o': {
      if (!isWhole(kind)) throw new Error(`[INVALID_FORMAT] ${conversion} != ${text}`);
      const digits = BigInt.asUintN(Number(kind) * 8, BigInt(text)).toString(conversion === 'o' ? 8 : 16);
      return conversion === 'X' ? digits.toUpperCase() : digits;
    }
    case 'f':
      // A float is widened before its digits are taken.
      if (kind === 'g')
        return one({ kind: 'f', text: javaDouble(Math.fround(Number(text))) }, conversion, flags, precision);
      if (kind !== 'f') throw new Error(`[INVALID_FORMAT] f != ${text}`);
      return fixed(text, Number(precision ?? 6), flags.includes(','));
    default:
      throw notEmulatedHere(`format_string with %${conversion}`);
  }
}

function cut(text: string, precision: string | undefined): string {
  return precision === undefined ? text : text.slice(0, Number(precision));
}

function isWhole(kind: string): boolean {
  return /\d/.test(kind);
}

/** A decimal text rounded half up to so many digits. */
export function fixed(text: string, digits: number, grouped: boolean): string {
  const found = /^(-?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (!found) return text;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = found;
  const shift = Number(exponent) + digits - fraction.length;
  const all = BigInt(`${whole}${fraction}` || '0');
  const scale = 10n ** BigInt(Math.abs(shift));
  const scaled = shift >= 0 ? all * scale : (all + scale / 2n) / scale;
  const padded = String(scaled).padStart(digits + 1, '0');
  const head = padded.slice(0, padded.length - digits);
  const tail = digits > 0 ? `.${padded.slice(-digits)}` : '';
  return `${sign}${grouped ? head.replace(/\B(?=(\d{3})+$)/g, ',') : head}${tail}`;
}

function pad(text: string, flags: string, width: string | undefined): string {
  const size = Number(width ?? 0);
  if (flags.includes('-')) return text.padEnd(size);
  // Neither NULL nor NaN nor an infinity is filled up with zeros.
  if (!flags.includes('0') || /^-?[nNI]/.test(text)) return text.padStart(size);
  return text.startsWith('-') ? `-${text.slice(1).padStart(size - 1, '0')}` : text.padStart(size, '0');
}

/** `format_number(x, d)`: grouped, half even over the value's own decimal digits, as java.text.DecimalFormat does. */
function formatNumber(text: string, digits: number): string | null {
  if (digits < 0) return null;
  if (text === 'NaN') return text;
  if (text.endsWith('Infinity')) return text.replace('Infinity', '∞');
  const found = /^(-?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (!found) throw notEmulatedHere(`format_number of ${text}`);
  const [, , , fraction = '', exponent = '0'] = found;
  const dropped = fraction.length - Number(exponent) - digits;
  // Exactly half way the even neighbour is taken.
  const half = dropped > 0 && new RegExp(`50{${dropped - 1}}$`).test(fraction.padStart(dropped, '0'));
  const rounded = fixed(text, digits, true);
  if (!half) return withoutNegativeZero(rounded);
  const last = Number(/\d(?=\D*$)/.exec(rounded)?.[0] ?? 0);
  if (last % 2 === 0) return withoutNegativeZero(rounded);
  const lower = fixed(text.replace(/5(0*)$/, '4$1'), digits, true);
  return withoutNegativeZero(lower);
}

function withoutNegativeZero(text: string): string {
  return /^-[0,.]*$/.test(text) ? `-${text.slice(1)}` : text;
}

export const FORMAT_FUNCTIONS: readonly NativeFunction[] = [
  native('spark_format_string', ['VARCHAR', 'VARCHAR[]'], 'VARCHAR', formatString),
  native('spark_format_number', ['VARCHAR', 'INTEGER'], 'VARCHAR', formatNumber),
];
