import { collationName, collationParts, EMULATED_COLLATIONS } from '../types/collation.ts';
import { intervalType } from '../types/interval.ts';
import {
  CALENDAR_INTERVAL,
  decimal,
  type SimpleKind,
  type SparkType,
  type StructField,
  TIME,
  typeText,
  undeclared,
} from '../types/spark-type.ts';
import { type Spatial, spatial } from '../types/spatial.ts';
import { parseName } from './names.ts';
import type { Token } from './lexer.ts';
import type { Name } from './nodes.ts';
import { notEmulated, syntaxProblem } from './problem.ts';
import type { TokenStream } from './token-stream.ts';

const SIMPLE: Readonly<Record<string, SimpleKind>> = {
  BOOLEAN: 'boolean',
  TINYINT: 'tinyint',
  BYTE: 'tinyint',
  SMALLINT: 'smallint',
  SHORT: 'smallint',
  INT: 'int',
  INTEGER: 'int',
  BIGINT: 'bigint',
  LONG: 'bigint',
  FLOAT: 'float',
  REAL: 'float',
  DOUBLE: 'double',
  STRING: 'string',
  BINARY: 'binary',
  DATE: 'date',
  TIMESTAMP: 'timestamp',
  TIMESTAMP_LTZ: 'timestamp',
  TIMESTAMP_NTZ: 'timestamp_ntz',
  VARIANT: 'variant',
  VOID: 'void',
};

/** A data type: `DECIMAL(12, 4)`, `ARRAY<STRUCT<a: INT>>`. @throws ProblemError for types that are not emulated. */
export function parseType(tokens: TokenStream): SparkType {
  const { keyword } = tokens.peek();
  if (keyword === 'GEOMETRY' || keyword === 'GEOGRAPHY') return spatialType(tokens, keyword.toLowerCase());
  return undeclared(parseDeclaredType(tokens));
}

/** The type of a variable, a parameter or a result, where Spark does not take a length for a text. */
export function parseUnlimitedType(tokens: TokenStream): SparkType {
  const start = tokens.peek();
  const type = parseDeclaredType(tokens);
  if (typeText(type) === typeText(undeclared(type))) return type;
  throw notEmulated('CHAR or VARCHAR outside of a table', tokens.spanFrom(start), 'Write STRING.');
}

/** The type of a table's column, with the lengths that CHAR(5) and VARCHAR(5) declare; elsewhere these are STRING. */
export function parseDeclaredType(tokens: TokenStream): SparkType {
  const token = tokens.next();
  switch (token.keyword) {
    case 'DECIMAL':
    case 'DEC':
    case 'NUMERIC':
      return parseDecimal(tokens);
    case 'ARRAY':
      return angled(tokens, () => ({ kind: 'array', element: parseDeclaredType(tokens) }));
    case 'MAP':
      return angled(tokens, () => {
        const key = parseDeclaredType(tokens);
        tokens.expectOperator(',');
        return { kind: 'map', key, value: parseDeclaredType(tokens) };
      });
    case 'STRUCT':
      return angled(tokens, () => ({ kind: 'struct', fields: parseFields(tokens) }));
    case 'TIME':
      return timeType(tokens);
    case 'INTERVAL':
      return intervalTypeOf(tokens);
    case 'CHAR':
    case 'CHARACTER':
    case 'VARCHAR':
      return limitedText(tokens, token);
    default: {
      const kind = SIMPLE[token.keyword];
      if (!kind || tokens.seesOperator('(')) throw notEmulated(`The type ${token.text.toUpperCase()}`, token);
      return kind === 'string' ? { kind, ...parseCollation(tokens) } : { kind };
    }
  }
}

/** `COLLATE UTF8_LCASE` after STRING. */
function parseCollation(tokens: TokenStream): { readonly collation?: string } {
  if (!tokens.accept('COLLATE')) return {};
  const name = collationWritten(tokens);
  const parts = collationParts(name.text);
  if (!parts) throw notEmulated(`The collation ${name.text}`, name, EMULATED_COLLATIONS);
  const collation = collationName(parts);
  return collation === undefined ? {} : { collation };
}

/** The name after COLLATE, which may be written `system.builtin.utf8_lcase`. */
export function collationWritten(tokens: TokenStream): Name {
  let name = parseName(tokens);
  for (const prefix of ['system', 'builtin'])
    if (name.text.toLowerCase() === prefix && tokens.acceptOperator('.')) name = parseName(tokens);
  return name;
}

/** `CHAR(5)`, `VARCHAR(5)`: a text of at most so many characters. */
function limitedText(tokens: TokenStream, word: Token): SparkType {
  const kind = word.keyword === 'VARCHAR' ? 'varchar' : 'char';
  if (!tokens.acceptOperator('('))
    throw syntaxProblem(`${word.text.toUpperCase()} is written with its length: ${word.text.toUpperCase()}(10).`, word);
  const length = tokens.next();
  tokens.expectOperator(')');
  if (!/^[1-9]\d*$/.test(length.text)) throw notEmulated(`The length ${length.text}`, length, 'Give a whole number.');
  return { kind: 'string', declared: `${kind}(${length.text})` };
}

/** `TIME`, `TIME(3)`, `TIME(3) WITHOUT TIME ZONE` */
function timeType(tokens: TokenStream): SparkType {
  if (!tokens.acceptOperator('(')) {
    tokens.accept('WITHOUT', 'TIME', 'ZONE');
    return TIME;
  }
  const precision = tokens.next();
  tokens.expectOperator(')');
  tokens.accept('WITHOUT', 'TIME', 'ZONE');
  if (!/^[0-6]$/.test(precision.text)) throw syntaxProblem(`TIME(${precision.text}) is not from 0 to 6.`, precision);
  return { kind: 'time', precision: Number(precision.text) };
}

/** `GEOMETRY(4326)`, `GEOGRAPHY(ANY)`: of values in a query alone. */
function spatialType(tokens: TokenStream, kind: string): SparkType {
  const word = tokens.next();
  tokens.expectOperator('(');
  const srid = tokens.next();
  tokens.expectOperator(')');
  const type = spatial(kind as Spatial['kind'], srid.keyword === 'ANY' ? 'any' : Number(srid.text));
  if (!type) throw syntaxProblem(`${word.text.toUpperCase()} has no reference system ${srid.text}.`, srid);
  return type;
}

const INTERVAL_FIELDS: readonly string[] = ['YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'SECOND'];

/** `INTERVAL`, `INTERVAL DAY`, `INTERVAL YEAR TO MONTH` */
function intervalTypeOf(tokens: TokenStream): SparkType {
  const token = tokens.peek();
  const at = INTERVAL_FIELDS.indexOf(token.keyword);
  if (at < 0) return CALENDAR_INTERVAL;
  tokens.next();
  const last = tokens.accept('TO') ? tokens.next() : token;
  const to = INTERVAL_FIELDS.indexOf(last.keyword);
  if (to < at || at < 2 !== to < 2 || (last !== token && to === at))
    throw syntaxProblem(`There is no INTERVAL ${token.text} TO ${last.text}.`, last);
  return intervalType(at < 2 ? 'interval month' : 'interval day', [
    token.keyword.toLowerCase(),
    last.keyword.toLowerCase(),
  ]);
}

function parseDecimal(tokens: TokenStream): SparkType {
  if (!tokens.acceptOperator('(')) return decimal(10, 0);
  const precision = tokens.next();
  const scale = tokens.acceptOperator(',') ? tokens.next() : undefined;
  tokens.expectOperator(')');
  const [p, s] = [Number(precision.text), Number(scale?.text ?? 0)];
  if (!(p >= 1 && p <= 38 && s >= 0 && s <= p))
    throw notEmulated(`DECIMAL(${precision.text}, ${scale?.text ?? 0})`, precision);
  return decimal(p, s);
}

function angled(tokens: TokenStream, inner: () => SparkType): SparkType {
  tokens.expectOperator('<');
  const type = inner();
  tokens.expectOperator('>');
  return type;
}

/** `a INT, b: STRING COMMENT '...'`, as in a STRUCT and in a schema text. */
export function parseFields(tokens: TokenStream, colons = true): StructField[] {
  return tokens.list(() => {
    const { text: name } = parseName(tokens);
    if (colons) tokens.acceptOperator(':');
    const type = parseDeclaredType(tokens);
    tokens.accept('NOT', 'NULL');
    if (tokens.accept('COMMENT')) tokens.next();
    return { name, type };
  });
}
