import { pick, type Random, whole } from '../../random.ts';

/** Kinds of the tables' columns. */
export const COLUMN_KINDS = [
  'tinyint',
  'smallint',
  'int',
  'bigint',
  'float',
  'double',
  'decimal',
  'wide',
  'string',
  'binary',
  'boolean',
  'date',
  'timestamp',
  'ntz',
  'ints',
  'texts',
  'nested',
  'map',
  'struct',
] as const;

/** What an expression gives: a column's kind, or what only expressions give (intervals, which no table stores, and VARIANT). */
export const KINDS = [...COLUMN_KINDS, 'months', 'span', 'variant'] as const;
export type Kind = (typeof KINDS)[number];

/** Spark's type of a kind; the kinds `decimal` and `wide` stand for every precision: the judge compares the exact types. */
export const TYPES: Readonly<Record<Kind, string>> = {
  tinyint: 'TINYINT',
  smallint: 'SMALLINT',
  int: 'INT',
  bigint: 'BIGINT',
  float: 'FLOAT',
  double: 'DOUBLE',
  decimal: 'DECIMAL(12,2)',
  wide: 'DECIMAL(38,10)',
  string: 'STRING',
  binary: 'BINARY',
  boolean: 'BOOLEAN',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
  ntz: 'TIMESTAMP_NTZ',
  ints: 'ARRAY<INT>',
  texts: 'ARRAY<STRING>',
  nested: 'ARRAY<ARRAY<INT>>',
  map: 'MAP<STRING, INT>',
  struct: 'STRUCT<n: INT, s: STRING>',
  months: 'INTERVAL YEAR TO MONTH',
  span: 'INTERVAL DAY TO SECOND',
  variant: 'VARIANT',
};

const WORDS = [
  ...['a', 'B', 'ab', 'Straße', 'x y', ' padded ', '', '12', '-7', '3.50', '1e3', '2024-02-29', '2024-13-01', 'true'],
  ...['no', "it\\'s", '100%', 'a_b', 'é', '日本', 'NULL', '2023-03-12 02:30:00'],
];
/** What parsers of numbers, times and JSON, case mapping and lengths stumble over. */
const HOSTILE_WORDS = [
  ...['😀x', 'İ', 'ǅ', 'e\\u0301', '\\t12\\n', '+5', '0x1F', '1e400', 'Infinity', 'NaN', '-0', '.5', '5.', '1d', '12L'],
  ...['2147483648', '9223372036854775808', '-129', '0.005', ' 12 ', 'TRUE ', 't', 'Y', '1', '2024-2-3', '1970'],
  ...[
    '2024-02-29T10:00:00Z',
    '2024-02-29 10:00:00+05:30',
    '10:11',
    'epoch',
    '-0001-01-01',
    '9999-12-31',
    '10000-01-01',
  ],
  ...[
    '{"a":1}',
    '{"a":{"b":[1,2.50,null]}}',
    '[1, 2]',
    'a,b,,c',
    'A=1&b=2',
    'http://u:p@h.example:80/p/a?q=1#f',
    '\\\\',
    '%',
    '_',
  ],
  ...['1582-10-10', '2024-11-03 01:30:00', '1 day', 'x\\0y', 'ΑΣ', 'ﬁ', '-', '1,234.5'],
];
const INTS = [0, 1, -1, 2, 7, 10, 100, -100, 127, 128, 255, 32767, 65536, 2147483647];
const BIGINTS = [0, 1, -1, 3, 4294967296, -4294967296, 9007199254740991];
/** Sums of these are exact in any order. */
const DOUBLES = ['0.0', '1.0', '-1.0', '0.5', '-2.25', '1024.75', '3.0', '100.125'];
const HOSTILE_DOUBLES = [
  'NaN',
  'Infinity',
  '-Infinity',
  '-0.0',
  '1.7976931348623157E308',
  '4.9E-324',
  '0.1',
  '1E16',
  '123456.789',
  '2.5',
  '-3.5',
];
const DECIMALS = ['0.00', '1.00', '-1.50', '2.35', '9999.99', '-0.01', '12345678.90', '0.05'];
const WIDE_DECIMALS = [
  '0',
  '1.5',
  '-2.0000000001',
  '1234567890123456789012345678.0123456789',
  '0.0000000005',
  '99.9999999999',
];
const DATES = ['2024-02-29', '2023-12-31', '2024-01-01', '1999-07-15', '1970-01-01', '2038-01-19'];
const HOSTILE_DATES = [
  '0001-01-01',
  '1582-10-04',
  '1582-10-15',
  '1900-02-28',
  '9999-12-31',
  '1883-11-18',
  '2024-03-10',
  '2000-12-31',
];
const TIMESTAMPS = [
  ...['2024-02-29 23:59:59', '2024-01-01 00:00:00', '2023-11-05 01:30:00.5', '1969-12-31 12:00:00.123456'],
  '2024-03-10 03:15:00',
];
/** Without the seven minutes that Los Angeles had twice when it left its local mean time: of those the later ones are taken here. */
const HOSTILE_TIMESTAMPS = [
  ...['2024-03-10 01:59:59.999999', '2024-03-10 02:30:00', '2024-11-03 01:30:00', '1883-11-18 13:00:00'],
  ...['1582-10-10 10:10:10', '0001-01-01 00:00:00', '9999-12-31 23:59:59.999999', '1900-01-01 00:00:00.000001'],
];
const BINARIES = ["X''", "X'00'", "X'616263'", "X'FF80'", "X'C3A9'", "CAST('ab' AS BINARY)", "CAST('日本' AS BINARY)"];
const MONTHS = ["'0' MONTH", "'1' MONTH", "'-1-2' YEAR TO MONTH", "'10' YEAR", "'2-11' YEAR TO MONTH", "'-13' MONTH"];
const SPANS = [
  ...[
    "'0' SECOND",
    "'1' DAY",
    "'-1 02:03:04.5' DAY TO SECOND",
    "'36' HOUR",
    "'10:11' HOUR TO MINUTE",
    "'-0.000001' SECOND",
  ],
  "'400 00:00:00' DAY TO SECOND",
];
const VARIANTS = [
  '1',
  '"a"',
  'null',
  '[1, "b", null]',
  '{"a": {"b": 2.50}, "c": true}',
  '1e3',
  '12345678901234567890',
  '"2024-02-29"',
];

/** How often a literal is one of the edges of its kind. */
const HOSTILE = 0.12;

/** A literal that is typed by its own text. */
export function literal(random: Random, kind: Kind): string {
  switch (kind) {
    case 'tinyint':
      return `${whole(random, 0, 9)}Y`;
    case 'smallint':
      return edge(random, ['32767S', '(-32768S)', '127S']) ?? `${whole(random, 0, 300)}S`;
    case 'int':
      return edge(random, ['(-2147483648)']) ?? negatable(random() < 0.7 ? whole(random, -20, 20) : pick(random, INTS));
    case 'bigint':
      return (
        edge(random, ['9223372036854775807L', '(-9223372036854775808L)']) ??
        negatable(pick(random, BIGINTS)).replace(/(\d+)/, '$1L')
      );
    case 'float':
      return fraction(
        edge(random, [...HOSTILE_DOUBLES.slice(0, 4), '3.4028235E38', '1.4E-45', '0.1']) ?? pick(random, DOUBLES),
        'F',
      );
    case 'double':
      return fraction(edge(random, HOSTILE_DOUBLES) ?? pick(random, DOUBLES), 'D');
    case 'decimal':
      return (edge(random, ['9999999999.99', '-9999999999.99', '0.005']) ?? pick(random, DECIMALS)).replace(
        /^(-.*)$/,
        '($1)',
      );
    case 'wide':
      return `CAST('${pick(random, WIDE_DECIMALS)}' AS ${TYPES.wide})`;
    case 'string':
      return `'${edge(random, HOSTILE_WORDS) ?? pick(random, WORDS)}'`;
    case 'binary':
      return pick(random, BINARIES);
    case 'boolean':
      return pick(random, ['true', 'false']);
    case 'date':
      return `DATE '${edge(random, HOSTILE_DATES) ?? pick(random, DATES)}'`;
    case 'timestamp':
      return `TIMESTAMP '${edge(random, HOSTILE_TIMESTAMPS) ?? pick(random, TIMESTAMPS)}'`;
    case 'ntz':
      return `TIMESTAMP_NTZ '${edge(random, HOSTILE_TIMESTAMPS) ?? pick(random, TIMESTAMPS)}'`;
    case 'ints':
      return `array(${several(random, 'int')})`;
    case 'texts':
      return `array(${several(random, 'string')})`;
    case 'nested':
      return `array(${several(random, 'ints')})`;
    case 'map':
      return `map('a', ${literal(random, 'int')}, ${literal(random, 'string').replace(/^'a'$/, "'A'")}, ${literal(random, 'int')})`;
    case 'struct':
      return `named_struct('n', ${literal(random, 'int')}, 's', ${literal(random, 'string')})`;
    case 'months':
      return `INTERVAL ${pick(random, MONTHS)}`;
    case 'span':
      return `INTERVAL ${pick(random, SPANS)}`;
    case 'variant':
      return `parse_json('${pick(random, VARIANTS)}')`;
  }
}

function edge(random: Random, edges: readonly string[]): string | undefined {
  return random() < HOSTILE ? pick(random, edges) : undefined;
}

function negatable(value: number): string {
  return value < 0 ? `(${value})` : String(value);
}

function fraction(text: string, suffix: 'D' | 'F'): string {
  if (/[a-zE]/.test(text)) return `CAST('${text}' AS ${suffix === 'D' ? 'DOUBLE' : 'FLOAT'})`;
  return text.startsWith('-') ? `(${text}${suffix})` : `${text}${suffix}`;
}

function several(random: Random, kind: Kind): string {
  return Array.from({ length: whole(random, 1, 4) }, () => literal(random, kind)).join(', ');
}
