import { pick, type Random, whole } from '../../random.ts';

/** What an expression gives. `decimal` stands for every precision: the judge compares the exact types. */
export const KINDS = [
  'int',
  'bigint',
  'double',
  'decimal',
  'string',
  'boolean',
  'date',
  'timestamp',
  'ints',
  'texts',
] as const;
export type Kind = (typeof KINDS)[number];

const WORDS = [
  'a',
  'B',
  'ab',
  'Straße',
  'x y',
  ' padded ',
  '',
  '12',
  '-7',
  '3.50',
  '1e3',
  '2024-02-29',
  '2024-13-01',
  'true',
  'no',
  "it\\'s",
  '100%',
  'a_b',
  'é',
  '日本',
  'NULL',
  '2023-03-12 02:30:00',
];
const INTS = [0, 1, -1, 2, 7, 10, 100, -100, 127, 128, 255, 32767, 65536, 2147483647];
const BIGINTS = [0, 1, -1, 3, 4294967296, -4294967296, 9007199254740991];
/** Sums of these are exact in any order. */
const DOUBLES = ['0.0', '1.0', '-1.0', '0.5', '-2.25', '1024.75', '3.0', '100.125'];
const DECIMALS = ['0.00', '1.00', '-1.50', '2.35', '9999.99', '-0.01', '12345678.90', '0.05'];
const DATES = ['2024-02-29', '2023-12-31', '2024-01-01', '1999-07-15', '1970-01-01', '2038-01-19'];
const TIMESTAMPS = [
  '2024-02-29 23:59:59',
  '2024-01-01 00:00:00',
  '2023-11-05 01:30:00.5',
  '1969-12-31 12:00:00.123456',
  '2024-03-10 03:15:00',
];

/** A literal that is typed by its own text. */
export function literal(random: Random, kind: Kind): string {
  switch (kind) {
    case 'int':
      return negatable(random() < 0.7 ? whole(random, -20, 20) : pick(random, INTS));
    case 'bigint':
      return negatable(pick(random, BIGINTS)).replace(/(\d+)/, '$1L');
    case 'double':
      return pick(random, DOUBLES).replace(/(.*)/, (text) => (text.startsWith('-') ? `(${text}D)` : `${text}D`));
    case 'decimal':
      return pick(random, DECIMALS).replace(/^(-.*)$/, '($1)');
    case 'string':
      return `'${pick(random, WORDS)}'`;
    case 'boolean':
      return pick(random, ['true', 'false']);
    case 'date':
      return `DATE '${pick(random, DATES)}'`;
    case 'timestamp':
      return `TIMESTAMP '${pick(random, TIMESTAMPS)}'`;
    case 'ints':
      return `array(${several(random, 'int')})`;
    case 'texts':
      return `array(${several(random, 'string')})`;
  }
}

function negatable(value: number): string {
  return value < 0 ? `(${value})` : String(value);
}

function several(random: Random, kind: Kind): string {
  return Array.from({ length: whole(random, 1, 4) }, () => literal(random, kind)).join(', ');
}
