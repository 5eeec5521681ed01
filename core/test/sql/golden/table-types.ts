import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { tokenize } from '@medallion/core/sql/syntax/lexer.ts';
import { createTokenStream } from '@medallion/core/sql/syntax/statements.ts';
import { typeFromText } from '@medallion/core/sql/syntax/type-text.ts';
import { parseType } from '@medallion/core/sql/syntax/types.ts';
import { castSql } from '@medallion/core/sql/translate/cast.ts';
import { padded } from '@medallion/core/sql/translate/char-padding.ts';
import { quoteName, quoteText, toStored } from '@medallion/core/sql/types/duckdb-type.ts';
import { type SparkType, typeText, undeclared } from '@medallion/core/sql/types/spark-type.ts';

/** A type from Spark's text of it. */
export function sparkType(text: string): SparkType {
  return text === 'void' ? { kind: 'void' } : parseType(createTokenStream(tokenize(text), undefined));
}

/** The same with the lengths that CHAR and VARCHAR declare. */
export function declaredSparkType(text: string): SparkType {
  return text === 'void' ? { kind: 'void' } : typeFromText(text);
}

/** A value as Spark writes it to a column of its tables of files: a CHAR gets its spaces, what is too long loses those at its end. */
export function limited(sql: string, type: SparkType): string {
  if (!isLimited(type)) return sql;
  if (type.kind === 'array') return `list_transform(${sql}, lambda __w: ${limited('__w', type.element)})`;
  if (type.kind === 'map') {
    const [key, value] = [limited('__v."key"', type.key), limited('__v."value"', type.value)];
    const entry = `struct_pack("key" := ${key}, "value" := ${value})`;
    return `map_from_entries(list_transform(map_entries(${sql}), lambda __v: ${entry}))`;
  }
  if (type.kind === 'struct') {
    const fields = type.fields.map((field) => {
      const value = `struct_extract(${sql}, ${quoteText(field.name)})`;
      return `${quoteName(field.name)} := ${limited(value, field.type)}`;
    });
    return `CASE WHEN ${sql} IS NOT NULL THEN struct_pack(${fields.join(', ')}) END`;
  }
  const declared = type.kind === 'string' ? type.declared : undefined;
  const [, kind, length] = /^(char|varchar)\((\d+)\)$/.exec(declared ?? '') ?? [];
  if (kind === undefined || length === undefined) return sql;
  const fits = kind === 'char' ? padded(sql, Number(length)) : sql;
  const cut = `CASE WHEN length(rtrim(${sql}, ' ')) <= ${length} THEN substr(${sql}, 1, ${length}) ELSE error('[EXCEED_LIMIT_LENGTH]') END`;
  return `CASE WHEN length(${sql}) <= ${length} THEN ${fits} WHEN ${sql} IS NOT NULL THEN ${cut} END`;
}

/** True where a type limits lengths. */
export function isLimited(type: SparkType): boolean {
  return typeText(type) !== typeText(undeclared(type));
}

/**
 * A value as Spark stores it in a column of another type.
 * @throws ExpectedError where `spark.sql.storeAssignmentPolicy=ANSI` does not allow it: Spark raises there too.
 */
export function storedAs(sql: string, from: SparkType, to: SparkType | undefined): string {
  if (to && !isStored(from, to))
    throw new ExpectedError({
      code: 'sql.type-mismatch',
      message: `[INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST] ${typeText(from)} is not stored as ${typeText(to)}.`,
      nextStep: 'Write an explicit CAST.',
    });
  const stored = to && castSql(sql, from, to, 'strict');
  if (stored !== undefined) return toStored(stored, to ?? from);
  throw new ExpectedError({
    code: 'sql.not-emulated',
    message: `The judge does not store ${typeText(from)} as ${to ? typeText(to) : 'an unknown column'}.`,
    nextStep: 'Teach it in core/test/sql/golden/table-types.ts.',
  });
}

const NUMBERS = new Set<SparkType['kind']>(['tinyint', 'smallint', 'int', 'bigint', 'float', 'double', 'decimal']);
const MOMENTS = new Set<SparkType['kind']>(['date', 'timestamp', 'timestamp_ntz']);

/** Scalars between families: Spark stores all that a string can show as a string, and no string as anything else. */
function isStored(from: SparkType, to: SparkType): boolean {
  const family = ({ kind }: SparkType): string | undefined =>
    NUMBERS.has(kind)
      ? 'number'
      : MOMENTS.has(kind)
        ? 'moment'
        : kind === 'boolean' || kind === 'string'
          ? kind
          : undefined;
  const [source, target] = [family(from), family(to)];
  return source === undefined || target === undefined || source === target || target === 'string';
}
