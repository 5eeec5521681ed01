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

/** Spark's grammar: `[MI|S] [$] digits and separators [. digits] [$] [PR|MI|S]`; undefined for anything else. */
export function numberFormat(text: string): NumberFormat | undefined {
  const plain = text.toUpperCase().replaceAll('G', ',').replaceAll('D', '.');
  const found = /^((?:MI|S)?\$?)([09,]*)(?:\.([09]*))?(\$?(?:PR|MI|S)?)$/.exec(plain);
  const [, lead = '', whole = '', fraction, tail = ''] = found ?? [];
  const digits = `${whole}${fraction ?? ''}`.replaceAll(',', '');
  const oneSign = !(/MI|S/.test(lead) && /MI|S|PR/.test(tail)) && !(lead.includes('$') && tail.includes('$'));
  const separated = !whole.startsWith(',') && !whole.endsWith(',') && !whole.includes(',,');
  if (!found || digits === '' || digits.length > 38 || !oneSign || !separated) return undefined;
  return { lead, whole, fraction, tail };
}

function formatOf(text: string): NumberFormat {
  const format = numberFormat(text);
  if (!format) throw new Error(`[INVALID_FORMAT] The number format ${text} is not valid.`);
  return format;
}

/** A decimal text by a format: blanks for a 9 without a digit, `#` where the digits do not fit. */
function toChar(value: string, text: string): string {
  const { lead, whole, fraction, tail } = formatOf(text);
  const negative = value.startsWith('-');
  const [head = '', rest = ''] = value.replace('-', '').split('.');
  const wholeDigits = head.replace(/^0+/, '');
  const fractionDigits = rest.replace(/0+$/, '');
  const places = whole.replaceAll(',', '').length;
  if (wholeDigits.length > places || fractionDigits.length > (fraction ?? '').length)
    return text.toUpperCase().replace(/[09]/g, '#').replaceAll('G', ',').replaceAll('D', '.');
  const digits = wholeDigits.padStart(places, '0');
  let shown = '';
  let at = 0;
  let started = false;
  let blanks = '';
  for (const place of whole) {
    if (place === ',') {
      if (started) shown += ',';
      else blanks += ' ';
      continue;
    }
    const digit = digits.charAt(at++);
    if (digit !== '0' || place === '0' || at === places) started = true;
    if (started) shown += digit;
    else blanks += ' ';
  }
  const tailDigits = fraction === undefined ? '' : `.${fractionDigits.padEnd(fraction.length, '0')}`;
  const currency = lead.includes('$') ? '$' : '';
  const opening = lead.startsWith('S') ? (negative ? '-' : '+') : lead.startsWith('MI') ? (negative ? '-' : ' ') : '';
  const trailing = tail.includes('$') ? '$' : '';
  if (tail.endsWith('PR'))
    return negative
      ? `${blanks}<${currency}${shown}${tailDigits}${trailing}>`
      : `${blanks}${currency}${shown}${tailDigits}${trailing}  `;
  const closing = tail.endsWith('MI') ? (negative ? '-' : ' ') : tail.endsWith('S') ? (negative ? '-' : '+') : '';
  return `${blanks}${opening}${currency}${shown}${tailDigits}${trailing}${closing}`;
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
  const currency = lead.includes('$') ? '\\$?' : '';
  const fractionPattern = fraction === undefined ? '()' : `(?:\\.(\\d{0,${fraction.length}}))?`;
  const trailing = tail.includes('$') ? '\\$?' : '';
  const wrapped = tail.endsWith('PR');
  const body = `${sign(lead)}${currency}(${wholePattern})${fractionPattern}${trailing}${wrapped ? '()' : sign(tail)}`;
  return new RegExp(wrapped ? `^(<)?${body}(>)?$` : `^()${body}()$`);
}

/** The decimal text that a text means by a format; null where it does not fit. */
function toNumber(text: string, formatText: string): string | null {
  const found = pattern(formatOf(formatText)).exec(text.trim());
  if (!found) return null;
  const [, open = '', first = '', whole = '', fraction = '', last = '', close = ''] = found;
  if ((open === '<') !== (close === '>') || `${whole}${fraction}` === '') return null;
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
