import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { tokenize } from '@medallion/core/sql/syntax/lexer.ts';
import { createTokenStream } from '@medallion/core/sql/syntax/statements.ts';
import { parseType } from '@medallion/core/sql/syntax/types.ts';
import { castSql } from '@medallion/core/sql/translate/cast.ts';
import { toStored } from '@medallion/core/sql/types/duckdb-type.ts';
import { type SparkType, typeText } from '@medallion/core/sql/types/spark-type.ts';

/** A type from Spark's text of it. */
export function sparkType(text: string): SparkType {
  return text === 'void' ? { kind: 'void' } : parseType(createTokenStream(tokenize(text), undefined));
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
