import { tokenize } from '@medallion/core/sql/syntax/lexer.ts';
import { ProblemError } from '@medallion/core/sql/syntax/problem.ts';

/** A statement as the product takes it, and the format that its text names. */
export interface WithoutFormat {
  readonly sql: string;
  readonly provider?: string;
}

/**
 * `CREATE TABLE t(a INT) USING parquet` without its format: the files' tables stand for tables of a lake, which are Delta tables.
 */
export function withoutFormat(sql: string): WithoutFormat {
  const found = /^(?:\s+|--[^\n]*\n|\/\*[\s\S]*?\*\/)*create\s+(?:or\s+replace\s+)?table\b/i.test(sql);
  if (!found) return { sql };
  try {
    const tokens = tokenize(sql);
    const at = tokens.findIndex(({ keyword }) => keyword === 'USING');
    const [using, format] = tokens.slice(at, at + 2);
    const query = tokens.findIndex(({ keyword }) => ['AS', 'SELECT', 'WITH', 'VALUES'].includes(keyword));
    if (at < 0 || !using || !format || (query >= 0 && query < at)) return { sql };
    return { sql: sql.slice(0, using.start) + sql.slice(format.end), provider: format.text };
  } catch (error) {
    if (error instanceof ProblemError) return { sql };
    throw error;
  }
}
