import { native, type NativeFunction } from './native-function.ts';

/** A number format of `to_char` and `to_number`, taken apart. */
export interface NumberFormat {
  readonly lead: string;
  /** `0`, `9` and `,` before the point. */
  readonly whole: string;
  /** `0` and `9` after the point; undefined: no point. */
  readonly fraction: string | undefined;
  readonly tail: string;
}

/** Spark's grammar: `[MI|S] [$] digits and separators [. digits] [PR|MI|S]`; undefined for anything else. */
export function numberFormat(text: string): NumberFormat | undefined {
  const plain = text.toUpperCase().replaceAll('G', ',').replaceAll('D', '.');
  const found = /^((?:MI|S)?\$?)([09,]*)(?:\.([09]*))?((?:PR|MI|S)?)$/.exec(plain);
  const [, lead = '', whole = '', fraction, tail = ''] = found ?? [];
  const digits = `${whole}${fraction ?? ''}`.replaceAll(',', '');
  const oneSign = !(/MI|S/.test(lead) && /MI|S|PR/.test(tail));
  const separated = !whole.startsWith(',') && !whole.endsWith(',') && !whole.includes(',,');
  if (!found || digits === '' || digits.length > 38 || !oneSign || !separated) return undefined;
  return { lead, whole, fraction, tail };
}

function formatOf(text: string): NumberFormat {
  const format = numberFormat(text);
  if (!format) throw new Error(`[INVALID_FORMAT] The number format ${text} is not valid.`);
  return format;
}

/** A decimal text by a format, `#` in the place of each digit where they do not fit. */
function toChar(value: string, text: string): string {
  const { lead, whole, fraction, tail } = formatOf(text);
  const negative = value.startsWith('-');
  const [head = '', rest = ''] = value.replace('-', '').split('.');
  const wholeDigits = head.replace(/^0+/, '');
  const fractionDigits = rest.replace(/0+$/, '');
  const places = whole.replaceAll(',', '').length;
  const fits = wholeDigits.length <= places && fractionDigits.length <= (fraction ?? '').length;
  const digits = fits ? wholeDigits.padStart(places, '0') : '#'.repeat(places);
  const sign = (part: string): string => {
    if (part.includes('S')) return negative ? '-' : '+';
    return part.includes('MI') ? (negative ? '-' : ' ') : '';
  };
  const [open, close] = tail.includes('PR') ? (negative ? ['<', '>'] : ['', '  ']) : [sign(lead), sign(tail)];
  const shown = opened(wholeText(whole, digits), open, lead.includes('$'));
  const all = fraction === undefined ? shown : withPoint(shown, fits ? fractionDigits : '', fraction, fits);
  return tail === 'PR' ? `${all}${close}` : all.replace(/ *$/, (blanks) => `${close}${blanks}`);
}

/** Groups that begin with 0 show all their digits, those with 9 a blank for each leading zero; a separator stands behind a digit only. */
function wholeText(whole: string, digits: string): string {
  let shown = '';
  let at = 0;
  for (const group of whole.match(/,|[09]+/g) ?? []) {
    if (group === ',') {
      shown += /\d$/.test(shown) ? ',' : ' ';
      continue;
    }
    const own = digits.slice(at, at + group.length);
    const leading = /[1-9]/.test(digits.slice(0, at)) || group.startsWith('0') ? 0 : (/^0*/.exec(own)?.[0].length ?? 0);
    shown += ' '.repeat(leading) + own.slice(leading);
    at += group.length;
  }
  return shown;
}

/** A sign stands before the first digit, one with a currency before all places. */
function opened(shown: string, sign: string, currency: boolean): string {
  if (currency) return `${sign}$${shown}`;
  const blanks = /^ */.exec(shown)?.[0] ?? '';
  return `${blanks}${sign}${shown.slice(blanks.length)}`;
}

/** A blank before the point is a zero, and a point without places a blank. */
function withPoint(shown: string, digits: string, places: string, fits: boolean): string {
  const before = shown.endsWith(' ') ? `${shown.slice(0, -1)}0` : shown;
  return places === '' ? `${before} ` : `${before}.${digits.padEnd(places.length, fits ? '0' : '#')}`;
}

/** The pattern of the texts that a format reads. */
function pattern({ lead, whole, fraction, tail }: NumberFormat): RegExp {
  const signs: Readonly<Record<string, string>> = { S: '([+-])?', MI: '(-)?', '': '()' };
  const sign = (part: string): string => signs[part.replace('$', '')] ?? '()';
  const groups = whole.split(',').map((group) => {
    const size = group.length;
    return group.startsWith('0') ? `\\d{${size}}` : `\\d{0,${size}}`;
  });
  // A group of nines that is empty takes its separator with it.
  const wholePattern = groups.reduceRight((right, group, at) => {
    if (at === groups.length - 1) return group;
    return whole.split(',')[at]?.startsWith('0') ? `${group},${right}` : `(?:${group},)?${right}`;
  }, '');
  const currency = lead.includes('$') ? '\\$' : '';
  const fractionPattern = fraction === undefined ? '()' : `(?:\\.(\\d{0,${fraction.length}}))?`;
  const wrapped = tail.endsWith('PR');
  const body = `${sign(lead)}${currency}(${wholePattern})${fractionPattern}${wrapped ? '()' : sign(tail)}`;
  return new RegExp(wrapped ? `^(<)?${body}(>)?$` : `^()${body}()$`);
}

/** Java's white space, which the non-breaking blanks are not. */
const BLANK = /[^\S\u00a0\u2007\u202f\ufeff]/g;

/** The decimal text that a text means by a format; null where it does not fit. */
function toNumber(text: string, formatText: string): string | null {
  // Blanks may stand anywhere but before a sign, a currency or a bracket that begins the number.
  const plain = text.replace(BLANK, ' ');
  const found = /^ +[-+<$]|[-+<] +\$/.test(plain)
    ? null
    : pattern(formatOf(formatText)).exec(plain.replaceAll(' ', ''));
  if (!found) return null;
  const [, open = '', first = '', whole = '', fraction = '', last = '', close = ''] = found;
  if ((open === '<') !== (close === '>') || `${whole}${fraction}`.replaceAll(',', '') === '') return null;
  const negative = first === '-' || last === '-' || open === '<';
  return `${negative ? '-' : ''}${whole.replaceAll(',', '') || '0'}.${fraction || '0'}`;
}

export const NUMBER_FORMAT_FUNCTIONS: readonly NativeFunction[] = [
  native('spark_to_char', ['VARCHAR', 'VARCHAR'], 'VARCHAR', toChar),
  native('spark_try_to_number', ['VARCHAR', 'VARCHAR'], 'VARCHAR', toNumber),
  native('spark_to_number', ['VARCHAR', 'VARCHAR'], 'VARCHAR', (text, format) => {
    const number = toNumber(text, format);
    if (number === null)
      throw new Error(`[INVALID_FORMAT.MISMATCH_INPUT] The text ${text} does not fit the number format ${format}.`);
    return number;
  }),
];
