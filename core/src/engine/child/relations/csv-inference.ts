import { readTimestamp } from '../../../sql/functions/datetime-texts.ts';
import { ambiguousText } from './inference-texts.ts';

/** What a column's texts have been so far: Spark's `CSVInferSchema`, which looks at one after the other. */
export type CsvColumnType =
  'void' | 'INT' | 'BIGINT' | { readonly digits: number } | 'DOUBLE' | 'DATE' | 'TIMESTAMP' | 'BOOLEAN' | 'STRING';

type Kind = Exclude<CsvColumnType, object> | 'DECIMAL';

/** Where the search goes on for a text, by what the column has been: a number is never looked for once it was a date. */
const FROM: Readonly<Record<Kind, number>> = {
  void: 0,
  INT: 0,
  BIGINT: 1,
  DECIMAL: 2,
  DOUBLE: 3,
  DATE: 4,
  TIMESTAMP: 5,
  BOOLEAN: 6,
  STRING: 7,
};

const TESTS: readonly ((text: string) => CsvColumnType | undefined)[] = [
  (text) => (isWhole(text, 32) ? 'INT' : undefined),
  (text) => (isWhole(text, 64) ? 'BIGINT' : undefined),
  wholeDecimal,
  (text) => (isDouble(text) ? 'DOUBLE' : undefined),
  (text) => (isDate(text) ? 'DATE' : undefined),
  (text) => (isTimestamp(text) ? 'TIMESTAMP' : undefined),
  (text) => (/^(?:true|false)$/i.test(text) ? 'BOOLEAN' : undefined),
];

/** The column's type with one more text. @throws ExpectedError for a text that Spark reads as something that is not read here. */
export function withText(before: CsvColumnType, text: string): CsvColumnType {
  if (text === '' || before === 'STRING') return before;
  const from = FROM[kindOf(before)];
  let found: CsvColumnType = 'STRING';
  for (const test of TESTS.slice(from)) {
    const type = test(text);
    if (type === undefined) continue;
    found = type;
    break;
  }
  return common(before, found);
}

/** As Spark's SQL names it: a column without a text is one of texts. */
export function columnTypeSql(type: CsvColumnType): string {
  if (typeof type === 'object') return `DECIMAL(${type.digits},0)`;
  return type === 'void' ? 'STRING' : type;
}

function kindOf(type: CsvColumnType): Kind {
  return typeof type === 'object' ? 'DECIMAL' : type;
}

const NUMBERS: readonly Kind[] = ['INT', 'BIGINT', 'DECIMAL', 'DOUBLE'];

function common(left: CsvColumnType, right: CsvColumnType): CsvColumnType {
  const kinds = [kindOf(left), kindOf(right)];
  if (left === 'void') return right;
  if (kinds.every((kind) => NUMBERS.includes(kind))) {
    if (kinds.includes('DOUBLE')) return 'DOUBLE';
    if (!kinds.includes('DECIMAL')) return kinds.includes('BIGINT') ? 'BIGINT' : 'INT';
    return { digits: Math.max(digitsOf(left), digitsOf(right)) };
  }
  if (kinds[0] === kinds[1]) return left;
  return kinds.every((kind) => kind === 'DATE' || kind === 'TIMESTAMP') ? 'TIMESTAMP' : 'STRING';
}

function digitsOf(type: CsvColumnType): number {
  if (typeof type === 'object') return type.digits;
  return type === 'INT' ? 10 : 20;
}

function isWhole(text: string, bits: number): boolean {
  if (!/^[+-]?\d+$/.test(text)) return false;
  const value = BigInt(text.replace('+', ''));
  return BigInt.asIntN(bits, value) === value;
}

/** `new BigDecimal(text)` without digits behind the point; with more than 38 it is a double. */
function wholeDecimal(text: string): CsvColumnType | undefined {
  if (!/^[+-]?\d+$/.test(text)) return undefined;
  const digits = text.replace(/^[+-]?0*/, '').length || 1;
  return digits <= 38 ? { digits } : undefined;
}

/** `Double.parseDouble`, and the texts that stand for infinity. */
function isDouble(text: string): boolean {
  const trimmed = text.trim();
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return true;
  if (/^(?:NaN|-?Inf|[+-]?Infinity)$/.test(text)) return true;
  const odd = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|NaN|Infinity|0[xX][\da-fA-F.]+[pP][+-]?\d+)[dDfF]?$/;
  if (odd.test(trimmed)) throw ambiguousText(text, 'a number');
  return false;
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  return isTimestamp(text);
}

const READ = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)?)?$/;

/** Spark takes any text that CAST reads; of these the reader here takes the usual ones. */
function isTimestamp(text: string): boolean {
  let read: bigint | undefined;
  try {
    read = readTimestamp(text, 'UTC');
  } catch {
    // A time of the current day, or a zone that is not known here: CAST would read it.
    throw ambiguousText(text, 'a timestamp');
  }
  if (read === undefined) return false;
  if (!READ.test(text)) throw ambiguousText(text, 'a timestamp');
  return true;
}
