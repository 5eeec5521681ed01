import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import { tokenize } from '@medallion/core/sql/syntax/lexer.ts';
import { createTokenStream } from '@medallion/core/sql/syntax/statements.ts';
import { parseType } from '@medallion/core/sql/syntax/types.ts';
import { castSql } from '@medallion/core/sql/translate/cast.ts';
import { type SparkType, typeText } from '@medallion/core/sql/types/spark-type.ts';

/** A type from Spark's text of it. */
export function sparkType(text: string): SparkType {
  return text === 'void' ? { kind: 'void' } : parseType(createTokenStream(tokenize(text), undefined));
}

/** A value as Spark stores it in a column of another type. */
export function storedAs(sql: string, from: SparkType, to: SparkType | undefined): string {
  const stored = to && castSql(sql, from, to, 'strict');
  if (stored !== undefined) return stored;
  throw new ExpectedError({
    code: 'sql.not-emulated',
    message: `The judge does not store ${typeText(from)} as ${to ? typeText(to) : 'an unknown column'}.`,
    nextStep: 'Teach it in core/test/sql/golden/table-types.ts.',
  });
}
