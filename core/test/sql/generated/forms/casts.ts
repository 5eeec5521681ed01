import { type Kind, KINDS, TYPES } from '../literals.ts';

const NUMBERS: readonly Kind[] = ['tinyint', 'smallint', 'int', 'bigint', 'float', 'double', 'decimal', 'wide'];
const MOMENTS: readonly Kind[] = ['date', 'timestamp', 'ntz'];
const ofNumbers: readonly Kind[] = [...NUMBERS, 'string', 'boolean', 'timestamp'];

/** What a kind is cast to with ANSI on and off. */
const TO: Readonly<Record<Kind, readonly Kind[]>> = {
  tinyint: ofNumbers,
  smallint: ofNumbers,
  int: ofNumbers,
  bigint: ofNumbers,
  float: ofNumbers,
  double: ofNumbers,
  decimal: ofNumbers,
  wide: ofNumbers,
  string: [...NUMBERS, ...MOMENTS, 'string', 'boolean', 'binary', 'months', 'span'],
  binary: ['string', 'binary'],
  boolean: [...NUMBERS, 'string', 'boolean'],
  date: [...MOMENTS, 'string'],
  timestamp: [...MOMENTS, ...NUMBERS, 'string'],
  ntz: [...MOMENTS, 'string'],
  ints: ['string', 'ints', 'texts'],
  texts: ['string', 'ints', 'texts'],
  nested: ['string', 'nested'],
  map: ['string', 'map'],
  struct: ['string', 'struct'],
  months: ['string', 'months'],
  span: ['string', 'span'],
  variant: [...NUMBERS, ...MOMENTS, 'string', 'boolean', 'ints', 'texts', 'map', 'struct'],
};
/** Casts that fail for a row leave no rows to compare: those go by try_cast. */
const MAY_FAIL: readonly Kind[] = [
  'string',
  'variant',
  'float',
  'double',
  'decimal',
  'wide',
  'bigint',
  'timestamp',
  'texts',
];

/** A cast between every two kinds that Spark casts, as a form of each. */
export const CASTS: string = KINDS.flatMap((from) =>
  TO[from].map((to) => `${to} | ${from} | ${MAY_FAIL.includes(from) ? 'try_cast' : 'CAST'}(@ AS ${TYPES[to]})`),
).join('\n');

/** Casts that round, narrow and write. */
export const MORE_CASTS = `
string | plain | CAST(@ AS STRING)
string | plain | @::string
int | double | CAST(@ AS INT)
int | decimal | CAST(@ AS INT)
tinyint | int | try_cast(@ AS TINYINT)
smallint | bigint | try_cast(@ AS SMALLINT)
double | decimal | CAST(@ AS DOUBLE)
decimal | int | CAST(@ AS DECIMAL(20,2))
decimal | double | try_cast(@ AS DECIMAL(12,3))
decimal | string | try_cast(@ AS DECIMAL(10,2))
decimal | decimal | try_cast(@ AS DECIMAL(5,1))
wide | string | try_cast(@ AS DECIMAL(38,0))
date | timestamp | CAST(@ AS DATE)
timestamp | date | CAST(@ AS TIMESTAMP)
timestamp | int | CAST(@ AS TIMESTAMP)
bigint | timestamp | CAST(@ AS BIGINT)
string | string | CAST(@ AS CHAR(3))
string | string | CAST(@ AS VARCHAR(4))
int | string | int(try_cast(@ AS INT))
string | int | string(@)
double | int | double(@)
decimal | string | decimal(try_cast(@ AS INT))
bigint | smallint | bigint(@)
boolean | int | boolean(@)
binary | string | binary(@)
date | string | date(try_cast(@ AS DATE))
timestamp | date | timestamp(@)
float | string | float(try_cast(@ AS FLOAT))
tinyint | boolean | tinyint(@)
smallint | tinyint | smallint(@)
`;
